from frappe.model.document import Document


class CommunityLeadingGroup(Document):
	pass
