from frappe.model.document import Document


class ExchangePlan(Document):
	pass
