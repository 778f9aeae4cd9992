from frappe.model.document import Document


class CommunitySchoolYear(Document):
	pass
