import frappe
from frappe import _
from frappe.utils import cstr, formatdate, getdate, nowdate

from gongtongti.activities import helping, pupils
from gongtongti.core.documents import OwnDocument
from gongtongti.organisation import membership, school_years


class SamePupilError(frappe.ValidationError):
	"""Nobody helps oneself."""


class PupilOfOtherSchoolError(frappe.ValidationError):
	"""The pupil who is helped is of another school, or the one who helps of none of the community."""


class PupilGoneError(frappe.ValidationError):
	"""A pupil is no longer at school."""


class TeacherOfOtherSchoolError(frappe.ValidationError):
	"""The teacher is of no school of the community."""


class HelpedAlreadyError(frappe.ValidationError):
	"""Another group helps this pupil in the subject."""


class HelpDateError(frappe.ValidationError):
	"""A day lies in no school year, in the future, or before the help began."""


class ConcludedError(frappe.ValidationError):
	"""The help is concluded, or is not to be yet."""


class TwoHelpOneGroup(OwnDocument):
	"""One teacher and one excellent pupil help one struggling pupil (ACT4)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.help_session.help_session import HelpSession
		from gongtongti.gongtongti.doctype.help_stage.help_stage import HelpStage

		cause_behaviour: DF.Check
		cause_emotion: DF.Check
		cause_knowledge: DF.Check
		cause_surroundings: DF.Check
		community: DF.Link
		concluded_on: DF.Date | None
		conclusion: DF.Text | None
		excellent_pupil: DF.Link
		goals: DF.Text
		measures: DF.Text
		parents_feedback: DF.Text | None
		school: DF.Link
		school_year: DF.Link | None
		sessions: DF.Table[HelpSession]
		stages: DF.Table[HelpStage]
		started_on: DF.Date
		status: DF.Literal["Help Running"]
		struggling_pupil: DF.Link
		subject: DF.Link
		teacher: DF.Link
		teacher_name: DF.Data | None
		weak_points: DF.Text
	# end: auto-generated types

	def validate(self):
		before = self.get_doc_before_save()
		self.check_not_concluded(before)
		self.check_pupils(before)
		self.check_community(before)
		self.check_teacher()
		self.check_days()
		self.check_helped_once()
		self.conclude(before)

	# -- named checks --------------------------------------------------------------------------------------------------

	def check_not_concluded(self, before):
		if before and before.status == helping.CONCLUDED:
			frappe.throw(
				_("The help is concluded and stays on record as it is. Enter a new group if it goes on."),
				ConcludedError,
			)

	def check_pupils(self, before):
		if self.struggling_pupil == self.excellent_pupil:
			frappe.throw(_("The pupil who helps is another one. Choose another number."), SamePupilError)
		# with a lock on the one who is helped: two groups are not entered at once
		for fieldname, locked in (("struggling_pupil", True), ("excellent_pupil", False)):
			pupil = frappe.db.get_value(
				pupils.PUPIL, self.get(fieldname), ["school", "status"], as_dict=True, for_update=locked
			)
			if not pupil:
				continue  # the framework says what is missing
			if locked and pupil.school != self.school:
				frappe.throw(
					_("The pupil who is helped is of the school of the group. Choose a pupil of {0}.").format(
						self.school
					),
					PupilOfOtherSchoolError,
				)
			is_new = not before or before.get(fieldname) != self.get(fieldname)
			if is_new and pupil.status != pupils.AT_SCHOOL:
				frappe.throw(
					_("{0} is no longer at school. Choose another pupil.").format(self.get(fieldname)),
					PupilGoneError,
				)

	def check_community(self, before):
		if before and all(
			before.get(f) == self.get(f) for f in ("community", "started_on", "excellent_pupil", "teacher")
		):
			return  # schools that left since do not hold up the record
		helpers_school = frappe.db.get_value(pupils.PUPIL, self.excellent_pupil, "school")
		teachers_school = frappe.db.get_value("School Staff", self.teacher, "school")
		members = {row.school for row in membership.members(self.community, self.started_on)}
		for school, error in (
			(self.school, PupilOfOtherSchoolError),
			(helpers_school, PupilOfOtherSchoolError),
			(teachers_school, TeacherOfOtherSchoolError),
		):
			if school not in members:
				frappe.throw(
					_("{0} is no member of the community {1} on that day. Choose one of its schools.").format(
						school, self.community
					),
					error,
				)

	def check_teacher(self):
		self.teacher_name = frappe.db.get_value("School Staff", self.teacher, "staff_name")

	def check_days(self):
		first, today = getdate(self.started_on), getdate(nowdate())
		self.school_year = school_years.on(first)
		if not self.school_year:
			frappe.throw(
				_(
					"{0} lies in no school year. Choose another day, or ask for the school year to be entered."
				).format(formatdate(first)),
				HelpDateError,
			)
		days = [(_("Sessions of the Help"), row.idx, row.held_on) for row in self.sessions]
		days += [(_("Stage Assessments"), row.idx, row.assessed_on) for row in self.stages]
		for table, number, day in days:
			if not first <= getdate(day) <= today:
				frappe.throw(
					_("{0}, row {1}: enter a day from the beginning of the help, {2}, until today.").format(
						table, number, formatdate(first)
					),
					HelpDateError,
				)

	def check_helped_once(self):
		same = {
			"struggling_pupil": self.struggling_pupil,
			"subject": self.subject,
			"status": helping.RUNNING,
			"name": ("!=", self.name or ""),
		}
		if self.status == helping.RUNNING and (other := frappe.db.exists(self.doctype, same)):
			frappe.throw(
				_("{0} helps this pupil in the subject already. Conclude it first, or go on there.").format(
					other
				),
				HelpedAlreadyError,
			)

	# -- what becomes of it --------------------------------------------------------------------------------------------

	def conclude(self, before):
		self.concluded_on = None
		if self.status != helping.CONCLUDED:
			return
		if not before or not self.sessions or not cstr(self.conclusion).strip():
			frappe.throw(
				_("Before the help is concluded, enter a session at least, and the conclusion."),
				ConcludedError,
			)
		self.concluded_on = nowdate()

	# -- the paper -----------------------------------------------------------------------------------------------------

	def pupil_shown(self, fieldname: str) -> str:
		"""A pupil of the group on paper: with the name for whoever may open the record, for others by number (AID4)."""
		return pupils.shown(self.get(fieldname))

	def causes(self) -> str:
		"""The causes that are ticked, in the reader's language."""
		ticked = [self.meta.get_label(fieldname) for fieldname in helping.CAUSES if self.get(fieldname)]
		return "、".join(_(label) for label in ticked)
