"""The relations in which people stand to schools and communities (ORG2, ORG5, ORG6): words for every feature's policy.

What each looks at, and how a document is reached by it, stands in core/relations.py.
"""

from collections import defaultdict

import frappe

from gongtongti.core.relations import ALL, Relation, each, of_enabled, once, roles_of
from gongtongti.organisation import membership, posts, roles

SCHOOL, STAFF, COMMUNITY = "Community School", "School Staff", "Education Community"


class SchoolRelation(Relation):
	"""A relation to the schools in the fields."""

	doctype = SCHOOL

	def accounts(self, row, question, barred=frozenset()):
		schools = question.read("schools", lambda: _schools(question.values(SchoolRelation)))
		found = set()
		for fieldname in self.fields:
			if school := schools.get(row.get(fieldname)):
				found |= self.of_school(school, row, question, barred)
		return found - {None, ""}

	def of_school(self, school, row, question, barred) -> set:
		raise NotImplementedError


class SchoolLeader(SchoolRelation):
	"""Whoever leads the school in one of the fields: its principal and its leader in charge."""

	capacities = roles.SCHOOL_LEADERS

	def within(self, user):
		return led_schools(user)

	def of_school(self, school, row, question, barred):
		return {school.principal_user, school.leader_user}

	def covers(self, row, user):
		schools = _schools(_names_in(row, self.fields)).values()
		return any(user in (school.principal_account, school.leader_account) for school in schools)


class Principal(SchoolRelation):
	"""The principal of the school in the field.

	deputies: for a principal who must not act (is barred, or is the person in the field `person`) the school's leader in charge
	does; for one who must not either, or is not there, the education office of the school's subdistrict does.
	"""

	def __init__(self, *fields, deputies=False, person=None):
		super().__init__(*fields)
		self.deputies, self.person = deputies, person
		self.capacities = (*roles.SCHOOL_LEADERS, roles.SUBDISTRICT_OFFICE) if deputies else roles.PRINCIPALS

	def within(self, user):
		return once(user, "principal", lambda: _names(SCHOOL, {"principal_user": user}))

	def of_school(self, school, row, question, barred):
		if not self.deputies or not self._must_not(school, row, barred):
			return {school.principal_user}
		if school.leader_user and school.leader_user not in barred:
			return {school.leader_user}
		return _offices(question).get(school.subdistrict, set())

	def _must_not(self, school, row, barred) -> bool:
		"""Whether the principal is placed, or barred; one whose account is disabled, too."""
		placed = school.principal and school.principal == row.get(self.person)
		return bool(placed or (school.principal_account and school.principal_account in barred))


class SubdistrictOffice(SchoolRelation):
	"""The education office of the subdistrict that the school in one of the fields lies in (ORG6)."""

	capacities = (roles.SUBDISTRICT_OFFICE,)

	def within(self, user):
		if roles.SUBDISTRICT_OFFICE not in roles_of(user):
			return frozenset()
		return once(user, "office", lambda: _looked_after(user))

	def of_school(self, school, row, question, barred):
		return _offices(question).get(school.subdistrict, set())


class PartnerSchool(SchoolRelation):
	"""Whoever belongs to a school that shares a community with the school in one of the fields."""

	def within(self, user):
		return once(user, "partners", lambda: membership.schools_of(communities(user)) | _belongs_to(user))

	def accounts(self, row, question, barred=frozenset()):
		people = question.read("partners", lambda: _partners(question.values(PartnerSchool)))
		return set().union(*(people[row.get(f)] for f in self.fields if row.get(f) in people))


class OfSchool(SchoolRelation):
	"""Whoever is of the school in one of the fields: its leaders and its staff in service, without the office above it."""

	def within(self, user):
		return led_schools(user) | _own_school(user)

	def accounts(self, row, question, barred=frozenset()):
		people = question.read("of school", lambda: _at_schools(question.values(OfSchool)))
		return set().union(*(people[row.get(f)] for f in self.fields if row.get(f) in people))


