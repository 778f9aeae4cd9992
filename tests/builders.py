"""Makes documents for tests: each builder inserts one document with plainly invented content and returns its name.

Builders act as whoever is signed in (the tests start as Administrator) and return the document that is already there if
one of that name exists. `small_district()` builds the district that most tests share; see its docstring.
"""

from types import SimpleNamespace

import frappe
from frappe.utils import getdate, nowdate

from gongtongti.organisation import roles

DOMAIN = "gtt.test"
GROUP = "测试领导小组"
COMMUNITIES = ("测试共同体", "测试第二共同体")
SCHOOLS = ("测试城区小学", "测试乡村小学", "测试城区二小", "测试山村小学")
THIS_YEAR, NEXT_YEAR = "2025-2026", "2026-2027"


def _year_from(first):
	return f"{first}-{first + 1}"


# the calendar year in which the school year of today began; for what the app compares with today
BEGAN = (lambda day: day.year if day.month >= 9 else day.year - 1)(getdate(nowdate()))
CURRENT_YEAR, COMING_YEAR = _year_from(BEGAN), _year_from(BEGAN + 1)
SUBJECTS = ("测试语文", "测试数学", "测试英语")

# what builders made since `record()` was last called: [(doctype, name), …], oldest first
_made = []


def record():
	"""Begin a new list of what builders make, and return it."""
	global _made
	_made = []
	return _made


def insert(doctype, **values):
	"""Insert a document and return it."""
	doc = frappe.get_doc({"doctype": doctype, **values}).insert()
	_made.append((doctype, doc.name))
	return doc


def email(local):
	return local if "@" in local else f"{local}@{DOMAIN}"


def user(email_local, roles=(), **values):
	"""A user account `email_local@gtt.test` with the roles given directly (not through a seat); its name. No mail is sent."""
	name = email(email_local)
	if frappe.db.exists("User", name):
		return name
	was, frappe.flags.in_import = (
		frappe.flags.in_import,
		True,
	)  # not counted by the throttle of 60 new users an hour
	try:
		doc = frappe.get_doc(
			{
				"doctype": "User",
				"email": name,
				"first_name": f"测试用户{email_local.split('@')[0]}",
				"send_welcome_email": 0,
				"enabled": 1,
				"language": values.pop("language", "en"),
				"roles": [{"role": role} for role in roles],
				**values,
			}
		)
		doc.flags.no_welcome_mail = True
		doc.insert(ignore_permissions=True)
	finally:
		frappe.flags.in_import = was
	_made.append(("User", name))
	return name


def subdistrict(name):
	return _once("Education Subdistrict", name, subdistrict_name=name, office_name=f"{name}教管办")


def subject(name):
	return _once("Teaching Subject", name, subject_name=name)


def school_year(name, start_date=None, end_date=None):
	"""`2025-2026` runs from 1 September 2025 to 31 August 2026 unless dates are given."""
	first, last = name.split("-")
	return _once(
		"Community School Year",
		name,
		year_name=name,
		start_date=start_date or f"{first}-09-01",
		end_date=end_date or f"{last}-08-31",
	)


def school(name, location="Urban", stage="Primary School", subdistrict=None, **values):
	return _once(
		"Community School",
		name,
		school_name=name,
		location=location,
		stage=stage,
		subdistrict=subdistrict,
		**values,
	)


def staff(name, school, position="Teacher", cadre_status="Not a Cadre", user=None, subject=None, **values):
	"""A member of staff; the name of the document (`ST-…`), always a new one."""
	honours = [
		{"honour": honour, "level": level, "awarded_on": "2020-09-10"}
		for honour, level in values.pop("honours", ())
	]
	return insert(
		"School Staff",
		staff_name=name,
		school=school,
		position=position,
		cadre_status=cadre_status,
		user=user,
		subject=subject,
		honours=honours,
		at_school_since=values.pop("at_school_since", "2015-09-01"),
		**values,
	).name


def community(name, lead, members, stage="Primary School", founded_on="2020-09-01", **values):
	"""A community of lead schools (one name or several; none for an area of equals) and member schools."""
	leads = [lead] if isinstance(lead, str) else list(lead or ())
	rows = [(school, "Lead School") for school in leads] + [(school, "Member School") for school in members]
	return _once(
		"Education Community",
		name,
		community_name=name,
		stage=stage,
		community_type=values.pop("community_type", "Lead and Members" if leads else "Area of Equals"),
		founded_on=founded_on,
		members=[
			{"school": school, "member_role": role, "joined_on": values.get("joined_on", founded_on)}
			for school, role in rows
		],
		**{key: value for key, value in values.items() if key != "joined_on"},
	)


