import frappe
from frappe import _
from frappe.utils import add_days, cstr, getdate, nowdate

from gongtongti.aid import watch
from gongtongti.core import settings, tasks


class RiskClosedError(frappe.ValidationError):
	"""A closed risk is not edited."""


class VisitDateError(frappe.ValidationError):
	"""A visit that is to be made in the past."""


class OutcomeMissingError(frappe.ValidationError):
	"""Closing needs an outcome."""


class NotVisitedError(frappe.ValidationError):
	"""Closing needs a visit."""


class NotLeftError(frappe.ValidationError):
	"""The pupil's own record does not say that it left school."""


class DropoutRisk(watch.WatchRecord):
	"""A pupil who may leave school: why, how great the risk is, and who visits by when (AID3)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		absent_days: DF.Int
		cause: DF.Literal["", "Absence", "Family Event", "Aid Ending", "Family Cannot Pay", "Other Cause"]
		closed_on: DF.Date | None
		details: DF.SmallText | None
		last_visit: DF.Date | None
		level: DF.Literal["Watch", "High"]
		open_key: DF.Data | None
		outcome: DF.SmallText | None
		pupil: DF.Link
		school: DF.Link | None
		status: DF.Literal["Still Open", "Family Visited", "Risk Resolved", "Left School"]
		told_on: DF.Date | None
		visit_by: DF.Date | None
		visitor: DF.Link | None
	# end: auto-generated types

	COMPUTED = ("school", "level", "last_visit", "closed_on", "told_on", "open_key")

	def validate(self):
		before = self.get_doc_before_save()
		self.refuse_closed(before)
		self.put_back_computed(before)
		self.check_fixed(before)
		self.set_visit_by()
		self.check_visit_by(before)
		self.check_visitor(before)
		if self.status in watch.CLOSED:
			self.check_outcome()
			self.check_visited()
			self.check_left()
			self.close(before)
		else:
			self.keep_open()
			self.check_only_one()

	def on_update(self):
		before = self.get_doc_before_save()
		if self.status in watch.CLOSED:
			tasks.close_todos(self)
		elif any(self.is_changed(fieldname, before) for fieldname in ("cause", "visitor", "visit_by")):
			watch.ask(self)

	def refuse_closed(self, before):
		if before and before.status in watch.CLOSED:
			frappe.throw(
				_("{0} is closed. If the pupil is at risk again, enter a new one.").format(self.name),
				RiskClosedError,
			)

	def set_visit_by(self):
		if not self.visit_by:
			self.visit_by = add_days(nowdate(), settings.get("visit_days"))

	def check_visit_by(self, before):
		if not self.is_changed("visit_by", before):
			return
		if getdate(self.visit_by) < getdate():
			frappe.throw(
				_("The visit cannot be due in the past. Choose today or a later day."), VisitDateError
			)
		self.told_on = None

	def check_outcome(self):
		self.outcome = cstr(self.outcome).strip()
		if not self.outcome:
			frappe.throw(_("Write down the outcome before you close the risk."), OutcomeMissingError)

	def check_visited(self):
		if not frappe.db.exists(watch.VISIT, {"risk": self.name}):
			frappe.throw(
				_("A risk is closed after a visit. Record the visit in {0} first.").format(_(watch.VISIT)),
				NotVisitedError,
			)

	def check_left(self):
		if self.status != watch.Status.LEFT:
			return
		status = frappe.db.get_value(watch.PUPIL, self.pupil, "status")
		if status != watch.LEFT_SCHOOL:
			frappe.throw(
				_("The record of {0} says: {1}. Enter there first that the pupil left, when and why.").format(
					self.pupil, _(status)
				),
				NotLeftError,
			)

	def close(self, before):
		self.level = before.level
		self.closed_on = nowdate()
		self.open_key = None

	def keep_open(self):
		self.status = watch.Status.VISITED if self.last_visit else watch.Status.OPEN
		self.level = watch.level_of(self, watch.was_found_away(None if self.is_new() else self.name))
		self.open_key = watch.open_key(self.pupil, self.cause)

	def check_only_one(self):
		other = frappe.db.get_value(
			watch.RISK, {"open_key": self.open_key, "name": ("!=", self.name)}, "name"
		)
		if other:
			frappe.throw(
				_("{0} is watched for this cause already: {1}. Please go on there.").format(
					self.pupil, other
				),
				watch.AlreadyWatchedError,
			)
