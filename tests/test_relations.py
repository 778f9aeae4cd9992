"""One vocabulary: what a relation says of rows and what it says of accounts is the same; core names nothing of a feature."""

import ast
import re
from pathlib import Path

import frappe
import pytest
from approvals import everybody

import gongtongti
from gongtongti.core import policy, relations, signers
from gongtongti.core.policy import Document, Everyone, Policy, Report, grant, together
from gongtongti.core.relations import Account, Holder, Question
from gongtongti.features import DECLARED, FEATURES

APP = Path(gongtongti.__file__).parent
ROOMS = ("core", "organisation", "exchange", "aid", "activities")
# what stands on the features, and so may know of all of them
ROOF = {"demo", "features", "gongtongti", "gongtongti_daily", "hooks", "patches", "setup"}


def asked(doctype, relation):
	fields = sorted({"name", *relation.fields, *filter(None, [getattr(relation, "person", None)])})
	meta = frappe.get_meta(doctype)
	return [f for f in fields if f == "name" or meta.has_field(f)]


@pytest.mark.parametrize("doctype", DECLARED.rows)
def test_both_questions_have_one_answer(doctype, small, papers, bird):
	"""Whoever is among the accounts of a row has its value within reach, and nobody else has."""
	ours = set(DECLARED.roles)
	people = [user for user in everybody(small) if ours & set(frappe.get_roles(user)) - {"Administrator"}]
	people.remove("Administrator")  # sees every row, and stands in no relation
	for relation in DECLARED.rows[doctype]:
		rows = frappe.get_all(doctype, fields=asked(doctype, relation), limit=20, order_by="name")
		question = Question((row, (relation,)) for row in rows)
		for row in rows:
			accounts = relation.accounts(row, question)
			assert accounts & {None, ""} == set()
			for user in people:
				assert relation.covers(row, user) == (user in accounts), (relation, row, user)


def test_a_question_asks_as_often_for_many_rows_as_for_few(small, papers, monkeypatch):
	calls = []
	original = frappe.db.sql
	monkeypatch.setattr(frappe.db, "sql", lambda *a, **k: calls.append(a) or original(*a, **k))

	def queries(rows, relation):
		calls.clear()
		question = Question((row, (relation,)) for row in rows)
		for row in rows:
			relation.accounts(row, question)
		return len(calls)

	for doctype, read in DECLARED.rows.items():
		for relation in read:
			rows = frappe.get_all(doctype, fields=asked(doctype, relation), limit=20)
			rows = [row for row in rows if all(row.get(fieldname) for fieldname in relation.fields)]
			if len(rows) > 1:
				queries(rows, relation)  # what is read once per process
				assert queries(rows, relation) == queries(rows[:1], relation), (doctype, relation)


def test_what_roles_alone_decide_is_asked_first():
	role, field = Holder("A"), Account("owner")
	declared = Policy(documents={"D": Document({}, read=(field, role)), "E": Document({})})
	assert declared.rows == {"D": (role, field)}


def test_what_is_declared_twice_is_refused():
	one = Policy(documents={"Some Document": Document({}, read=(Everyone(),))})
	with pytest.raises(ValueError, match="Some Document"):
		together([one, one])


def test_policies_are_put_together():
	one = Policy(roles={"A": "…"}, reports={"R": Report(("A",), private=True)})
	two = Policy(
		documents={
			"D": Document(grant(("A", ("read",))), read=(Holder("A"), Account("owner")), private=True)
		},
		packages=("some/where",),
	)
	both = together([one, two])
	assert both.may("A", "D", "read") and not both.may("A", "D", "write") and not both.may("A", "E", "read")
	assert (
		both.private == ("D",) and both.private_reports == ("R",) and both.private_packages == ("some/where",)
	)


@pytest.mark.parametrize("doctype", DECLARED.approvals)
def test_every_field_that_a_step_names_is_there(doctype):
	meta = frappe.get_meta(doctype)
	assert [field for field in signers.fields_asked(doctype) if not meta.has_field(field)] == []


def test_the_site_knows_what_the_features_have_declared():
	site = policy.current()
	assert list(site.documents) == list(DECLARED.documents)
	assert site.children == DECLARED.children


def test_what_is_not_declared_is_nobodys(small):
	relations.forget()
	with pytest.raises(KeyError):
		from gongtongti.core import access

		access.fields_within("User", small.teacher_user[small.rural])


# -- the rooms ------------------------------------------------------------------------------------------------------------


def imported(path):
	for node in ast.walk(ast.parse(path.read_text("utf-8"))):
		if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("gongtongti"):
			names = [f"{node.module}.{alias.name}" for alias in node.names]
			yield from (name.split(".")[1] for name in names if "." in name)


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_knows_of_those_above_it(room):
	below = set(ROOMS[: ROOMS.index(room) + 1])
	found = {
		(str(path.relative_to(APP)), other)
		for path in (APP / room).rglob("*.py")
		for other in imported(path)
		if other not in below
	}
	assert found == set()


def test_core_names_no_doctype_of_a_feature():
	names = {*DECLARED.documents, *DECLARED.children} - {policy.SIGNATURE}
	found = {
		(str(path.relative_to(APP)), name)
		for path in (APP / "core").rglob("*.py")
		for name in names
		if re.search(rf"\b(tab)?{name}\b", path.read_text("utf-8"))
	}
	assert found == set()


def test_each_feature_declares_what_is_in_its_room():
	assert [bool(feature.documents) for feature in FEATURES] == [True] * len(FEATURES)
	known = {*ROOMS, *ROOF, "public", "translations", "fixtures", "__init__"}
	folders = {
		path.stem
		for path in APP.iterdir()
		if path.suffix == ".py" or (path.is_dir() and path.name[0].isalpha())
	}
	assert folders - known <= {"doctype", "report", "modules"}
