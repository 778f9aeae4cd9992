from frappe.model.document import Document


class SupportTeamSubject(Document):
	pass
