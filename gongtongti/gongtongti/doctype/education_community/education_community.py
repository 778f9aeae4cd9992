from frappe.model.document import Document


class EducationCommunity(Document):
	pass
