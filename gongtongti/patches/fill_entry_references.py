"""Aid Fund Entry: what was booked before gets the reference by which it is booked once."""

import frappe

from gongtongti.aid import ledger
from gongtongti.core import names


def execute():
	"""Idempotent: entries that have a reference are passed over. Of doubles that were booked the first one claims it."""
	entry = frappe.qb.DocType(ledger.ENTRY)
	for doctype, kind in (
		("Aid Fund Contribution", ledger.CONTRIBUTION),
		("Aid Disbursement", ledger.PAYMENT),
	):
		document = frappe.qb.DocType(doctype)
		rows = (
			frappe.qb.from_(entry)
			.join(document)
			.on(document.name == entry.reference_name)
			.select(entry.name, entry.fund, entry.reference_name, document.payment_reference)
			.where((entry.reference_doctype == doctype) & (entry.kind == kind) & entry.reference.isnull())
			.where(document.payment_reference.isnotnull())
			.orderby(entry.fund)
			.orderby(entry.seq)
			.run(as_dict=True)
		)
		_fill(rows)


def _fill(rows):
	undone = set(frappe.get_all(ledger.ENTRY, {"kind": ledger.CORRECTION}, pluck="corrects"))
	fields = ["name", "fund", "reference", "reference_key", "reference_name"]
	known = frappe.get_all(ledger.ENTRY, {"reference": ("is", "set")}, fields)
	claims = {}  # (fund, reference) -> entries that claim it, in order
	for row in known:
		if row.reference_key:
			claims.setdefault((row.fund, row.reference), []).append(row.name)
	seen = {row.reference_name for row in known}
	for row in rows:
		form = names.normal_form(row.payment_reference)
		if not form or row.reference_name in seen:
			continue
		seen.add(row.reference_name)
		earlier = claims.setdefault((row.fund, form), [])
		values = {"reference": form}
		if all(name in undone for name in earlier):
			values["reference_key"] = names.key(row.fund, form, str(len(earlier)))
			earlier.append(row.name)
		frappe.db.set_value(ledger.ENTRY, row.name, values, update_modified=False)
