from gongtongti.core.documents import DocumentRow


class StaffHonour(DocumentRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		awarded_on: DF.Date | None
		certificate_no: DF.Data | None
		honour: DF.Literal[
			"",
			"Excellent Teacher",
			"Teaching Expert",
			"Backbone Teacher",
			"Subject Leader",
			"Special-Grade Teacher",
			"Other",
		]
		level: DF.Literal[
			"", "School Level", "District Level", "City Level", "Provincial Level", "National Level"
		]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
	# end: auto-generated types
