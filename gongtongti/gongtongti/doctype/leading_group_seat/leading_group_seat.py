from gongtongti.core.documents import DocumentRow


class LeadingGroupSeat(DocumentRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from_date: DF.Date | None
		holder_name: DF.Data | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		post: DF.Literal[
			"",
			"Group Head",
			"Deputy Group Head",
			"Deputy Director",
			"Discipline Inspection Secretary",
			"Teaching Research Office Director",
			"Bureau Office Director",
			"Personnel Section Chief",
			"Finance Section Chief",
			"Supervision Office Director",
			"Basic Education Section Chief",
			"Vocational Education Section Chief",
			"E-Education Station Head",
			"Logistics Station Head",
			"School Principal",
			"Subdistrict Office Director",
		]
		school: DF.Link | None
		subdistrict: DF.Link | None
		official_title: DF.Data | None
		to_date: DF.Date | None
		user: DF.Link | None
	# end: auto-generated types
