"""Statuses of an exchange placement, each named once."""


class Status:
	DRAFT = "Draft"
	IN_APPROVAL = "In Approval"
	APPROVED = "Finally Approved"
	RUNNING = "Serving"
	COMPLETED = "Completed"
	ENDED_EARLY = "Ended Early"
	CANCELLED = "Cancelled"
	NOT_APPROVED = "Not Approved"
	WITHDRAWN = "Placement Withdrawn"


ALL = tuple(value for name, value in vars(Status).items() if name.isupper())

# Sent for approval or approved: takes a place of the quota, the person's time, and a share of the balance (EX3, EX6, EX7)
COUNTED = (Status.IN_APPROVAL, Status.APPROVED, Status.RUNNING, Status.COMPLETED, Status.ENDED_EARLY)

# Approved, whatever came after: has taken part (NX1)
TOOK_PART = (Status.APPROVED, Status.RUNNING, Status.COMPLETED, Status.ENDED_EARLY)

# May be extended or ended early (EX13)
OPEN = (Status.APPROVED, Status.RUNNING)

# Will not take place
NO_LONGER = (Status.CANCELLED, Status.NOT_APPROVED, Status.WITHDRAWN)

# States of the workflow "Exchange Placement Approval"; every other one is a step of the approval
PLACEMENT_DRAFT = "Placement Draft"
PLACEMENT_CANCELLED = "Placement Cancelled"
OF_STATE = {
	PLACEMENT_DRAFT: Status.DRAFT,
	"Placement Approved": Status.APPROVED,
	"Placement Not Approved": Status.NOT_APPROVED,
	PLACEMENT_CANCELLED: Status.CANCELLED,
	"Placement Withdrawn": Status.WITHDRAWN,
}

# States of the workflow "Placement Change Approval"
CHANGE_DRAFT = "Change Draft"
CHANGE_APPROVED = "Change Approved"
CHANGE_NOT_APPROVED = "Change Not Approved"
CHANGE_WITHDRAWN = "Change Withdrawn"


def of_state(workflow_state: str | None) -> str:
	"""The status that a state of the approval stands for."""
	return OF_STATE.get(workflow_state or PLACEMENT_DRAFT, Status.IN_APPROVAL)
