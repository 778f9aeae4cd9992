import frappe
from frappe import _
from frappe.utils import getdate

from gongtongti.activities import hosting
from gongtongti.core import names
from gongtongti.core.approval import value_of
from gongtongti.core.documents import OwnDocument


class ForeignSupportError(frappe.PermissionError):
	"""What is provided is written by the leaders of the host school."""


class SupportDayError(frappe.ValidationError):
	"""Something is said to have been provided or talked about on a day that is still to come, or before it was asked for."""


class NotOfHostSchoolError(frappe.ValidationError):
	"""Whoever provided something or led a talk is not of the host school."""


class ReceiptConfirmedError(frappe.ValidationError):
	"""The visiting teacher has confirmed the checklist as it stands."""


class HostSupport(OwnDocument):
	"""What the host school provides for one visiting teacher, and the talks with them (EX11)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.host_support_item.host_support_item import HostSupportItem
		from gongtongti.gongtongti.doctype.host_support_talk.host_support_talk import HostSupportTalk

		confirmed_by: DF.Link | None
		confirmed_on: DF.Date | None
		end_date: DF.Date | None
		home_school: DF.Link | None
		host_school: DF.Link | None
		items: DF.Table[HostSupportItem]
		placement: DF.Link
		staff: DF.Link | None
		staff_name: DF.Data | None
		start_date: DF.Date | None
		status: DF.Literal["Support Being Prepared"]
		talks: DF.Table[HostSupportTalk]
	# end: auto-generated types

	OF_PLACEMENT = ("staff", "staff_name", "home_school", "host_school", "start_date", "end_date")

	def onload(self):
		user = frappe.session.user
		self.set_onload("may_write", hosting.WRITERS.covers(self, user))
		self.set_onload(
			"may_confirm", self.status == hosting.PROVIDED and hosting.RECEIVER.covers(self, user)
		)

	def validate(self):
		before = self.get_doc_before_save()
		self.set_placement(before)
		self.refuse_foreign_writer(before)
		self.check_confirmed(before)
		self.check_days()
		self.set_people(before)
		self.set_status(before)

	# -- what is computed ----------------------------------------------------------------------------------------------

	def set_placement(self, before):
		if before:
			self.placement = before.placement
		self.update(frappe.db.get_value(hosting.PLACEMENT, self.placement, self.OF_PLACEMENT, as_dict=True))

	def set_people(self, before):
		"""Who provided something or led a talk is of the host school, the writer where nobody is named."""
		rows = [(row, "given_by") for row in self.items if row.given_on]
		rows += [(row, "talked_by") for row in self.talks]
		for row in self.items:
			if not row.given_on:
				row.given_by = row.given_by_name = None
		if not rows:
			return
		known = {}
		for table, field in (("items", "given_by"), ("talks", "talked_by")):
			known |= {
				row.get(field): row.get(f"{field}_name") for row in (before.get(table) if before else ())
			}
		person = frappe.qb.DocType("School Staff")
		named = {row.get(field) for row, field in rows} - {None, ""}
		people = (
			frappe.qb.from_(person)
			.select(person.name, person.staff_name, person.user)
			.where(person.school == self.host_school)
			.where(person.name.isin(sorted(named) or [""]) | (person.user == frappe.session.user))
			.run(as_dict=True)
		)
		writer = next((one.name for one in people if one.user == frappe.session.user), None)
		known = {**{one.name: one.staff_name for one in people}, **known}
		for row, field in rows:
			row.set(field, row.get(field) or writer)
			if row.get(field) and row.get(field) not in known:
				frappe.throw(
					_("Row {0}: {1} is not of {2}. Choose somebody of the host school.").format(
						row.idx, row.get(field), self.host_school
					),
					NotOfHostSchoolError,
				)
			row.set(f"{field}_name", known.get(row.get(field)))

	def set_status(self, before):
		for fieldname in ("confirmed_on", "confirmed_by"):
			self.set(fieldname, before.get(fieldname) if before else None)
		given = any(row.given_on for row in self.items)
		waited_for = any(row.asked_on and not row.given_on for row in self.items)
		if self.confirmed_on:
			self.status = hosting.CONFIRMED
		else:
			self.status = hosting.PROVIDED if given and not waited_for else hosting.BEING_PREPARED

	# -- named checks --------------------------------------------------------------------------------------------------

	def refuse_foreign_writer(self, before):
		if not before or frappe.session.user == "Administrator":
			return  # begun by the app alone: no role makes one
		if not hosting.WRITERS.covers(self, frappe.session.user):
			frappe.throw(
				_("What is provided is written by the leaders of the host school. Ask them to enter it."),
				ForeignSupportError,
			)

	def check_confirmed(self, before):
		items = self.meta.get_field("items")
		if before and before.confirmed_on and value_of(self, items) != value_of(before, items):
			frappe.throw(
				_("The visiting teacher has confirmed the checklist. Only talks are added now."),
				ReceiptConfirmedError,
			)

	def check_days(self):
		for row in self.items:
			row.item = names.written(row.item)
			days = [getdate(day) for day in (row.asked_on, row.given_on) if day]
			if days != sorted(days) or any(day > getdate() for day in days):
				frappe.throw(
					_(
						"Checklist, row {0}: things are provided after they are asked for, and entered when that has happened."
					).format(row.idx),
					SupportDayError,
				)
		for row in self.talks:
			if getdate(row.talk_date) > getdate():
				frappe.throw(
					_("Talks, row {0}: a talk is entered when it has been held.").format(row.idx),
					SupportDayError,
				)
