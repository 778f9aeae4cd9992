import frappe
from frappe import _
from frappe.utils import cstr, getdate

from gongtongti.organisation import posts
from gongtongti.organisation.names import NamedDocument, clean


class SeatDatesError(frappe.ValidationError):
	"""A seat that ends before it begins."""


class SeatSubdistrictError(frappe.ValidationError):
	"""The seat of a subdistrict office without its subdistrict."""


class SeatTwiceError(frappe.ValidationError):
	"""The same person twice on the same seat."""


class CommunityLeadingGroup(NamedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.leading_group_seat.leading_group_seat import LeadingGroupSeat

		document_no: DF.Data | None
		founded_on: DF.Date
		group_name: DF.Data
		group_name_key: DF.Data | None
		seats: DF.Table[LeadingGroupSeat]
		status: DF.Literal["In Operation", "Dissolved"]
	# end: auto-generated types

	def validate(self):
		clean(self, "document_no")
		self.check_subdistricts()
		self.check_dates()
		self.check_seats_once()
		self.check_new_holders()
		posts.refuse_own_gain(self)

	def on_update(self):
		posts.sync(self)

	def on_trash(self):
		posts.withdraw(self)

	def check_subdistricts(self):
		for row in self.seats:
			if row.post == "Subdistrict Office Director" and not row.subdistrict:
				frappe.throw(
					_("Row {0}: please choose the subdistrict of the office.").format(row.idx),
					SeatSubdistrictError,
				)

	def check_dates(self):
		for row in self.seats:
			if row.from_date and row.to_date and getdate(row.to_date) < getdate(row.from_date):
				frappe.throw(_("Row {0}: the seat ends before it begins.").format(row.idx), SeatDatesError)

	def check_seats_once(self):
		"""A person may hold a seat again later, but not twice at once."""
		held = {}
		for row in self.seats:
			if not row.user:
				continue
			span = (getdate(row.from_date or "1900-01-01"), getdate(row.to_date or "9999-12-31"))
			spans = held.setdefault((row.user, row.post, row.subdistrict, row.school), [])
			if any(span[0] <= other[1] and other[0] <= span[1] for other in spans):
				frappe.throw(
					_("Row {0}: {1} holds this seat already. Remove the row.").format(row.idx, row.user),
					SeatTwiceError,
				)
			spans.append(span)

	def check_new_holders(self):
		"""A disabled account is not put on a seat (ORG3)."""
		before = self.get_doc_before_save()
		had = {_seat(row) for row in before.seats} if before else set()
		users = {row.user for row in self.seats if row.user and _seat(row) not in had}
		posts.refuse_unfit_accounts(users)


def _seat(row):
	fields = ("user", "post", "subdistrict", "school", "from_date", "to_date")
	return tuple(cstr(row.get(fieldname)) for fieldname in fields)
