from gongtongti.core.documents import DocumentRow


class StaffService(DocumentRow):
	"""A time that a member of staff served at a school, in one position: see organisation/service.py."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		at_school_since: DF.Date | None
		from_date: DF.Date
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		position: DF.Literal["", "Teacher", "School Principal", "Vice Principal", "Other School Leader"]
		school: DF.Link
		to_date: DF.Date | None
	# end: auto-generated types
