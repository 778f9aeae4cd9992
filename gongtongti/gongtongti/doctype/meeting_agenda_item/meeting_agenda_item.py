from gongtongti.core.documents import DocumentRow


class MeetingAgendaItem(DocumentRow):
	"""An item on the agenda of a joint meeting; open decisions of former ones come onto it by themselves (ACT6)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		decision: DF.Link | None
		notes: DF.SmallText | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		school: DF.Link | None
		subject: DF.SmallText
	# end: auto-generated types
