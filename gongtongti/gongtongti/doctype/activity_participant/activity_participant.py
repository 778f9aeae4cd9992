from gongtongti.core.documents import DocumentRow


class ActivityParticipant(DocumentRow):
	"""Somebody who took part in an activity (ACT12, ACT13)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		absence_reason: DF.Data | None
		attended: DF.Check
		hours: DF.Float
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		part: DF.Literal["Participant", "Speaker", "Teacher of the Lesson", "Note Taker"]
		school: DF.Link | None
		staff: DF.Link
		staff_name: DF.Data | None
	# end: auto-generated types
