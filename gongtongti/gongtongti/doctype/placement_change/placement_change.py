from frappe.model.document import Document


class PlacementChange(Document):
	pass
