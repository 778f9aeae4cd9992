"""Options that other apps have as words too got names of this app's own, so that their Chinese stays theirs.

The rows that stand under the old names are carried over, one statement for each. Idempotent.
"""

import frappe

# {DocType: {field: {old: new}}}
RENAMED = {
	"Aid Application": {"status": {"Approved": "Finally Approved", "Paid": "Paid Out"}},
	"Aid Disbursement": {"status": {"Paid": "Paid Out", "Returned": "Returned by Bank"}},
	"Aid Disbursement Item": {"status": {"Paid": "Paid Out", "Returned": "Returned by Bank"}},
	"Aid Fund": {"status": {"Active": "In Operation"}},
	"Aid Fund Contribution": {
		"source": {"Donor": "Social Donation"},
		"status": {"Booked": "In the Ledger"},
	},
	"Aid Fund Entry": {"kind": {"Payment": "Aid Payment"}},
	"Aid Inspection Case": {"status": {"Open": "Still Open"}},
	"Aided Pupil": {
		"guardian_relation": {"Father": "Father of the Pupil", "Mother": "Mother of the Pupil"},
	},
	"Community Leading Group": {"status": {"Active": "In Operation"}},
	"Community School": {"status": {"Active": "In Operation"}},
	"Dropout Risk": {
		"status": {"Open": "Still Open", "Visited": "Family Visited", "Resolved": "Risk Resolved"},
	},
	"Education Community": {"status": {"Active": "In Operation"}},
	"Exchange Placement": {"status": {"Approved": "Finally Approved", "Running": "Serving"}},
	"Rural Support Team": {"status": {"Active": "In Operation"}},
	"School Staff": {"status": {"Transferred": "Transferred Away"}},
}
SETTINGS = ("balance_policy", "quota_policy", "rotation_policy")


def execute():
	"""Carry over what is stored under the old names."""
	for doctype, fields in RENAMED.items():
		table = frappe.qb.DocType(doctype)
		for field, words in fields.items():
			for old, new in words.items():
				frappe.qb.update(table).set(table[field], new).where(table[field] == old).run()
	singles = frappe.qb.DocType("Singles")
	(
		frappe.qb.update(singles)
		.set(singles.value, "Warn Only")
		.where((singles.doctype == "Community Settings") & singles.field.isin(SETTINGS))
		.where(singles.value == "Warn")
		.run()
	)
