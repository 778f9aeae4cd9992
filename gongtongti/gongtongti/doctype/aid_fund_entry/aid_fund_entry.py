import frappe

from gongtongti.core.documents import KeptRecord


class AidFundEntry(KeptRecord):
	"""One movement of a fund's money, written by `aid/ledger.py` and by nothing else (AID1)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		application: DF.Link | None
		balance_after: DF.Currency
		booked_by: DF.Link | None
		community: DF.Link | None
		corrects: DF.Link | None
		currency: DF.Link | None
		fund: DF.Link
		kind: DF.Literal["Contribution", "Aid Payment", "Returned Payment", "Correction"]
		posting_date: DF.Date
		posting_key: DF.Data | None
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
		reference: DF.Data | None
		reference_doctype: DF.Link | None
		reference_key: DF.Data | None
		reference_name: DF.DynamicLink | None
		remarks: DF.SmallText | None
		seq: DF.Int
	# end: auto-generated types


def on_doctype_update():
	frappe.db.add_index("Aid Fund Entry", ["fund", "seq"])
