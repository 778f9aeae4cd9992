import frappe
from frappe import _
from frappe.utils import cstr, format_date, getdate

from gongtongti.activities import meetings
from gongtongti.activities.decisions import STAFF, DecisionClosedError, Status
from gongtongti.core.documents import OwnDocument, put_back
from gongtongti.organisation import membership

# what was decided: fixed when the meeting is closed
FIXED = ("decision", "owner_staff", "due_date")


class OwnerError(frappe.ValidationError):
	"""The person responsible is not in service at a school of the community."""


class DueDateError(frappe.ValidationError):
	"""A decision that is due before it was made."""


class NotResponsibleError(frappe.PermissionError):
	"""Neither the person responsible nor somebody who keeps the meetings."""


class MeetingDecision(OwnDocument):
	"""A decision of a joint meeting: who carries it out by when, and what came of it (ACT6)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		community: DF.Link | None
		decided_on: DF.Date | None
		decision: DF.SmallText
		done_on: DF.Date | None
		due_date: DF.Date | None
		escalated_on: DF.Date | None
		meeting: DF.Link
		owner_name: DF.Data | None
		owner_staff: DF.Link | None
		owner_user: DF.Link | None
		reminded_on: DF.Date | None
		result: DF.SmallText | None
		status: DF.Literal["To Be Carried Out"]
	# end: auto-generated types

	def insert(self, *args, **kwargs):
		self.set_meeting()  # before the framework asks whether this community is within the user's reach
		return super().insert(*args, **kwargs)

	def validate(self):
		before = self.get_doc_before_save()
		if not self.flags.by_change:
			put_back(self, before)
		self.set_meeting()
		self.refuse_stranger(keepers_only=not before)
		self.check_open(before)
		self.check_owner(before)
		self.check_due_date()

	def on_trash(self):
		self.refuse_stranger(keepers_only=True)
		if self.is_in_force():
			frappe.throw(
				_("A decision of a closed meeting stays on record. Give it up with the reason instead."),
				DecisionClosedError,
			)

	def onload(self):
		self.set_onload("may_keep", meetings.may_keep(frappe.session.user, self.community))
		self.set_onload("in_force", self.is_in_force())

	def is_in_force(self) -> bool:
		"""Whether its meeting is closed."""
		return frappe.db.get_value(meetings.MEETING, self.meeting, "status") == meetings.Status.HELD

	def set_meeting(self):
		self.community, starts_on = frappe.db.get_value(
			meetings.MEETING, self.meeting, ["community", "starts_on"]
		) or (None, None)
		self.decided_on = getdate(starts_on) if starts_on else None

	def refuse_stranger(self, keepers_only=False):
		"""Raises NotResponsibleError unless the session's user keeps the meetings, or is the person responsible so far."""
		user, stands = frappe.session.user, self.get_doc_before_save() or self
		if meetings.may_keep(user, self.community):
			return
		if keepers_only or not stands.owner_staff or user != _account(stands.owner_staff):
			frappe.throw(
				_(
					"A decision is kept by the leaders of the community's schools, its result by the person responsible, too."
				),
				NotResponsibleError,
			)

	def check_open(self, before):
		if self.flags.by_change:
			return
		if before and before.status != Status.OPEN:
			frappe.throw(
				_("The decision is closed: {0}. Nothing of it is changed.").format(_(before.status)),
				DecisionClosedError,
			)
		changed = not before or any(cstr(self.get(field)) != cstr(before.get(field)) for field in FIXED)
		if not changed:
			return
		self.refuse_stranger(keepers_only=True)
		if frappe.db.get_value(meetings.MEETING, self.meeting, "status") not in meetings.OPEN:
			frappe.throw(
				_(
					"The meeting is closed: what it has decided, who is responsible and the day stay as they are."
				),
				DecisionClosedError,
			)

	def check_owner(self, before):
		if not self.owner_staff:
			self.owner_name = self.owner_user = None
			return
		person = frappe.db.get_value(
			STAFF, self.owner_staff, ["staff_name", "user", "school", "status"], as_dict=True
		)
		self.owner_name, self.owner_user = person.staff_name, person.user
		if before and before.owner_staff == self.owner_staff:
			return
		if person.status != "In Service" or person.school not in membership.schools_of(self.community):
			frappe.throw(
				_("{0} is in service at no school of {1}. Choose somebody who is.").format(
					person.staff_name, self.community
				),
				OwnerError,
			)

	def check_due_date(self):
		if self.due_date and self.decided_on and getdate(self.due_date) < getdate(self.decided_on):
			frappe.throw(
				_("A decision is due after it was made, on {0}. Choose a later day.").format(
					format_date(self.decided_on)
				),
				DueDateError,
			)


def _account(staff):
	return frappe.db.get_value(STAFF, staff, "user")
