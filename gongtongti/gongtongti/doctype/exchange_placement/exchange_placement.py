from frappe.model.document import Document


class ExchangePlacement(Document):
	pass
