"""What the activities declare: kinds, the community's activities and their records (ACT1 to ACT13)."""

from gongtongti.activities import (
	audience,
	completion,
	decisions,
	duties,
	helping,
	hosting,
	kinds,
	lessons,
	meetings,
	mentoring,
	occurrences,
	pairings,
	periods,
	rubrics,
	series,
	sharing,
	statuses,
)
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
	Report,
	Step,
	grant,
)
from gongtongti.core.relations import Account, Holder
from gongtongti.organisation import terms
from gongtongti.organisation.council import WORK_FIELDS
from gongtongti.organisation.policy import SECTIONS, school
from gongtongti.organisation.relations import BureauLeader, Member, OfSchool, Person, Principal, SchoolLeader
from gongtongti.organisation.roles import (
	ADMINISTRATOR,
	BASIC_EDUCATION,
	BUREAU,
	BUREAU_LEADER,
	COUNCIL_MEMBER,
	EVERYONE,
	EXCHANGE_TEACHER,
	GROUP_HEAD,
	LOGISTICS,
	PERSONNEL,
	PLACEMENT_READERS,
	SCHOOL_LEADERS,
	SUBDISTRICT_OFFICE,
	TEACHING_RESEARCH,
)

# everybody of a community sees what happens in it; the sections of the bureau see all of it
OF_COMMUNITY = (SECTIONS, Member("community"), BureauLeader("community"))
# whom the author of a document lets at it (audience.py)
_AUDIENCE = (
	OfSchool("seen_at"),
	Member("seen_in"),
	HolderOnce("open_to", audience.EVERYONE, *EVERYONE),
)
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
	recorded=(
		"materials",
		"participants",
		"pupil_count",
		"wrap_up",
		"discussion",
		"pictures",
		"coverage",
		"visitors",
	),
)

# student exchange belongs to the basic education section, teaching research exchange to the teaching research office (ORG4)
PAIRING = Approval(
	steps={
		pairings.PAIRING_DRAFT: Step((SchoolLeader("school_a", "school_b"),), draft=True),
		"Pairing Awaiting Basic Education": Step((Holder(BASIC_EDUCATION),), unless="for_teachers"),
		"Pairing Awaiting Teaching Research": Step((Holder(TEACHING_RESEARCH),), only_if="for_teachers"),
	},
	approved=Closed(pairings.PAIRING_APPROVED, BASIC_EDUCATION),
	not_approved=Closed(pairings.PAIRING_NOT_APPROVED, ADMINISTRATOR),
	withdrawn=Closed(pairings.PAIRING_WITHDRAWN, ADMINISTRATOR),
	statuses=pairings.OF_STATE,
	recorded=("notes",),
)

# what says who a pupil is: neither exported nor imported nor mailed (AID4)
_PUPILS = ("read", "write", "create", "report")

