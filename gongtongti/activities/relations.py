"""The relations in which people stand to areas of a council's work and to sheets (ORG10, ACT2): words for the policy of activities."""

import frappe

from gongtongti.core.relations import Relation, once, roles_of
from gongtongti.organisation import council, roles


def area(community: str, work_field: str) -> str:
	"""What an area of the work of a community's council is called in the fields that `AreaLeader` looks at."""
	return f"{community}/{work_field}"


class AreaLeader(Relation):
	"""Whoever leads the council's area of work in one of the fields, by a seat that is held today.

	A seat gives rights in that area inside that community and nowhere else.
	"""

	doctype = None  # the fields hold words
	capacities = (roles.COUNCIL_MEMBER,)

	def within(self, user):
		return once(user, "areas", lambda: {area(*led) for led in council.areas_of(user)})

	def accounts(self, row, question, barred=frozenset()):
		leaders = question.read("areas", lambda: _leaders(question.values(AreaLeader)))
		return set().union(*(leaders[row.get(f)] for f in self.fields if row.get(f) in leaders))


def _leaders(areas) -> dict[str, set[str]]:
	found = council.leaders_of({name.rpartition("/")[0] for name in areas}) if areas else {}
	return {area(*led): accounts for led, accounts in found.items()}


def rename_areas(community: str) -> None:
	"""After a community was renamed: the areas of its activities are called after its name of today."""
	for field in council.WORK_FIELDS:
		of_area = {"community": community, "work_field": field}
		frappe.db.set_value(
			"Community Activity", of_area, "council_area", area(community, field), update_modified=False
		)


class HolderOnce(Relation):
	"""Whoever holds one of these roles, of rows in whose field `value` stands; of no others."""

	doctype = None  # the field holds a word

	def __init__(self, field: str, value: str, *roles: str):
		super().__init__(field)
		self.value, self.roles = value, roles

	def within(self, user):
		return frozenset() if roles_of(user).isdisjoint(self.roles) else frozenset({self.value})

	def accounts(self, row, question, barred=frozenset()):
		if row.get(self.fields[0]) != self.value:
			return set()
		return question.holders(self.roles)
