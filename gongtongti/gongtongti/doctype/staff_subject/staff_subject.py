from frappe.model.document import Document


class StaffSubject(Document):
	pass
