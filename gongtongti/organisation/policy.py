"""What the organisation declares: roles, schools, people, communities, agreements (ORG1 to ORG6)."""

from gongtongti.core.policy import EDIT, KEEP, READ, VIEW, Document, Everyone, Policy, Report, grant
from gongtongti.core.relations import Account, Holder
from gongtongti.organisation import council, terms
from gongtongti.organisation.relations import (
	BureauLeader,
	Member,
	PartnerSchool,
	Person,
	SchoolLeader,
	SchoolOfLedCommunity,
	SubdistrictOffice,
)
from gongtongti.organisation.roles import (
	ADMINISTRATOR,
	BASIC_EDUCATION,
	BUREAU,
	BUREAU_LEADER,
	BUREAU_OFFICE,
	COUNCIL_OFFICES,
	DISCIPLINE,
	EVERYONE,
	EXCHANGE_TEACHER,
	FINANCE,
	FIRST_PRINCIPAL,
	GROUP_HEAD,
	GROUP_POSTS,
	LEADER_IN_CHARGE,
	PERSONNEL,
	PLACEMENT_READERS,
	PRINCIPALS,
	ROLES,
	SCHOOL_LEADERS,
	SUBDISTRICT_OFFICE,
	SUPERVISION,
)

# Sections that answer for exchange, and those who read everything (ORG4)
EXCHANGE_SECTIONS = Holder(ADMINISTRATOR, GROUP_HEAD, PERSONNEL, SUPERVISION, DISCIPLINE)
# Bureau sections see the organisation as a whole; a bureau leader the communities that he answers for (ORG5)
SECTIONS = Holder(*(role for role in BUREAU if role != BUREAU_LEADER))


def school(*fields):
	"""Whoever leads the school in one of the fields, or looks after it from the subdistrict's office."""
	return SchoolLeader(*fields), SubdistrictOffice(*fields)


_LIST = (Everyone(),)
_OF_COMMUNITY = (SECTIONS, Member("community"), BureauLeader("community"))

POLICY = Policy(
	roles=ROLES,
	administrators=(ADMINISTRATOR,),
	settings="Community Settings",
	documents={
		"Education Subdistrict": Document(grant((EVERYONE, READ), (ADMINISTRATOR, KEEP)), read=_LIST),
		"Teaching Subject": Document(
			grant((EVERYONE, READ), (ADMINISTRATOR, KEEP), (PERSONNEL, KEEP)), read=_LIST
		),
		# Pending Approvals hangs on it: whoever sees applications for aid there exports nothing (AID4)
		"Community School Year": Document(
			grant((EVERYONE, READ), (PLACEMENT_READERS, VIEW), (ADMINISTRATOR, KEEP), (PERSONNEL, EDIT)),
			read=_LIST,
		),
		"Community Coverage Target": Document(grant((EVERYONE, READ), (ADMINISTRATOR, KEEP)), read=_LIST),
		"Community Settings": Document(grant((BUREAU, ("read",)), (ADMINISTRATOR, ("read", "write")))),
		"Community School": Document(
			grant((EVERYONE, READ), (BUREAU, VIEW), (ADMINISTRATOR, KEEP), (PERSONNEL, EDIT)),
			read=(SECTIONS, *school("name"), PartnerSchool("name")),
		),
		"School Staff": Document(
			grant(
				((GROUP_HEAD, BUREAU_LEADER, SUPERVISION, DISCIPLINE), VIEW),
				((SUBDISTRICT_OFFICE, EXCHANGE_TEACHER), READ),
				(PRINCIPALS, EDIT),
				(LEADER_IN_CHARGE, EDIT),
				((ADMINISTRATOR, PERSONNEL), KEEP),
			),
			read=(
				EXCHANGE_SECTIONS,
				*school("school"),
				SchoolOfLedCommunity("school"),
				Person("name"),
				Account("user"),
			),
		),
		"Education Community": Document(
			grant((EVERYONE, READ), (BUREAU, VIEW), (ADMINISTRATOR, KEEP)),
			read=(SECTIONS, Member("name"), BureauLeader("name")),
		),
		"Community Leading Group": Document(grant((EVERYONE, READ), (ADMINISTRATOR, KEEP)), read=_LIST),
		"Community Council": Document(
			grant((EVERYONE, READ), (BUREAU, VIEW), (ADMINISTRATOR, KEEP)), read=_OF_COMMUNITY
		),
		"Community Role Grant": Document(
			grant(((ADMINISTRATOR, DISCIPLINE), READ)), read=(Holder(ADMINISTRATOR, DISCIPLINE),)
		),
		"Community Agreement": Document(
			grant(
				(BUREAU, VIEW),
				((*SCHOOL_LEADERS, SUBDISTRICT_OFFICE), READ),
				(FIRST_PRINCIPAL, EDIT),
				((ADMINISTRATOR, BUREAU_OFFICE), (*KEEP, "submit", "cancel")),
			),
			read=_OF_COMMUNITY,
		),
		"Community Document": Document(
			grant(
				(BUREAU, VIEW),
				((*SCHOOL_LEADERS, SUBDISTRICT_OFFICE), READ),
				((FIRST_PRINCIPAL, ADMINISTRATOR), (*EDIT, "delete", "submit")),
			),
			read=_OF_COMMUNITY,
		),
	},
	children={
		"Staff Honour": ("School Staff",),
		"Staff Service": ("School Staff",),
		"Staff Subject": ("School Staff",),
		"Community Member School": ("Education Community",),
		"Leading Group Seat": ("Community Leading Group",),
		"Council Seat": ("Community Council",),
		"School Holiday": ("Community School Year",),
		"Agreement Party": ("Community Agreement",),
	},
	options={
		"Leading Group Seat": {"post": tuple(GROUP_POSTS)},
		"Council Seat": {"office": tuple(COUNCIL_OFFICES), "work_field": council.WORK_FIELDS},
	},
	client={
		"TERMS": terms.TERMS,
		"roles.ADMINISTRATOR": ADMINISTRATOR,
		"roles.PERSONNEL": PERSONNEL,
		"roles.BASIC_EDUCATION": BASIC_EDUCATION,
		"roles.FINANCE": FINANCE,
		"roles.SCHOOL_LEADERS": SCHOOL_LEADERS,
	},
	reports={
		"Community Coverage": Report((*BUREAU, SUBDISTRICT_OFFICE, *SCHOOL_LEADERS)),
		"Pending Approvals": Report(
			(*PLACEMENT_READERS, BASIC_EDUCATION, FINANCE, *SCHOOL_LEADERS, EXCHANGE_TEACHER), private=True
		),
	},
)
