from frappe.model.document import Document


class TeachingSubject(Document):
	pass
