import frappe
from frappe import _
from frappe.utils import formatdate, getdate

from gongtongti.aid import contributions, ledger
from gongtongti.aid.booked import BookedDocument
from gongtongti.core import money
from gongtongti.organisation import membership
from gongtongti.organisation.names import clean


class GiverError(frappe.ValidationError):
	"""It is not said who gave the money, or a school gave that does not belong to the fund's community."""


class ReceivedAheadError(frappe.ValidationError):
	"""Money was received on a day that lies ahead."""


class AidFundContribution(BookedDocument):
	"""Money that came into an aid fund; submitting it books it (AID1)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amended_from: DF.Link | None
		amount: DF.Currency
		anonymous: DF.Check
		community: DF.Link | None
		currency: DF.Link | None
		donor_name: DF.Data | None
		entry: DF.Link | None
		fund: DF.Link
		payment_reference: DF.Data | None
		posting_date: DF.Date
		publish_name: DF.Check
		received_on: DF.Date
		remarks: DF.SmallText | None
		reversal_entry: DF.Link | None
		reversal_reason: DF.SmallText | None
		school: DF.Link | None
		source: DF.Literal["", "Appropriation", "School", "Social Donation"]
		status: DF.Literal["Draft", "In the Ledger", "Reversed"]
	# end: auto-generated types

	def way_out(self):
		return _(
			"The contribution is booked and stays as it is. If it is wrong, reverse it and enter it anew."
		)

	def validate(self):
		self.take_back_computed()
		self.check_amount()
		self.check_received_on()
		self.check_giver()
		self.check_not_booked_twice()

	def on_submit(self):
		contributions.book(self)

	def amount_in_chinese(self) -> str:
		"""The amount in capital numerals, for the receipt."""
		return money.in_chinese(money.stored_fen(self.amount))

	# -- named checks ------------------------------------------------------------------------------------------------

	def take_back_computed(self):
		self.community = frappe.db.get_value("Aid Fund", self.fund, "community") if self.fund else None
		self.currency = money.CURRENCY
		self.status = contributions.DRAFT
		self.entry = self.reversal_entry = self.reversal_reason = self.amended_from = None

	def check_amount(self):
		self.amount = money.yuan(money.positive_fen(self.amount))

	def check_received_on(self):
		if self.received_on and getdate(self.received_on) > getdate():
			frappe.throw(
				_("{0} lies ahead. Enter the money on the day it has come in.").format(
					formatdate(self.received_on)
				),
				ReceivedAheadError,
			)

	def check_giver(self):
		"""Only what belongs to the source is kept; of an anonymous donor no name is stored."""
		clean(self, "donor_name", "payment_reference")
		is_school, is_donor = self.source == contributions.SCHOOL, self.source == contributions.DONOR
		self.school = self.school if is_school else None
		self.anonymous = 1 if is_donor and self.anonymous else 0
		self.donor_name = None if is_school or self.anonymous else self.donor_name
		self.publish_name = 1 if is_donor and not self.anonymous and self.publish_name else 0
		if is_school:
			self.check_school()
		elif not self.anonymous and not self.donor_name:
			frappe.throw(_("Enter who gave the money, or choose an anonymous donor."), GiverError)

	def check_not_booked_twice(self):
		"""What is booked under its reference already is refused at once; what only looks alike is said."""
		if self.fund:
			ledger.refuse_used_reference(self.fund, contributions.reference(self))
			contributions.tell_twin(self)

	def check_school(self):
		if not self.school:
			frappe.throw(_("Choose the school that gave the money."), GiverError)
		if not self.community:
			return
		if self.school not in membership.schools_of(self.community, self.received_on):
			frappe.throw(
				_("{0} is no member of the community {1}, to which the fund belongs.").format(
					frappe.bold(self.school), frappe.bold(self.community)
				),
				GiverError,
			)
