"""Which school belongs to which community, when, and who is responsible there (ORG1, ORG2).

A membership lasts from `joined_on` to `left_on`, both days included, and no longer than its community stands. A community
that is being prepared has no members yet.
"""

import frappe
from frappe import _
from frappe.utils import getdate

NINE_YEAR = "Nine-Year School"
PREPARING = "Preparing"
RESPONSIBILITY = {
	"Urban": "First Responsible Person",
	"Rural": "Second Responsible Person",
}  # document 1 §5.1
FACTS = ["name", "stage", "location", "status", "principal", "leader_in_charge"]


class SchoolTakenError(frappe.ValidationError):
	"""The school is in another active community of the stage at that time."""


def stays(schools=None, communities=None, during=None, planned=False):
	"""Memberships of communities that stand or stood, whatever the reader's rows: the one place where membership is decided.

	In: names of schools, names of communities (default: all); `during`: (first day, last day or None) that a stay shares a day
	with; planned: those of communities that are being prepared, too.
	Out: dicts with school, community, stage, member_role, responsibility, first_day, last_day (None: open). One query.
	"""
	group, member = frappe.qb.DocType("Education Community"), frappe.qb.DocType("Community Member School")
	query = (
		frappe.qb.from_(member)
		.join(group)
		.on((group.name == member.parent) & (member.parenttype == "Education Community"))
		.select(
			member.school,
			group.name.as_("community"),
			group.stage,
			member.member_role,
			member.responsibility,
			member.joined_on,
			member.left_on,
			group.founded_on,
			group.dissolved_on,
		)
		.orderby(group.name, member.idx)
	)
	if not planned:
		query = query.where(group.status != PREPARING)
	for column, names in ((member.school, schools), (group.name, communities)):
		if names is not None:
			if not names:
				return []
			query = query.where(column.isin(_listed(names)))
	found = query.run(as_dict=True)
	for row in found:
		row.first_day, row.last_day = _span(row, row)
	return [row for row in found if _is_a_time(row) and (not during or _overlap(_days(row), during))]


def active_communities(schools, on_date=None):
	"""The communities that schools belong to on a day.

	In: a school's name or several; a date (default: today). Out: {school: [community, …]} with an entry for each school.
	One query.
	"""
	found = {school: [] for school in _listed(schools)}
	for stay in stays(schools=found, during=_day(on_date)):
		found[stay.school].append(stay.community)
	return found


def communities_of(schools, on_date=None) -> set[str]:
	"""The communities that any of these schools belongs to on a day (default: today)."""
	return {stay.community for stay in stays(schools=schools, during=_day(on_date))}


def schools_of(communities, on_date=None) -> frozenset[str]:
	"""The schools that belong to any of these communities (a name or several) on a day (default: today)."""
	return frozenset(stay.school for stay in stays(communities=communities, during=_day(on_date)))


def schools_on(community, days) -> frozenset[str]:
	"""The schools that belong to a community on each of some days. One query."""
	found = stays(communities=community)
	return frozenset.intersection(
		*(frozenset(stay.school for stay in found if _overlap(_days(stay), _day(day))) for day in days)
	)


def members(community, on_date=None):
	"""The member schools of a community on a day (default: today): dicts with school, member_role, responsibility, in order."""
	return stays(communities=community, during=_day(on_date))


def remaining(community):
	"""Of a community (a document) the rows of those schools whose membership is not over today."""
	return [row for row in community.members if not _is_over(_span(row, community)[1])]


def _listed(names):
	return [names] if isinstance(names, str) else list(names)


def today():
	"""Today as a span for `during`."""
	return _day(None)


def _day(on_date):
	day = getdate(on_date)
	return day, day


def _days(stay):
	return stay.first_day, stay.last_day


def _span(member, community):
	"""First and last day (None: open) of a membership."""
	first = max(getdate(member.joined_on), getdate(community.founded_on))
	ends = [getdate(day) for day in (member.left_on, community.dissolved_on) if day]
	return first, min(ends) if ends else None


def _is_a_time(stay):
	return not stay.last_day or stay.first_day <= stay.last_day


def _is_over(last_day):
	return bool(last_day) and last_day < getdate()


