from frappe.model.document import Document


class SchoolStaff(Document):
	pass
