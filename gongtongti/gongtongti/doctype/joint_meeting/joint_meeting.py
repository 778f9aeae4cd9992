import frappe
from frappe import _
from frappe.utils import add_days, cint, format_date, getdate

from gongtongti.activities import decisions, meetings
from gongtongti.activities.meetings import MeetingClosedError, MeetingNotHeldYetError, Status
from gongtongti.core import settings
from gongtongti.core.documents import OwnDocument, put_back
from gongtongti.organisation import membership, school_years
from gongtongti.organisation.names import clean


class HostError(frappe.ValidationError):
	"""The host is no member of the community."""


class AgendaKeptError(frappe.ValidationError):
	"""An open decision was taken off the agenda."""


class AttendeeError(frappe.ValidationError):
	"""Somebody who is not in service at a school of the community, or who stands twice on the list."""


class MeetingKeptError(frappe.ValidationError):
	"""A meeting stays on record."""


class JointMeeting(OwnDocument):
	"""A month's joint meeting of a community: invitation, agenda, attendance, minutes (ACT6)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.activity_change.activity_change import ActivityChange
		from gongtongti.gongtongti.doctype.activity_material.activity_material import ActivityMaterial
		from gongtongti.gongtongti.doctype.meeting_agenda_item.meeting_agenda_item import MeetingAgendaItem
		from gongtongti.gongtongti.doctype.meeting_attendee.meeting_attendee import MeetingAttendee

		agenda: DF.Table[MeetingAgendaItem]
		attendees: DF.Table[MeetingAttendee]
		chair: DF.Link | None
		chair_name: DF.Data | None
		changes: DF.Table[ActivityChange]
		closed_by: DF.Link | None
		closed_on: DF.Datetime | None
		community: DF.Link
		ends_on: DF.Datetime | None
		host_school: DF.Link
		minutes: DF.Text | None
		month: DF.Date
		note_taker: DF.Link | None
		note_taker_name: DF.Data | None
		papers: DF.Table[ActivityMaterial]
		place: DF.Data | None
		school_year: DF.Link | None
		starts_on: DF.Datetime | None
		status: DF.Literal["Meeting Scheduled"]
		subject: DF.Data | None
	# end: auto-generated types

	def validate(self):
		before = self.get_doc_before_save()
		if not self.flags.by_change:
			put_back(self, before)
			meetings.refuse_foreign_keeper(self.community)
			self.check_open(before)
		clean(self, "subject", "place")
		self.school_year = school_years.on(getdate(self.starts_on))
		self.check_host(before)
		self.check_agenda(before)
		self.check_attendees(before)
		self.set_names()
		self.check_still_complete(before)

	def on_trash(self):
		frappe.throw(_("A joint meeting stays on record. Call it off instead."), MeetingKeptError)

	def onload(self):
		self.set_onload("may_keep", meetings.may_keep(frappe.session.user, self.community))
		self.set_onload("decisions", self.decisions_made())

	def decisions_made(self) -> list:
		"""The decisions of the meeting, for its form and its paper: whoever reads the meeting reads them."""
		return decisions.of_meeting(self.name)

	def check_open(self, before):
		"""The record of a closed meeting is put right for some days; one that is called off stands as it is."""
		if not before:
			frappe.throw(
				_("Joint meetings are made by the rule of the community. Ask for the rule to be changed."),
				MeetingClosedError,
			)
		if before.status == Status.CALLED_OFF:
			frappe.throw(_("The meeting is called off; nothing of it is changed."), MeetingClosedError)
		if before.status == Status.HELD:
			last = getdate(add_days(getdate(before.closed_on), cint(settings.get("record_days"))))
			if getdate() > last:
				frappe.throw(
					_("The record of the meeting was open until {0}.").format(format_date(last)),
					MeetingClosedError,
				)

	def check_host(self, before):
		if before and before.host_school == self.host_school:
			return
		if self.host_school not in membership.schools_of(self.community, self.starts_on):
			frappe.throw(
				_("{0} is no member of the community {1} on that day. Choose one of its schools.").format(
					self.host_school, self.community
				),
				HostError,
			)

	def check_agenda(self, before):
		"""Decisions come onto the agenda by themselves, and stay there."""
		if self.flags.by_change:
			return
		carried = {row.decision: row for row in before.agenda if row.decision}
		for row in self.agenda:
			if stood := carried.pop(row.decision, None):
				row.subject = stood.subject
			else:
				row.decision = None
		if carried:
			frappe.throw(
				_("An open decision stays on the agenda: {0}. Reload the page.").format(
					", ".join(row.subject for row in carried.values())
				),
				AgendaKeptError,
			)

	def check_attendees(self, before):
		people = [row.staff for row in self.attendees]
		if len(set(people)) != len(people):
			frappe.throw(_("Each person stands once on the list: take the second row off."), AttendeeError)
		stood = {row.staff: row for row in before.attendees} if before else {}
		new = [row for row in self.attendees if row.staff not in stood]
		staff = self._staff(row.staff for row in new)
		schools = membership.schools_of(self.community, self.starts_on) if new else ()
		for row in self.attendees:
			person = stood.get(row.staff) or staff.get(row.staff, frappe._dict())
			row.staff_name, row.school = person.staff_name, person.school
			if row in new and (person.school not in schools or person.status != "In Service"):
				frappe.throw(
					_("{0} is in service at no school of {1}. Choose somebody who is.").format(
						person.staff_name or row.staff, self.community
					),
					AttendeeError,
				)
			if cint(row.attended):
				row.absence_reason = None

	def set_names(self):
		staff = self._staff([self.chair, self.note_taker])
		self.chair_name = staff[self.chair].staff_name if self.chair in staff else None
		self.note_taker_name = staff[self.note_taker].staff_name if self.note_taker in staff else None

	def check_still_complete(self, before):
		if before and before.status == Status.HELD and meetings.lacking(self, []):
			frappe.throw(
				_("A closed meeting keeps its attendance and minutes. Correct them, but do not empty them."),
				MeetingNotHeldYetError,
			)

	def _staff(self, names):
		names = sorted({name for name in names if name})
		if not names:
			return {}
		rows = frappe.get_all(
			"School Staff", {"name": ("in", names)}, ["name", "staff_name", "school", "status"]
		)
		return {row.name: row for row in rows}


def on_doctype_update():
	frappe.db.add_unique("Joint Meeting", ["community", "month"], constraint_name="unique_community_month")
