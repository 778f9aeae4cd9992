"""What the exchange of cadres and teachers declares: plans, placements, changes, support teams (EX1 to EX13)."""

from gongtongti.core.policy import (
	EDIT,
	KEEP,
	READ,
	SIGN,
	VIEW,
	Approval,
	Closed,
	Document,
	Everyone,
	Policy,
	Report,
	Step,
	grant,
)
from gongtongti.core.relations import Holder
from gongtongti.exchange import kinds, statuses
from gongtongti.organisation.policy import EXCHANGE_SECTIONS, school
from gongtongti.organisation.relations import (
	BureauLeader,
	Member,
	Person,
	Principal,
	SchoolLeader,
	SubdistrictOffice,
)
from gongtongti.organisation.roles import (
	ADMINISTRATOR,
	BUREAU_LEADER,
	DISCIPLINE,
	EVERYONE,
	EXCHANGE_TEACHER,
	GROUP_HEAD,
	LEADER_IN_CHARGE,
	PERSONNEL,
	PLACEMENT_READERS,
	PRINCIPALS,
	SCHOOL_LEADERS,
	SUBDISTRICT_OFFICE,
	SUPERVISION,
	TEACHING_RESEARCH,
)

_SEEN_BY = (
	EXCHANGE_SECTIONS,
	*school("home_school", "host_school"),
	BureauLeader("community"),
	Person("staff"),
)
_ENDORSED = {
	"concerned": (Person("staff"),),
	"endorse": (SubdistrictOffice("home_school", "host_school"),),
	"endorsed_as": SUBDISTRICT_OFFICE,
}

# who takes a document on from a state (document 1 §5.1, §5.2)
PLACEMENT = Approval(
	steps={
		statuses.PLACEMENT_DRAFT: Step((SchoolLeader("home_school"), Holder(PERSONNEL)), draft=True),
		# The home school agrees by somebody who neither goes nor asks. The leader in charge stands in for the principal (EX5);
		# who is left then is no longer of the school: the office above it, which knows its people and decides nothing else
		# here (ORG6)
		"Awaiting Home Principal": Step(
			(Principal("home_school", deputies=True, person="staff"),), not_sender=True
		),
		"Awaiting Host Principal": Step((Principal("host_school"),)),
		"Awaiting Personnel Section": Step((Holder(PERSONNEL),), not_sender=True),
		"Awaiting Leading Group": Step((Holder(GROUP_HEAD),), only_if="is_cadre_exchange"),
	},
	approved=Closed("Placement Approved", PERSONNEL),
	not_approved=Closed("Placement Not Approved", ADMINISTRATOR),
	cancelled=Closed(statuses.PLACEMENT_CANCELLED, ADMINISTRATOR),
	withdrawn=Closed("Placement Withdrawn", ADMINISTRATOR),
	statuses=statuses.OF_STATE,
	**_ENDORSED,
)
CHANGE = Approval(
	steps={
		statuses.CHANGE_DRAFT: Step(
			(SchoolLeader("home_school", "host_school"), Holder(PERSONNEL)), draft=True
		),
		"Change Awaiting Personnel Section": Step((Holder(PERSONNEL),), not_sender=True),
		"Change Awaiting Leading Group": Step((Holder(GROUP_HEAD),), only_if="is_cadre_exchange"),
	},
	approved=Closed(statuses.CHANGE_APPROVED, PERSONNEL),
	not_approved=Closed(statuses.CHANGE_NOT_APPROVED, ADMINISTRATOR),
	withdrawn=Closed(statuses.CHANGE_WITHDRAWN, ADMINISTRATOR),
	**_ENDORSED,
)

POLICY = Policy(
	community_state=("gongtongti.exchange.state.of_community",),
	documents={
		"Exchange Plan": Document(grant((EVERYONE, READ), (PERSONNEL, KEEP)), read=(Everyone(),)),
		"Rural Support Team": Document(
			grant(
				(
					(ADMINISTRATOR, GROUP_HEAD, BUREAU_LEADER, TEACHING_RESEARCH, SUPERVISION, DISCIPLINE),
					VIEW,
				),
				((*SCHOOL_LEADERS, SUBDISTRICT_OFFICE, EXCHANGE_TEACHER), READ),
				((*PRINCIPALS, LEADER_IN_CHARGE), EDIT),
				(PERSONNEL, KEEP),
			),
			read=(
				Holder(*EXCHANGE_SECTIONS.roles, TEACHING_RESEARCH),
				Member("community"),
				BureauLeader("community"),
			),
		),
		"Exchange Placement": Document(
			grant(
				(PLACEMENT_READERS, VIEW),
				(EXCHANGE_TEACHER, READ),
				((*PRINCIPALS, LEADER_IN_CHARGE), (*EDIT, "delete")),
				(SUBDISTRICT_OFFICE, (*VIEW, "write")),
				(GROUP_HEAD, SIGN),
				(PERSONNEL, (*SIGN, "create", "delete", "import")),
			),
			read=_SEEN_BY,
			approval=PLACEMENT,
		),
		"Placement Change": Document(
			grant(
				(PLACEMENT_READERS, VIEW),
				(EXCHANGE_TEACHER, READ),
				((*PRINCIPALS, LEADER_IN_CHARGE), (*EDIT, "delete")),
				(PERSONNEL, (*SIGN, "create", "delete")),
				(GROUP_HEAD, SIGN),
			),
			read=_SEEN_BY,
			approval=CHANGE,
		),
	},
	children={
		"Exchange Quota": ("Exchange Plan",),
		"Support Team Subject": ("Rural Support Team",),
	},
	options={
		"Exchange Placement": {
			"kind": tuple(kinds.KINDS),
			"mode": tuple(kinds.MODES),
			"direction": (kinds.URBAN_TO_RURAL, kinds.RURAL_TO_URBAN, kinds.BETWEEN_EQUALS),
			"status": statuses.ALL,
		},
	},
	client={
		"exchange.OPEN": statuses.OPEN,
		"exchange.NO_LONGER": statuses.NO_LONGER,
		"exchange.WEEKDAYS": kinds.WEEKDAYS,
		"exchange.KINDS": kinds.for_the_form(),
	},
	reports={
		"Exchange Roster": Report((*PLACEMENT_READERS, *SCHOOL_LEADERS, EXCHANGE_TEACHER)),
		"Subject Balance": Report((*PLACEMENT_READERS, *SCHOOL_LEADERS)),
		"Exchange Norms": Report((*PLACEMENT_READERS, *SCHOOL_LEADERS)),
	},
)
