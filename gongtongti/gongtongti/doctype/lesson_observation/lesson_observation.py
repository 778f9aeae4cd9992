from itertools import groupby

import frappe
from frappe import _
from frappe.utils import cint, cstr, formatdate, getdate

from gongtongti.activities import lessons, rubrics
from gongtongti.activities.lessons import LESSON, SHEET
from gongtongti.core import access, figures, names
from gongtongti.core.documents import OwnDocument


class OwnLessonError(frappe.ValidationError):
	"""The teacher does not score the own lesson."""


class ForeignSheetError(frappe.ValidationError):
	"""A sheet is its observer's own."""


class SheetTwiceError(frappe.ValidationError):
	"""The observer has a sheet for the lesson already."""


class RubricOutOfUseError(frappe.ValidationError):
	"""The rubric is not the newest version in force."""


class ScoreError(frappe.ValidationError):
	"""A score is missing, or is none that the rubric gives for the item."""


class NotGivenYetError(frappe.ValidationError):
	"""The lesson is still to come."""


class SheetKeptError(frappe.ValidationError):
	"""A sheet that was handed in is kept as it is."""


class LessonObservation(OwnDocument):
	"""One observer's sheet for one open lesson, seen by nobody else until the discussion is recorded (ACT2)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.observation_score.observation_score import ObservationScore

		advice: DF.Text | None
		amended_from: DF.Link | None
		bonus: DF.Int
		class_name: DF.Data | None
		comments: DF.Text | None
		disclosed: DF.Literal["", "After the Discussion"]
		grade: DF.Data | None
		late: DF.Check
		lesson: DF.Link
		lesson_date: DF.Date | None
		observer: DF.Link | None
		observer_name: DF.Data | None
		part_results: DF.SmallText | None
		period: DF.Int
		rubric: DF.Link
		school: DF.Link | None
		scores: DF.Table[ObservationScore]
		seen_in: DF.Link | None
		share: DF.Percent
		sheet_key: DF.Data | None
		subject: DF.Link | None
		teacher_name: DF.Data | None
		topic: DF.Data | None
		total: DF.Int
	# end: auto-generated types

	OF_LESSON = (
		"topic",
		"teacher_name",
		"subject",
		"class_name",
		"school",
		"lesson_date",
		"period",
	)
	OF_ITEM = ("part", "item", "greatest", "steps", "is_bonus")

	@property
	def used(self):
		"""The rubric, as a document."""
		return frappe.get_cached_doc(rubrics.RUBRIC, self.rubric)

	def insert(self, *args, **kwargs):
		# before the framework asks whether the sheet is within the user's reach
		self.observer = self.observer or frappe.session.user
		return super().insert(*args, **kwargs)

	def save(self, *args, **kwargs):
		# before the sheet's own row is locked: whoever records the discussion locks the lesson first, too
		if self.lesson:
			lessons.locked(cstr(self.lesson))
		return super().save(*args, **kwargs)

	def validate(self):
		before = self.get_doc_before_save()
		self.set_observer(before)
		self.check_lesson()
		self.set_key()
		self.check_rubric()
		self.set_rows()
		self.check_scores()
		self.set_results()
		self.seen_in = self.disclosed = None
		self.late = 0

	def before_submit(self):
		lesson = lessons.locked(self.lesson)
		self.check_given(lesson)
		self.check_complete()
		if lesson.discussed_on:
			self.late = 1
			self.seen_in, self.disclosed = lesson.community, lessons.DISCLOSED

	def on_submit(self):
		lessons.note_sheet(self.lesson)

	def before_cancel(self):
		frappe.throw(_("A sheet that was handed in is kept as it is."), SheetKeptError)

	# -- what is computed ----------------------------------------------------------------------------------------------

	def set_observer(self, before):
		"""Nobody fills in a sheet for somebody else."""
		self.observer = before.observer if before else self.observer
		if frappe.session.user not in (self.observer, "Administrator"):
			frappe.throw(_("Each observer fills in an own sheet. Begin one of your own."), ForeignSheetError)
		self.observer_name = frappe.utils.get_fullname(self.observer)

	def set_key(self):
		self.sheet_key = names.key(self.lesson, self.observer)
		other = frappe.db.get_value(SHEET, {"sheet_key": self.sheet_key, "name": ("!=", self.name or "")})
		if other:
			frappe.throw(
				_("You have a sheet for this lesson already: {0}. Please go on there.").format(other),
				SheetTwiceError,
			)

	def set_rows(self):
		"""The rows are the rubric's; of what a client sends only the scores are taken."""
		items = [{fieldname: row.get(fieldname) for fieldname in self.OF_ITEM} for row in self.used.items]
		if items == [{fieldname: row.get(fieldname) for fieldname in self.OF_ITEM} for row in self.scores]:
			return
		scored = {(row.part, row.item): row.score for row in self.scores}
		self.set("scores", [{**item, "score": scored.get((item["part"], item["item"]))} for item in items])

	def set_results(self):
		given = [(row, cint(row.score)) for row in self.scores if cstr(row.score)]
		self.bonus = sum(score for row, score in given if row.is_bonus)
		self.total = sum(score for _row, score in given)
		self.share = round(100 * (self.total - self.bonus) / self.used.full_score, 1)
		self.grade = rubrics.grade(self.used, self.share)
		self.part_results = "\n".join(self._parts(given))

	def _parts(self, given):
		"""A line for each part of the rubric: what was reached of it, and which grade that is."""
		for part in dict.fromkeys(row.part for row in self.scores if not row.is_bonus):
			full = sum(cint(row.greatest) for row in self.scores if row.part == part and not row.is_bonus)
			reached = sum(score for row, score in given if row.part == part and not row.is_bonus)
			grade = rubrics.grade(self.used, 100 * reached / full)
			yield " ".join(filter(None, (part, f"{reached}/{full}", grade)))

	def by_part(self) -> list:
		"""[(part, rows)] in the rubric's order, for the print."""
		return [(part, list(rows)) for part, rows in groupby(self.scores, lambda row: row.part)]

	# -- named checks --------------------------------------------------------------------------------------------------

	def check_lesson(self):
		access.refuse_unseen(LESSON, self.lesson)
		lesson = frappe.db.get_value(LESSON, self.lesson, ["teacher", *self.OF_LESSON], as_dict=True)
		if self.observer == frappe.db.get_value("School Staff", lesson.teacher, "user"):
			frappe.throw(
				_("Nobody scores the own lesson. Record the discussion in the lesson instead."),
				OwnLessonError,
			)
		self.update({fieldname: lesson[fieldname] for fieldname in self.OF_LESSON})

	def check_rubric(self):
		if not self.has_value_changed("rubric"):
			return
		if any(self.used.get(fieldname) != value for fieldname, value in rubrics.CHOSEN.items()):
			frappe.throw(
				_("{0} is no longer chosen. Choose the newest version of a rubric in force.").format(
					self.rubric
				),
				RubricOutOfUseError,
			)

	def check_scores(self):
		for row in self.scores:
			row.score = names.written(row.score) or None
			if row.score is None:
				continue
			allowed = rubrics.allowed(row)
			figure = figures.plain(row.score)
			if figure is None or float(figure) not in allowed:
				frappe.throw(
					_("{0}: choose one of the scores {1}.").format(row.item, "/".join(map(str, allowed))),
					ScoreError,
				)
			row.score = str(int(float(figure)))

	def check_complete(self):
		missing = [row.item for row in self.scores if not row.score and not row.is_bonus]
		if missing:
			frappe.throw(
				_("Score every item before you hand the sheet in. Still open: {0}.").format(
					"、".join(missing)
				),
				ScoreError,
			)

	def check_given(self, lesson):
		if getdate(lesson.lesson_date) > getdate():
			frappe.throw(
				_("The lesson is on {0}. Hand the sheet in when it has been given.").format(
					formatdate(lesson.lesson_date)
				),
				NotGivenYetError,
			)
