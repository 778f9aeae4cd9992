"""The relations in which people stand to areas of a council's work (ORG10): words for the policy of activities."""

from gongtongti.core.relations import Relation


def area(community: str, work_field: str) -> str:
	"""What an area of the work of a community's council is called in the fields that `AreaLeader` looks at."""
	return f"{community}/{work_field}"


class AreaLeader(Relation):
	"""Whoever leads the council's area of work in one of the fields, by a seat that is held today.

	A seat gives rights in that area inside that community and nowhere else.
	"""

	def within(self, user):
		return frozenset()

	def accounts(self, row, question, barred=frozenset()):
		return set()