class Person(Relation):
	"""The account of the person in one of the fields."""

	doctype = STAFF
	capacities = (roles.EXCHANGE_TEACHER,)

	def within(self, user):
		return once(user, "person", lambda: _names(STAFF, {"user": user}))

	def covers(self, row, user):
		return user in _accounts(_names_in(row, self.fields)).values()

	def accounts(self, row, question, barred=frozenset()):
		accounts = question.read("persons", lambda: _accounts(question.values(Person)))
		return {accounts.get(row.get(fieldname)) for fieldname in self.fields} - {None, ""}


class CommunityRelation(Relation):
	"""A relation to the communities in the fields."""

	doctype = COMMUNITY


class BureauLeader(CommunityRelation):
	"""The bureau leader who answers for the community in one of the fields (ORG5)."""

	def within(self, user):
		return led_communities(user)

	def accounts(self, row, question, barred=frozenset()):
		leaders = question.read("leaders", lambda: _bureau_leaders(question.values(BureauLeader)))
		return {leaders[row.get(f)] for f in self.fields if row.get(f) in leaders}


class SchoolOfLedCommunity(SchoolRelation):
	"""The bureau leader who answers for a community of the school in one of the fields."""

	def within(self, user):
		return once(user, "led schools", lambda: membership.schools_of(led_communities(user)))

	def accounts(self, row, question, barred=frozenset()):
		leaders = question.read(
			"leaders of schools", lambda: _leaders_over(question.values(SchoolOfLedCommunity))
		)
		return set().union(*(leaders[row.get(f)] for f in self.fields if row.get(f) in leaders))


class Member(CommunityRelation):
	"""Whoever belongs to a member school of the community in one of the fields, and the bureau leader who answers for it."""

	def within(self, user):
		return communities(user)

	def accounts(self, row, question, barred=frozenset()):
		people = question.read("members", lambda: _members(question.values(Member)))
		return set().union(*(people[row.get(f)] for f in self.fields if row.get(f) in people))


class Seat(Relation):
	"""Whoever sits on a post of the leading group today, whatever the row."""

	def __init__(self, post: str):
		super().__init__()
		self.post = post

	def __repr__(self):
		return f"Seat({self.post!r})"

	def within(self, user):
		return ALL if user in self._seated() else frozenset()

	def accounts(self, row, question, barred=frozenset()):
		return self._seated()

	def _seated(self) -> set[str]:
		return each("seats", {self.post}, posts.seated)[self.post]


# -- what lies within a user's reach --------------------------------------------------------------------------------------


def led_schools(user: str) -> set[str]:
	"""The schools whose principal or leader in charge the user is."""

	def read():
		school = frappe.qb.DocType(SCHOOL)
		leads = (school.principal_user == user) | (school.leader_user == user)
		return set(frappe.qb.from_(school).select(school.name).where(leads).run(pluck=True))

	return once(user, "led", read)


def schools(user: str) -> set[str]:
	"""The schools that the user leads, or that lie in a subdistrict that the user's office looks after."""
	return led_schools(user) | SubdistrictOffice().within(user)


def led_communities(user: str) -> set[str]:
	"""The communities that the user answers for as bureau leader."""
	if roles_of(user).isdisjoint((roles.BUREAU_LEADER, roles.GROUP_HEAD)):
		return frozenset()
	return once(user, "led communities", lambda: _names(COMMUNITY, {"bureau_leader": user}))


def communities(user: str) -> set[str]:
	"""The communities of the schools that the user belongs to, and those that the user answers for."""
	return once(
		user, "communities", lambda: membership.communities_of(_belongs_to(user)) | led_communities(user)
	)


def _belongs_to(user) -> set[str]:
	"""A teacher belongs to their own school without leading it: its communities and partners, not its other people."""
	return schools(user) | _own_school(user)


def _own_school(user) -> set[str]:
	return once(user, "school", lambda: _names(STAFF, {"user": user, "status": "In Service"}, "school"))


def _looked_after(user) -> set[str]:
	school = frappe.qb.DocType(SCHOOL)
	within = school.subdistrict.isin(posts.subdistricts_of(user))
	return set(frappe.qb.from_(school).select(school.name).where(within).run(pluck=True))


