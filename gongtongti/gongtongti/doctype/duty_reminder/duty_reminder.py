from gongtongti.core.documents import KeptRecord


class DutyReminder(KeptRecord):
	"""The leaders of a community were reminded of a duty in a period: once."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		community: DF.Data | None
		duty: DF.Link
		period_start: DF.Date | None
		told_on: DF.Datetime | None
	# end: auto-generated types
