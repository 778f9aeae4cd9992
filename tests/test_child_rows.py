"""A row belongs to its document: none is taken from another one by its name, whatever the table, the door and the engine.

v15 and v16 write a row that a client sends along to wherever a row of that name stands.
"""

import json

import aid_builders as aid
import approvals
import builders
import frappe
import pytest
from approvals import as_
from frappe import client
from frappe.desk.form.save import savedocs

from gongtongti.aid import ledger, payments
from gongtongti.core import documents
from gongtongti.organisation import roles

pytestmark = pytest.mark.usefixtures("posted")

MINE, THEIRS = "GTT-ROW-MINE", "GTT-ROW-THEIRS"


def tables():
	"""[(DocType, field, DocType of the rows), …] of the app, those of a later feature too."""
	parents = frappe.get_all("DocType", {"module": "Gongtongti", "istable": 0, "issingle": 0}, pluck="name")
	return [
		(parent, df.fieldname, df.options)
		for parent in sorted(parents)
		for df in frappe.get_meta(parent).get_table_fields()
	]


def row_of(parent, name, field, child, **values):
	place = {"parenttype": parent, "parent": name, "parentfield": field, "idx": 1}
	doc = frappe.get_doc({"doctype": child, "name": f"{name}-{field}", **place, **values})
	doc.db_insert()
	return doc.name


def holder(parent, name):
	"""A bare document that is written as the framework writes one, past the checks of its kind."""
	return frappe.get_doc({"doctype": parent, "name": name, "__islocal": 0})


def places(child):
	fields = ["name", "parent", "parenttype", "parentfield", "idx"]
	return frappe.get_all(child, {"name": ("like", "GTT-ROW-%")}, fields, order_by="name")


@pytest.mark.both
def test_every_table_refuses_a_row_of_another_document_a_row_twice_and_a_row_that_is_not_there():
	found = tables()
	assert len({child for _parent, _field, child in found}) == len(
		frappe.get_all("DocType", {"module": "Gongtongti", "istable": 1})
	)
	for parent, field, child in found:
		mine = row_of(parent, MINE, field, child)
		foreign = row_of(parent, THEIRS, field, child)
		elsewhere = [row_of(dt, f"{THEIRS}-{i}", f, c) for i, (dt, f, c) in enumerate(found) if c == child]
		other_field = row_of(parent, f"{MINE}-2", "another_field", child)
		frappe.db.set_value(child, other_field, "parent", MINE, update_modified=False)
		before = places(child)
		for names in (
			[foreign],
			[mine, foreign],
			[foreign, mine],
			[mine, mine],
			[mine, "GTT-ROW-NONE"],
			[mine.lower()],
			[other_field],
			*([name] for name in elsewhere),
		):
			doc = holder(parent, MINE)
			for name in names:
				doc.append(field, {"name": name})
			for write in (doc.update_children, doc.db_update_all):
				frappe.db.savepoint("gtt_rows")
				with pytest.raises(documents.ForeignRowError):
					write()
				frappe.db.rollback(save_point="gtt_rows")
		assert places(child) == before, (parent, field)
		doc = holder(parent, MINE)
		doc.append(field, {"name": mine})
		doc.append(field, {})
		doc.update_children()
		assert frappe.db.count(child, {"parent": MINE, "parentfield": field}) == 2, (parent, field)
		frappe.db.rollback()


def test_a_table_is_looked_at_once_however_many_rows_it_has(small, monkeypatch):
	looked = []
	monkeypatch.setattr(documents, "refuse_foreign_rows", lambda rows, stored: looked.append(len(rows)))
	doc = frappe.get_doc("Exchange Plan", small.plan)
	doc.save()
	assert looked == [len(doc.quotas)]


def sendings(doctype, name, field, rows):
	"""label -> a door by which a client sends a table along with a document."""
	sheet = frappe.get_doc(doctype, name).as_dict(convert_dates_to_str=True)
	sheet = frappe.as_json({**sheet, field: rows})

	def update():
		doc = frappe.get_doc(doctype, name)  # as REST v1 and v2 do
		doc.update({field: [dict(row) for row in rows]})
		doc.save()

	return {
		"client.save": lambda: client.save(sheet),
		"form": lambda: savedocs(sheet, "Save"),
		"form, update": lambda: savedocs(sheet, "Update"),
		"form, submit": lambda: savedocs(sheet, "Submit"),
		"client.submit": lambda: client.submit(sheet),
		"client.set_value": lambda: client.set_value(doctype, name, {field: [dict(row) for row in rows]}),
		"client.bulk_update": lambda: client.bulk_update(
			json.dumps([{"doctype": doctype, "docname": name, field: rows}], default=str)
		),
		"REST": update,
	}


