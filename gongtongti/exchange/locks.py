"""The order in which rows are locked when something that counts changes (EX6, EX7).

Whoever sends, signs or changes a placement locks the person's row, then the plan's row, then the placement, then the
change. All who do so in this order wait for one another instead of running into a deadlock. The framework locks a
document at the start of `save`, so the controllers of placements and changes call this *before* it.

After a lock, what is compared must be read with `for_update`: a plain read would still show the snapshot from before.
"""

import frappe


def lock(staff: str | None = None, plan: str | None = None, placement: str | None = None) -> None:
	"""Locks the rows given, until the end of the transaction. Waits for other holders."""
	for doctype, name in (
		("School Staff", staff),
		("Exchange Plan", plan),
		("Exchange Placement", placement),
	):
		if name:
			frappe.db.get_value(doctype, name, "name", for_update=True)


def locking(query, for_update: bool):
	"""`query` as a locking read if `for_update`."""
	return query.for_update() if for_update else query
