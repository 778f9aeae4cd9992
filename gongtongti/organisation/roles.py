"""Who may do what: the one table of roles, posts and rights (ORG3, ORG4, EX5, AID2, AID4).

Everything that speaks of rights is derived from here: the Role fixtures, the permissions in the DocType files, the
roles of a report, the roles that a seat or a school post gives, and the table of roles in the README. After a change run
`python gongtongti/organisation/roles.py` (or `make roles`), which writes them all; a test compares them with this table.

Rights say *what* a role may do with a DocType; *which rows* it may do it with is said in `core/access.py`; *who signs which
step* is said by the Workflow (`fixtures/workflow.json`) and held by `approval.py`.
"""

import csv
import json
from datetime import datetime
from pathlib import Path

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
	EXCHANGE_TEACHER: "A teacher or cadre: sees the own record and the own placements",
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

BUREAU = (
	ADMINISTRATOR, GROUP_HEAD, BUREAU_LEADER, PERSONNEL, BASIC_EDUCATION, TEACHING_RESEARCH, FINANCE, SUPERVISION,
	DISCIPLINE, BUREAU_OFFICE, VOCATIONAL, E_EDUCATION, LOGISTICS,
)  # fmt: skip
PRINCIPALS = (FIRST_PRINCIPAL, SECOND_PRINCIPAL)
SCHOOL_LEADERS = (*PRINCIPALS, LEADER_IN_CHARGE)
EVERYONE = tuple(ROLES)

# What a role may do with a DocType, as the columns of a DocPerm row. `share` is given to nobody: a shared document
# would pass by the row rules.
READ = ("read", "report", "print", "email")
VIEW = (*READ, "export")
EDIT = (*VIEW, "write", "create")
KEEP = (*EDIT, "delete", "import")
SIGN = (*VIEW, "write", "submit")
COLUMNS = ("select", "read", "write", "create", "delete", "submit", "cancel", "amend", "report", "export", "import", "print",
	"email", "share")  # fmt: skip


def _grant(*pairs):
	"""[(roles or role, rights), …] -> {role: rights}; a later pair wins."""
	table = {}
	for roles, rights in pairs:
		for role in (roles,) if isinstance(roles, str) else roles:
			table[role] = tuple(rights)
	return table


# The money of the aid fund is read by many, and nothing in it names a pupil; what does is read by few, and neither
# exported nor mailed nor imported (AID4)
_MONEY_READERS = (GROUP_HEAD, BUREAU_LEADER, BASIC_EDUCATION, FINANCE, SUPERVISION, DISCIPLINE)
_CARE = ("read", "write", "create", "report")

_PLACEMENT_READERS = (
	ADMINISTRATOR,
	GROUP_HEAD,
	BUREAU_LEADER,
	PERSONNEL,
	SUPERVISION,
	DISCIPLINE,
	SUBDISTRICT_OFFICE,
)

