from gongtongti.core.documents import DocumentRow


class ResourceRating(DocumentRow):
	"""What one account gave a resource (ACT8)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		rated_by: DF.Link
		rated_on: DF.Date | None
		stars: DF.Int
	# end: auto-generated types
