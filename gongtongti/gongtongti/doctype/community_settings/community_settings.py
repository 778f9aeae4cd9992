import frappe
from frappe import _
from frappe.utils import flt

from gongtongti.core.documents import OwnDocument
from gongtongti.core.settings import is_empty
from gongtongti.organisation import wizard
from gongtongti.organisation.names import clean

# field -> least and greatest value that makes sense
LIMITS = {
	"eligibility_years": (1, 40),
	"exchange_share_norm": (0, 100),
	"backbone_share_norm": (0, 100),
	"short_swap_days": (1, 366),
	"balance_tolerance": (0, 100),
	"approval_days": (1, 90),
	"renewal_notice_days": (1, 366),
	"smallest_group": (2, 100),
	"absence_days": (1, 200),
	"visit_days": (1, 90),
	"aid_gap_days": (1, 180),
	"record_days": (0, 60),
	"duty_notice_days": (0, 60),
	"open_lessons_a_week": (0, 20),
	"picture_size": (1, 50),
	"mentor_guidances": (1, 50),
	"meeting_days_ahead": (1, 60),
	"decision_notice_days": (1, 30),
	"checkin_days": (0, 7),
}


class SettingOutOfRangeError(frappe.ValidationError):
	"""A number that makes no sense."""


class CommunitySettings(OwnDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		absence_days: DF.Int
		aid_gap_days: DF.Int
		approval_days: DF.Int
		backbone_share_norm: DF.Percent
		balance_policy: DF.Literal["Warn Only", "Refuse"]
		balance_tolerance: DF.Int
		bureau_name: DF.Data | None
		checkin_days: DF.Int
		decision_notice_days: DF.Int
		duty_notice_days: DF.Int
		eligibility_years: DF.Int
		meeting_days_ahead: DF.Int
		exchange_share_norm: DF.Percent
		mentor_guidances: DF.Int
		open_lessons_a_week: DF.Int
		picture_size: DF.Int
		quota_policy: DF.Literal["Refuse", "Warn Only"]
		record_days: DF.Int
		renewal_notice_days: DF.Int
		rotation_policy: DF.Literal["Warn Only", "Refuse"]
		short_swap_days: DF.Int
		smallest_group: DF.Int
		visit_days: DF.Int
	# end: auto-generated types

	def onload(self):
		# not self.has_permission(), which tells a reader that they may not write
		if frappe.has_permission(self.doctype, "write", doc=self):
			self.set_onload("laden_accounts", wizard.laden())

	def validate(self):
		clean(self, "bureau_name")
		self.fill_in_defaults()
		self.check_limits()

	def fill_in_defaults(self):
		"""Settings that came with a newer version of the app are empty on a site where the older ones were saved."""
		for fieldname in LIMITS:
			if is_empty(self.get(fieldname)):
				self.set(fieldname, flt(self.meta.get_field(fieldname).default))

	def check_limits(self):
		for fieldname, (least, greatest) in LIMITS.items():
			if not least <= flt(self.get(fieldname)) <= greatest:
				frappe.throw(
					_("{0} must lie between {1} and {2}.").format(
						_(self.meta.get_label(fieldname)), least, greatest
					),
					SettingOutOfRangeError,
				)