def stolen(user, doctype, name, field, foreign):
	"""The doors by which `user` takes a row away: one of an own document that calls itself by the name of a foreign one."""
	doc = frappe.get_doc(doctype, name)
	rows = [row.as_dict(convert_dates_to_str=True) for row in doc.get(field)]
	rows[0]["name"] = foreign
	child = frappe.get_meta(doctype).get_field(field).options
	before = frappe.db.get_value(child, foreign, "*", as_dict=True)
	through = []
	for label in sendings(doctype, name, field, []):
		frappe.db.savepoint("theft")
		try:
			as_(user, sendings(doctype, name, field, rows)[label])
		except Exception:
			pass  # as `bulk_update` does: what was written stays
		if frappe.db.get_value(child, foreign, "*", as_dict=True) != before:
			through.append(label)
		frappe.db.rollback(save_point="theft")
		frappe.clear_document_cache(doctype, name)
		frappe.local.message_log = []
	return through


@pytest.mark.both
def test_a_draft_takes_no_row_of_a_payment(small):
	fund = aid.fund(small, balance=3000)
	first, second = (aid.application(small, aid.pupil(small), fund, to=aid.APPROVED) for _ in range(2))
	paid = aid.disbursement(small, fund, [first])
	draft = aid.disbursement(small, fund, [second], submit=False)
	[row] = frappe.get_all("Aid Disbursement Item", {"parent": paid}, pluck="name")
	assert stolen(small.cashier, "Aid Disbursement", draft, "items", row) == []
	assert ledger.verify(fund) == {}
	assert as_(small.cashier, payments.return_payment, paid, first, "测试退回")


@pytest.mark.both
def test_an_agreement_in_force_and_the_honours_of_others_stay_whole(small):
	signed = builders.agreement(small.community, [small.urban, small.rural])
	frappe.get_doc("Community Agreement", signed).submit()
	draft = builders.agreement(small.community, [small.urban, small.rural])
	row = frappe.get_all("Agreement Party", {"parent": signed}, pluck="name")[0]
	assert stolen(small.users[roles.BUREAU_OFFICE], "Community Agreement", draft, "parties", row) == []
	staff = small.teacher[small.urban]
	[row] = frappe.get_all("Staff Honour", {"parent": small.teacher[small.other_urban]}, pluck="name")
	assert stolen(small.principal_user[small.urban], "School Staff", staff, "honours", row) == []


@pytest.mark.both
def test_a_save_that_is_refused_has_written_nothing(small):
	"""client.bulk_update goes on after a refusal and commits what was written until then."""
	fund = aid.fund(small, balance=100)
	draft = aid.contribution(small, fund, 50, submit=False)
	frappe.db.set_value("Aid Fund", fund, "last_posting_date", "2999-01-01")  # so that booking it is refused

	def update():
		change = {"doctype": "Aid Fund Contribution", "docname": draft, "docstatus": 1}
		return client.bulk_update(json.dumps([change]))

	assert as_(small.users[roles.FINANCE], update)["failed_docs"]
	assert frappe.db.get_value("Aid Fund Contribution", draft, "docstatus") == 0


@pytest.mark.both
def test_a_refused_save_within_another_takes_back_its_own_alone(small, monkeypatch):
	"""What a save has written around it, before and after, stays."""
	outer, first, second = (aid.fund(small, f"测试基金{n}") for n in "甲乙丙")
	controller = type(frappe.get_doc("Aid Fund", outer))

	def on_change(doc):
		if doc.name != outer:
			frappe.throw("refused")
		for name in (first, second):
			with pytest.raises(frappe.ValidationError, match="refused"):
				change(name)

	def change(name):
		doc = frappe.get_doc("Aid Fund", name)
		doc.regulations = "测试办法"
		doc.save()

	monkeypatch.setattr(controller, "on_change", on_change, raising=False)
	change(outer)
	written = [frappe.db.get_value("Aid Fund", name, "regulations") for name in (outer, first, second)]
	assert written == ["测试办法", None, None]
	with pytest.raises(frappe.ValidationError, match="refused"):
		change(first)
	assert frappe.db.get_value("Aid Fund", outer, "regulations") == "测试办法"


@pytest.mark.both
def test_rows_are_submitted_and_cancelled_with_their_document(small):
	name = approvals.bring(small, approvals.draft(small), approvals.APPROVED)
	of = {"parenttype": approvals.PLACEMENT, "parent": name}
	rows = frappe.get_all("Approval Signature", of, ["docstatus", "signer", "modified_by"], order_by="idx")
	assert len(rows) == 4 and {row.docstatus for row in rows} == {1}
	assert {row.modified_by for row in rows} == {rows[-1].signer}
	doc = frappe.get_doc(approvals.PLACEMENT, name)
	doc.flags.by_change = "test"
	doc.cancel()
	assert set(frappe.get_all("Approval Signature", of, pluck="docstatus")) == {2}


def test_a_row_of_a_submitted_document_is_not_changed_whatever_is_sent_along(small):
	name = approvals.bring(small, approvals.draft(small), approvals.APPROVED)
	doc = frappe.get_doc(approvals.PLACEMENT, name)
	doc.signatures[0].remarks = "测试"
	doc.flags.by_change = "test"  # past the check of approvals, not past that of the framework
	with pytest.raises(frappe.UpdateAfterSubmitError):
		doc.save()