def _names(doctype, filters, pluck="name") -> set[str]:
	return set(frappe.get_all(doctype, filters=filters, pluck=pluck)) - {None}


# -- who stands in a relation; each for many values at once -----------------------------------------------------------------


def _names_in(row, fields) -> set[str]:
	return {value for fieldname in fields if (value := row.get(fieldname)) and isinstance(value, str)}


def _schools(names) -> dict:
	"""Schools: principal (staff), subdistrict, the posts' accounts, and these as far as they are enabled."""
	return each("schools", names, _read_schools)


def _read_schools(names) -> dict:
	school = frappe.qb.DocType(SCHOOL)
	query, principal, leader = posts.schools_with_leaders()
	found = (
		query.select(school.name, school.principal, school.subdistrict)
		.select(school.principal_user.as_("principal_account"), school.leader_user.as_("leader_account"))
		.select(principal.name.as_("principal_user"), leader.name.as_("leader_user"))
		.where(school.name.isin(sorted(names)))
		.run(as_dict=True)
	)
	return {row.name: row for row in found}


def _offices(question) -> dict[str, set[str]]:
	"""Subdistrict -> the enabled accounts that hold its office's seat today; read only when one is asked for."""

	def read():
		places = {school.subdistrict for school in question.read("schools", dict).values()}
		return each("offices", places - {None, ""}, posts.offices)

	return question.read("offices", read)


def _accounts(staff) -> dict[str, str]:
	return each("persons", staff, _read_accounts)


def _read_accounts(staff) -> dict[str, str]:
	rows = frappe.get_all(STAFF, {"name": ("in", sorted(staff))}, ["name", "user"])
	return {row.name: row.user for row in rows}


def _bureau_leaders(names) -> dict[str, str]:
	if not names:
		return {}
	group = frappe.qb.DocType(COMMUNITY)
	return dict(
		of_enabled(frappe.qb.from_(group), group.bureau_leader)
		.select(group.name, group.bureau_leader)
		.where(group.name.isin(sorted(names)))
		.run()
	)


def _leaders_over(names) -> dict[str, set[str]]:
	stays = membership.stays(schools=names, during=membership.today())
	leaders = _bureau_leaders({stay.community for stay in stays})
	found = defaultdict(set)
	for stay in stays:
		if stay.community in leaders:
			found[stay.school].add(leaders[stay.community])
	return found


def _people(names) -> dict[str, set[str]]:
	"""School -> the enabled accounts of whoever belongs to it: leaders, its subdistrict's office, staff in service."""
	found, facts = _at_schools(names), _schools(names)
	offices = posts.offices({school.subdistrict for school in facts.values()} - {None, ""})
	for name, school in facts.items():
		found[name] |= set(offices.get(school.subdistrict, ()))
	return found


def _at_schools(names) -> dict[str, set[str]]:
	"""School -> the enabled accounts of its leaders and of its staff in service."""
	found = defaultdict(set)
	for name, school in _schools(names).items():
		found[name] |= {school.principal_user, school.leader_user} - {None}
	staff = frappe.qb.DocType(STAFF)
	query = posts.staff_in_service().select(staff.school, staff.user)
	for school, account in query.where(staff.school.isin(sorted(names) or [""])).run():
		found[school].add(account)
	return found


def _members(names) -> dict[str, set[str]]:
	"""Community -> whoever belongs to one of its schools, and its bureau leader."""
	stays = membership.stays(communities=names, during=membership.today())
	people, leaders = _people({stay.school for stay in stays}), _bureau_leaders(names)
	found = defaultdict(set, {community: {leader} for community, leader in leaders.items()})
	for stay in stays:
		found[stay.community] |= people[stay.school]
	return found


def _partners(names) -> dict[str, set[str]]:
	"""School -> whoever belongs to it, or to a school that shares a community with it, or answers for such a community."""
	found = defaultdict(set, _people(names))
	stays = membership.stays(schools=names, during=membership.today())
	of_communities = _members({stay.community for stay in stays})
	for stay in stays:
		found[stay.school] |= of_communities[stay.community]
	return found
