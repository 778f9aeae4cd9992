"""Who could go, as the form of a placement offers them, and who is placed where on a day (EX1, EX2, EX6)."""

from collections import defaultdict

import frappe
from frappe.utils import cint, cstr, getdate

from gongtongti.exchange import clashes, kinds
from gongtongti.exchange.statuses import TOOK_PART
from gongtongti.organisation import posts


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def search(doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | str):
	"""Link query: people in service whom the kind of exchange takes and who are free at that time.

	In: filters with kind, mode, the weekdays, start_date, end_date, home_school and the placement's name, as far as they
	are filled in. Out: [(name, staff name, school, subject)] of those that the session's user sees; people who are in
	another placement then are left out, as they would be refused when it is sent.
	"""
	wanted = frappe._dict(frappe.parse_json(filters) or {})
	kind = kinds.KINDS.get(wanted.kind)
	conditions = [["status", "=", "In Service"]]
	if wanted.home_school:
		conditions.append(["school", "=", wanted.home_school])
	if kind and kind.cadre_status:
		conditions.append(["cadre_status", "=", kind.cadre_status])
	elif kind:  # whoever leads a school or is a cadre does not go as a teacher
		conditions.append(["cadre_status", "!=", kinds.CADRE])
		conditions.append(["position", "not in", posts.POSITIONS_FOR["leader_in_charge"]])
	if taken := _taken(wanted):
		conditions.append(["name", "not in", sorted(taken)])
	text = f"%{cstr(txt).strip()}%"
	return frappe.get_list(
		"School Staff",
		filters=conditions,
		or_filters=[[field, "like", text] for field in ("name", "staff_name", "school", "staff_no")],
		fields=["name", "staff_name", "school", "subject"],
		order_by="school, staff_name",
		limit_start=cint(start),
		limit_page_length=cint(page_len),
		as_list=True,
	)


def _taken(wanted) -> set[str]:
	if wanted.mode not in kinds.MODES or not (wanted.start_date and wanted.end_date):
		return set()
	wanted.update(start_date=getdate(wanted.start_date), end_date=getdate(wanted.end_date))
	return clashes.busy(wanted)


def hosts_on(day, staff) -> dict[str, list[str]]:
	"""The schools at which some people (names of School Staff) are placed on a day: {person: [host school, …]}. One query."""
	table = frappe.qb.DocType("Exchange Placement")
	rows = (
		frappe.qb.from_(table)
		.select(table.staff, table.host_school)
		.where(table.staff.isin(list(staff) or [""]) & table.status.isin(TOOK_PART))
		.where((table.start_date <= day) & (table.end_date >= day))
		.run()
	)
	found = defaultdict(list)
	for person, school in rows:
		found[person].append(school)
	return found
