import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from gongtongti.core.approval import ApprovedDocument


class RecipeVisit(ApprovedDocument):
	def check(self):
		if getdate(self.visited_on) > getdate(nowdate()):
			frappe.throw(_("A visit lies in the future. Choose the day on which it was made."))
