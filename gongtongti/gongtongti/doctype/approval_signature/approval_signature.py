from frappe.model.document import Document


class ApprovalSignature(Document):
	pass
