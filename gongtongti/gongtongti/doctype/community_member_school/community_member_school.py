from frappe.model.document import Document


class CommunityMemberSchool(Document):
	pass
