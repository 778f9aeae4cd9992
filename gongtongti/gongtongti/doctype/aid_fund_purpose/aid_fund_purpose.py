from gongtongti.core.documents import DocumentRow


class AidFundPurpose(DocumentRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		ceiling: DF.Currency
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
		special_ceiling: DF.Currency
	# end: auto-generated types

	pass
