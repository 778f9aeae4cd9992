from frappe.model.document import Document


class CommunityCoverageTarget(Document):
	pass
