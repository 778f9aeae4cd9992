import frappe
from frappe import _
from frappe.utils import add_days, cint, format_date, getdate, now_datetime

from gongtongti.activities import visits
from gongtongti.core import settings
from gongtongti.core.documents import OwnDocument, put_back
from gongtongti.organisation import membership


class CheckInDayError(frappe.ValidationError):
	"""A day to come, or one that is too long past."""


class VisitorError(frappe.PermissionError):
	"""Somebody else's visit, or somebody who leads nothing."""


class PartnerError(frappe.ValidationError):
	"""Not a partner school of the community on that day."""


class VisitTwiceError(frappe.ValidationError):
	"""The day at that school is checked in already."""


class VisitKeptError(frappe.ValidationError):
	"""A visit stays on record."""


class VisitCountError(frappe.ValidationError):
	"""A number below zero."""


class GuidanceVisit(OwnDocument):
	"""A leader's day of guidance at a partner school, checked in on the day (ACT7)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		checked_in_by: DF.Link | None
		checked_in_on: DF.Datetime | None
		community: DF.Link
		guided: DF.Text
		lessons_heard: DF.Int
		school: DF.Link | None
		staff: DF.Link
		staff_name: DF.Data | None
		talks: DF.Int
		teachers_guided: DF.Int
		visited_on: DF.Date
		visited_school: DF.Link
		work_field: DF.Literal[
			"", "Party Affairs", "Teaching Research", "Moral Education", "Special Features"
		]
	# end: auto-generated types

	def validate(self):
		before = self.get_doc_before_save()
		put_back(self, before)
		self.set_visitor(before)
		self.check_numbers()
		if before:
			self.check_still_open()
			return
		self.check_day()
		self.check_partner()
		self.check_once()
		self.checked_in_on, self.checked_in_by = now_datetime(), frappe.session.user

	def on_trash(self):
		frappe.throw(_("A guidance visit stays on record. Correct what is wrong in it."), VisitKeptError)

	def set_visitor(self, before):
		person = frappe.db.get_value(
			"School Staff",
			self.staff,
			["staff_name", "school", "user", "position", "status"],
			as_dict=True,
		)
		if not person or frappe.session.user not in (person.user, "Administrator"):
			frappe.throw(
				_("Everybody checks in their own days of guidance. Choose yourself as the leader."),
				VisitorError,
			)
		if before:
			return
		if person.position not in visits.POSITIONS or person.status != "In Service":
			frappe.throw(_("Days of guidance are those of school leaders in service."), VisitorError)
		self.staff_name, self.school = person.staff_name, person.school

	def check_day(self):
		first, last = getdate(add_days(getdate(), -cint(settings.get("checkin_days")))), getdate()
		if not first <= getdate(self.visited_on) <= last:
			frappe.throw(
				_("A visit is checked in on its day: from {0} to {1}.").format(
					format_date(first), format_date(last)
				),
				CheckInDayError,
			)

	def check_still_open(self):
		last = getdate(add_days(getdate(self.checked_in_on), cint(settings.get("record_days"))))
		if getdate() > last:
			frappe.throw(
				_("What is on record of the visit could be put right until {0}.").format(format_date(last)),
				CheckInDayError,
			)

	def check_partner(self):
		members = membership.schools_of(self.community, self.visited_on)
		if self.visited_school == self.school or not {self.school, self.visited_school} <= members:
			frappe.throw(
				_("{0} is no partner school of {1} in {2} on that day. Choose one that is.").format(
					self.visited_school, self.school, self.community
				),
				PartnerError,
			)

	def check_once(self):
		same = {field: self.get(field) for field in visits.ONCE}
		if other := frappe.db.exists(self.doctype, same):
			frappe.throw(_("That day is checked in already: {0}.").format(other), VisitTwiceError)

	def check_numbers(self):
		for fieldname in ("lessons_heard", "talks", "teachers_guided"):
			if cint(self.get(fieldname)) < 0:
				frappe.throw(
					_("{0} cannot be below zero.").format(_(self.meta.get_label(fieldname))), VisitCountError
				)


def on_doctype_update():
	frappe.db.add_unique("Guidance Visit", list(visits.ONCE), constraint_name="unique_day_of_guidance")
