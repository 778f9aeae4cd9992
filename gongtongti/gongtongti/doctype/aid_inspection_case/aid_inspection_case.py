import unicodedata

import frappe
from frappe import _
from frappe.utils import add_days, cstr, escape_html, formatdate, getdate

from gongtongti.aid import inspection, watch
from gongtongti.core import relations
from gongtongti.core.documents import OwnDocument
from gongtongti.organisation import roles

REASON_LENGTH = 10  # characters
LONGEST = 30  # days


class CaseKeptError(frappe.ValidationError):
	"""A case is neither changed nor taken away: it is closed."""


class CaseImportError(frappe.ValidationError):
	"""Cases are opened one by one."""


class ReasonTooShortError(frappe.ValidationError):
	"""A record is opened for a stated reason."""


class PeriodError(frappe.ValidationError):
	"""A case is open for some days, at most a month."""


class UnknownPupilError(frappe.ValidationError):
	"""There is no record with this number."""


class AlreadyOpenError(frappe.ValidationError):
	"""One open case of one person for one pupil."""


class AidInspectionCase(OwnDocument):
	"""Discipline inspection reads the record of one pupil, for a stated reason and a limited time (AID4).

	It is written once, when it is opened, and closed by `access.close` or when its time is up; nothing else changes it.
	"""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		closed_on: DF.Datetime | None
		expires_on: DF.Date
		opened_by: DF.Link | None
		opened_on: DF.Datetime | None
		pupil: DF.Data
		reason: DF.SmallText
		status: DF.Literal["Still Open", "Closed"]
	# end: auto-generated types

	def save(self, *args, **kwargs):
		# on v16 a client can say that a save is a discard, which comes by no check
		if not self.is_new():
			self.refuse_change()
		return super().save(*args, **kwargs)

	def validate(self):
		if not self.is_new():
			self.refuse_change()
		self.check_not_imported()
		inspection.refuse_all_but_inspectors()
		self.open()
		self.check_reason()
		self.check_period()
		self.check_pupil()
		self.check_not_open()

	def after_insert(self):
		self.tell_section()

	def refuse_change(self, *args, **kwargs):
		frappe.throw(
			_("An inspection case stays as it was opened. Close it, and open another one if need be."),
			CaseKeptError,
		)

	before_submit = before_update_after_submit = before_cancel = before_discard = refuse_change
	before_rename = on_trash = refuse_change

	def open(self):
		self.docstatus, self.status, self.closed_on = 0, inspection.OPEN, None
		self.opened_by, self.opened_on = frappe.session.user, frappe.utils.now()

	def tell_section(self):
		"""The basic education section knows at once who reads which record, and why."""
		section = relations.holders({roles.BASIC_EDUCATION})[roles.BASIC_EDUCATION]
		subject = _("{0} reads the record of pupil {1} until {2}. Reason: {3}")
		who = frappe.utils.get_fullname(self.opened_by)
		texts = (who, self.pupil, formatdate(self.expires_on), self.reason)
		watch.tell(self, section, subject.format(*map(escape_html, texts)))

	# -- named checks --------------------------------------------------------------------------------------------------

	def check_not_imported(self):
		if frappe.flags.in_import:
			frappe.throw(
				_("{0} cannot be imported. Please enter it by hand.").format(_(self.doctype)), CaseImportError
			)

	def check_reason(self):
		self.reason = cstr(self.reason).strip()
		# blanks and invisible signs say nothing
		signs = [sign for sign in self.reason if unicodedata.category(sign)[0] not in "ZC"]
		if len(signs) < REASON_LENGTH or len(set(signs)) == 1:
			frappe.throw(
				_(
					"Say in at least {0} characters why the record is opened. The reason is put on record."
				).format(REASON_LENGTH),
				ReasonTooShortError,
			)

	def check_period(self):
		today = getdate()
		last = getdate(add_days(today, LONGEST))
		if not self.expires_on or not today <= getdate(self.expires_on) <= last:
			frappe.throw(
				_("A record is opened until a day from today to {0}, that is for {1} days at most.").format(
					formatdate(last), LONGEST
				),
				PeriodError,
			)

	def check_pupil(self):
		# as it is written there: what is compared later knows no capitals
		number = frappe.db.exists(inspection.PUPIL, cstr(self.pupil).strip())
		if not number:
			frappe.throw(
				_(
					"There is no pupil with this number. Take it from the ledger, a payment or an application."
				),
				UnknownPupilError,
			)
		self.pupil = number

	def check_not_open(self):
		if case := inspection.case_of(self.pupil):
			frappe.throw(
				_("You have this record open already, by the case {0}.").format(case), AlreadyOpenError
			)
