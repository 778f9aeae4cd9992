"""Whose name changes, by whatever door and with whatever switch of a client: every DocType of the app, also those to come.

A bare row of each DocType stands for its documents; what is on record is tried with real ones.
"""

import json

import aid_builders as aid
import builders
import frappe
import pytest
from approvals import as_
from frappe import client
from frappe.handler import run_doc_method
from frappe.model import rename_doc as framework
from frappe.model.base_document import get_controller

from gongtongti.aid import ledger
from gongtongti.core import documents
from gongtongti.organisation import roles

pytestmark = pytest.mark.usefixtures("posted")

OLD, OTHER, NEW = "GTT-RENAME-1", "GTT-RENAME-2", "GTT-RENAME-3"
ENTRY, ACCESS = "Aid Fund Entry", "Pupil Record Access"


def doctypes(**filters):
	return sorted(frappe.get_all("DocType", {"module": "Gongtongti", "issingle": 0, **filters}, pluck="name"))


def bare(doctype, name, **values):
	"""A row of that DocType, past every check."""
	unique = {
		df.fieldname: int(name[-1]) if df.fieldtype == "Int" else name
		for df in frappe.get_meta(doctype).fields
		if df.unique
	}
	frappe.get_doc({"doctype": doctype, "name": name, **unique, **values}).db_insert()
	return name


def method_of_document(**switches):
	"""How a client calls a method of a document by way of v1 and v2, without and with the document sent along."""

	def by_name(dt, old, new):
		run_doc_method("rename", dt=dt, dn=old, args=json.dumps({"name": new, **switches}))

	def with_document(dt, old, new):
		row = frappe.db.get_value(dt, old, "*", as_dict=True)
		sent = frappe.as_json({**row, "doctype": dt, "docstatus": 0})
		run_doc_method("rename", docs=sent, args=json.dumps({"name": new, **switches}))

	def rest(dt, old, new):
		doc = frappe.get_doc(dt, old)
		doc.is_whitelisted("rename")
		doc.run_method("rename", name=new, **switches)

	return by_name, with_document, rest


def ways(merge):
	"""label -> a door that would rename `old` to `new`, or merge it with `new`."""
	found = {}
	for switches in ({}, {"force": 1}, {"validate_rename": 0}, {"validate_rename": False, "force": "1"}):
		if merge:
			switches = {**switches, "merge": 1}
		for door in method_of_document(**switches):
			found[f"{door.__name__} {switches}"] = door
	return {
		**found,
		"doc.rename": lambda dt, old, new: frappe.get_doc(dt, old).rename(
			new, merge=merge, force=True, validate_rename=False
		),
		"frappe.rename_doc": lambda dt, old, new: frappe.rename_doc(
			dt, old, new, force=True, merge=merge, ignore_if_exists=True
		),
		"client.rename_doc": lambda dt, old, new: client.rename_doc(dt, old, new, merge=merge),
		"the form": lambda dt, old, new: framework.update_document_title(
			doctype=dt, docname=old, name=new, merge=merge
		),
		"code of another app": lambda dt, old, new: framework.rename_doc(
			dt, old, new, force=True, merge=merge, ignore_permissions=True, validate=False
		),
	}


def came_through(doctype, users, doors, new):
	through = []
	frappe.db.savepoint("ways")
	for user in users:
		for label, door in doors.items():
			frappe.set_user(user)
			try:
				door(doctype, OLD, new)
			except Exception:
				pass
			else:
				through.append((label, user))
			frappe.set_user("Administrator")
			frappe.db.rollback(save_point="ways")
			frappe.db.savepoint("ways")
			frappe.local.message_log = []
	return through


def test_every_controller_of_the_app_derives_from_the_base_class():
	names = frappe.get_all("DocType", {"module": "Gongtongti"}, ["name", "istable"])
	for row in names:
		base = documents.DocumentRow if row.istable else documents.OwnDocument
		assert issubclass(get_controller(row.name), base), row.name


