"""Where people serve today becomes the first row of their history of service (organisation/service.py)."""

import frappe
from frappe.utils import now

from gongtongti.organisation import service

FIELDS = (
	"name", "parent", "parenttype", "parentfield", "idx", "school", "position", "from_date", "to_date", "at_school_since",
	"owner", "modified_by", "creation", "modified",
)  # fmt: skip


def execute():
	"""One row for everybody without any; where they were before nobody has written down."""
	staff, stay = frappe.qb.DocType(service.STAFF), frappe.qb.DocType(service.SERVICE)
	with_rows = frappe.qb.from_(stay).select(stay.parent).where(stay.parenttype == service.STAFF)
	found = (
		frappe.qb.from_(staff)
		.select(staff.name, staff.school, staff.position, staff.at_school_since, staff.left_on, staff.status)
		.where(staff.name.notin(with_rows) & staff.at_school_since.isnotnull())
		.run(as_dict=True)
	)
	frappe.db.bulk_insert(
		service.SERVICE,
		FIELDS,
		[
			(
				frappe.generate_hash(length=10), row.name, service.STAFF, "services", 1, row.school, row.position,
				row.at_school_since, None if row.status == service.IN_SERVICE else row.left_on, row.at_school_since,
				"Administrator", "Administrator", now(), now(),
			)
			for row in found
		],
	)  # fmt: skip
