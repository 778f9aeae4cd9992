import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

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
}


class SettingOutOfRangeError(frappe.ValidationError):
	"""A number that makes no sense."""


class CommunitySettings(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		approval_days: DF.Int
		backbone_share_norm: DF.Percent
		balance_policy: DF.Literal["Warn", "Refuse"]
		balance_tolerance: DF.Int
		bureau_name: DF.Data | None
		eligibility_years: DF.Int
		exchange_share_norm: DF.Percent
		quota_policy: DF.Literal["Refuse", "Warn"]
		renewal_notice_days: DF.Int
		rotation_policy: DF.Literal["Warn", "Refuse"]
		short_swap_days: DF.Int
	# end: auto-generated types

	def validate(self):
		clean(self, "bureau_name")
		self.check_limits()

	def check_limits(self):
		for fieldname, (least, greatest) in LIMITS.items():
			if not least <= flt(self.get(fieldname)) <= greatest:
				frappe.throw(
					_("{0} must lie between {1} and {2}.").format(
						_(self.meta.get_label(fieldname)), least, greatest
					),
					SettingOutOfRangeError,
				)
