import frappe
from frappe import _
from frappe.utils import cint, cstr, formatdate, getdate

from gongtongti.activities import lessons
from gongtongti.activities.lessons import SHEET, WRITERS, Status
from gongtongti.core import names, relations
from gongtongti.core.documents import OwnDocument
from gongtongti.exchange.statuses import TOOK_PART
from gongtongti.organisation import membership, service
from gongtongti.organisation.names import clean


class NotYourLessonError(frappe.ValidationError):
	"""An open lesson is written by its teacher and by the leaders of the school where it is given."""


class NotOfCommunityError(frappe.ValidationError):
	"""The school, the teacher or the activity is not of the community on that day."""


class LessonDayError(frappe.ValidationError):
	"""The day or the period of a lesson, or the day of its discussion, cannot be."""


class LessonTwiceError(frappe.ValidationError):
	"""The teacher gives another open lesson in that period."""


class DiscussionError(frappe.ValidationError):
	"""The discussion is recorded in part only, or is to be taken off the record."""


class LessonOnRecordError(frappe.ValidationError):
	"""What sheets or a discussion are about is not changed or deleted."""


class OpenLesson(OwnDocument):
	"""One lesson that is given openly, and the discussion after it (ACT2, EX12)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		activity: DF.Link | None
		average: DF.Percent
		class_name: DF.Data
		community: DF.Link
		deviation: DF.Percent
		discussed_on: DF.Date | None
		discussion: DF.Text | None
		given: DF.Check
		greatest: DF.Percent
		least: DF.Percent
		lesson_date: DF.Date
		lesson_key: DF.Data | None
		period: DF.Int
		placement: DF.Link | None
		school: DF.Link
		sheets: DF.Int
		status: DF.Literal["Lesson Planned"]
		subject: DF.Link
		teacher: DF.Link
		teacher_name: DF.Data | None
		topic: DF.Data
	# end: auto-generated types

	# what sheets and a discussion are about
	FIXED = ("topic", "teacher", "subject", "class_name", "community", "school", "lesson_date", "period")

	def validate(self):
		before = self.get_doc_before_save()
		clean(self, "topic", "class_name")
		self.refuse_foreign_writer(before)
		self.check_fixed(before)
		self.check_period()
		self.set_teacher()
		self.check_community()
		self.set_placement()
		self.check_activity()
		self.set_key()
		self.check_discussion(before)
		self.set_status()
		self.set_summary(before)

	def on_update(self):
		before = self.get_doc_before_save()
		if self.discussed_on and not (before and before.discussed_on):
			lessons.disclose(self.name, self.community)
			relations.forget()

	def on_trash(self):
		self.refuse_foreign_writer(None)
		if self.given or self.discussed_on or frappe.db.exists(SHEET, {"lesson": self.name}):
			frappe.throw(
				_("{0} has been given, or somebody has begun a sheet about it. It stays on record.").format(
					self.name
				),
				LessonOnRecordError,
			)

	# -- what is computed ----------------------------------------------------------------------------------------------

	def set_teacher(self):
		self.teacher_name = frappe.db.get_value("School Staff", self.teacher, "staff_name")

	def set_placement(self):
		"""The placement that the teacher is at this school by on that day: what a visiting teacher's lessons are counted for."""
		day = getdate(self.lesson_date)
		self.placement = frappe.db.get_value(
			"Exchange Placement",
			{
				"staff": self.teacher,
				"host_school": self.school,
				"community": self.community,
				"status": ("in", TOOK_PART),
				"start_date": ("<=", day),
				"end_date": (">=", day),
			},
			order_by="start_date desc",
		)

	def set_key(self):
		self.lesson_key = names.key(self.teacher, str(getdate(self.lesson_date)), self.period)
		other = frappe.db.get_value(
			lessons.LESSON, {"lesson_key": self.lesson_key, "name": ("!=", self.name or "")}
		)
		if other:
			frappe.throw(
				_("{0} gives an open lesson in that period already: {1}. Please go on there.").format(
					self.teacher_name, other
				),
				LessonTwiceError,
			)

	def set_status(self):
		"""By what is on record: sheets and a discussion say that the lesson was given."""
		self.sheets = 0 if self.is_new() else lessons.sheets_of(self.name)
		if self.sheets or self.discussed_on:
			self.given = 1
		if self.given and getdate(self.lesson_date) > getdate():
			frappe.throw(
				_("The lesson is on {0}. Change the day if it was given earlier.").format(
					formatdate(self.lesson_date)
				),
				LessonDayError,
			)
		self.status = (
			Status.DISCUSSED if self.discussed_on else Status.GIVEN if cint(self.given) else Status.PLANNED
		)

	def set_summary(self, before):
		"""Made once, when the discussion is recorded; until then nothing is stored that somebody could read."""
		figures = dict.fromkeys(("average", "deviation", "least", "greatest"), 0)
		if before and before.discussed_on:
			figures = {fieldname: before.get(fieldname) for fieldname in figures}
		elif self.discussed_on and not self.is_new():
			figures |= lessons.summary(self.name)
		self.update(figures)

	# -- named checks --------------------------------------------------------------------------------------------------

	def refuse_foreign_writer(self, before):
		user = frappe.session.user
		if user == "Administrator":
			return
		for doc in (self, before):
			if doc and not any(relation.covers(doc, user) for relation in WRITERS):
				frappe.throw(
					_(
						"An open lesson is written by its teacher and by the leaders of the school where it is given."
					),
					NotYourLessonError,
				)

	def check_fixed(self, before):
		if not before or not (before.sheets or before.discussed_on):
			return
		changed = [
			_(self.meta.get_label(fieldname))
			for fieldname in self.FIXED
			if cstr(self.get(fieldname)) != cstr(before.get(fieldname))
		]
		if changed:
			frappe.throw(
				_("{0} cannot be changed: sheets or a discussion about the lesson are on record.").format(
					frappe.bold(", ".join(changed))
				),
				LessonOnRecordError,
			)

	def check_period(self):
		if not 1 <= cint(self.period) <= 15:
			frappe.throw(
				_("Enter the number of the period, 1 for the first lesson of the day."), LessonDayError
			)

	def check_community(self):
		schools = membership.schools_of(self.community, self.lesson_date)
		served = service.as_of(self.lesson_date, [self.teacher]).get(self.teacher)
		for school in (self.school, served.school if served else self.teacher_name):
			if school not in schools:
				frappe.throw(
					_("{0} is no member of the community {1} on that day. Choose one of its schools.").format(
						school, self.community
					),
					NotOfCommunityError,
				)

	def check_activity(self):
		if not self.activity or not (
			self.has_value_changed("activity") or self.has_value_changed("lesson_date")
		):
			return
		activity = frappe.db.get_value(
			"Community Activity", self.activity, ["community", "starts_on", "ends_on"], as_dict=True
		)
		day = getdate(self.lesson_date)
		if activity.community != self.community or not getdate(activity.starts_on) <= day <= getdate(
			activity.ends_on
		):
			frappe.throw(
				_("The activity is another community's, or is held on another day. Choose one of that day."),
				NotOfCommunityError,
			)

	def check_discussion(self, before):
		self.discussion = cstr(self.discussion).strip() or None
		if before and before.discussed_on:
			self.discussed_on = self.discussed_on or before.discussed_on
			if getdate(self.discussed_on) != getdate(before.discussed_on) or not self.discussion:
				frappe.throw(
					_("The discussion stays on record: only its wording is corrected."), DiscussionError
				)
		if bool(self.discussed_on) != bool(self.discussion):
			frappe.throw(_("Enter both the day of the discussion and what was said."), DiscussionError)
		if self.discussed_on and not getdate(self.lesson_date) <= getdate(self.discussed_on) <= getdate():
			frappe.throw(
				_(
					"The discussion is held after the lesson, and recorded when it has been held. Correct the day."
				),
				LessonDayError,
			)