RIGHTS = {
	"Education Subdistrict": _grant((EVERYONE, READ), (ADMINISTRATOR, KEEP)),
	"Teaching Subject": _grant((EVERYONE, READ), (ADMINISTRATOR, KEEP), (PERSONNEL, KEEP)),
	# Pending Approvals hangs on it: whoever sees applications for aid there exports nothing (AID4)
	"Community School Year": _grant((EVERYONE, READ), (_PLACEMENT_READERS, VIEW), (ADMINISTRATOR, KEEP), (PERSONNEL, EDIT)),
	"Community Coverage Target": _grant((EVERYONE, READ), (ADMINISTRATOR, KEEP)),
	"Community Settings": _grant((BUREAU, ("read",)), (ADMINISTRATOR, ("read", "write"))),
	"Community School": _grant((EVERYONE, READ), (BUREAU, VIEW), (ADMINISTRATOR, KEEP), (PERSONNEL, EDIT)),
	"School Staff": _grant(
		((GROUP_HEAD, BUREAU_LEADER, SUPERVISION, DISCIPLINE), VIEW), ((SUBDISTRICT_OFFICE, EXCHANGE_TEACHER), READ), (PRINCIPALS, EDIT),
		(LEADER_IN_CHARGE, EDIT), ((ADMINISTRATOR, PERSONNEL), KEEP)),
	"Education Community": _grant((EVERYONE, READ), (BUREAU, VIEW), (ADMINISTRATOR, KEEP)),
	"Community Leading Group": _grant((EVERYONE, READ), (ADMINISTRATOR, KEEP)),
	"Community Role Grant": _grant(((ADMINISTRATOR, DISCIPLINE), READ)),
	"Community Agreement": _grant(
		(BUREAU, VIEW), ((*SCHOOL_LEADERS, SUBDISTRICT_OFFICE), READ), (FIRST_PRINCIPAL, EDIT),
		((ADMINISTRATOR, BUREAU_OFFICE), (*KEEP, "submit", "cancel"))),
	"Community Document": _grant(
		(BUREAU, VIEW), ((*SCHOOL_LEADERS, SUBDISTRICT_OFFICE), READ), ((FIRST_PRINCIPAL, ADMINISTRATOR), (*EDIT, "delete",
		"submit"))),
	"Exchange Plan": _grant((EVERYONE, READ), (PERSONNEL, KEEP)),
	"Rural Support Team": _grant(
		((ADMINISTRATOR, GROUP_HEAD, BUREAU_LEADER, TEACHING_RESEARCH, SUPERVISION, DISCIPLINE), VIEW),
		((*SCHOOL_LEADERS, SUBDISTRICT_OFFICE, EXCHANGE_TEACHER), READ), ((*PRINCIPALS, LEADER_IN_CHARGE), EDIT), (PERSONNEL, KEEP)),
	"Exchange Placement": _grant(
		(_PLACEMENT_READERS, VIEW), (EXCHANGE_TEACHER, READ), ((*PRINCIPALS, LEADER_IN_CHARGE), (*EDIT, "delete")),
		(SUBDISTRICT_OFFICE, (*VIEW, "write")), (GROUP_HEAD, SIGN), (PERSONNEL, (*SIGN, "create", "delete", "import"))),
	"Placement Change": _grant(
		(_PLACEMENT_READERS, VIEW), (EXCHANGE_TEACHER, READ), ((*PRINCIPALS, LEADER_IN_CHARGE), (*EDIT, "delete")),
		(PERSONNEL, (*SIGN, "create", "delete")), (GROUP_HEAD, SIGN)),
	"Aid Fund": _grant((_MONEY_READERS, VIEW), (SCHOOL_LEADERS, READ), (FINANCE, EDIT)),
	"Aid Fund Contribution": _grant((_MONEY_READERS, VIEW), (FINANCE, (*EDIT, "delete", "submit"))),
	"Aid Fund Entry": _grant((_MONEY_READERS, VIEW)),
	"Aid Disbursement": _grant(
		(_MONEY_READERS, ("read", "report", "print")),
		(FINANCE, ("read", "report", "print", "write", "create", "delete", "submit"))),
	# discipline inspection reads one pupil's record and applications by way of a case: see aid/access.py
	"Aided Pupil": _grant(((*SCHOOL_LEADERS, BASIC_EDUCATION), _CARE)),
	"Aid Application": _grant(
		(SCHOOL_LEADERS, (*_CARE, "print", "delete")), (BASIC_EDUCATION, ("read", "report", "print", "write")),
		(FINANCE, ("read", "report", "print", "write", "submit"))),
	"Dropout Risk": _grant(((*SCHOOL_LEADERS, BASIC_EDUCATION), _CARE)),
	"Aid Follow Up": _grant(((*SCHOOL_LEADERS, BASIC_EDUCATION), _CARE)),
	"Pupil Account Record": _grant(((*SCHOOL_LEADERS, BASIC_EDUCATION), ("read", "report"))),
	"Aid Inspection Case": _grant((BASIC_EDUCATION, ("read", "report")), (DISCIPLINE, _CARE)),
	"Pupil Record Access": _grant(((BASIC_EDUCATION, DISCIPLINE), ("read", "report"))),
}  # fmt: skip

# report -> roles that may run it; which rows they see follows from core/access.py
REPORTS = {
	"Community Coverage": (*BUREAU, SUBDISTRICT_OFFICE, *SCHOOL_LEADERS),
	"Exchange Roster": (*_PLACEMENT_READERS, *SCHOOL_LEADERS, EXCHANGE_TEACHER),
	"Subject Balance": (*_PLACEMENT_READERS, *SCHOOL_LEADERS),
	"Exchange Norms": (*_PLACEMENT_READERS, *SCHOOL_LEADERS),
	"Pending Approvals": (*_PLACEMENT_READERS, BASIC_EDUCATION, FINANCE, *SCHOOL_LEADERS, EXCHANGE_TEACHER),
	"Aid Fund Statement": _MONEY_READERS,
	"Aid by School and Grade": (*_MONEY_READERS, *SCHOOL_LEADERS),
	"Aid Contributions": (*_MONEY_READERS, *SCHOOL_LEADERS),
	"Aid Contributions for Internal Use": _MONEY_READERS,
	"Dropout Watch": (*SCHOOL_LEADERS, BASIC_EDUCATION),
}


