"""The work of each day, under names that no other app has.

The framework names a Scheduled Job Type by the last two parts of its address. `watch.daily` could be another app's as
well, and then the framework deletes the one to make the other.
"""

from gongtongti.activities.decisions import daily as remind_of_decisions
from gongtongti.activities.holding import mark_missed as mark_missed_activities
from gongtongti.activities.hosting import catch_up as begin_host_support
from gongtongti.activities.meetings import daily as make_joint_meetings
from gongtongti.activities.pairings import end_over as end_pairings
from gongtongti.activities.reminders import remind as remind_of_duties
from gongtongti.aid.inspection import close_expired as close_expired_inspection_cases
from gongtongti.aid.ledger import verify_all as verify_funds
from gongtongti.aid.recurring import propose as propose_recurring_aid
from gongtongti.aid.watch import daily as watch_dropout_risks
from gongtongti.core.privacy import run_reports_at_once
from gongtongti.exchange.lifecycle import daily as begin_and_end_placements
from gongtongti.organisation.agreements import run_daily as remind_of_agreements
from gongtongti.organisation.posts import sync_all as sync_posts

__all__ = (
	"begin_and_end_placements",
	"begin_host_support",
	"close_expired_inspection_cases",
	"end_pairings",
	"make_joint_meetings",
	"mark_missed_activities",
	"propose_recurring_aid",
	"remind_of_agreements",
	"remind_of_decisions",
	"remind_of_duties",
	"run_reports_at_once",
	"sync_posts",
	"verify_funds",
	"watch_dropout_risks",
)
