import frappe
from frappe import _
from frappe.utils import cint, cstr, format_datetime, get_datetime, getdate, now_datetime

from gongtongti.activities import clashes, holding, participants, pictures, record
from gongtongti.activities.kinds import APPROVERS, KIND
from gongtongti.activities.participants import ParticipantTwiceError
from gongtongti.activities.relations import area
from gongtongti.activities.statuses import OPEN, Status
from gongtongti.core.approval import ApprovedDocument
from gongtongti.organisation import membership, school_years
from gongtongti.organisation.names import clean


class ActivityTimeError(frappe.ValidationError):
	"""The activity ends before it begins, lasts too long, or lies in no school year."""


class NotOfCommunityError(frappe.ValidationError):
	"""A school is no member of the community on the day, or the organiser is of none of the schools."""


class KindOutOfUseError(frappe.ValidationError):
	"""The kind of activity is no longer chosen."""


class ReasonMissingError(frappe.ValidationError):
	"""Moving and calling off need a reason."""


class CommunityActivity(ApprovedDocument):
	"""An activity of a community: its plan, which is approved as its kind says, and the record of what happened (ACT1 to ACT12)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.activity_change.activity_change import ActivityChange
		from gongtongti.gongtongti.doctype.activity_material.activity_material import ActivityMaterial
		from gongtongti.gongtongti.doctype.activity_participant.activity_participant import (
			ActivityParticipant,
		)
		from gongtongti.gongtongti.doctype.activity_picture.activity_picture import ActivityPicture
		from gongtongti.gongtongti.doctype.activity_school.activity_school import ActivitySchool
		from gongtongti.gongtongti.doctype.activity_visitor.activity_visitor import ActivityVisitor
		from gongtongti.gongtongti.doctype.approval_signature.approval_signature import ApprovalSignature
		from gongtongti.gongtongti.doctype.media_coverage.media_coverage import MediaCoverage

		amended_from: DF.Link | None
		arrangement: DF.SmallText | None
		changes: DF.Table[ActivityChange]
		clash_notes: DF.SmallText | None
		community: DF.Link
		copied_from: DF.Link | None
		council_area: DF.Data | None
		coverage: DF.Table[MediaCoverage]
		discussion: DF.Text | None
		ends_on: DF.Datetime
		host_school: DF.Link
		kind: DF.Link
		lead_school: DF.Link | None
		materials: DF.Table[ActivityMaterial]
		needs_basic_education: DF.Check
		needs_lead_principal: DF.Check
		needs_teaching_research: DF.Check
		nobody_since: DF.Datetime | None
		organiser: DF.Link
		organiser_name: DF.Data | None
		participants: DF.Table[ActivityParticipant]
		pending_since: DF.Datetime | None
		pictures: DF.Table[ActivityPicture]
		place: DF.Data | None
		procedure: DF.Text | None
		pupil_count: DF.Int
		pupils_expected: DF.Int
		recorded_by: DF.Link | None
		recorded_on: DF.Datetime | None
		school_year: DF.Link | None
		schools: DF.Table[ActivitySchool]
		series: DF.Data | None
		signatures: DF.Table[ApprovalSignature]
		starts_on: DF.Datetime
		status: DF.Literal[
			"Draft",
			"In Approval",
			"Planned for a Day",
			"Held and Recorded",
			"Not Held",
			"Called Off",
			"Not Approved",
			"Plan Withdrawn",
		]
		submitted_by: DF.Link | None
		title: DF.Data
		visitors: DF.Table[ActivityVisitor]
		work_field: DF.Literal[
			"", "Party Affairs", "Teaching Research", "Moral Education", "Special Features"
		]
		workflow_state: DF.Literal[
			"",
			"Activity Draft",
			"Activity Awaiting Lead Principal",
			"Activity Awaiting Teaching Research",
			"Activity Awaiting Basic Education",
			"Activity Plan Approved",
			"Activity Plan Not Approved",
			"Activity Plan Withdrawn",
		]
		wrap_up: DF.Text | None
	# end: auto-generated types

	subject_field = "title"

	def onload(self):
		if self.status in OPEN and self.docstatus.is_submitted() and self.has_begun():
			self.set_onload("lacking", holding.lacking(self))

	def check(self):
		clean(self, "title")
		self.set_from_kind()
		self.check_times()
		self.set_school_year()
		self.check_schools()
		self.check_organiser()
		self.check_record()
		pictures.check(self, self.get_doc_before_save())
		self.clash_notes = clashes.notes(self)

	def before_update_after_submit(self):
		super().before_update_after_submit()
		self.check_record()
		record.check(self, self.get_doc_before_save())
		pictures.check(self, self.get_doc_before_save())

	def on_change(self):
		pictures.drop_originals(self)

	def describe(self) -> str:
		return f"{self.title} · {self.kind} · {self.host_school} · {format_datetime(self.starts_on, 'yyyy-MM-dd HH:mm')}"

	def who_drafts(self) -> str:
		return _(
			"Activities are written by the leaders of the host school, by the organiser, and by whoever leads the area in the community's council."
		)

	def refuse_foreign_drafter(self):
		if self.kind and not cint((self.get_doc_before_save() or self).docstatus):
			self.set_from_kind()  # its area of the council's work is that of the kind that is chosen now
		super().refuse_foreign_drafter()

	# -- what is computed ----------------------------------------------------------------------------------------------

	def set_from_kind(self):
		kind = frappe.get_cached_doc(KIND, self.kind)
		if kind.out_of_use and self.has_value_changed("kind"):
			frappe.throw(
				_("{0} is no longer chosen. Choose another kind of activity.").format(kind.name),
				KindOutOfUseError,
			)
		self.work_field = kind.work_field
		self.council_area = area(self.community, kind.work_field)
		for approver, fieldname in APPROVERS.items():
			if fieldname:
				self.set(fieldname, cint(kind.approver == approver))

	def set_school_year(self):
		self.school_year = school_years.on(getdate(self.starts_on))
		if not self.school_year:
			frappe.throw(
				_(
					"{0} lies in no school year. Choose another day, or ask for the school year to be entered."
				).format(format_datetime(self.starts_on, "yyyy-MM-dd")),
				ActivityTimeError,
			)

	# -- named checks --------------------------------------------------------------------------------------------------

	def check_times(self):
		if get_datetime(self.ends_on) <= get_datetime(self.starts_on):
			frappe.throw(_("The activity ends after it begins. Correct the times."), ActivityTimeError)

	def check_schools(self):
		members = membership.members(self.community, self.starts_on)
		names = [row.school for row in self.schools]
		if len(set(names)) != len(names) or self.host_school in names:
			frappe.throw(_("Each school stands once: take the second row off."), ParticipantTwiceError)
		for name in (self.host_school, *names):
			if name not in {row.school for row in members}:
				frappe.throw(
					_("{0} is no member of the community {1} on that day. Choose one of its schools.").format(
						name, self.community
					),
					NotOfCommunityError,
				)
		leads = [row.school for row in members if row.member_role == "Lead School"]
		# an area of equals has no lead: whoever hosts decides
		self.lead_school = self.host_school if self.host_school in leads or not leads else leads[0]

	def check_organiser(self):
		self.organiser_name, school = frappe.db.get_value(
			"School Staff", self.organiser, ["staff_name", "school"]
		)
		if school not in {self.host_school, *(row.school for row in self.schools)}:
			frappe.throw(
				_("{0} is of none of the schools that take part. Choose somebody who is.").format(
					self.organiser_name
				),
				NotOfCommunityError,
			)

	def check_record(self):
		participants.check(self, self.get_doc_before_save())
		participants.check_heads(self)

	def has_begun(self) -> bool:
		return get_datetime(self.starts_on) <= now_datetime()

	# -- what becomes of it --------------------------------------------------------------------------------------------

	def record_held(self):
		"""Puts on record that it was held. Raises NotHeldYetError where something is lacking; see activities/holding.py."""
		self.refuse_foreign_drafter()
		if not self.has_begun():
			frappe.throw(
				_("The activity begins on {0}. Move it if it was held earlier.").format(
					format_datetime(self.starts_on)
				),
				holding.NotHeldYetError,
			)
		if lacking := holding.lacking(self):
			frappe.throw(
				_("Still lacking before it counts as held: {0}.").format(", ".join(lacking)),
				holding.NotHeldYetError,
			)
		self.flags.by_change = "held"
		self.status, self.recorded_by, self.recorded_on = Status.HELD, frappe.session.user, now_datetime()

	def change_plan(self, change: str, reason: str, **values):
		"""Moves it or calls it off, and keeps what it was until then. Raises ReasonMissingError."""
		self.refuse_foreign_drafter()
		if not cstr(reason).strip():
			frappe.throw(_("Enter the reason for the change."), ReasonMissingError)
		self.flags.by_change = change
		self.flags.ignore_validate_update_after_submit = (
			True  # the times are the plan's, which nobody edits else
		)
		self.append(
			"changes",
			{
				"change": change,
				"old_start": self.starts_on,
				"old_end": self.ends_on,
				"reason": cstr(reason).strip(),
				"changed_by": frappe.session.user,
				"changed_on": now_datetime(),
			},
		)
		self.update({"status": Status.PLANNED, **values})
		if "starts_on" in values:
			self.check_times()
			self.set_school_year()
			self.check_schools()
			self.clash_notes = clashes.notes(self)
