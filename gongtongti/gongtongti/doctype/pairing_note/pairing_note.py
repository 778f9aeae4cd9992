from gongtongti.core.documents import DocumentRow


class PairingNote(DocumentRow):
	"""What the two sides of a pairing did (ACT3)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		noted_on: DF.Date
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		what: DF.SmallText
	# end: auto-generated types
