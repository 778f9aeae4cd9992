from frappe.model.document import Document


class ExchangeQuota(Document):
	pass
