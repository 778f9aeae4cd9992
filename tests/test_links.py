"""What follows links gives of a linked document no more than the reader could open: lists, expansion, titles, prints, fetches.

Tried over every link from a DocType of the app to another, for everybody: a new DocType is in it by itself.
"""

import json

import frappe
import pytest
from approvals import as_, everybody
from frappe import client
from frappe.api import v1
from frappe.model.base_document import BaseDocument

from gongtongti.core import links, wrapped
from gongtongti.features import DECLARED
from gongtongti.organisation import roles

LINK, STAFF = "Exchange Placement", "School Staff"
PHONE = "13900009999"


@pytest.fixture(autouse=True)
def held():
	"""What happens before each request and each job."""
	wrapped.hold()


def link_fields(doctype):
	"""[(fieldname, DocType it leads to), …]: the links of a DocType to those of this app."""
	return [
		(df.fieldname, df.options)
		for df in frappe.get_meta(doctype).get_link_fields()
		if df.options in DECLARED.rows
	]


LINKING = [doctype for doctype in (*DECLARED.rows, *DECLARED.children)]


def may(user, doctype, name):
	return as_(user, lambda: bool(frappe.get_doc(doctype, name).has_permission("read")))


@pytest.fixture(scope="module")
def opened():
	"""(user, DocType, name) -> whether the user may open it; asked once."""
	known = {}

	def ask(user, doctype, name):
		key = (user, doctype, name)
		if key not in known:
			known[key] = may(*key)
		return known[key]

	return ask


# -- lists -----------------------------------------------------------------------------------------------------------------


@pytest.mark.both
@pytest.mark.parametrize("doctype", LINKING)
def test_a_list_gives_of_a_link_what_its_reader_could_open(small, papers, bird, opened, doctype):
	parent = DECLARED.children[doctype][0] if doctype in DECLARED.children else None
	found = []
	for fieldname, linked in link_fields(doctype):
		columns = [
			df.fieldname
			for df in frappe.get_meta(linked).fields
			if df.fieldtype in ("Data", "Phone", "Small Text", "Select", "Link", "Date")
		]
		fields = ["name", f"{fieldname} as leads_to", *(f"{fieldname}.{c} as of_{c}" for c in columns)]
		for user in everybody(small):
			try:
				rows = as_(user, frappe.get_list, doctype, fields=fields, parent_doctype=parent, limit=0)
			except frappe.PermissionError:
				continue
			except Exception:
				if linked != doctype:
					raise
				break  # v16 cannot join a table to itself
			for row in rows:
				told = {key: value for key, value in row.items() if key.startswith("of_") and value}
				if told and not opened(user, linked, row.leads_to):
					found.append((user, fieldname, row.leads_to, told))
	assert found == []


@pytest.mark.both
def test_a_linked_phone_number_is_shown_to_those_alone_who_read_the_person(small):
	person = small.principal[small.urban]
	frappe.db.set_value(STAFF, person, "phone", PHONE)
	frappe.clear_cache()
	partner, own = small.principal_user[small.rural], small.principal_user[small.urban]
	dotted = ["name", "principal", "principal.phone"]
	as_list = [f"`tabCommunity School`.`{name}`" for name in ("name", "principal")]
	ways = {
		"get_list": lambda: frappe.get_list("Community School", fields=dotted, limit=0),
		"client.get_list": lambda: client.get_list("Community School", dotted, limit_page_length=0),
		"client.get_value": lambda: client.get_value(
			"Community School", json.dumps(["principal.phone"]), small.urban
		),
		"sorted by it": lambda: frappe.get_list(
			"Community School", fields=[*as_list, "principal.phone"], order_by="principal.phone", limit=0
		),
		"a column of a report": lambda: frappe.get_attr("frappe.desk.query_report.get_data_for_custom_field")(
			"Community School", "principal.phone", json.dumps([small.urban])
		),
		"fetched into a form": lambda: frappe.get_attr(
			"frappe.client.validate_link"
			if hasattr(client, "validate_link")
			else "frappe.client.validate_link_and_fetch"
		)("Community School", small.urban, json.dumps(["principal.phone"])),
	}
	shown = set()
	for label, way in ways.items():
		for user in (partner, own):
			try:
				answer = json.dumps(as_(user, way), default=str)
			except Exception as error:
				answer = str(error)
			if user == partner:
				assert PHONE not in answer, label
			elif PHONE in answer:
				shown.add(label)
	assert {"get_list", "client.get_list"} <= shown


