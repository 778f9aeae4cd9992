import frappe
from frappe import _
from frappe.utils import cint

from gongtongti.aid import ledger
from gongtongti.core import money
from gongtongti.organisation.names import NamedDocument

# the ledger's figures: written by it alone
FIGURES = ("balance", "reserved", "available", "entry_count", "last_posting_date")
LONGEST_NAME = 100  # an entry's name is the fund's with a number


class FundLevelError(frappe.ValidationError):
	"""A community's fund names no community, or level or community were changed after money has moved."""


class PurposesError(frappe.ValidationError):
	"""A purpose stands twice, or its ceiling for special hardship is below the ordinary one."""


class FundNotEmptyError(frappe.ValidationError):
	"""A fund is closed when nothing is left in it, and never deleted once money has moved."""


class FundNameError(frappe.ValidationError):
	"""A fund's name is too long, or was to be changed."""


class AidFund(NamedDocument):
	"""A special fund of a community, or of the district, with what it is given for and how much at most (AID1)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.aid_fund_purpose.aid_fund_purpose import AidFundPurpose

		available: DF.Currency
		balance: DF.Currency
		community: DF.Link | None
		currency: DF.Link | None
		entry_count: DF.Int
		fund_level: DF.Literal["", "District", "Community"]
		fund_name: DF.Data
		fund_name_key: DF.Data | None
		last_posting_date: DF.Date | None
		opened_on: DF.Date
		purposes: DF.Table[AidFundPurpose]
		regulations: DF.SmallText | None
		reserved: DF.Currency
		status: DF.Literal["In Operation", "Closed"]
	# end: auto-generated types

	def before_rename(self, old, new, merge=False):
		frappe.throw(_("A fund keeps its name: its ledger entries are named by it."), FundNameError)

	def validate(self):
		self.take_back_figures()
		self.check_name()
		self.check_level()
		self.check_purposes()
		self.check_closing()

	def on_trash(self):
		if ledger.lock(self.name).entry_count:
			frappe.throw(
				_("The fund {0} has ledger entries and stays. Close it when it is empty.").format(
					frappe.bold(self.name)
				),
				FundNotEmptyError,
			)

	# -- named checks ------------------------------------------------------------------------------------------------

	def take_back_figures(self):
		"""What the ledger writes is not typed in. The document before this save was read with a lock."""
		before = self.get_doc_before_save()
		for fieldname in FIGURES:
			empty = None if fieldname == "last_posting_date" else 0
			self.set(fieldname, before.get(fieldname) if before else empty)
		self.currency = money.CURRENCY

	def check_name(self):
		if len(self.fund_name or "") > LONGEST_NAME:
			frappe.throw(
				_("The name of a fund has {0} characters at most. Please shorten it.").format(LONGEST_NAME),
				FundNameError,
			)

	def check_level(self):
		if self.fund_level == "District":
			self.community = None
		elif not self.community:
			frappe.throw(_("Choose the community whose fund this is."), FundLevelError)
		before = self.get_doc_before_save()
		if before and cint(before.entry_count):
			if (self.fund_level, self.community or "") != (before.fund_level, before.community or ""):
				frappe.throw(
					_("Money has moved in this fund. Its level and its community stay as they are."),
					FundLevelError,
				)

	def check_purposes(self):
		seen = set()
		for row in self.purposes:
			if row.purpose in seen:
				frappe.throw(
					_("Row {0}: {1} stands here twice. Remove one row.").format(row.idx, _(row.purpose)),
					PurposesError,
				)
			seen.add(row.purpose)
			ceiling = money.positive_fen(row.ceiling)
			special = money.positive_fen(row.special_ceiling)
			if special < ceiling:
				frappe.throw(
					_("Row {0}: the ceiling for special hardship is not below the ordinary one.").format(
						row.idx
					),
					PurposesError,
				)
			row.ceiling, row.special_ceiling = money.yuan(ceiling), money.yuan(special)

	def check_closing(self):
		before = self.get_doc_before_save()
		is_closed_now = self.status == ledger.CLOSED and before and before.status != ledger.CLOSED
		if is_closed_now and (self.balance or self.reserved):
			frappe.throw(
				_("The fund still holds {0}. It can be closed when nothing is left in it.").format(
					money.shown(money.stored_fen(self.balance))
				),
				FundNotEmptyError,
			)
