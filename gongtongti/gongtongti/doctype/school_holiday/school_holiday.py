from gongtongti.core.documents import DocumentRow


class SchoolHoliday(DocumentRow):
	"""Days of a school year without lessons and meetings, in the terms and between them (ACT6, EX12)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from_date: DF.Date
		holiday_name: DF.Data
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		to_date: DF.Date
	# end: auto-generated types