def test_only_rows_are_left_out_not_the_list(small):
	"""The link itself is there, and whoever may read the linked document is given its fields; other DocTypes are joined as ever."""
	rows = as_(small.users[roles.DISCIPLINE], frappe.get_list, "Community School",
		fields=["name", "principal.staff_name as head"], limit=0)  # fmt: skip
	assert {row.head for row in rows if row.name in small.schools} == {
		frappe.db.get_value(STAFF, small.principal[school], "staff_name") for school in small.schools
	}
	todo = frappe.get_doc({"doctype": "ToDo", "description": "测试", "allocated_to": small.admin}).insert()
	[row] = frappe.get_list("ToDo", {"name": todo.name}, ["name", "allocated_to.full_name as who"])
	assert row.who == frappe.db.get_value("User", small.admin, "full_name")


@pytest.mark.parametrize("door", ["search_link", "search_widget"])
def test_a_search_leaves_no_row_rule_out_whatever_a_client_sends(small, bird, door):
	"""On v15 and v16-dev a switch of the client's meant to ask for no user permissions asks for no rows either."""
	from aid_papers import CANARY
	from frappe import handler

	def search():
		frappe.local.form_dict = frappe._dict(
			doctype="Aided Pupil", txt="", filters=json.dumps({"name": bird.pupil}), ignore_user_permissions="1",
			reference_doctype="Aid Application", searchfield="pupil_name",
		)  # fmt: skip
		return json.dumps(handler.execute_cmd(f"frappe.desk.search.{door}"), ensure_ascii=False)

	before, frappe.local.request = (
		getattr(frappe.local, "request", None),
		frappe._dict(method="POST", headers={}),
	)
	try:
		assert bird.pupil in as_(small.leader_user[small.rural], search)
		answer = as_(small.leader_user[small.other_rural], search)
		assert bird.pupil not in answer and CANARY["pupil_name"] not in answer
	finally:
		frappe.local.request = before


# -- expansion -------------------------------------------------------------------------------------------------------------


def read(user, doctype, name):
	"""GET /api/resource/<doctype>/<name>?expand_links=true, as far as the answer; None if it is refused."""

	def ask():
		frappe.local.form_dict = frappe._dict(expand_links="true")  # signing in has emptied it
		return v1.read_doc(doctype, name)

	try:
		return as_(user, ask)
	except frappe.PermissionError:
		return None


def whole(value):
	return isinstance(value, dict | BaseDocument) and value.get("name")


@pytest.mark.parametrize("doctype", DECLARED.rows)
def test_expanded_links_are_documents_that_the_reader_could_open(small, papers, bird, opened, doctype):
	found, expanded = [], 0
	for name in frappe.get_all(doctype, pluck="name", limit=3, order_by="creation desc"):
		for user in everybody(small):
			answer = read(user, doctype, name)
			if answer is None:
				continue
			meta = frappe.get_meta(doctype)
			holders = [(meta, answer)]
			for df in meta.get_table_fields():
				holders += [(frappe.get_meta(df.options), row) for row in answer.get(df.fieldname)]
			for holder, row in holders:
				for df in holder.get_link_fields() + holder.get_dynamic_link_fields():
					value = row.get(df.fieldname)
					linked = df.options if df.fieldtype == "Link" else row.get(df.options)
					if whole(value) and linked in DECLARED.rows:
						expanded += 1
						if not opened(user, linked, whole(value)):
							found.append((user, name, df.fieldname, whole(value)))
			frappe.clear_messages()
	assert found == []
	followed = [fieldname for fieldname, _linked in link_fields(doctype) if fieldname != "amended_from"]
	if followed and hasattr(v1, "get_values_for_link_and_dynamic_link_fields"):
		filled = any(frappe.get_all(doctype, {fieldname: ("is", "set")}, limit=1) for fieldname in followed)
		assert expanded or not filled, "nothing was expanded for anybody"


