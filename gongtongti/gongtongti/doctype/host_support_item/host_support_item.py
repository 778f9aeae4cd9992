from gongtongti.core.documents import DocumentRow


class HostSupportItem(DocumentRow):
	"""Something that a host school provides for one visiting teacher: asked for, given, by whom (EX11)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		asked_on: DF.Date | None
		given_by: DF.Link | None
		given_by_name: DF.Data | None
		given_on: DF.Date | None
		item: DF.Data
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		remarks: DF.Data | None
	# end: auto-generated types
