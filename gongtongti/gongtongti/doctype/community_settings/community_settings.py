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
