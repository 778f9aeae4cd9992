"""What the activities declare: kinds, the community's activities and their records (ACT1 to ACT13)."""

from gongtongti.activities import kinds, lessons, rubrics, series, statuses
from gongtongti.activities.relations import AreaLeader, HolderOnce
from gongtongti.core.policy import (
	EDIT,
	KEEP,
	READ,
	VIEW,
	Approval,
	Closed,
	Document,
	Everyone,
	Policy,
	Step,
	grant,
)
from gongtongti.core.relations import Account, Holder
from gongtongti.organisation.council import WORK_FIELDS
from gongtongti.organisation.policy import SECTIONS, school
from gongtongti.organisation.relations import BureauLeader, Member, Person, Principal, SchoolLeader
from gongtongti.organisation.roles import (
	ADMINISTRATOR,
	BASIC_EDUCATION,
	BUREAU,
	BUREAU_LEADER,
	COUNCIL_MEMBER,
	EVERYONE,
	EXCHANGE_TEACHER,
	GROUP_HEAD,
	SCHOOL_LEADERS,
	SUBDISTRICT_OFFICE,
	TEACHING_RESEARCH,
)

# everybody of a community sees what happens in it; the sections of the bureau see all of it
OF_COMMUNITY = (SECTIONS, Member("community"), BureauLeader("community"))
_WRITTEN_BY = (*EDIT, "delete", "submit")
# who observes lessons, beside teachers and leaders of the community; inspection changes nothing
_OBSERVERS = (TEACHING_RESEARCH, BASIC_EDUCATION, GROUP_HEAD, BUREAU_LEADER, SUBDISTRICT_OFFICE)

# which step a plan takes is said by its kind (ORG4)
ACTIVITY = Approval(
	steps={
		statuses.ACTIVITY_DRAFT: Step(
			(SchoolLeader("host_school"), Person("organiser"), AreaLeader("council_area")), draft=True
		),
		"Activity Awaiting Lead Principal": Step(
			(Principal("lead_school", deputies=True),), not_sender=True, only_if="needs_lead_principal"
		),
		"Activity Awaiting Teaching Research": Step(
			(Holder(TEACHING_RESEARCH),), only_if="needs_teaching_research"
		),
		"Activity Awaiting Basic Education": Step(
			(Holder(BASIC_EDUCATION),), only_if="needs_basic_education"
		),
	},
	approved=Closed(statuses.ACTIVITY_APPROVED, TEACHING_RESEARCH),
	not_approved=Closed(statuses.ACTIVITY_NOT_APPROVED, ADMINISTRATOR),
	withdrawn=Closed(statuses.ACTIVITY_WITHDRAWN, ADMINISTRATOR),
	statuses=statuses.OF_STATE,
)

POLICY = Policy(
	documents={
		"Activity Kind": Document(
			grant(
				(EVERYONE, READ), (BUREAU, VIEW), ((ADMINISTRATOR, TEACHING_RESEARCH, BASIC_EDUCATION), KEEP)
			),
			read=(Everyone(),),
		),
		"Community Activity": Document(
			grant(
				(BUREAU, VIEW),
				(SUBDISTRICT_OFFICE, (*VIEW, "write")),
				((*SCHOOL_LEADERS, EXCHANGE_TEACHER, COUNCIL_MEMBER), _WRITTEN_BY),
				((TEACHING_RESEARCH, BASIC_EDUCATION), (*VIEW, "write", "submit")),
			),
			read=(*OF_COMMUNITY, *school("host_school"), AreaLeader("council_area")),
			approval=ACTIVITY,
			private_files=True,
		),
		"Observation Rubric": Document(
			grant((EVERYONE, READ), (BUREAU, VIEW), ((ADMINISTRATOR, TEACHING_RESEARCH), (*KEEP, "submit"))),
			read=(Everyone(),),
		),
		"Open Lesson": Document(
			grant(
				(BUREAU, VIEW),
				(SUBDISTRICT_OFFICE, READ),
				((*SCHOOL_LEADERS, EXCHANGE_TEACHER), (*EDIT, "delete")),
			),
			read=(*OF_COMMUNITY, *school("school")),
		),
		# an observer's own until the discussion is recorded, then the community's and the bureau's
		"Lesson Observation": Document(
			grant((BUREAU, VIEW), ((*SCHOOL_LEADERS, EXCHANGE_TEACHER, *_OBSERVERS), _WRITTEN_BY)),
			read=(
				Account("observer"),
				Member("seen_in"),
				HolderOnce("disclosed", lessons.DISCLOSED, *SECTIONS.roles),
			),
		),
	},
	children={
		"Activity School": ("Community Activity",),
		"Activity Material": ("Community Activity",),
		"Activity Participant": ("Community Activity",),
		"Activity Picture": ("Community Activity",),
		"Media Coverage": ("Community Activity",),
		"Activity Visitor": ("Community Activity",),
		"Activity Change": ("Community Activity",),
		"Rubric Item": ("Observation Rubric",),
		"Rubric Grade": ("Observation Rubric",),
		"Observation Score": ("Lesson Observation",),
	},
	options={
		"Activity Kind": {"work_field": WORK_FIELDS, "approver": tuple(kinds.APPROVERS)},
		"Community Activity": {"status": statuses.ALL, "work_field": WORK_FIELDS},
		"Observation Rubric": {"status": rubrics.ALL},
		"Open Lesson": {"status": lessons.ALL},
		"Lesson Observation": {"disclosed": (lessons.DISCLOSED,)},
	},
	client={
		"activities.OPEN": statuses.OPEN,
		"activities.RUBRICS_CHOSEN": rubrics.CHOSEN,
		"activities.LESSON": {
			"PLANNED": lessons.Status.PLANNED,
			"GIVEN": lessons.Status.GIVEN,
			"DISCUSSED": lessons.Status.DISCUSSED,
		},
		"activities.EVERY": series.EVERY,
		"activities.STATUS": {
			"PLANNED": statuses.Status.PLANNED,
			"HELD": statuses.Status.HELD,
			"MISSED": statuses.Status.MISSED,
			"CALLED_OFF": statuses.Status.CALLED_OFF,
		},
	},
)
