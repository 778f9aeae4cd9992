"""Builds the district of `district.py` with the people and papers invented for it, document by document.

Each document passes its own validation; permissions are not asked, because loading is no role of the bureau.
"""

from contextlib import contextmanager

import frappe
import frappe.defaults
from frappe.utils import add_days, cstr, getdate, nowdate

from gongtongti.demo import (
	activities_care,
	activities_council,
	activities_duties,
	activities_lessons,
	activities_pairs,
	activities_year,
	aid,
	district,
	papers,
	people,
)
from gongtongti.organisation import roles

TEACHING = "Teacher Exchange"


@contextmanager
def quietly():
	"""No mail, no limit of 60 new accounts an hour; notices are written, and links to what goes are taken away, at once.

	There are hundreds of them: as background jobs they would fill the queue, and then the framework takes no more.
	"""
	muted, limit = frappe.flags.mute_emails, frappe.local.conf.get("throttle_user_limit")
	frappe.flags.mute_emails = True
	frappe.local.conf["throttle_user_limit"] = 10_000
	enqueue = frappe.enqueue

	def at_once(method, *args, **kwargs):
		if cstr(method).endswith((".create_contact", ".update_gravatar")):
			return None  # invented people need neither
		if cstr(method).endswith((".make_notification_logs", ".tell_assigned", ".delete_dynamic_links")):
			kwargs["now"] = True
		return enqueue(method, *args, **kwargs)

	frappe.enqueue = at_once
	try:
		yield
	finally:
		frappe.enqueue = enqueue
		frappe.flags.mute_emails = muted
		frappe.local.conf.pop("throttle_user_limit")
		if limit is not None:
			frappe.local.conf["throttle_user_limit"] = limit


def school_years(today=None) -> tuple[int, int]:
	"""The years in which the last and the present school year begin (1 September)."""
	today = getdate(today or nowdate())
	first = today.year if today.month >= 9 else today.year - 1
	return first - 1, first


def year_name(first: int) -> str:
	return f"{first}-{first + 1}"


@contextmanager
def one_clearing():
	"""Saving an account sets a default for all, which empties the cache of the whole site: for 69 accounts with a hundred
	roles that is minutes on a bench. Here it is emptied once, by whoever uses this, at the end.
	"""
	clear, frappe.defaults._clear_cache = frappe.defaults._clear_cache, lambda parent: None
	try:
		yield
	finally:
		frappe.defaults._clear_cache = clear


