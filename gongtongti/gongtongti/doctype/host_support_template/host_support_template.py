import frappe
from frappe import _

from gongtongti.activities.hosting import TEMPLATE
from gongtongti.core.names import normal_form
from gongtongti.organisation.names import NamedDocument


class TemplateItemTwiceError(frappe.ValidationError):
	"""The same thing stands on a checklist twice."""


class OtherTemplateError(frappe.ValidationError):
	"""Two templates cannot be in use at one time."""


class HostSupportTemplate(NamedDocument):
	"""What a host school provides for each visiting teacher, as the bureau sets it (EX11)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.host_support_template_item.host_support_template_item import (
			HostSupportTemplateItem,
		)

		items: DF.Table[HostSupportTemplateItem]
		out_of_use: DF.Check
		template_name: DF.Data
		template_name_key: DF.Data | None
	# end: auto-generated types

	def validate(self):
		items = [normal_form(row.item) for row in self.items]
		if len(set(items)) != len(items):
			frappe.throw(
				_("Each thing stands on the checklist once: take the second row off."), TemplateItemTwiceError
			)
		other = frappe.db.get_value(TEMPLATE, {"out_of_use": 0, "name": ("!=", self.name or "")})
		if not self.out_of_use and other:
			frappe.throw(
				_(
					"{0} is in use. Tick that it is no longer chosen before another one takes its place."
				).format(other),
				OtherTemplateError,
			)