def permissions(doctype):
	"""The permission rows of a DocType as they stand in its file: [{"role": …, "read": 1, …}], in the order of ROLES."""
	return [
		{"role": role, **{column: 1 for column in sorted(RIGHTS[doctype][role])}}
		for role in ROLES
		if role in RIGHTS[doctype]
	]


def may(role, doctype, right):
	"""Whether the table gives `role` the right (a column of DocPerm) on `doctype`."""
	return right in RIGHTS.get(doctype, {}).get(role, ())


# -- the writer ----------------------------------------------------------------------------------------------------------

MARKS = ("<!-- roles -->", "<!-- /roles -->")


def write(app=None):
	"""Writes the table into every file that repeats it: DocTypes, reports, the Role fixtures, the seats' posts, the README.

	In: the app's package folder (default: this file's). Out: paths of the files that changed, sorted. A changed DocType or
	report gets a new "modified", because migrate passes over files whose date it knows. Needs no framework.
	"""
	app = Path(app).resolve() if app else Path(__file__).resolve().parents[1]
	app = app if app.is_dir() else app.parent
	module = app / "gongtongti"
	changed = [_write_json(_file(module, "doctype", doctype), **_of_doctype(doctype)) for doctype in RIGHTS]
	seat = _file(module, "doctype", "Leading Group Seat")
	changed.append(_write_json(seat, fields=_with_posts(json.loads(seat.read_text("utf-8"))["fields"])))
	for report, runners in REPORTS.items():
		file = _file(module, "report", report)
		if file.exists():
			changed.append(_write_json(file, roles=[{"role": role} for role in ROLES if role in runners]))
	changed.append(_write_text(app / "fixtures" / "role.json", _as_json(fixtures())))
	readme = app.parent / "README.md"
	if readme.exists():
		changed.append(_write_text(readme, _between_marks(readme.read_text("utf-8"), markdown(app))))
	return sorted(path for path in changed if path)


def _of_doctype(doctype):
	# the framework lets nobody have the right to import where the DocType does not say that it can be imported
	imported = {"allow_import": 1} if any("import" in rights for rights in RIGHTS[doctype].values()) else {}
	return {"permissions": permissions(doctype), **imported}


def fixtures():
	"""The Role documents of the app, as fixtures/role.json holds them."""
	return [{"doctype": "Role", "name": role, "role_name": role, "desk_access": 1} for role in ROLES]


def markdown(app):
	"""The README's table of roles, in Chinese with the English names: what for, given by which post, what it may change."""
	with (app / "translations" / "zh.csv").open(encoding="utf-8", newline="") as file:
		chinese = {row[0]: row[1] for row in csv.reader(file) if len(row) > 1}

	def zh(text):
		return chinese.get(text, text)

	posts = {
		role: [zh(post) for post, given in (*GROUP_POSTS.items(), *SCHOOL_POSTS.items()) if role in given]
		for role in ROLES
	}
	lines = ["| 角色 | 职责 | 由席位或岗位授予 | 可填写或审批 |", "|---|---|---|---|"]
	for role, duty in ROLES.items():
		writes = [zh(doctype) for doctype in RIGHTS if may(role, doctype, "write")]
		lines.append(
			f"| {zh(role)}<br>{role} | {zh(duty)} | {'、'.join(posts[role]) or '直接授予'} | {'、'.join(writes) or '只读'} |"
		)
	return "\n".join(lines)


def _file(module, kind, name):
	folder = name.lower().replace(" ", "_")
	return module / kind / folder / f"{folder}.json"


def _with_posts(fields):
	return [
		{**field, "options": "\n".join(("", *GROUP_POSTS))} if field["fieldname"] == "post" else field
		for field in fields
	]


def _between_marks(text, table):
	start, end = (text.find(mark) for mark in MARKS)
	if min(start, end) < 0:
		raise ValueError(f"README.md needs the lines {MARKS[0]} and {MARKS[1]} around its table of roles")
	return f"{text[: start + len(MARKS[0])]}\n{table}\n{text[end:]}"


def _write_json(path, **values):
	content = json.loads(path.read_text("utf-8"))
	if all(content.get(key) == value for key, value in values.items()):
		return None
	content.update(values, modified=datetime.now().strftime("%Y-%m-%d %H:%M:%S.%f"))
	return _write_text(path, _as_json(content))


def _write_text(path, text):
	if path.exists() and path.read_text("utf-8") == text:
		return None
	path.parent.mkdir(exist_ok=True)
	path.write_text(text, encoding="utf-8", newline="\n")
	return path


def _as_json(content):
	return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
	for written in write():
		print(f"written: {written}")
