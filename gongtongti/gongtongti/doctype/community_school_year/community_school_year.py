import frappe
from frappe import _
from frappe.utils import formatdate, getdate

from gongtongti.organisation.names import NamedDocument


class SchoolYearDatesError(frappe.ValidationError):
	"""The year does not end after it starts."""


class SchoolYearOverlapError(frappe.ValidationError):
	"""Two school years share a day."""


class SecondTermError(frappe.ValidationError):
	"""The second term does not begin inside the school year."""


class HolidayDatesError(frappe.ValidationError):
	"""A holiday ends before it begins, or lies outside the school year."""


class CommunitySchoolYear(NamedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.school_holiday.school_holiday import SchoolHoliday

		end_date: DF.Date
		holidays: DF.Table[SchoolHoliday]
		second_term_start: DF.Date | None
		start_date: DF.Date
		year_name: DF.Data
		year_name_key: DF.Data | None
	# end: auto-generated types

	def validate(self):
		self.check_dates()
		self.check_second_term()
		self.check_overlap()
		self.check_holidays()

	def check_dates(self):
		if getdate(self.end_date) <= getdate(self.start_date):
			frappe.throw(_("The school year must end after it starts."), SchoolYearDatesError)

	def check_second_term(self):
		"""Aid is given by the term, so each term has a day at least (AID2)."""
		turn = self.second_term_start and getdate(self.second_term_start)
		if turn and not getdate(self.start_date) < turn <= getdate(self.end_date):
			frappe.throw(
				_("The second term begins after {0} and not after {1}, the days of this school year.").format(
					formatdate(self.start_date), formatdate(self.end_date)
				),
				SecondTermError,
			)

	def check_overlap(self):
		other = frappe.db.get_value(
			"Community School Year",
			{
				"name": ("!=", self.name),
				"start_date": ("<=", self.end_date),
				"end_date": (">=", self.start_date),
			},
		)
		if other:
			frappe.throw(
				_("The dates overlap with the school year {0}. Please change one of them.").format(other),
				SchoolYearOverlapError,
			)

	def check_holidays(self):
		for row in self.holidays:
			first, last = getdate(row.from_date), getdate(row.to_date)
			if last < first or first < getdate(self.start_date) or last > getdate(self.end_date):
				frappe.throw(
					_("Holidays, row {0}: {1} ends after it begins and lies within the school year.").format(
						row.idx, row.holiday_name
					),
					HolidayDatesError,
				)
