"""Funds, pupils, applications and payments for tests, each made by the person whose task it is.

Names are plainly invented. Everything goes through the documents' own doors; nothing is written past a rule.
"""

import frappe
from approvals import as_, remove, step_on_record
from builders import insert

from gongtongti.core import approval
from gongtongti.organisation import roles

FUND = "测试帮困基金"
PURPOSES = {
	"Living Allowance": (500, 1000),
	"Books and Supplies": (200.5, 300),
}  # ceiling, for special hardship
DRAFT, PRINCIPAL, BASIC, FINANCE, APPROVED, REFUSED = (
	"Aid Draft",
	"Awaiting School Principal",
	"Awaiting Basic Education Section",
	"Awaiting Finance Section",
	"Aid Approved",
	"Aid Not Approved",
)

_numbers = iter(range(1, 1_000_000))


def fund(small, name=FUND, level="Community", purposes=None, balance=0, **values):
	"""An active fund of the small district's first community (or of the district); its name.

	purposes: {purpose: (ceiling, special ceiling)} in yuan; balance: yuan that the finance section books into it.
	"""
	values.setdefault("community", small.community if level == "Community" else None)
	name = as_(
		small.users[roles.FINANCE],
		insert,
		"Aid Fund",
		fund_name=name,
		fund_level=level,
		opened_on=values.pop("opened_on", "2020-09-01"),
		purposes=[
			{"purpose": purpose, "ceiling": ceiling, "special_ceiling": special}
			for purpose, (ceiling, special) in (purposes or PURPOSES).items()
		],
		**values,
	).name
	if balance:
		contribution(small, name, balance)
	return name


def contribution(small, fund, amount, by=None, submit=True, **values):
	"""Money that came in, booked by the finance section; the name of the Aid Fund Contribution."""
	values.setdefault("source", "Appropriation")
	if values["source"] == "Appropriation":
		values.setdefault("donor_name", "测试区财政")
	values.setdefault("payment_reference", f"TEST-{frappe.generate_hash(length=8)}")

	def make():
		doc = insert("Aid Fund Contribution", fund=fund, amount=amount, **values)
		if submit:
			doc.submit()
		return doc.name

	return as_(by or small.users[roles.FINANCE], make)


def pupil(small, school=None, by=None, **values):
	"""A pupil in ordinary hardship with evidence, entered by the school's leader in charge; the number."""
	school = school or small.rural
	number = next(_numbers)
	fields = {
		"pupil_name": f"测试学生{number}",
		"student_number": f"G{frappe.generate_hash(length=10)}{number:06d}",
		"school": school,
		"grade": "Grade 3",
		"class_name": "1",
		"guardian_name": f"测试监护人{number}",
		"guardian_relation": "Mother of the Pupil",
		"payee_name": f"测试监护人{number}",
		"bank_name": "测试银行",
		"bank_account": f"62{number:017d}",
		"hardship": "Minimum Living Security",
		"evidence": "/private/files/test-evidence.pdf",
		**values,
	}
	return as_(by or small.leader_user[school], insert, "Aided Pupil", **fields).name


def application(
	small, pupil, fund, amount=300, purpose="Living Allowance", by=None, to=None, signed=False, **values
):
	"""An application for the second term of this school year, drafted by the school's leader in charge; its name.

	to, signed: the state to bring it to, and how, as in `bring`
	"""
	school = frappe.db.get_value("Aided Pupil", pupil, "school")
	fields = {
		"pupil": pupil,
		"fund": fund,
		"school_year": small.current_year,
		"term": "Second Term",
		"purpose": purpose,
		"amount": amount,
		"need": "测试理由",
		**values,
	}
	name = as_(by or small.leader_user[school], insert, "Aid Application", **fields).name
	return bring(small, name, to, signed) if to else name


def sign(user, name, action="Agree", remarks=None):
	return as_(user, approval.sign, "Aid Application", name, action, remarks)


def signer(small, name):
	"""Whose step it is, said a second time and in other words than in approval.py."""
	state, school = frappe.db.get_value("Aid Application", name, ["workflow_state", "school"])
	return {
		DRAFT: small.leader_user[school],
		PRINCIPAL: small.principal_user[school],
		BASIC: small.users[roles.BASIC_EDUCATION],
		FINANCE: small.users[roles.FINANCE],
	}.get(state)


def bring(small, name, to, signed=False):
	"""Brings the application to the state `to`, each step by the right person; its name.

	The last step is signed, with all that it does. Those before are written as they stand on record, unless all of them
	are to be `signed`.
	"""
	fast = frappe.db.get_value("Aid Application", name, "fast_track")
	chain = (DRAFT, BASIC, FINANCE, APPROVED) if fast else (DRAFT, PRINCIPAL, BASIC, FINANCE, APPROVED)
	for _step in range(6):
		state = frappe.db.get_value("Aid Application", name, "workflow_state")
		if state == to:
			return name
		user = signer(small, name)
		action = "Send for Approval" if state == DRAFT else "Agree"
		if to == REFUSED and state in (BASIC, FINANCE):
			sign(user, name, "Disagree", "测试理由")
		elif signed or (next_state := chain[chain.index(state) + 1]) in (to, APPROVED):
			sign(user, name, action)
		else:
			step_on_record("Aid Application", name, user, action, next_state)
	raise AssertionError(f"{name} did not reach {to}")


