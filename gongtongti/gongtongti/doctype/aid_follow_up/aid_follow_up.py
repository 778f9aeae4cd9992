import frappe
from frappe import _
from frappe.utils import add_days, getdate

from gongtongti.aid import watch
from gongtongti.organisation import roles

EDIT_DAYS = 7  # after entering it


class VisitFixedError(frappe.PermissionError):
	"""Entered by somebody else, or too long ago."""


class VisitDateError(frappe.ValidationError):
	"""A visit in the future, or a next one in the past."""


class ApplicationOfOtherError(frappe.ValidationError):
	"""The application is missing, or another pupil's."""


class RiskOfOtherError(frappe.ValidationError):
	"""The risk is another pupil's, or closed."""


class AidFollowUp(watch.WatchRecord):
	"""A visit to a pupil: what was found, whether the pupil is at school, whether the money has arrived (AID3)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		application: DF.Link | None
		findings: DF.SmallText
		money_arrived: DF.Literal["", "Yes", "No", "Not Due Yet"]
		next_visit_by: DF.Date | None
		pupil: DF.Link
		risk: DF.Link | None
		school: DF.Link | None
		still_at_school: DF.Check
		visited_on: DF.Date
		visitor: DF.Link
		way: DF.Literal["Home Visit", "Talk at School", "Telephone"]
	# end: auto-generated types

	FIXED = ("pupil", "risk")

	def validate(self):
		before = self.get_doc_before_save()
		self.put_back_computed(before)
		self.check_editor(before)
		self.check_fixed(before)
		self.check_visited_on()
		self.check_next_visit(before)
		self.check_visitor(before)
		self.check_application(before)
		self.check_risk(before)

	def on_update(self):
		watch.take_visit(self, self.get_doc_before_save())

	def check_editor(self, before):
		"""A record of a visit is not rewritten by others, nor long afterwards."""
		if not before or roles.BASIC_EDUCATION in frappe.get_roles():
			return
		last_day = getdate(add_days(getdate(before.creation), EDIT_DAYS))
		if frappe.session.user != before.owner or getdate() > last_day:
			frappe.throw(
				_(
					"A visit is changed only by whoever entered it, within {0} days, or by the basic education section."
				).format(EDIT_DAYS),
				VisitFixedError,
			)

	def check_visited_on(self):
		if getdate(self.visited_on) > getdate():
			frappe.throw(_("The visit lies in the future. Enter it when it has been made."), VisitDateError)

	def check_next_visit(self, before):
		if not self.next_visit_by or not self.is_changed("next_visit_by", before):
			return
		if getdate(self.next_visit_by) <= getdate(self.visited_on) or getdate(self.next_visit_by) < getdate():
			frappe.throw(
				_("The next visit comes after this one. Choose today or a later day."), VisitDateError
			)

	def check_application(self, before):
		if self.money_arrived == "No" and not self.application:
			frappe.throw(_("Choose the application whose money has not arrived."), ApplicationOfOtherError)
		if self.application and self.is_changed("application", before):
			if frappe.db.get_value(watch.APPLICATION, self.application, "pupil") != self.pupil:
				frappe.throw(_("Choose an application of the same pupil."), ApplicationOfOtherError)

	def check_risk(self, before):
		if not self.risk or before:
			return
		# with a lock: it is not closed while this visit is entered
		risk = frappe.db.get_value(watch.RISK, self.risk, ["pupil", "status"], as_dict=True, for_update=True)
		if not risk or risk.pupil != self.pupil:
			frappe.throw(_("Choose a risk of the same pupil."), RiskOfOtherError)
		if risk.status in watch.CLOSED:
			frappe.throw(
				_("{0} is closed. Record the visit without it, or enter a new risk first.").format(self.risk),
				RiskOfOtherError,
			)
