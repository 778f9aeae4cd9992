from gongtongti.core.documents import DocumentRow


class HostSupportTalk(DocumentRow):
	"""A talk of the host school with a visiting teacher (EX11)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		content: DF.SmallText
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		talk_date: DF.Date
		talked_by: DF.Link | None
		talked_by_name: DF.Data | None
	# end: auto-generated types
