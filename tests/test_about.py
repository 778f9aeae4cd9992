"""Rows of the framework that tell about our documents are seen by whoever sees the document, at a price that others do not feel."""

import frappe
import pytest
from approvals import as_, everybody

from gongtongti.core import about, access, policy, relations
from gongtongti.core.references import ABOUT
from gongtongti.organisation.relations import SchoolLeader

TAG = "test-about-"
FOREIGN = ("User", "DocType", None)  # what rows about them tell is none of our business


@pytest.fixture
def told(small, papers, bird):
	"""In every such DocType a row about some documents of each of our DocTypes, about one that is gone, and about others'.

	Out: [(DocType, name of a document or None)], in the order of the rows' names.
	"""
	documents = [(doctype, "Administrator") for doctype in FOREIGN]
	for doctype in policy.current().rows:
		names = frappe.get_all(doctype, pluck="name", order_by="name", limit=6)
		documents += [(doctype, name) for name in (*names, f"{TAG}gone", None)]
	for doctype, fields in ABOUT.items():
		frappe.db.delete(doctype, {"name": ("like", f"{TAG}%")})
		frappe.db.bulk_insert(
			doctype, ["name", *fields], [(f"{TAG}{i:04}", *row) for i, row in enumerate(documents)]
		)
	return documents


def listed(doctype, user) -> set[str]:
	"""Names of the rows that the condition lets through, whatever roles and the framework's own conditions say."""
	condition = as_(user, about.conditions, user, doctype) or "1 = 1"
	query = f"select `name` from `tab{doctype}` where `name` like %s and {condition}"
	return set(frappe.db.sql_list(query, (f"{TAG}%",)))


def sees(user, doctype, name, everything) -> bool:
	"""The same, asked of the document itself."""
	if doctype not in policy.current().rows:
		return True
	if not name or not frappe.db.exists(doctype, name):
		return everything
	return access.allows(frappe.get_doc(doctype, name), "read", user)


@pytest.mark.both
def test_a_row_is_seen_by_whoever_sees_the_document(small, told):
	different = []
	some = 0
	for user in (*everybody(small), "Guest"):
		everything = {ours: access.fields_within(ours, user) is None for ours in policy.current().rows}
		expected = {
			f"{TAG}{i:04}"
			for i, (doctype, name) in enumerate(told)
			if sees(user, doctype, name, everything.get(doctype))
		}
		assert len(expected) >= len(FOREIGN)
		some += len(FOREIGN) < len(expected) < len(told)
		different += [
			(user, doctype, names) for doctype in ABOUT if (names := listed(doctype, user) ^ expected)
		]
	assert different == []
	assert some > 10


def test_the_document_and_the_list_say_the_same(small, told):
	users = (
		small.users["Personnel Section"],
		small.principal_user[small.rural],
		small.teacher_user[small.urban],
		small.outsider,
	)
	for user in users:
		seen = listed("View Log", user)
		for i in range(len(told)):
			row = frappe.get_doc("View Log", f"{TAG}{i:04}")
			assert about.allows(row, "read", user) == (row.name in seen), (user, told[i])


def test_who_has_no_role_of_ours_is_asked_nothing(small, monkeypatch):
	"""The same text for all of them, with nothing but names of DocTypes in it."""
	users = (small.outsider, "Guest")
	for user in users:
		frappe.get_roles(user)
	relations.forget()
	monkeypatch.setattr(frappe.local.db, "sql", lambda *args, **kwargs: pytest.fail(str(args)))
	[text] = {about.conditions(user, "Comment") for user in users}
	assert "SELECT" not in text


@pytest.fixture
def more_doctypes(monkeypatch):
	"""As many DocTypes again, each as one that the leaders of a school see by its school."""

	def add():
		declared = policy.current()
		further = {
			f"Further Thing {i:02}": policy.Document({}, read=(SchoolLeader("school"),))
			for i in range(len(declared.rows))
		}
		both = policy.together(
			[
				policy.Policy(
					roles=declared.roles,
					documents={**declared.documents, **further},
				)
			]
		)
		monkeypatch.setattr(frappe.local, "gongtongti_policy", both, raising=False)
		relations.forget()
		return further

	yield add
	monkeypatch.undo()
	relations.forget()


def test_the_condition_does_not_grow_with_what_is_out_of_reach(small, more_doctypes):
	readers = (small.outsider, small.users["Finance Section"], small.teacher_user[small.urban])
	before = {user: about.conditions(user, "Comment") for user in readers}
	further = more_doctypes()
	for user in readers:
		after = about.conditions(user, "Comment")
		assert after.count("SELECT") == before[user].count("SELECT")
		assert len(after) - len(before[user]) == sum(len(f"'{name}',") for name in further), user


@pytest.mark.mariadb
def test_no_list_of_what_a_user_sees_is_drawn_up(small, told):
	"""A list shows twenty rows; MariaDB looks up what these are about, and does not read every document beforehand."""
	for user in (
		small.principal_user[small.rural],
		small.teacher_user[small.urban],
		small.users["Bureau Leader"],
	):
		for doctype in ABOUT:
			plan = frappe.db.sql(
				f"explain select `name` from `tab{doctype}` where {about.conditions(user, doctype)}"
				" order by `creation` desc limit 20",
				as_dict=True,
			)
			assert {row.select_type for row in plan} <= {"PRIMARY", "DEPENDENT SUBQUERY"}, (user, doctype)
			assert len(plan) > 1
