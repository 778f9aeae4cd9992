from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, cint, format_date, getdate

from gongtongti.activities import periods
from gongtongti.activities.duties import TEACHER
from gongtongti.activities.occurrences import OF_TEACHERS, WITH_KINDS
from gongtongti.core.documents import OwnDocument
from gongtongti.organisation import school_years
from gongtongti.organisation.names import clean


class DutyError(frappe.ValidationError):
	"""The duty asks for something that it cannot mean."""


class DutyOverError(frappe.ValidationError):
	"""What a duty asked for in periods that are over would change."""


ASKED_FOR = ("counts", "times", "period", "per")


class CommunityDuty(OwnDocument):
	"""What must happen how often in every community, school pair or with every visiting teacher (ACT5, ACT6, ACT7, EX12).

	activities/duties.py says how it is counted.
	"""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.duty_kind.duty_kind import DutyKind

		counts: DF.Literal["", "Community Activity", "Open Lesson", "Joint Meeting", "Guidance Visit"]
		duty_name: DF.Data
		in_force_from: DF.Date
		in_force_to: DF.Date | None
		in_use: DF.Check
		kinds: DF.TableMultiSelect[DutyKind]
		per: DF.Literal["", "Each Community", "Each School Pair", "Each Visiting Teacher"]
		period: DF.Literal["", "Each Week", "Each Month", "Each Term", "Each School Year"]
		source_clause: DF.Data | None
		times: DF.Int
	# end: auto-generated types

	def validate(self):
		clean(self, "duty_name")
		self.check_times()
		self.check_what_counts()
		self.check_days()
		self.check_past()

	def on_trash(self):
		if self.in_use:
			self._refuse_before(getdate(self.in_force_from), periods.over(self.period))

	# -- named checks --------------------------------------------------------------------------------------------------

	def check_times(self):
		if cint(self.times) < 1:
			frappe.throw(_("A duty asks for something once at least. Enter 1 or more times."), DutyError)

	def check_what_counts(self):
		if self.counts not in WITH_KINDS:
			self.kinds = []
		if self.per == TEACHER and self.counts not in OF_TEACHERS:
			frappe.throw(
				_("{0} names no visiting teacher. Choose what else is counted, or for whom else.").format(
					_(self.counts)
				),
				DutyError,
			)
		kinds = self._kinds()
		if len(set(kinds)) != len(kinds):
			frappe.throw(_("Each kind of activity stands once: take the second one off."), DutyError)

	def check_days(self):
		if self.in_force_to and getdate(self.in_force_to) < getdate(self.in_force_from):
			frappe.throw(
				_("The last day of the duty lies before its first one. Correct one of them."), DutyError
			)

	def check_past(self):
		"""What was kept and missed in periods that are over stays what it was."""
		before = self.get_doc_before_save()
		if before and before.in_use:
			if day := self._changed_from(before):
				self._refuse_before(day, periods.over(before.period))
		elif self.in_use:
			self._refuse_years_that_are_over()

	# ------------------------------------------------------------------------------------------------------------------

	def _kinds(self) -> list[str]:
		return sorted(row.kind for row in self.kinds)

	def _changed_from(self, before) -> date | None:
		"""The first day on which something else is asked for than before this save; None where there is none."""
		(first, last), (old_first, old_last) = self._days(), before._days()
		asked = (
			[str(self.get(field)) for field in ASKED_FOR] != [str(before.get(field)) for field in ASKED_FOR]
			or self._kinds() != before._kinds()
			or not self.in_use
		)
		if asked or first != old_first:
			return min(first, old_first)
		return min(last, old_last) + periods.DAY if last != old_last else None

	def _days(self) -> tuple[date, date]:
		last = getdate(self.in_force_to) if self.in_force_to else date.max - periods.DAY
		return getdate(self.in_force_from), last

	def _refuse_before(self, day: date, over: date | None):
		if over and day <= over:
			frappe.throw(
				_(
					"What this duty asked for until {0} is over and stays as it is. Enter {0} or a later day as its last day, and a new duty from {1}."
				).format(format_date(over), format_date(add_days(over, 1))),
				DutyOverError,
			)

	def _refuse_years_that_are_over(self):
		year = school_years.on(getdate())
		begun = school_years.of(year).start_date if year else None
		if begun and getdate(self.in_force_from) < begun:
			frappe.throw(
				_(
					"School years that are over stay as they are. Enter {0} or a later day as the first day."
				).format(format_date(begun)),
				DutyOverError,
			)
