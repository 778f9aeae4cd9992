from gongtongti.core.documents import DocumentRow


class ActivityPicture(DocumentRow):
	"""A picture of an activity (ACT12)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		caption: DF.Data | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		picture: DF.AttachImage
	# end: auto-generated types
