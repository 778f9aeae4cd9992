"""The relations in which people stand to pupils in hardship (AID4): words for the policy of aid."""

from collections import defaultdict

import frappe

from gongtongti.core.relations import Relation, once
from gongtongti.organisation.relations import SchoolLeader, led_schools

PUPIL = "Aided Pupil"


class PupilsSchoolLeader(Relation):
	"""Whoever leads the school that the pupil in one of the fields is at now, or was last.

	What is on record of a pupil follows the pupil to another school.
	"""

	doctype = PUPIL

	def within(self, user):
		return once(user, "own pupils", lambda: _pupils_of(led_schools(user)))

	def accounts(self, row, question, barred=frozenset()):
		leaders = question.read("pupils", lambda: _leaders(question))
		return set().union(*(leaders[row.get(f)] for f in self.fields if row.get(f) in leaders))


def _pupils_of(schools) -> set[str]:
	if not schools:
		return set()
	return set(frappe.get_all(PUPIL, {"school": ("in", sorted(schools))}, pluck="name"))


def _leaders(question) -> dict[str, set[str]]:
	names = question.values(PupilsSchoolLeader)
	pupils = frappe.get_all(PUPIL, {"name": ("in", sorted(names))}, ["name", "school"]) if names else []
	leader, found = SchoolLeader("school"), defaultdict(set)
	schools = type(question)([(pupil, (leader,)) for pupil in pupils])
	for pupil in pupils:
		found[pupil.name] = leader.accounts(pupil, schools)
	return found
