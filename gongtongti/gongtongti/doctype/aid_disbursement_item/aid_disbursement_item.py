from gongtongti.core.documents import DocumentRow


class AidDisbursementItem(DocumentRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		application: DF.Link
		entry: DF.Link | None
		pupil: DF.Link | None
		purpose: DF.Literal[
			"",
			"Living Allowance",
			"Boarding",
			"Meals",
			"Transport",
			"Books and Supplies",
			"Medical Relief",
			"Emergency Relief",
		]
		return_entry: DF.Link | None
		return_reason: DF.SmallText | None
		return_reference: DF.Data | None
		returned_on: DF.Date | None
		status: DF.Literal["", "To Pay", "Paid Out", "Returned by Bank"]
	# end: auto-generated types

	pass
