"""Fixtures that know the app: the shared small district. conftest.py makes them known to every test module."""

import builders
import frappe
import pytest

from gongtongti.core.references import REFERENCES

pytest_plugins = ("approvals", "aid_papers")

# rows that speak of another document by (type, name) or of a user, and would be left behind
TRACES = ("Version", "Comment", "DocShare")


@pytest.fixture(scope="session")
def small():
	"""The district of `builders.small_district()`, committed once for the session and removed at its end."""
	frappe.set_user("Administrator")
	remove(builders.left_behind())
	made = builders.record()
	district = builders.small_district()
	frappe.db.commit()
	yield district
	frappe.set_user("Administrator")
	frappe.db.rollback()
	remove(made)
	frappe.db.commit()
	frappe.clear_cache()


def remove(made):
	"""Take away what builders made, newest first, with child rows and traces; no rule of the app is asked."""
	people = [name for doctype, name in made if doctype == "User"]
	frappe.db.delete("Community Role Grant", {"user": ["in", people or [""]]})
	for doctype, name in reversed(made):
		if doctype == "User":
			frappe.delete_doc("User", name, force=1, ignore_missing=True)
			frappe.db.delete("Contact", {"user": name})
			frappe.db.delete("Notification Log", {"for_user": name})
		else:
			for field in frappe.get_meta(doctype).get_table_fields():
				frappe.db.delete(field.options, {"parenttype": doctype, "parent": name})
			frappe.db.delete(doctype, {"name": name})
		for trace in TRACES:
			type_field, name_field = REFERENCES[trace]
			frappe.db.delete(trace, {type_field: doctype, name_field: name})


@pytest.fixture
def as_user():
	"""`as_user("x@gtt.test")` signs in; at the end of the test Administrator is back."""
	yield frappe.set_user
	frappe.set_user("Administrator")
