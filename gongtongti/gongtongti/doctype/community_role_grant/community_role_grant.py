from frappe.model.document import Document


class CommunityRoleGrant(Document):
	pass