def _overlap(one, other):
	"""Whether two spans (first day, last day or None) share a day."""
	return (not other[1] or one[0] <= other[1]) and (not one[1] or other[0] <= one[1])


# -- rules of joining ------------------------------------------------------------------------------------------------


def lock_schools(names):
	"""Locks schools in order of their names until the transaction ends, so that two communities cannot take one at once.

	Out: {name: dict of FACTS} as they stand now.
	"""
	rows = frappe.db.get_values(
		"Community School",
		{"name": ("in", sorted(set(names)) or [""])},
		FACTS,
		as_dict=True,
		order_by="name asc",
		for_update=True,
	)
	return {row.name: row for row in rows}


def refuse_taken_schools(community):
	"""Raises SchoolTakenError if a member of `community` (a document; its schools locked) is in another one of its stage.

	Reads are locking reads: a plain one would not see what the transaction that was waited for has written.
	"""
	spans = {row.school: _span(row, community) for row in community.members}
	others = frappe.db.get_values(
		"Community Member School",
		{
			"school": ("in", sorted(spans)),
			"parenttype": "Education Community",
			"parent": ("!=", community.name),
		},
		["school", "parent", "joined_on", "left_on"],
		as_dict=True,
		for_update=True,
	)
	parents = others and frappe.db.get_values(
		"Education Community",
		{
			"name": ("in", sorted({row.parent for row in others})),
			"stage": community.stage,
			"status": ("!=", PREPARING),
		},
		["name", "founded_on", "dissolved_on"],
		as_dict=True,
		for_update=True,
	)
	parents = {row.name: row for row in parents}
	for row in others:
		if row.parent in parents and _overlap(spans[row.school], _span(row, parents[row.parent])):
			frappe.throw(
				_(
					"{0} is in the community {1} at that time; a school is in one active community of a stage. Enter there the day on which it leaves, or take it off this list."
				).format(row.school, row.parent),
				SchoolTakenError,
			)


def fits(school_stage, community_stage):
	"""Whether a school of one stage may join a community of another: nine-year schools and communities fit any (ORG1)."""
	return school_stage == community_stage or NINE_YEAR in (school_stage, community_stage)


def standing(school):
	"""The memberships of a school (locked) that are not over today, those of communities that are being prepared among them.

	Out: dicts with community, stage, member_role. Locking reads, as in refuse_taken_schools().
	"""
	rows = frappe.db.get_values(
		"Community Member School",
		{"school": school, "parenttype": "Education Community"},
		["parent", "member_role", "joined_on", "left_on"],
		as_dict=True,
		for_update=True,
	)
	rows = {row.parent: row for row in rows}
	communities = rows and frappe.db.get_values(
		"Education Community",
		{"name": ("in", sorted(rows))},
		["name", "stage", "founded_on", "dissolved_on"],
		as_dict=True,
		for_update=True,
	)
	return [
		frappe._dict(community=row.name, stage=row.stage, member_role=rows[row.name].member_role)
		for row in communities
		if not _is_over(_span(rows[row.name], row)[1])
	]


def fill(row, facts, names):
	"""Writes what is computed into a member row: location, the principal's name, the responsibility (ORG2)."""
	row.location = facts.location
	row.principal_name = names.get(facts.principal)
	row.responsibility = RESPONSIBILITY[facts.location]


def staff_names(facts):
	"""{School Staff: name of the person} for the principals of schools (rows of FACTS)."""
	principals = sorted({row.principal for row in facts if row.principal})
	if not principals:
		return {}
	rows = frappe.get_all("School Staff", {"name": ("in", principals)}, ["name", "staff_name"])
	return {row.name: row.staff_name for row in rows}


def refresh_rows(school):
	"""After a change of a school (a document): its rows in communities that are not dissolved say the new state."""
	group, member = frappe.qb.DocType("Education Community"), frappe.qb.DocType("Community Member School")
	standing_ones = frappe.qb.from_(group).select(group.name).where(group.status != "Dissolved")
	row = frappe._dict()
	fill(row, school, staff_names([school]))
	query = frappe.qb.update(member).where((member.school == school.name) & member.parent.isin(standing_ones))
	for fieldname, value in row.items():
		query = query.set(member[fieldname], value)
	query.run()
