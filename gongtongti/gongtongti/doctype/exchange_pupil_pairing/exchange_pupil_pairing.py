from gongtongti.core.documents import DocumentRow


class ExchangePupilPairing(DocumentRow):
	"""A family pairing that a pupil takes part in (ACT3)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		pairing: DF.Link
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
	# end: auto-generated types