@pytest.mark.both
def test_no_reader_renames_or_merges_any_document(small):
	"""Not with any switch, nor with a document of his own making."""
	readers = [small.users[roles.SUPERVISION], small.users[roles.DISCIPLINE]]
	for doctype in doctypes():
		bare(doctype, OLD)
		bare(doctype, OTHER)
		assert came_through(doctype, readers[:1], ways(merge=False), NEW) == [], doctype
		assert came_through(doctype, readers[1:], ways(merge=True), OTHER) == [], doctype
		frappe.db.rollback()


@pytest.mark.both
def test_what_has_a_number_keeps_it_and_nothing_is_merged(small):
	"""Whoever it is that asks."""
	hard = {
		key: door
		for key, door in ways(merge=False).items()
		if not key.startswith(("by_name", "with", "rest"))
	}
	merging = {key: door for key, door in ways(merge=True).items() if key in hard}
	for doctype in doctypes():
		bare(doctype, OLD)
		bare(doctype, OTHER)
		assert came_through(doctype, ["Administrator"], merging, OTHER) == [], doctype
		if not frappe.get_meta(doctype).allow_rename:
			assert came_through(doctype, ["Administrator"], hard, NEW) == [], doctype
		frappe.db.rollback()


def test_whoever_keeps_them_renames_what_may_be_renamed(small):
	"""Doors that were closed to everything would prove nothing."""
	for doctype in doctypes(allow_rename=1):
		meta = frappe.get_meta(doctype)
		bare(doctype, OLD, **{meta.autoname.partition(":")[2]: OLD})
		if frappe.get_meta(doctype).title_field:
			as_(small.admin, framework.update_document_title, doctype=doctype, docname=OLD, name=NEW)
		else:
			as_(small.admin, client.rename_doc, doctype, OLD, NEW)
		assert frappe.db.exists(doctype, NEW) and not frappe.db.exists(doctype, OLD), doctype
		frappe.db.rollback()


@pytest.mark.both
def test_what_is_submitted_or_named_by_the_ledger_keeps_its_name(small):
	"""Also where the DocType can be renamed."""
	for doctype in doctypes(allow_rename=1):
		bare(doctype, OLD, docstatus=1)
		assert came_through(doctype, ["Administrator"], ways(merge=False), NEW) == [], doctype
		frappe.db.rollback()
	aid.fund(small, balance=500)
	with pytest.raises(documents.NameOnRecordError):
		as_(small.admin, frappe.rename_doc, "Education Community", small.community, NEW)


def test_the_name_is_cleaned_also_where_the_check_before_was_left_out(small):
	bare("Teaching Subject", OLD, subject_name=OLD)
	with pytest.raises(documents.NameOnRecordError):
		framework.rename_doc("Teaching Subject", OLD, f"{NEW}  x", validate=False)


def test_nobody_makes_a_draft_of_what_is_none_into_a_cancelled_one(small):
	"""v16 can discard any document that is no submitted one."""
	if not hasattr(frappe.model.document.Document, "discard"):
		pytest.skip("v15 has no discard")
	for doctype in doctypes():
		bare(doctype, OLD)
		for call in (
			lambda dt: frappe.get_doc(dt, OLD).discard(),
			lambda dt: run_doc_method("discard", dt=dt, dn=OLD),
		):
			with pytest.raises((frappe.ValidationError, frappe.PermissionError)):
				call(doctype)
		frappe.db.rollback()


# -- the ledger's own check ----------------------------------------------------------------------------------------------