def leading_group(name, seats, **values):
	"""`seats`: dicts of Leading Group Seat, or pairs (post, user)."""
	rows = [seat if isinstance(seat, dict) else {"post": seat[0], "user": seat[1]} for seat in seats]
	return _once(
		"Community Leading Group",
		name,
		group_name=name,
		founded_on=values.pop("founded_on", "2020-06-18"),
		seats=rows,
		**values,
	)


def agreement(community, schools, title="测试协议", **values):
	"""A draft agreement, complete so that it can be submitted; its name."""
	year = getdate(nowdate()).year
	parties = [{"party_type": "Bureau", "party_name": "测试教育局"}] if values.pop("bureau", False) else []
	parties += [{"party_type": "School", "school": school} for school in schools]
	return insert(
		"Community Agreement",
		title=title,
		community=community,
		agreement_type=values.pop("agreement_type", "Agreement between Schools"),
		term_start=values.pop("term_start", f"{year}-01-01"),
		term_end=values.pop("term_end", f"{year + 1}-12-31"),
		scanned_file=values.pop("scanned_file", "/private/files/test-scan.pdf"),
		parties=[
			{"signatory": "甲某", "signed_on": f"{year}-01-01", "duties": "互派教师", **row}
			for row in parties
		],
		**values,
	).name


def kept_document(community, document_type="Charter", title="测试章程", **values):
	"""A draft of a document kept with the community; its name."""
	return insert(
		"Community Document",
		title=title,
		community=community,
		document_type=document_type,
		effective_from=values.pop("effective_from", "2025-09-01"),
		content=values.pop("content", "第一条 共同发展。"),
		**values,
	).name


def plan(school_year, communities, quota=99, status="Published", **values):
	"""An exchange plan with `quota` places of each kind, any subject, for each community; its name."""
	kinds = ("Cadre Appointment", "Cadre Attachment", "Acting Post", "Teacher Exchange")
	return _once(
		"Exchange Plan",
		f"PL-{school_year}",
		title=f"测试交流计划{school_year}",
		school_year=school_year,
		status=status,
		quotas=[
			{"community": community, "kind": kind, "quota": quota}
			for community in communities
			for kind in kinds
		],
		**values,
	)


def _once(doctype, name, **values):
	return name if frappe.db.exists(doctype, name) else insert(doctype, **values).name


# the seats of the small district's leading group: post -> local part of the user
SEATS = {
	"Group Head": "head",
	"Deputy Group Head": "deputy",
	"Deputy Director": "leader",
	"Discipline Inspection Secretary": "discipline",
	"Teaching Research Office Director": "research",
	"Bureau Office Director": "office",
	"Personnel Section Chief": "personnel",
	"Finance Section Chief": "finance",
	"Supervision Office Director": "supervision",
	"Basic Education Section Chief": "basic",
	"Vocational Education Section Chief": "vocational",
	"E-Education Station Head": "eedu",
	"Logistics Station Head": "logistics",
}


def small_district():
	"""Two communities of two primary schools each, their people, a leading group with every post, school years, a plan.

	Returns a SimpleNamespace:
	    urban, rural                schools of `community` (rural lies in `east`)
	    other_urban, other_rural    schools of `other_community` (other_rural lies in `west`)
	    schools                     all four
	    principal, leader, teacher, teacher2, cadre, reserve
	                                dicts school -> School Staff name (vice principal = cadre)
	    principal_user, leader_user, teacher_user, cadre_user
	                                dicts school -> account (teacher2 and reserve have none)
	    east, west                  subdistricts; east_user, west_user their offices' accounts
	    community, other_community, group, subjects
	    year, next_year             2025-2026 and 2026-2027 on whatever day; plan (of next_year)
	    current_year, coming_year   the school year that today lies in, and the next (they may be those)
	    users                       dict role -> an account that holds it; `clerk` holds Personnel Section directly (not by
	                                a seat), `cashier` Finance Section in the same way, `deputy` the head's role by the
	                                deputy's seat, `outsider` no role of the app
	"""
	small = SimpleNamespace(group=GROUP, year=school_year(THIS_YEAR), next_year=school_year(NEXT_YEAR))
	small.current_year, small.coming_year = school_year(CURRENT_YEAR), school_year(COMING_YEAR)
	small.subjects = [subject(name) for name in SUBJECTS]
	small.east, small.west = subdistrict("东街道"), subdistrict("西街道")
	small.urban = school(SCHOOLS[0], "Urban")
	small.rural = school(SCHOOLS[1], "Rural", subdistrict=small.east)
	small.other_urban = school(SCHOOLS[2], "Urban")
	small.other_rural = school(SCHOOLS[3], "Rural", subdistrict=small.west)
	small.schools = [small.urban, small.rural, small.other_urban, small.other_rural]
	_people(small)
	_group(small)
	small.community = community(
		COMMUNITIES[0], small.urban, [small.rural], bureau_leader=email("leader"), shared_vision="共同发展"
	)
	small.other_community = community(COMMUNITIES[1], small.other_urban, [small.other_rural])
	small.plan = plan(small.next_year, [small.community, small.other_community])
	return small


