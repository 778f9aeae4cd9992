from gongtongti.core.documents import DocumentRow


class HostSupportTemplateItem(DocumentRow):
	"""A thing that a host school provides for a visiting teacher (EX11)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		item: DF.Data
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		remarks: DF.Data | None
	# end: auto-generated types
