import frappe
from frappe import _
from frappe.utils import cint, flt

from gongtongti.activities.kinds import NOBODY
from gongtongti.organisation.names import NamedDocument


class KindError(frappe.ValidationError):
	"""A kind of activity asks for something that it cannot mean."""


class ActivityKind(NamedDocument):
	"""A kind of activity: its field of work, who approves it, what must be on record before it counts as held (ACT1, ACT12)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		approver: DF.Literal[
			"", "Teaching Research Office", "Basic Education Section", "Lead Principal", "Nobody"
		]
		credit_hours: DF.Float
		gives_credit: DF.Check
		kind_name: DF.Data
		kind_name_key: DF.Data | None
		least_observations: DF.Int
		least_pictures: DF.Int
		needs_attendance: DF.Check
		needs_discussion: DF.Check
		needs_wrap_up: DF.Check
		out_of_use: DF.Check
		source_clause: DF.Data | None
		work_field: DF.Literal[
			"", "Party Affairs", "Teaching Research", "Moral Education", "Special Features"
		]
	# end: auto-generated types

	def validate(self):
		self.approver = self.approver or NOBODY
		self.check_numbers()

	def check_numbers(self):
		if min(cint(self.least_pictures), cint(self.least_observations), flt(self.credit_hours)) < 0:
			frappe.throw(
				_("Pictures, observation sheets and hours cannot be fewer than none. Enter 0 or more."),
				KindError,
			)
		if not self.gives_credit:
			self.credit_hours = 0
