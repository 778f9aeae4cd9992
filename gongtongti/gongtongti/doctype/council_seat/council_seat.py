from gongtongti.core.documents import DocumentRow


class CouncilSeat(DocumentRow):
	"""A seat in the council of a community (ORG10)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from_date: DF.Date | None
		office: DF.Literal[
			"",
			"Council Chair",
			"Council Vice Chair",
			"Council Director",
			"Secretary General",
			"Deputy Secretary General",
		]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		staff: DF.Link
		staff_name: DF.Data | None
		to_date: DF.Date | None
		user: DF.Link | None
		work_field: DF.Literal[
			"", "Party Affairs", "Teaching Research", "Moral Education", "Special Features"
		]
	# end: auto-generated types
