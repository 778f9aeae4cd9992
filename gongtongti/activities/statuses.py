"""Statuses of an activity, each named once."""


class Status:
	DRAFT = "Draft"
	IN_APPROVAL = "In Approval"
	PLANNED = "Planned for a Day"
	HELD = "Held and Recorded"
	MISSED = "Not Held"
	CALLED_OFF = "Called Off"
	NOT_APPROVED = "Not Approved"
	WITHDRAWN = "Plan Withdrawn"


ALL = tuple(value for name, value in vars(Status).items() if name.isupper())

# on the calendar: approved, whatever came after
APPROVED = (Status.PLANNED, Status.HELD, Status.MISSED, Status.CALLED_OFF)
# may still be moved, called off and recorded; what was missed is recorded late
OPEN = (Status.PLANNED, Status.MISSED)

# States of the workflow "Community Activity Approval"; every other one is a step of the approval
ACTIVITY_DRAFT = "Activity Draft"
ACTIVITY_APPROVED = "Activity Plan Approved"
ACTIVITY_NOT_APPROVED = "Activity Plan Not Approved"
ACTIVITY_WITHDRAWN = "Activity Plan Withdrawn"
OF_STATE = {
	ACTIVITY_DRAFT: Status.DRAFT,
	ACTIVITY_APPROVED: Status.PLANNED,
	ACTIVITY_NOT_APPROVED: Status.NOT_APPROVED,
	ACTIVITY_WITHDRAWN: Status.WITHDRAWN,
}
