from gongtongti.core.documents import DocumentRow


class ActivityVisitor(DocumentRow):
	"""Visitors of an activity (ACT11)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from_unit: DF.Data | None
		number: DF.Int
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		visitor: DF.Data
	# end: auto-generated types
