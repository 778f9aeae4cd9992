"""The roles, and the posts that give them (ORG2, ORG3, ORG4).

What a role may do with which documents is said by the features' policies.
"""

ADMINISTRATOR = "Community Administrator"
GROUP_HEAD = "Leading Group Head"
BUREAU_LEADER = "Bureau Leader"
PERSONNEL = "Personnel Section"
BASIC_EDUCATION = "Basic Education Section"
TEACHING_RESEARCH = "Teaching Research Office"
FINANCE = "Finance Section"
SUPERVISION = "Supervision Office"
DISCIPLINE = "Discipline Inspection"
BUREAU_OFFICE = "Bureau Office"
VOCATIONAL = "Vocational Education Section"
E_EDUCATION = "E-Education Station"
LOGISTICS = "Logistics Station"
SUBDISTRICT_OFFICE = "Subdistrict Education Office"
FIRST_PRINCIPAL = "First Responsible Principal"
SECOND_PRINCIPAL = "Second Responsible Principal"
LEADER_IN_CHARGE = "School Leader in Charge"
EXCHANGE_TEACHER = "Exchange Teacher"
COUNCIL_MEMBER = "Council Member"

# role -> what it answers for (English; the Chinese of both stands in translations/zh.csv)
ROLES = {
	ADMINISTRATOR: "Sets up schools, communities, the leading group and the settings; signs nothing",
	GROUP_HEAD: "Head and deputy heads of the leading group: sees everything but pupils' records, decides on cadre exchange",
	BUREAU_LEADER: "A bureau leader who answers for communities (包靠) and sees their state",
	PERSONNEL: "Cadre and teacher exchange: plans, quotas, approval, changes",
	BASIC_EDUCATION: "Student exchange, aid to pupils and dropout watch; reads the communities",
	TEACHING_RESEARCH: "Teaching research exchange; reads the communities and support teams",
	FINANCE: "Aid funds: books, last approval, payment; reads the communities and agreements",
	SUPERVISION: "Assessment: reads everything but pupils' records, changes nothing",
	DISCIPLINE: "Discipline inspection: reads everything but pupils' records, changes nothing; opens a pupil's record with a reason",
	BUREAU_OFFICE: "Keeps agreements and collects term materials",
	VOCATIONAL: "Reads the communities",
	E_EDUCATION: "Shared resources; reads the communities",
	LOGISTICS: "Support of visiting teachers; reads the communities",
	SUBDISTRICT_OFFICE: "Sees and endorses for the schools of its own subdistrict",
	FIRST_PRINCIPAL: "Principal of an urban school: first responsible person of the community",
	SECOND_PRINCIPAL: "Principal of a rural school: second responsible person of the community",
	LEADER_IN_CHARGE: "The school leader who organises exchange and aid at a school and drafts placements and applications",
	EXCHANGE_TEACHER: "A teacher or cadre: sees the user's own record and placements; takes part in activities and lessons",
	COUNCIL_MEMBER: "A seat in a community's council: keeps the activities of the areas of work that it leads",
}

# post of the leading group (options of Leading Group Seat.post) -> roles of whoever sits there (document 1, annex)
GROUP_POSTS = {
	"Group Head": (GROUP_HEAD,),
	"Deputy Group Head": (GROUP_HEAD,),
	"Deputy Director": (BUREAU_LEADER,),
	"Discipline Inspection Secretary": (DISCIPLINE,),
	"Teaching Research Office Director": (TEACHING_RESEARCH,),
	"Bureau Office Director": (BUREAU_OFFICE,),
	"Personnel Section Chief": (PERSONNEL,),
	"Finance Section Chief": (FINANCE,),
	"Supervision Office Director": (SUPERVISION,),
	"Basic Education Section Chief": (BASIC_EDUCATION,),
	"Vocational Education Section Chief": (VOCATIONAL,),
	"E-Education Station Head": (E_EDUCATION,),
	"Logistics Station Head": (LOGISTICS,),
	"School Principal": (FIRST_PRINCIPAL,),
	"Subdistrict Office Director": (SUBDISTRICT_OFFICE,),
}

# post at a school -> roles (ORG2); a principal's role depends on where the school lies
SCHOOL_POSTS = {
	"Principal of Urban School": (FIRST_PRINCIPAL,),
	"Principal of Rural School": (SECOND_PRINCIPAL,),
	"Leader in Charge": (LEADER_IN_CHARGE,),
	"School Staff": (EXCHANGE_TEACHER,),
}

# office in a community's council (options of Council Seat.office; document 5 §1) -> roles
COUNCIL_OFFICES = {
	"Council Chair": (COUNCIL_MEMBER,),
	"Council Vice Chair": (COUNCIL_MEMBER,),
	"Council Director": (COUNCIL_MEMBER,),
	"Secretary General": (COUNCIL_MEMBER,),
	"Deputy Secretary General": (COUNCIL_MEMBER,),
}
# they answer for the council as a whole: all its areas of work are theirs, whichever their seat names
LEADS_WHOLE_COUNCIL = ("Council Chair", "Secretary General")

BUREAU = (
	ADMINISTRATOR, GROUP_HEAD, BUREAU_LEADER, PERSONNEL, BASIC_EDUCATION, TEACHING_RESEARCH, FINANCE, SUPERVISION,
	DISCIPLINE, BUREAU_OFFICE, VOCATIONAL, E_EDUCATION, LOGISTICS,
)  # fmt: skip
PRINCIPALS = (FIRST_PRINCIPAL, SECOND_PRINCIPAL)
SCHOOL_LEADERS = (*PRINCIPALS, LEADER_IN_CHARGE)
EVERYONE = tuple(ROLES)
# who reads placements as a whole, or those within reach, without being of a school
PLACEMENT_READERS = (
	ADMINISTRATOR,
	GROUP_HEAD,
	BUREAU_LEADER,
	PERSONNEL,
	SUPERVISION,
	DISCIPLINE,
	SUBDISTRICT_OFFICE,
)
