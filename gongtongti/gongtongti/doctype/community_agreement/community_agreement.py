from frappe.model.document import Document


class CommunityAgreement(Document):
	pass
