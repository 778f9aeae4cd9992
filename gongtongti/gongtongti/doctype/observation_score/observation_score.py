from gongtongti.core.documents import DocumentRow


class ObservationScore(DocumentRow):
	"""What an observer gave for one item of the rubric. Text, because what is not scored yet is not nought (ACT2)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		greatest: DF.Int
		is_bonus: DF.Check
		item: DF.SmallText | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		part: DF.Data | None
		score: DF.Data | None
		steps: DF.Data | None
	# end: auto-generated types
