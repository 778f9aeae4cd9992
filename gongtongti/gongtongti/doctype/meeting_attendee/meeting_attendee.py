from gongtongti.core.documents import DocumentRow


class MeetingAttendee(DocumentRow):
	"""Somebody who was invited to a joint meeting (ACT6)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		absence_reason: DF.Data | None
		attended: DF.Check
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		school: DF.Link | None
		staff: DF.Link
		staff_name: DF.Data | None
	# end: auto-generated types
