from frappe.model.document import Document


class CommunityDocument(Document):
	pass
