from frappe.model.document import Document


class CommunitySchool(Document):
	pass
