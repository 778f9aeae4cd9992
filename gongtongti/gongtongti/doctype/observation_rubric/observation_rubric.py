import frappe
from frappe import _
from frappe.utils import cint, cstr, flt

from gongtongti.activities import rubrics
from gongtongti.activities.rubrics import RUBRIC, Status
from gongtongti.core import names
from gongtongti.core.documents import OwnDocument
from gongtongti.organisation.names import clean


class RubricError(frappe.ValidationError):
	"""An item or a grade of a rubric cannot be meant."""


class VersionDraftedError(frappe.ValidationError):
	"""There is a draft of the next version already."""


class RubricKeptError(frappe.ValidationError):
	"""A version that was in force is kept; a newer one takes its place."""


class ObservationRubric(OwnDocument):
	"""A version of a rubric of lesson observation (ACT2). Once in force it is frozen, and so are the sheets filled in by it."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.rubric_grade.rubric_grade import RubricGrade
		from gongtongti.gongtongti.doctype.rubric_item.rubric_item import RubricItem

		amended_from: DF.Link | None
		full_score: DF.Int
		grades: DF.Table[RubricGrade]
		items: DF.Table[RubricItem]
		out_of_use: DF.Check
		status: DF.Literal["Draft", "In Force", "Superseded"]
		title: DF.Data
		version_no: DF.Int
	# end: auto-generated types

	def autoname(self):
		clean(self, "title")
		self.version_no = 1 + rubrics.last_version(self.title)
		self.name = f"{names.as_document_name(self.title)}-{self.version_no}"

	def before_insert(self):
		clean(self, "title")
		draft = frappe.db.get_value(RUBRIC, {"title": self.title, "docstatus": 0})
		if draft:
			frappe.throw(
				_("There is a draft of the next version already: {0}. Please go on there.").format(draft),
				VersionDraftedError,
			)

	def validate(self):
		self.set_computed()
		self.check_items()
		self.check_grades()

	def before_submit(self):
		self.status = Status.IN_FORCE

	def on_submit(self):
		earlier = {"title": self.title, "status": Status.IN_FORCE, "name": ("!=", self.name)}
		for name in frappe.get_all(RUBRIC, earlier, pluck="name"):
			frappe.db.set_value(RUBRIC, name, "status", Status.SUPERSEDED)

	def before_cancel(self):
		frappe.throw(
			_(
				"A rubric that was in force is kept. Draft its next version, or tick that it is no longer chosen."
			),
			RubricKeptError,
		)

	def set_computed(self):
		self.status = Status.DRAFT
		self.full_score = sum(cint(row.greatest) for row in self.items if not row.is_bonus)
		before = self.get_doc_before_save()
		if before:
			self.version_no = before.version_no

	# -- named checks --------------------------------------------------------------------------------------------------

	def check_items(self):
		for row in self.items:
			clean(row, "part")
			row.item = names.written(row.item)
			if not 1 <= cint(row.greatest) <= 100:
				frappe.throw(
					_("{0}: the greatest score lies between 1 and 100.").format(row.item), RubricError
				)
			if cstr(row.steps).strip():
				row.steps = "/".join(map(str, rubrics.allowed(row)))
		items = [(row.part, row.item) for row in self.items]
		if len(set(items)) != len(items):
			frappe.throw(_("Each item stands once in its part: take the second row off."), RubricError)
		if not self.full_score:
			frappe.throw(_("Enter items that are no bonus, too: the total is made of them."), RubricError)

	def check_grades(self):
		shares = [flt(row.least_share) for row in self.grades]
		if shares and (len(set(shares)) != len(shares) or min(shares) != 0 or max(shares) > 100):
			frappe.throw(
				_(
					"Each grade begins at another share between 0 and 100, and one of them at 0, so that every total has a grade."
				),
				RubricError,
			)
