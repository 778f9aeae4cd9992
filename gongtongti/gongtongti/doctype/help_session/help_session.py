from gongtongti.core.documents import DocumentRow


class HelpSession(DocumentRow):
	"""A session of a two-help-one group (ACT4)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		content: DF.SmallText
		held_on: DF.Date
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		place: DF.Data | None
		reaction: DF.SmallText | None
	# end: auto-generated types