class DistrictBuilder:
	"""password: of all accounts. Works as `people.LOADER`, an account that nobody can log in with."""

	def __init__(self, password: str):
		self.password = password
		self.last_year, self.this_year = school_years()
		self.staff_of = {}  # school -> [School Staff names], the principal first, then the leader in charge

	def build(self):
		was = frappe.session.user
		self._account(people.LOADER, "演示数据装入", roles.ADMINISTRATOR, roles.PERSONNEL, enabled=0)
		try:
			frappe.set_user(people.LOADER)
			self.lists()
			self.schools()
			self.bureau_accounts()
			self.staff()
			self.leading_group()
			self.communities()
			activities_council.councils(self)
			self.agreements()
			self.documents()
			self.plans()
			self.teams()
			activities_council.meetings_of_this_year(self)
			activities_council.guidance(self)
			activities_lessons.build(self.staff_of)
			activities_duties.build(self.last_year, self.this_year)
			activities_year.build(self)
			activities_care.build(self)
			aid.build(opened_on=f"{self.last_year}-09-01")
			activities_pairs.build(self)
		finally:
			frappe.set_user(was)

	def lists(self):
		for name, office in district.SUBDISTRICTS.items():
			_insert("Education Subdistrict", subdistrict_name=name, office_name=office)
		for name in dict.fromkeys(subject for subjects in people.SUBJECTS.values() for subject in subjects):
			if not frappe.db.exists("Teaching Subject", name):
				_insert("Teaching Subject", subject_name=name)
		for first in (getdate(district.FOUNDED_ON).year, self.last_year, self.this_year):
			_insert(
				"Community School Year",
				year_name=year_name(first),
				start_date=f"{first}-09-01",
				end_date=f"{first + 1}-08-31",
				holidays=[
					{
						"holiday_name": name,
						"from_date": f"{first + later}-{start}",
						"to_date": f"{first + later}-{end}",
					}
					for name, later, start, end in papers.HOLIDAYS
				],
			)
		for year, share, clause in district.COVERAGE_TARGETS:
			_insert("Community Coverage Target", target_year=year, target_share=share, source_clause=clause)

	def schools(self):
		for name, (stage, _title, _code) in district.URBAN_SCHOOLS.items():
			_insert("Community School", school_name=name, stage=stage, location="Urban")
		for name, (stage, subdistrict, _code) in district.RURAL_SCHOOLS.items():
			_insert(
				"Community School", school_name=name, stage=stage, location="Rural", subdistrict=subdistrict
			)

	def bureau_accounts(self):
		for _post, _title, local in district.BUREAU_SEATS:
			self._account(people.account(local), people.BUREAU_NAMES[local])
		for _subdistrict, title, local in district.SUBDISTRICT_SEATS:
			self._account(people.account(local), f"演示{title}")
		self._account(people.ADMIN, "演示系统管理员", roles.ADMINISTRATOR)
		self._account(people.CLERK, "演示政工科科员", roles.PERSONNEL)
		self._account(people.CASHIER, "演示计财科出纳", roles.FINANCE)

	def staff(self):
		for school in (*district.URBAN_SCHOOLS, *district.RURAL_SCHOOLS):
			self.staff_of[school] = [self._person(school, person) for person in people.staff_of(school)]
			doc = frappe.get_doc("Community School", school)
			doc.principal, doc.leader_in_charge = self.staff_of[school][:2]
			doc.save(ignore_permissions=True)

	def leading_group(self):
		seats = [
			{"post": post, "official_title": title, "user": people.account(local)}
			for post, title, local in district.BUREAU_SEATS
		]
		seats += [
			{
				"post": "School Principal",
				"official_title": title,
				"user": people.principal_account(name),
				"school": name,
			}
			for name, (_stage, title, _code) in district.URBAN_SCHOOLS.items()
		]
		seats += [
			{
				"post": "Subdistrict Office Director",
				"official_title": title,
				"user": people.account(local),
				"subdistrict": subdistrict,
			}
			for subdistrict, title, local in district.SUBDISTRICT_SEATS
		]
		_insert(
			"Community Leading Group",
			group_name=district.LEADING_GROUP,
			document_no=district.DOCUMENT_NO,
			founded_on=district.FOUNDED_ON,
			seats=[{"from_date": district.FOUNDED_ON, **seat} for seat in seats],
		)

	def communities(self):
		for number, (lead, stage, members) in enumerate(district.COMMUNITIES):
			parts = [(lead, "Lead School"), *((member, "Member School") for member in members)]
			_insert(
				"Education Community",
				community_name=district.community_of(lead),
				stage=stage,
				founded_on=district.FOUNDED_ON,
				bureau_leader=people.account(papers.BUREAU_LEADERS[number]),
				shared_vision=district.VISION,
				members=[
					{"school": school, "member_role": part, "joined_on": district.FOUNDED_ON}
					for school, part in parts
				],
			)

	def agreements(self):
		start = getdate(f"{self.this_year}-09-01")
		for (lead, _stage, members), days in zip(district.COMMUNITIES, papers.AGREEMENT_ENDS_IN, strict=True):
			end = add_days(nowdate(), days) if days else f"{self.this_year + 1}-08-31"
			parties = [
				{
					"party_type": "School",
					"school": school,
					"signatory": f"{school}校长",
					"signed_on": start,
					"duties": papers.LEAD_DUTIES if school == lead else papers.MEMBER_DUTIES,
				}
				for school in (lead, *members)
			]
			bureau = {
				"party_type": "Bureau",
				"party_name": district.BUREAU,
				"signatory": f"{district.BUREAU}局长",
				"signed_on": start,
				"duties": papers.BUREAU_DUTIES,
			}
			for kind, title, rows in (
				("Agreement of the Bureau", "共建责任协议", [bureau, *parties]),
				("Agreement between Schools", "校际合作协议", parties),
			):
				_submit(
					"Community Agreement",
					title=f"{district.community_of(lead)}{title}",
					community=district.community_of(lead),
					agreement_type=kind,
					term_start=start,
					term_end=end,
					parties=rows,
					scanned_file=papers.AGREEMENT_SCAN,
					terms=papers.AGREEMENT_TERMS,
				)

	def documents(self):
		for lead, _stage, members in district.COMMUNITIES:
			words = {"community": district.community_of(lead), "schools": "、".join((lead, *members))}
			for document_type, title, text in papers.DOCUMENTS:
				_submit(
					"Community Document",
					title=f"{words['community']}{title}",
					community=words["community"],
					document_type=document_type,
					effective_from=f"{self.last_year}-09-01",
					content=text.format(**words),
				)
		lead = district.COMMUNITIES[0][0]
		_submit(  # the second version of one charter, so that versions can be seen
			"Community Document",
			title=f"{district.community_of(lead)}章程",
			community=district.community_of(lead),
			document_type="Charter",
			effective_from=f"{self.this_year}-09-01",
			content=papers.CHARTER_SECOND_VERSION.format(community=district.community_of(lead)),
		)

	def plans(self):
		quotas = []
		for lead, _stage, _members in district.COMMUNITIES:
			community = district.community_of(lead)
			quotas += [
				{"community": community, "kind": kind, "quota": n} for kind, n in papers.QUOTAS.items()
			]
			quotas += [
				{"community": community, "kind": TEACHING, "subject": subject, "quota": n}
				for subject, n in papers.SUBJECT_QUOTAS.items()
			]
		_insert(
			"Exchange Plan",
			title=f"{year_name(self.this_year)}学年干部教师交流计划",
			school_year=year_name(self.this_year),
			status="Published",
			quotas=quotas,
			arrangements=papers.ARRANGEMENTS,
		)

	def teams(self):
		for lead, host, before, now in papers.TEAMS:
			for first, subjects in ((self.last_year, before), (self.this_year, now)):
				_insert(
					"Rural Support Team",
					team_name=f"{lead}赴{host}支教团队（{year_name(first)}）",
					community=district.community_of(lead),
					school_year=year_name(first),
					host_school=host,
					leader=self.staff_of[lead][2],
					status="In Operation",
					subjects=[{"subject": subject, "headcount": 1} for subject in subjects],
				)

	def _person(self, school, person):
		person = dict(person)
		if person["user"]:
			self._account(person["user"], person["staff_name"])
		honours = [
			{"honour": honour, "level": level, "awarded_on": f"{self.last_year - 1}-09-10"}
			for honour, level in person.pop("honours")
		]
		since = f"{self.this_year - person.pop('years')}-09-01"
		return _insert("School Staff", school=school, at_school_since=since, honours=honours, **person).name

	def _account(self, email, full_name, *given, enabled=1):
		doc = frappe.get_doc(
			{
				"doctype": "User",
				"email": email,
				"first_name": full_name,
				"language": "zh",
				"enabled": enabled,
				"send_welcome_email": 0,
				"new_password": self.password if enabled else None,
				"roles": [{"role": role} for role in given],
			}
		)
		doc.flags.no_welcome_mail = True
		doc.flags.ignore_password_policy = True  # the password is chosen here, for accounts of no consequence
		doc.insert(ignore_permissions=True)
		# what they are told they find in the Desk; mail to addresses that cannot exist would only fail
		frappe.db.set_value("Notification Settings", email, "enable_email_notifications", 0)


def _insert(doctype, **values):
	return frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)


def _submit(doctype, **values):
	doc = _insert(doctype, **values)
	doc.flags.ignore_permissions = True
	return doc.submit()