def left_behind():
	"""[(doctype, name), …] of a small district that a killed run left in the database of a reused site."""
	staff = frappe.get_all("School Staff", {"school": ["in", SCHOOLS]}, pluck="name")
	users = frappe.get_all("User", {"name": ["like", f"%@{DOMAIN}"]}, pluck="name")
	found = [("User", name) for name in users] + [("School Staff", name) for name in staff]
	named = (
		("Community School", SCHOOLS),
		("Education Community", COMMUNITIES),
		("Community Leading Group", (GROUP,)),
	)
	return found + [
		(doctype, name) for doctype, names in named for name in names if frappe.db.exists(doctype, name)
	]


def _people(small):
	for field in ("principal", "leader", "teacher", "teacher2", "cadre", "reserve"):
		setattr(small, field, {})
	for field in ("principal_user", "leader_user", "teacher_user", "cadre_user"):
		setattr(small, field, {})
	chinese = small.subjects[0]
	for place, at in zip(("urban", "rural", "urban2", "rural2"), small.schools, strict=True):
		label = at.removeprefix("测试")
		small.principal_user[at] = user(f"principal.{place}")
		small.leader_user[at] = user(f"leader.{place}")
		small.teacher_user[at] = user(f"teacher.{place}")
		small.cadre_user[at] = user(f"cadre.{place}")
		small.principal[at] = staff(
			f"{label}校长", at, "School Principal", "Cadre", user=small.principal_user[at]
		)
		small.leader[at] = staff(
			f"{label}分管领导", at, "Other School Leader", "Cadre", user=small.leader_user[at]
		)
		small.teacher[at] = staff(
			f"{label}教师一",
			at,
			user=small.teacher_user[at],
			subject=chinese,
			honours=[("Teaching Expert", "District Level")],
		)
		small.teacher2[at] = staff(f"{label}教师二", at, subject=chinese)
		small.cadre[at] = staff(f"{label}副校长", at, "Vice Principal", "Cadre", user=small.cadre_user[at])
		small.reserve[at] = staff(
			f"{label}后备干部", at, "Teacher", "Reserve Cadre", subject=small.subjects[1]
		)
		doc = frappe.get_doc("Community School", at)
		doc.update({"principal": small.principal[at], "leader_in_charge": small.leader[at]})
		doc.save()


def _group(small):
	seats = [(post, user(local)) for post, local in SEATS.items()]
	small.east_user, small.west_user = user("east"), user("west")
	for office, where in ((small.east_user, small.east), (small.west_user, small.west)):
		seats.append({"post": "Subdistrict Office Director", "user": office, "subdistrict": where})
	seats.append(
		{"post": "School Principal", "user": small.principal_user[small.urban], "school": small.urban}
	)
	small.admin = user("admin", [roles.ADMINISTRATOR])
	small.clerk = user("clerk", [roles.PERSONNEL])
	small.cashier = user("cashier", [roles.FINANCE])
	small.outsider = user("outsider", ["Report Manager"])
	small.deputy = email("deputy")
	leading_group(GROUP, seats)
	small.users = {
		role: email(SEATS[post])
		for post, given in roles.GROUP_POSTS.items()
		for role in given
		if post in SEATS
	}
	small.users |= {
		roles.GROUP_HEAD: email("head"),
		roles.ADMINISTRATOR: small.admin,
		roles.SUBDISTRICT_OFFICE: small.east_user,
		roles.FIRST_PRINCIPAL: small.principal_user[small.urban],
		roles.SECOND_PRINCIPAL: small.principal_user[small.rural],
		roles.LEADER_IN_CHARGE: small.leader_user[small.urban],
		roles.EXCHANGE_TEACHER: small.teacher_user[small.urban],
	}
