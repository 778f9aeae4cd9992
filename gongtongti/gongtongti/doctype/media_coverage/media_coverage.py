from gongtongti.core.documents import DocumentRow


class MediaCoverage(DocumentRow):
	"""What media said of an activity (ACT11)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		link: DF.Data | None
		medium: DF.Data
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		published_on: DF.Date | None
		title: DF.Data
	# end: auto-generated types
