from gongtongti.core.documents import KeptRecord


class PupilRecordAccess(KeptRecord):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		accessed_on: DF.Datetime | None
		inspection_case: DF.Link | None
		pupil: DF.Data | None
		user: DF.Link
		way: DF.Literal[
			"Record Opened", "Application Printed", "Payment List", "Bank File", "Student Number Entered"
		]
	# end: auto-generated types
