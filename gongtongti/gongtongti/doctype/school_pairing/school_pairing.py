import frappe
from frappe import _
from frappe.utils import cint, cstr, formatdate, getdate, nowdate

from gongtongti.activities import pairings, pupils
from gongtongti.activities.pairings import FAMILY, SIDES, TEACHER, Status
from gongtongti.core.approval import ApprovedDocument
from gongtongti.organisation import membership, school_years
from gongtongti.organisation.names import LONGEST, clean


class PairingTimeError(frappe.ValidationError):
	"""The pairing ends before it begins, or does not lie in one school year."""


class NotOfCommunityError(frappe.ValidationError):
	"""A school is no member of the community on the first day, or somebody is not of the school of their side."""


class SameSchoolError(frappe.ValidationError):
	"""A pairing is between two schools."""


class SideMissingError(frappe.ValidationError):
	"""It does not say yet who is paired on one of the sides."""


class PairedAlreadyError(frappe.ValidationError):
	"""The same two sides are paired already."""


class NoteDateError(frappe.ValidationError):
	"""A note tells of a day on which the pairing did not run."""


class EndReasonMissingError(frappe.ValidationError):
	"""A pairing ends with a reason."""


class SchoolPairing(ApprovedDocument):
	"""Grades, classes, families or teachers of two schools that keep in touch; approved, ended, never deleted (ACT3, SUM2)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.approval_signature.approval_signature import ApprovalSignature
		from gongtongti.gongtongti.doctype.pairing_note.pairing_note import PairingNote

		amended_from: DF.Link | None
		class_a: DF.Data | None
		class_b: DF.Data | None
		community: DF.Link
		end_reason: DF.SmallText | None
		ended_on: DF.Date | None
		for_teachers: DF.Check
		from_date: DF.Date
		goal: DF.SmallText
		grade_a: DF.Literal[
			"",
			"Grade 1",
			"Grade 2",
			"Grade 3",
			"Grade 4",
			"Grade 5",
			"Grade 6",
			"Grade 7",
			"Grade 8",
			"Grade 9",
		]
		grade_b: DF.Literal[
			"",
			"Grade 1",
			"Grade 2",
			"Grade 3",
			"Grade 4",
			"Grade 5",
			"Grade 6",
			"Grade 7",
			"Grade 8",
			"Grade 9",
		]
		kind: DF.Literal["", "Grade Pairing", "Class Pairing", "Family Pairing", "Teacher Pairing"]
		nobody_since: DF.Datetime | None
		notes: DF.Table[PairingNote]
		pending_since: DF.Datetime | None
		remarks: DF.SmallText | None
		school_a: DF.Link
		school_b: DF.Link
		school_year: DF.Link | None
		signatures: DF.Table[ApprovalSignature]
		status: DF.Literal[
			"Draft", "In Approval", "Pairing Running", "Pairing Ended", "Not Approved", "Pairing Withdrawn"
		]
		subject: DF.Link | None
		submitted_by: DF.Link | None
		teacher_a: DF.Link | None
		teacher_a_name: DF.Data | None
		teacher_b: DF.Link | None
		teacher_b_name: DF.Data | None
		title: DF.Data | None
		to_date: DF.Date
		workflow_state: DF.Literal[
			"",
			"Pairing Draft",
			"Pairing Awaiting Basic Education",
			"Pairing Awaiting Teaching Research",
			"Pairing Approved",
			"Pairing Not Approved",
			"Pairing Proposal Withdrawn",
		]
	# end: auto-generated types

	subject_field = "title"

	@property
	def pupils_a(self):
		"""Virtual field: how many pupils of school A take part in a family pairing."""
		return self._pupils("a")

	@property
	def pupils_b(self):
		"""Virtual field: the same of school B."""
		return self._pupils("b")

	def _pupils(self, side):
		if self.is_new() or self.kind != FAMILY:
			return 0
		return pupils.counted([self.name])[self.name, self.get(f"school_{side}")]

	def check(self):
		clean(self, "class_a", "class_b")
		self.for_teachers = cint(self.kind == TEACHER)
		self.check_times()
		self.check_schools()
		self.clear_what_the_kind_does_not_say()
		self.check_teachers()
		self.set_title()
		self.check_paired_once()
		self.check_notes()

	def check_on_send(self):
		self.check_sides()

	def before_update_after_submit(self):
		super().before_update_after_submit()
		self.check_notes()

	def describe(self) -> str:
		return f"{_(self.kind)} · {self.title}"

	def who_drafts(self) -> str:
		return _("Pairings are written by the leaders of either school.")

	def how_to_change(self) -> str:
		return _("End it with the reason, and enter a new one.")

	# -- what is computed ----------------------------------------------------------------------------------------------

	def clear_what_the_kind_does_not_say(self):
		for side in SIDES:
			for said in {"grade", "class", "teacher"} - set(pairings.said(self.kind)):
				self.set(f"{said}_{side}", None)

	def set_title(self):
		"""Without the pupils of families: a title is the same for all readers."""
		said = {side: "" if self.kind == FAMILY else pairings.side_of(self, side) for side in SIDES}
		self.title = " — ".join(f"{self.get(f'school_{side}')} {said[side]}".strip() for side in SIDES)[
			:LONGEST
		]

	# -- named checks --------------------------------------------------------------------------------------------------

	def check_times(self):
		first, last = getdate(self.from_date), getdate(self.to_date)
		if last < first:
			frappe.throw(_("The pairing ends before it begins. Correct the dates."), PairingTimeError)
		self.school_year = school_years.on(first)
		if not self.school_year or last > school_years.of(self.school_year).end_date:
			frappe.throw(
				_("A pairing lies in one school year: pair the two anew in the next one."), PairingTimeError
			)

	def check_schools(self):
		if self.school_a == self.school_b:
			frappe.throw(_("A pairing is between two schools. Choose another school."), SameSchoolError)
		members = {row.school for row in membership.members(self.community, self.from_date)}
		for side in SIDES:
			school = self.get(f"school_{side}")
			if school not in members:
				frappe.throw(
					_("{0} is no member of the community {1} on that day. Choose one of its schools.").format(
						school, self.community
					),
					NotOfCommunityError,
				)

	def check_teachers(self):
		"""A leader sees the staff of the own school only, so each side names its teacher itself; what is there must fit."""
		chosen = [name for name in (self.teacher_a, self.teacher_b) if name]
		rows = frappe.get_all(
			"School Staff", {"name": ("in", chosen or [""])}, ["name", "staff_name", "school"]
		)
		people = {row.name: row for row in rows}
		for side in SIDES:
			person = people.get(self.get(f"teacher_{side}"))
			self.set(f"teacher_{side}_name", person and person.staff_name)
			if person and person.school != self.get(f"school_{side}"):
				frappe.throw(
					_("{0} is not of {1}. Choose a teacher of that school.").format(
						person.staff_name, self.get(f"school_{side}")
					),
					NotOfCommunityError,
				)

	def check_paired_once(self):
		if self.kind == FAMILY:
			return  # one for every two families
		same = {"kind": self.kind, "school_year": self.school_year, "status": ("in", pairings.ALIVE)}
		schools = ("in", [self.school_a, self.school_b])
		fields = [f"{said}_{side}" for side in SIDES for said in ("school", *pairings.said(self.kind))]
		rows = frappe.get_all(
			self.doctype,
			{**same, "school_a": schools, "school_b": schools, "name": ("!=", self.name or "")},
			["name", *fields],
		)
		twice = next((row.name for row in rows if self._sides(row) == self._sides(self)), None)
		if twice:
			frappe.throw(
				_("These two are paired already in {0}. Open that one.").format(twice), PairedAlreadyError
			)

	def _sides(self, row):
		said = ("school", *pairings.said(self.kind))
		return {tuple(cstr(row.get(f"{what}_{side}")) for what in said) for side in SIDES}

	def check_sides(self):
		for side in SIDES:
			lacking = [what for what in pairings.said(self.kind) if not self.get(f"{what}_{side}")]
			if self.kind == FAMILY and not self._pupils(side):
				frappe.throw(
					_(
						"{0} has entered no pupil for this pairing yet. Its leaders open Exchange Pupil and add the pairing there."
					).format(self.get(f"school_{side}")),
					SideMissingError,
				)
			if lacking:
				label = self.meta.get_label(f"{lacking[0]}_{side}")
				frappe.throw(
					_("Still missing: {0}. The leaders of {1} fill it in.").format(
						_(label), self.get(f"school_{side}")
					),
					SideMissingError,
				)

	def check_notes(self):
		last = min(getdate(nowdate()), getdate(self.ended_on or self.to_date))
		for row in self.notes:
			if not getdate(self.from_date) <= getdate(row.noted_on) <= last:
				frappe.throw(
					_("Notes, row {0}: the pairing did not run on {1}. Enter a day from {2} to {3}.").format(
						row.idx, formatdate(row.noted_on), formatdate(self.from_date), formatdate(last)
					),
					NoteDateError,
				)

	# -- what becomes of it --------------------------------------------------------------------------------------------

	def end(self, reason: str):
		"""Ends it today. Raises NotRunningError, EndReasonMissingError, NotYourStepError."""
		self.refuse_foreign_drafter()
		if self.status != Status.RUNNING:
			frappe.throw(
				_("This pairing does not run: {0}.").format(_(self.status, context=self.doctype)),
				pairings.NotRunningError,
			)
		if not cstr(reason).strip():
			frappe.throw(_("Enter why the pairing ends."), EndReasonMissingError)
		self.flags.by_change = "ended"
		self.status, self.ended_on, self.end_reason = Status.ENDED, nowdate(), cstr(reason).strip()
