"""Locks that hold until the end of the transaction. Whoever needs several takes them in one order: then nobody is in a deadlock.

After a lock, what is compared must be read with `for_update`: a plain read would still show the snapshot from before.
"""

import frappe

from gongtongti.core.relations import table


def lock_rows(*rows: tuple[str, str | None]) -> None:
	"""Locks the rows (DocType, name) in the order given, without those that have no name. Waits for other holders.

	What this transaction holds is not asked for again: it is held even if what was written since a savepoint is taken back.
	"""
	held = table("locked")
	for doctype, name in rows:
		if name and (doctype, name) not in held:
			if frappe.db.get_value(doctype, name, "name", for_update=True):
				held[doctype, name] = True


def locking(query, for_update: bool = True):
	"""`query` as a locking read if `for_update`."""
	return query.for_update() if for_update else query
