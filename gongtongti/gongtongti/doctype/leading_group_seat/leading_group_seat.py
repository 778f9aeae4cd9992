from frappe.model.document import Document


class LeadingGroupSeat(Document):
	pass