@pytest.mark.both
def test_the_check_of_the_ledger_finds_a_renamed_and_a_missing_entry_and_a_payment_without_its_row(small):
	fund = aid.fund(small, balance=2000)
	name = aid.application(small, aid.pupil(small), fund, to=aid.APPROVED)
	paid = aid.disbursement(small, fund, [name])
	assert ledger.verify(fund) == {}
	entry = frappe.db.get_value(ENTRY, {"fund": fund, "seq": 1}, "name")

	def found(damage):
		frappe.db.savepoint("damage")
		damage()
		wrong = ledger.verify(fund).get(fund)
		frappe.db.rollback(save_point="damage")
		return wrong

	table, item = frappe.qb.DocType(ENTRY), frappe.qb.DocType("Aid Disbursement Item")
	assert found(lambda: frappe.qb.update(table).set(table.name, NEW).where(table.name == entry).run())
	assert found(lambda: frappe.db.delete(ENTRY, {"name": entry}))
	assert found(lambda: frappe.qb.update(item).set(item.parent, NEW).where(item.parent == paid).run())
	assert found(lambda: frappe.db.delete("Aid Disbursement Item", {"parent": paid}))


# -- accounts ------------------------------------------------------------------------------------------------------------


@pytest.mark.both
def test_an_account_that_has_booked_signed_or_read_is_not_renamed_by_its_person(small):
	who, other = builders.user("gtt.reader"), builders.user("gtt.other")
	for kept in (ENTRY, ACCESS, "Approval Signature"):
		field = next(df.fieldname for df in frappe.get_meta(kept).get_link_fields() if df.options == "User")
		frappe.db.savepoint("account")
		bare(kept, OLD, **{field: who})
		assert documents.is_kept_by("User", who), kept
		if kept == ACCESS:
			break
		frappe.db.rollback(save_point="account")
	by_method, past_all = "by_name {'validate_rename': 0}", "code of another app"
	for user, label, merge in (
		(who, by_method, False),
		(who, past_all, False),
		(small.users[roles.SUPERVISION], past_all, False),
		("Administrator", "frappe.rename_doc", True),
	):
		frappe.db.savepoint("account")
		with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
			as_(user, ways(merge)[label], "User", who, other if merge else "gtt.new@gtt.test")
		frappe.db.rollback(save_point="account")
	assert frappe.db.get_value(ACCESS, OLD, "user") == who


def test_the_system_manager_renames_accounts_as_before(small):
	who = builders.user("gtt.reader")
	bare(ACCESS, OLD, user=who)
	assert frappe.rename_doc("User", who, "gtt.new@gtt.test") == "gtt.new@gtt.test"
	assert frappe.db.get_value(ACCESS, OLD, "user") == "gtt.new@gtt.test"


def test_a_person_without_anything_on_record_is_none_of_our_business():
	who = builders.user("gtt.other")
	assert documents.keep_account(frappe.get_doc("User", who), "before_rename", who, "x@gtt.test") is None


# -- what else a client calls on a document --------------------------------------------------------------------------------


def test_only_known_methods_of_documents_are_open_to_clients():
	"""The framework lets a client call these on any document: each has its checks. A new one is looked at first."""
	known = {"submit", "cancel", "discard"}
	for doctype in (*doctypes(), "Community Settings"):
		controller = get_controller(doctype)
		names = {name for name in dir(controller) if not name.startswith("__")}
		functions = {name: getattr(controller, name) for name in names}
		open_ = {
			name
			for name, function in functions.items()
			if callable(function) and getattr(function, "__hash__", None) and function in frappe.whitelisted
		}
		assert {"submit", "cancel"} <= open_ <= known, doctype


@pytest.mark.both
def test_no_value_is_had_as_a_password(small):
	"""A System Manager, who reads none of them, would get any field, and nothing would say so."""
	for doctype in doctypes():
		bare(doctype, OLD)
		for field in ("name", "owner", "pupil_name", "bank_account"):
			with pytest.raises(frappe.PermissionError):
				client.get_password(doctype, OLD, field)
		frappe.db.rollback()


def test_a_comment_says_who_wrote_it():
	"""By way of the document, a reader could sign a comment with another name, or pass it for one of the system."""
	forged = {"comment_type": "Workflow", "text": "x", "comment_email": "head@gtt.test", "comment_by": "x"}
	for doctype in doctypes():
		bare(doctype, OLD)
		with pytest.raises(frappe.PermissionError):
			run_doc_method("add_comment", dt=doctype, dn=OLD, args=json.dumps(forged))
		frappe.db.rollback()
