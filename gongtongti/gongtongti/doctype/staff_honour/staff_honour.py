from frappe.model.document import Document


class StaffHonour(Document):
	pass
