from gongtongti.core.documents import DocumentRow


class MentorGuidance(DocumentRow):
	"""A guidance that a mentor has given (ACT9)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		content: DF.SmallText
		form: DF.Data
		guided_on: DF.Date
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
	# end: auto-generated types
