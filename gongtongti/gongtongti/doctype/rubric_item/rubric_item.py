from gongtongti.core.documents import DocumentRow


class RubricItem(DocumentRow):
	"""What a rubric looks at, and how much it is worth (ACT2)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		greatest: DF.Int
		is_bonus: DF.Check
		item: DF.SmallText
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		part: DF.Data
		steps: DF.Data | None
	# end: auto-generated types
