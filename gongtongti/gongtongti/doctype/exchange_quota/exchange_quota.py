from gongtongti.core.documents import DocumentRow


class ExchangeQuota(DocumentRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		community: DF.Link
		kind: DF.Literal["", "Cadre Appointment", "Cadre Attachment", "Acting Post", "Teacher Exchange"]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		quota: DF.Int
		subject: DF.Link | None
	# end: auto-generated types