POLICY = Policy(
	community_state=("gongtongti.activities.duties.of_community",),
	documents={
		"Activity Kind": Document(
			grant(
				(EVERYONE, READ), (BUREAU, VIEW), ((ADMINISTRATOR, TEACHING_RESEARCH, BASIC_EDUCATION), KEEP)
			),
			read=(Everyone(),),
		),
		"Community Duty": Document(
			grant(
				(EVERYONE, READ), (BUREAU, VIEW), ((ADMINISTRATOR, TEACHING_RESEARCH, BASIC_EDUCATION), KEEP)
			),
			read=(Everyone(),),
		),
		"Duty Reminder": Document(grant((ADMINISTRATOR, READ)), read=(Holder(ADMINISTRATOR),)),
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
		# for no section of the bureau, unless its author says so
		"Reflection": Document(
			grant(
				(EVERYONE, READ), ((*SCHOOL_LEADERS, EXCHANGE_TEACHER), (*READ, "write", "create", "delete"))
			),
			read=(Account("author"), *_AUDIENCE),
			private=True,
		),
		"Mentorship": Document(
			grant(
				(BUREAU, VIEW),
				(SUBDISTRICT_OFFICE, READ),
				((*SCHOOL_LEADERS, EXCHANGE_TEACHER), (*EDIT, "delete")),
			),
			read=(*OF_COMMUNITY, *school("mentor_school", "trainee_school"), Person("mentor", "trainee")),
		),
		# for no section of the bureau, unless its author says so; links to one lead somewhere for ever
		"Shared Resource": Document(
			grant((EVERYONE, READ), ((*SCHOOL_LEADERS, EXCHANGE_TEACHER), (*READ, "write", "create"))),
			read=(Account("author"), *_AUDIENCE),
			private_files=True,
		),
		"Host Support Template": Document(
			grant((EVERYONE, READ), ((ADMINISTRATOR, PERSONNEL, LOGISTICS), (*EDIT, "delete"))),
			read=(Everyone(),),
		),
		# begun by the app when a placement is approved: nobody makes or deletes one
		"Host Support": Document(
			grant(
				((PERSONNEL, LOGISTICS), VIEW), (SCHOOL_LEADERS, (*VIEW, "write")), (EXCHANGE_TEACHER, READ)
			),
			read=(
				Holder(PERSONNEL, LOGISTICS),
				SchoolLeader("home_school", "host_school"),
				hosting.RECEIVER,
			),
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
		# neither do the schools take it away as a spreadsheet: on the list that they see stand names of their own pupils
		"School Pairing": Document(
			grant(
				(BUREAU, VIEW),
				((SUBDISTRICT_OFFICE, EXCHANGE_TEACHER), READ),
				(SCHOOL_LEADERS, (*READ, "write", "create", "delete", "submit")),
				((TEACHING_RESEARCH, BASIC_EDUCATION), (*VIEW, "write", "submit")),
			),
			read=(*OF_COMMUNITY, *school("school_a", "school_b")),
			approval=PAIRING,
			private_files=True,
		),
		"Exchange Pupil": Document(
			grant((SCHOOL_LEADERS, (*_PUPILS, "delete")), (BASIC_EDUCATION, ("read", "report"))),
			read=(Holder(BASIC_EDUCATION), SchoolLeader("school")),
			private=True,
		),
		"Two Help One Group": Document(
			grant(
				(SCHOOL_LEADERS, (*_PUPILS, "print")),
				(EXCHANGE_TEACHER, ("read", "write", "print")),
				(BASIC_EDUCATION, ("read", "report", "print")),
			),
			read=(Holder(BASIC_EDUCATION), SchoolLeader("school"), Person("teacher")),
			private=True,
		),
		"Meeting Rule": Document(
			grant((EVERYONE, READ), (BUREAU, VIEW), (ADMINISTRATOR, KEEP)), read=(Everyone(),)
		),
		# made by the scheduler
		"Joint Meeting": Document(
			grant(
				((*BUREAU, SUBDISTRICT_OFFICE), VIEW),
				(EXCHANGE_TEACHER, READ),
				((*SCHOOL_LEADERS, COUNCIL_MEMBER), (*VIEW, "write")),
			),
			read=(*OF_COMMUNITY, *school("host_school")),
			private_files=True,
		),
		"Meeting Decision": Document(
			grant(
				((*BUREAU, SUBDISTRICT_OFFICE), VIEW),
				(EXCHANGE_TEACHER, (*VIEW, "write")),
				((*SCHOOL_LEADERS, COUNCIL_MEMBER), (*EDIT, "delete")),
			),
			read=(*OF_COMMUNITY, Person("owner_staff")),
		),
		"Guidance Visit": Document(
			grant(
				((*BUREAU, SUBDISTRICT_OFFICE), VIEW),
				((*SCHOOL_LEADERS, EXCHANGE_TEACHER), EDIT),
			),
			read=(*OF_COMMUNITY, *school("visited_school", "school"), Person("staff")),
		),
	},
	children={
		"Mentor Guidance": ("Mentorship",),
		"Resource Rating": ("Shared Resource",),
		"Host Support Template Item": ("Host Support Template",),
		"Host Support Item": ("Host Support",),
		"Host Support Talk": ("Host Support",),
		"Duty Kind": ("Community Duty",),
		"Activity School": ("Community Activity",),
		"Activity Material": ("Community Activity", "Joint Meeting"),
		"Activity Participant": ("Community Activity",),
		"Activity Picture": ("Community Activity",),
		"Media Coverage": ("Community Activity",),
		"Activity Visitor": ("Community Activity",),
		"Activity Change": ("Community Activity", "Joint Meeting"),
		"Rubric Item": ("Observation Rubric",),
		"Rubric Grade": ("Observation Rubric",),
		"Observation Score": ("Lesson Observation",),
		"Pairing Note": ("School Pairing",),
		"Exchange Pupil Pairing": ("Exchange Pupil",),
		"Help Session": ("Two Help One Group",),
		"Help Stage": ("Two Help One Group",),
		"Meeting Agenda Item": ("Joint Meeting",),
		"Meeting Attendee": ("Joint Meeting",),
	},
	options={
		"Community Duty": {
			"counts": tuple(occurrences.SOURCES),
			"period": periods.ALL,
			"per": duties.FOR_WHOM,
		},
		"Activity Kind": {"work_field": WORK_FIELDS, "approver": tuple(kinds.APPROVERS)},
		"Community Activity": {"status": statuses.ALL, "work_field": WORK_FIELDS},
		"Observation Rubric": {"status": rubrics.ALL},
		"Reflection": {
			"about_type": audience.ABOUT,
			"audience": audience.ALL,
			"open_to": (audience.EVERYONE,),
		},
		"Host Support": {"status": hosting.STATUSES},
		"Mentorship": {"status": mentoring.STATUSES},
		"Shared Resource": {
			"kind": sharing.KINDS,
			"licence": sharing.LICENCES,
			"audience": audience.SHARED,
			"open_to": (audience.EVERYONE,),
			"status": sharing.STATUSES,
		},
		"Open Lesson": {"status": lessons.ALL},
		"Lesson Observation": {"disclosed": (lessons.DISCLOSED,)},
		"School Pairing": {"kind": pairings.KINDS, "status": pairings.STATUSES},
		"Two Help One Group": {"status": helping.STATUSES},
		"Meeting Rule": {
			"week_of_month": meetings.WEEKS,
			"weekday": meetings.WEEKDAYS,
			"host": meetings.HOSTS,
		},
		"Joint Meeting": {"status": meetings.STATUSES},
		"Meeting Decision": {"status": decisions.STATUSES},
		"Guidance Visit": {"work_field": WORK_FIELDS},
	},
	reports={
		# names of the own school's pupils stand there
		"Pairing List": Report(
			(*BUREAU, SUBDISTRICT_OFFICE, *SCHOOL_LEADERS, EXCHANGE_TEACHER), private=True
		),
		"Activity Completion": Report((*BUREAU, SUBDISTRICT_OFFICE, *SCHOOL_LEADERS)),
		"Community Duties": Report(EVERYONE),
		"Training Credits": Report((*PLACEMENT_READERS, *SCHOOL_LEADERS, EXCHANGE_TEACHER)),
		"Open Lessons and Guidance Days": Report((*PLACEMENT_READERS, *SCHOOL_LEADERS, EXCHANGE_TEACHER)),
		"Joint Meeting Record": Report((*BUREAU, SUBDISTRICT_OFFICE, *SCHOOL_LEADERS, COUNCIL_MEMBER)),
	},
	tasks=("gongtongti.activities.meetings.tasks_astray", "gongtongti.activities.decisions.tasks_astray"),
	client={
		"meetings.OPEN": meetings.OPEN,
		"meetings.STATUS": {
			"SCHEDULED": meetings.Status.SCHEDULED,
			"HELD": meetings.Status.HELD,
			"MISSED": meetings.Status.MISSED,
			"CALLED_OFF": meetings.Status.CALLED_OFF,
		},
		"decisions.STATUS": {
			"OPEN": decisions.Status.OPEN,
			"DONE": decisions.Status.DONE,
			"GIVEN_UP": decisions.Status.GIVEN_UP,
		},
		"activities.DUTY": {
			"KEPT": duties.KEPT,
			"DUE": duties.DUE,
			"MISSED": duties.MISSED,
			"NOT_DUE": duties.NOT_DUE,
		},
		"activities.TERMS": terms.TERMS,
		"activities.WITH_KINDS": occurrences.WITH_KINDS,
		"activities.OPEN": statuses.OPEN,
		"activities.RUBRICS_CHOSEN": rubrics.CHOSEN,
		"activities.SHOWN": lessons.SHOWN,
		"activities.LESSON": {
			"PLANNED": lessons.Status.PLANNED,
			"GIVEN": lessons.Status.GIVEN,
			"DISCUSSED": lessons.Status.DISCUSSED,
		},
		"activities.EVERY": series.EVERY,
		"activities.COMPLETION_BY": tuple(completion.GROUPS),
		"activities.RESOURCE_IN_USE": sharing.IN_USE,
		"activities.PAIRING_RUNNING": pairings.Status.RUNNING,
		"activities.HELP": {"RUNNING": helping.RUNNING, "CONCLUDED": helping.CONCLUDED},
	},
	packages=("gongtongti/activities/pupils",),
)
