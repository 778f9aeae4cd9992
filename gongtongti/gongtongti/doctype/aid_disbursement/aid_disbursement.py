import frappe
from frappe import _
from frappe.utils import cstr

from gongtongti.aid import ledger, payments
from gongtongti.aid.booked import BookedDocument
from gongtongti.core import money
from gongtongti.organisation.names import clean


class AidDisbursement(BookedDocument):
	"""A payment of approved applications of one fund; submitting it pays them (AID1, AID2)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.aid_disbursement_item.aid_disbursement_item import (
			AidDisbursementItem,
		)

		amended_from: DF.Link | None
		community: DF.Link | None
		currency: DF.Link | None
		fund: DF.Link
		item_count: DF.Int
		items: DF.Table[AidDisbursementItem]
		method: DF.Literal["Bank Transfer", "Cash to Guardian"]
		paid_by: DF.Link | None
		payment_reference: DF.Data | None
		posting_date: DF.Date
		preparation: DF.Int
		prepared_by: DF.Link | None
		prepared_on: DF.Datetime | None
		remarks: DF.SmallText | None
		returned_total: DF.Currency
		status: DF.Literal["Draft", "Prepared", "Paid Out", "Partly Returned", "Returned by Bank"]
		total: DF.Currency
	# end: auto-generated types

	def onload(self):
		"""For the form: nobody is offered what would be refused."""
		if not self.docstatus:
			self.set_onload("had_part", payments.had_part(self))

	def way_out(self):
		return _(
			"The aid is paid and the payment stays as it is. If money has come back, record the return of that payment."
		)

	def lock_rows(self):
		payments.lock(self)

	def moves_money(self):
		return super().moves_money() or self.flags.prepare or self.flags.take_back

	def validate(self):
		self.take_back_computed()
		clean(self, "payment_reference")
		payments.keep_state(self)
		payments.fill(self)
		if self.flags.prepare:
			payments.fix(self)
		if self.flags.take_back:
			payments.loosen(self)

	def on_trash(self):
		super().on_trash()
		payments.refuse_removal(self)

	def before_submit(self):
		payments.refuse_payer(self)
		payments.refuse_without_reference(self)
		if self.status != payments.PREPARED:
			payments.fix(self)
		self.status, self.paid_by = payments.PAID, frappe.session.user
		for row in self.items:
			row.status = payments.ITEM_PAID

	def on_submit(self):
		payments.pay(self)

	def take_back_computed(self):
		self.community = frappe.db.get_value("Aid Fund", self.fund, "community") if self.fund else None
		self.currency = money.CURRENCY
		self.returned_total = 0
		self.paid_by = self.amended_from = None

	# -- for the payment list on paper -------------------------------------------------------------------------------

	def payees(self) -> list[dict]:
		"""Whom it pays; only numbers where the reader is not of the finance section. See payments.payees."""
		name = cstr(self.name)  # none yet where a new one is printed
		return payments.payees(name) if ledger.is_finance() else payments.numbers(name)

	def total_in_chinese(self) -> str:
		"""The total in capital numerals."""
		return money.in_chinese(money.stored_fen(self.total))
