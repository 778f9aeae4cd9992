import frappe


def execute():
	"""The cadre status "None" reads 没有 in Chinese; it is called Not a Cadre now."""
	staff = frappe.qb.DocType("School Staff")
	frappe.qb.update(staff).set(staff.cadre_status, "Not a Cadre").where(staff.cadre_status == "None").run()
