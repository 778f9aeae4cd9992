"""What the aid fund declares: money, pupils in hardship, applications, dropout watch (AID1 to AID5).

The money of the fund is read by many, and nothing in it names a pupil; what does is read by few, and neither exported nor
mailed nor imported (AID4).
"""

from gongtongti.aid import applications, contributions, payments, watch
from gongtongti.aid.relations import PupilsSchoolLeader
from gongtongti.core.policy import (
	EDIT,
	READ,
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
from gongtongti.organisation.relations import BureauLeader, Principal, SchoolLeader, Seat
from gongtongti.organisation.roles import (
	BASIC_EDUCATION,
	BUREAU_LEADER,
	DISCIPLINE,
	FINANCE,
	GROUP_HEAD,
	SCHOOL_LEADERS,
	SUPERVISION,
)

_MONEY_READERS = (GROUP_HEAD, BUREAU_LEADER, BASIC_EDUCATION, FINANCE, SUPERVISION, DISCIPLINE)
_MONEY = (
	Holder(GROUP_HEAD, BASIC_EDUCATION, FINANCE, SUPERVISION, DISCIPLINE),
	BureauLeader("community"),
)
_CARE = ("read", "write", "create", "report")
# What says who is in hardship, for those who must know. It follows the pupil to another school, because v15 and v16 show
# with a row whatever fields of the documents are asked for that the row links to.
_HARDSHIP = {
	"read": (Holder(BASIC_EDUCATION), PupilsSchoolLeader("pupil")),
	"private": True,
}

# document 1 §4.3: who applies does not approve
APPLICATION = Approval(
	steps={
		applications.AID_DRAFT: Step((SchoolLeader("school"),), draft=True, not_sent_by=Principal("school")),
		applications.AWAITING_PRINCIPAL: Step(
			(Principal("school"),), not_sender=True, unless="fast_track", may_disagree=False
		),
		applications.AWAITING_BASIC_EDUCATION: Step((Holder(BASIC_EDUCATION),), not_sender=True),
		# the chief signs and the cashier, who has the same role, pays: whoever signs is barred from paying
		applications.AWAITING_FINANCE: Step(
			(Holder(FINANCE),), not_sender=True, first=Seat("Finance Section Chief")
		),
	},
	approved=Closed(applications.AID_APPROVED, FINANCE),
	not_approved=Closed(applications.AID_NOT_APPROVED, BASIC_EDUCATION),
	withdrawn=Closed(applications.AID_WITHDRAWN, BASIC_EDUCATION),
	statuses=applications.OF_STATE,
)

POLICY = Policy(
	documents={
		"Aid Fund": Document(
			grant((_MONEY_READERS, VIEW), (SCHOOL_LEADERS, READ), (FINANCE, EDIT)), read=(Everyone(),)
		),
		"Aid Fund Contribution": Document(
			grant((_MONEY_READERS, VIEW), (FINANCE, (*EDIT, "delete", "submit"))),
			read=_MONEY,
			private_files=True,
		),
		"Aid Fund Entry": Document(grant((_MONEY_READERS, VIEW)), read=_MONEY),
		"Aid Disbursement": Document(
			grant(
				(_MONEY_READERS, ("read", "report", "print")),
				(FINANCE, ("read", "report", "print", "write", "create", "delete", "submit")),
			),
			read=_MONEY,
			private_files=True,
		),
		# discipline inspection reads one pupil's record and applications by way of a case: see aid/inspection.py
		"Aided Pupil": Document(
			grant(((*SCHOOL_LEADERS, BASIC_EDUCATION), _CARE)),
			read=(Holder(BASIC_EDUCATION), SchoolLeader("school")),
			private=True,
		),
		"Aid Application": Document(
			grant(
				(SCHOOL_LEADERS, (*_CARE, "print", "delete")),
				(BASIC_EDUCATION, ("read", "report", "print", "write")),
				(FINANCE, ("read", "report", "print", "write", "submit")),
			),
			read=(Holder(BASIC_EDUCATION, FINANCE), PupilsSchoolLeader("pupil")),
			approval=APPLICATION,
			private=True,
		),
		"Dropout Risk": Document(grant(((*SCHOOL_LEADERS, BASIC_EDUCATION), _CARE)), **_HARDSHIP),
		"Aid Follow Up": Document(grant(((*SCHOOL_LEADERS, BASIC_EDUCATION), _CARE)), **_HARDSHIP),
		"Pupil Account Record": Document(
			grant(((*SCHOOL_LEADERS, BASIC_EDUCATION), ("read", "report"))), **_HARDSHIP
		),
		"Aid Inspection Case": Document(
			grant((BASIC_EDUCATION, ("read", "report")), (DISCIPLINE, _CARE)),
			read=(Holder(BASIC_EDUCATION, DISCIPLINE),),
		),
		"Pupil Record Access": Document(
			grant(((BASIC_EDUCATION, DISCIPLINE), ("read", "report"))),
			read=(Holder(BASIC_EDUCATION, DISCIPLINE),),
		),
	},
	children={
		"Aid Fund Purpose": ("Aid Fund",),
		"Aid Disbursement Item": ("Aid Disbursement",),
	},
	options={
		"Aid Fund Contribution": {"source": contributions.SOURCES},
		"Aid Application": {"status": applications.STATUSES},
	},
	client={
		"aid.APPROVED": applications.Status.APPROVED,
		"aid.PAID": applications.Status.PAID,
		"aid.STOPPED": applications.Status.STOPPED,
		"aid.ITEM_PAID": payments.ITEM_PAID,
		"aid.SOURCES": contributions.SOURCES,
		"aid.WATCHED": watch.WATCHED,
	},
	reports={
		"Aid Fund Statement": Report(_MONEY_READERS),
		"Aid by School and Grade": Report((*_MONEY_READERS, *SCHOOL_LEADERS)),
		"Aid Contributions": Report((*_MONEY_READERS, *SCHOOL_LEADERS)),
		"Aid Contributions for Internal Use": Report(_MONEY_READERS),
		"Dropout Watch": Report((*SCHOOL_LEADERS, BASIC_EDUCATION)),
	},
	tasks=("gongtongti.aid.watch.tasks_astray",),
	packages=("gongtongti/aid",),
)
