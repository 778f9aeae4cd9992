from gongtongti.core.documents import DocumentRow


class ActivitySchool(DocumentRow):
	"""A school that takes part in an activity beside its host."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		school: DF.Link
	# end: auto-generated types
