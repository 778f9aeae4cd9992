"""The features of this app, the ground first: what each is allowed to know of are those before it."""

from gongtongti.activities.policy import POLICY as ACTIVITIES
from gongtongti.aid.policy import POLICY as AID
from gongtongti.core.policy import together
from gongtongti.exchange.policy import POLICY as EXCHANGE
from gongtongti.organisation.policy import POLICY as ORGANISATION

FEATURES = (ORGANISATION, EXCHANGE, AID, ACTIVITIES)
DECLARED = together(FEATURES)
