"""The relations in which people stand to pupils in hardship (AID4): words for the policy of aid."""

import frappe

from gongtongti.core.relations import Relation, each, once
from gongtongti.organisation.relations import SchoolLeader, led_schools

PUPIL = "Aided Pupil"
_LEADER = SchoolLeader("school")


class PupilsSchoolLeader(Relation):
	"""Whoever leads the school that the pupil in one of the fields is at now, or was last.

	What is on record of a pupil follows the pupil to another school.
	"""

	doctype = PUPIL

	def within(self, user):
		return once(user, "own pupils", lambda: _pupils_of(led_schools(user)))

	def covers(self, row, user):
		names = {row.get(fieldname) for fieldname in self.fields} - {None, ""}
		return any(_LEADER.covers({"school": school}, user) for school in _schools_of(names).values())

	def accounts(self, row, question, barred=frozenset()):
		leaders = question.read("pupils", lambda: _leaders(question))
		return set().union(*(leaders[row.get(f)] for f in self.fields if row.get(f) in leaders))


def _pupils_of(schools) -> set[str]:
	if not schools:
		return set()
	return set(frappe.get_all(PUPIL, {"school": ("in", sorted(schools))}, pluck="name"))


def _leaders(question) -> dict[str, set[str]]:
	pupils = _schools_of(question.values(PupilsSchoolLeader))
	rows = {pupil: {"school": school} for pupil, school in pupils.items()}
	schools = type(question)([(row, (_LEADER,)) for row in rows.values()])
	return {pupil: _LEADER.accounts(row, schools) for pupil, row in rows.items()}


def _schools_of(pupils) -> dict[str, str]:
	"""Pupil -> the school that the pupil is at, or was last."""
	return each("pupils", pupils, _read_schools_of)


def _read_schools_of(pupils) -> dict[str, str]:
	rows = frappe.get_all(PUPIL, {"name": ("in", sorted(pupils))}, ["name", "school"])
	return {row.name: row.school for row in rows}
