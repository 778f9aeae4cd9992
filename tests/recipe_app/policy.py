"""What this app declares: visits to schools, written by the school, approved by its principal and the section."""

from gongtongti.core.policy import EDIT, SIGN, Approval, Closed, Document, Policy, Step, grant
from gongtongti.core.relations import Holder
from gongtongti.organisation.relations import Principal, SchoolLeader
from gongtongti.organisation.roles import BASIC_EDUCATION, SCHOOL_LEADERS

POLICY = Policy(
	documents={
		"Recipe Visit": Document(
			grant((SCHOOL_LEADERS, (*EDIT, "delete")), (BASIC_EDUCATION, SIGN)),
			read=(Holder(BASIC_EDUCATION), SchoolLeader("school")),
			approval=Approval(
				steps={
					"Visit Draft": Step((SchoolLeader("school"),), draft=True),
					"Visit Awaiting Principal": Step((Principal("school"),), not_sender=True),
					"Visit Awaiting Section": Step((Holder(BASIC_EDUCATION),)),
				},
				approved=Closed("Visit Approved", BASIC_EDUCATION),
				not_approved=Closed("Visit Not Approved", BASIC_EDUCATION),
				withdrawn=Closed("Visit Withdrawn", BASIC_EDUCATION),
			),
		)
	}
)
