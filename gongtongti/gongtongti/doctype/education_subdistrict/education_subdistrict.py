from frappe.model.document import Document


class EducationSubdistrict(Document):
	pass
