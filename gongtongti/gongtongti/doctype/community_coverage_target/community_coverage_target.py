import frappe
from frappe import _

from gongtongti.core.documents import OwnDocument

FIRST_YEAR, LAST_YEAR = 1990, 2100


class TargetYearError(frappe.ValidationError):
	"""Not a year of four digits that can be meant."""


class TargetShareError(frappe.ValidationError):
	"""Not a percentage."""


class CommunityCoverageTarget(OwnDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		source_clause: DF.SmallText | None
		target_share: DF.Percent
		target_year: DF.Int
	# end: auto-generated types

	def validate(self):
		self.check_year()
		self.check_share()

	def check_year(self):
		if not FIRST_YEAR <= self.target_year <= LAST_YEAR:
			frappe.throw(
				_("Please enter a year between {0} and {1}.").format(FIRST_YEAR, LAST_YEAR), TargetYearError
			)

	def check_share(self):
		if not 0 <= self.target_share <= 100:
			frappe.throw(_("The target share is a percentage between 0 and 100."), TargetShareError)