def disbursement(small, fund, applications, by=None, submit=True, **values):
	"""A payment of approved applications by the cashier, who has signed none of them; its name."""

	def make():
		doc = insert(
			"Aid Disbursement",
			fund=fund,
			payment_reference=values.pop("payment_reference", f"TEST-{frappe.generate_hash(length=8)}"),
			items=[{"application": application} for application in applications],
			**values,
		)
		if submit:
			doc.submit()
		return doc.name

	return as_(by or small.cashier, make)


def take_away(*funds):
	"""Takes committed funds away with all that hangs on them, and every test pupil; commits. No rule is asked."""
	from approvals import remove

	frappe.set_user("Administrator")
	frappe.db.rollback()
	pupils = frappe.get_all("Aided Pupil", {"pupil_name": ("like", "测试%")}, pluck="name")
	for doctype in (
		"Dropout Risk",
		"Aid Follow Up",
		"Pupil Record Access",
		"Pupil Account Record",
		"Aid Inspection Case",
	):
		remove(
			[
				(doctype, name)
				for name in frappe.get_all(doctype, {"pupil": ("in", pupils or [""])}, pluck="name")
			]
		)
	for doctype in ("Aid Application", "Aid Disbursement", "Aid Fund Contribution", "Aid Fund Entry"):
		names = frappe.get_all(doctype, {"fund": ("in", funds)}, pluck="name")
		frappe.db.delete("Aid Disbursement Item", {"parenttype": doctype, "parent": ("in", names or [""])})
		remove([(doctype, name) for name in names])
	frappe.db.delete("Aid Fund Purpose", {"parent": ("in", funds)})
	remove([("Aid Fund", name) for name in funds] + [("Aided Pupil", name) for name in pupils])
	frappe.db.commit()


# -- what the books hold, and taking a committed fund away again -----------------------------------------------------------


def figures(fund):
	"""Balance, reserved, available in fen and the number of entries, as the fund's row has them."""
	row = frappe.db.get_value("Aid Fund", fund, ["balance", "reserved", "available", "entry_count"])
	return (*(round(float(amount) * 100) for amount in row[:3]), row[3])


def books(fund):
	"""All that the database holds of a fund's money, as text: two of them compare equal if nothing has changed."""
	found = {"Aid Fund": frappe.db.get_value("Aid Fund", fund, "*", as_dict=True)}
	for doctype in ("Aid Fund Entry", "Aid Fund Contribution", "Aid Disbursement"):
		found[doctype] = frappe.get_all(doctype, {"fund": fund}, ["*"], order_by="name")
	payments = [row.name for row in found["Aid Disbursement"]]
	found["Aid Disbursement Item"] = frappe.get_all(
		"Aid Disbursement Item", {"parent": ("in", payments or [""])}, ["*"], order_by="parent, idx"
	)
	fields = ["name", "status", "disbursement", "paid_on", "claim"]
	found["Aid Application"] = frappe.get_all("Aid Application", {"fund": fund}, fields, order_by="name")
	return {doctype: str(rows) for doctype, rows in found.items()}


def remove_fund(fund):
	"""Takes a committed fund away with all that hangs on it, its applications' pupils as well; no rule is asked."""
	gone = [("Aid Fund", fund)]
	for doctype in ("Aid Fund Entry", "Aid Fund Contribution"):
		frappe.db.delete(doctype, {"fund": fund})
	for doctype in ("Aid Disbursement", "Aid Application"):
		gone += [(doctype, name) for name in frappe.get_all(doctype, {"fund": fund}, pluck="name")]
	pupils = sorted(set(frappe.get_all("Aid Application", {"fund": fund}, pluck="pupil")))
	for doctype in ("Dropout Risk", "Aid Follow Up"):
		found = frappe.get_all(doctype, {"pupil": ("in", pupils or [""])}, pluck="name")
		gone += [(doctype, name) for name in found]
	gone += [("Aided Pupil", name) for name in pupils]
	for table, parent in (("Aid Disbursement Item", "Aid Disbursement"), ("Aid Fund Purpose", "Aid Fund")):
		parents = [name for doctype, name in gone if doctype == parent]
		frappe.db.delete(table, {"parenttype": parent, "parent": ("in", parents or [""])})
	for doctype in ("Pupil Record Access", "Pupil Account Record"):
		frappe.db.delete(doctype, {"pupil": ("in", pupils or [""])})
	remove(gone)
