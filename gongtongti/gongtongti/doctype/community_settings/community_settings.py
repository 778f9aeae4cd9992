import frappe
from frappe import _
from frappe.utils import cint, flt

from gongtongti.core.documents import OwnDocument
from gongtongti.organisation.names import clean
from gongtongti.setup import wizard

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
}

# the settings of aid to pupils (AID3, AID4)
AID = ("smallest_group", "absence_days", "visit_days", "aid_gap_days")


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
		eligibility_years: DF.Int
		exchange_share_norm: DF.Percent
		quota_policy: DF.Literal["Refuse", "Warn Only"]
		renewal_notice_days: DF.Int
		rotation_policy: DF.Literal["Warn Only", "Refuse"]
		short_swap_days: DF.Int
		smallest_group: DF.Int
		visit_days: DF.Int
	# end: auto-generated types

	def onload(self):
		if self.has_permission("write"):
			self.set_onload("laden_accounts", wizard.laden())

	def validate(self):
		clean(self, "bureau_name")
		self.fill_in_defaults()
		self.check_limits()

	def fill_in_defaults(self):
		"""Settings that came with a newer version of the app are empty on a site where the older ones were saved."""
		for fieldname in LIMITS:
			if _is_empty(self.get(fieldname)):
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


def read_aid_settings() -> frappe._dict:
	"""The settings of aid to pupils as whole numbers, each with its default where it was never saved.

	Out: smallest_group (pupils), absence_days, visit_days, aid_gap_days (days).
	"""
	stored, meta = frappe.get_cached_doc("Community Settings"), frappe.get_meta("Community Settings")
	found = frappe._dict()
	for fieldname in AID:
		value = stored.get(fieldname)
		found[fieldname] = cint(meta.get_field(fieldname).default if _is_empty(value) else value)
	return found


def _is_empty(value) -> bool:
	return value is None or value == ""  # 0 is a value that somebody chose
