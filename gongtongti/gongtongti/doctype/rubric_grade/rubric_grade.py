from gongtongti.core.documents import DocumentRow


class RubricGrade(DocumentRow):
	"""A grade of a rubric, and from which share of the greatest score on it is given (ACT2)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		grade: DF.Data
		least_share: DF.Percent
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
	# end: auto-generated types