def test_rest_expands_for_no_outsider(small, bird, http, capfd):
	"""The hooks are in their place: asked over HTTP, where the wrapping happens by itself."""
	from aid_papers import IDENTITY, leaks

	cashier, path = small.cashier, f"/api/resource/Aid Application/{bird.paid}"
	for query in ({"expand_links": "true"}, {"expand": ["pupil"]}):
		answer = http(cashier, "GET", path, **query)
		assert answer.status == 200 and not leaks(answer.text, IDENTITY)
	answer = http(cashier, "GET", "/api/resource/Aid Application", fields=["pupil"], expand=["pupil"])
	assert not leaks(answer.text, IDENTITY)
	answer = http(cashier, "GET", "/api/resource/Aid Application", fields=["name", "pupil.pupil_name"])
	assert not leaks(answer.text, IDENTITY)
	basic = http(small.users[roles.BASIC_EDUCATION], "GET", path, expand_links="true")
	assert bool(leaks(basic.text, IDENTITY)) is hasattr(v1, "get_values_for_link_and_dynamic_link_fields")
	capfd.readouterr()


# -- titles, fetches, groups ---------------------------------------------------------------------------------------------


def form_titles(user, doctype, name):
	before, frappe.local.response = frappe.local.response, frappe._dict({"docs": []})
	try:
		as_(user, links.getdoc, doctype, name)
		return frappe.local.response.get("_link_titles") or {}
	finally:
		frappe.local.response = before


def test_a_form_gives_titles_of_what_its_reader_could_open_or_is_told_anyway(small, papers):
	school = small.urban
	key = f"{STAFF}::{small.principal[school]}"
	partner, own = small.principal_user[small.rural], small.principal_user[school]
	assert key in form_titles(own, "Community School", school)
	assert key not in form_titles(partner, "Community School", school)
	# the placement itself says who is sent
	placement = papers.state["Placement Approved"]
	person = frappe.db.get_value(LINK, placement, "staff")
	assert not may(partner, STAFF, person)
	assert form_titles(partner, LINK, placement)[f"{STAFF}::{person}"] == frappe.db.get_value(
		STAFF, person, "staff_name"
	)


def test_a_print_gives_no_other_titles_than_the_form(small):
	printview = frappe.get_attr("frappe.www.printview.get_html_and_style")
	head = frappe.db.get_value(STAFF, small.principal[small.urban], "staff_name")
	own = as_(small.principal_user[small.urban], printview, "Community School", small.urban)["html"]
	partner = as_(small.principal_user[small.rural], printview, "Community School", small.urban)["html"]
	assert head in own and head not in partner
	assert small.principal[small.urban] in partner


@pytest.mark.parametrize("doctype", DECLARED.rows)
def test_nobody_learns_by_a_link_that_a_document_is_there(small, papers, bird, opened, doctype):
	validate = links.validate_link if hasattr(client, "validate_link") else client.validate_link_and_fetch
	for name in frappe.get_all(doctype, pluck="name", limit=2, order_by="creation desc"):
		for user in everybody(small):
			try:
				answer = as_(user, validate, doctype, name, json.dumps(["name"]))
			except frappe.PermissionError:
				continue
			finally:
				frappe.clear_messages()
			if answer and answer.get("name"):
				assert opened(user, doctype, name), (user, name)


def test_groups_of_a_list_are_counted_over_what_is_seen(small, papers):
	"""By whom tasks are held is counted for those rows alone that the reader sees, whatever the filter."""
	section = small.users[roles.PERSONNEL]
	frappe.get_doc(
		{
			"doctype": "ToDo",
			"reference_type": LINK,
			"reference_name": papers.other,
			"description": "测试",
			"allocated_to": section,
		}
	).insert(ignore_permissions=True)
	filters = json.dumps([[LINK, "name", "=", papers.other]])
	spy, reader = small.principal_user[small.urban], small.users[roles.DISCIPLINE]
	assert not as_(spy, links.get_group_by_count, LINK, filters, "assigned_to")
	assert {row["name"] for row in as_(reader, links.get_group_by_count, LINK, filters, "assigned_to")} >= {
		section
	}
	for row in as_(spy, links.get_group_by_count, LINK, "[]", "staff"):
		if row.get("title"):
			assert may(spy, STAFF, row["name"])
