from gongtongti.core.documents import DocumentRow


class ActivityChange(DocumentRow):
	"""A move or a calling off of an activity, with its reason."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		change: DF.Literal["Moved", "Called Off"]
		changed_by: DF.Link | None
		changed_on: DF.Datetime | None
		old_end: DF.Datetime | None
		old_start: DF.Datetime | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		reason: DF.SmallText | None
	# end: auto-generated types
