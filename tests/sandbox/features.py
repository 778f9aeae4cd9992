"""What the app uses of the framework, each in a few lines: all of it must work on the sandbox.

Run by test_features.py in a process of its own, on a site with the throw-away app; every function in a transaction
that is undone.
"""

import json

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Sum


def clean():
	"""What commits inside a feature leave behind."""
	for doctype in ("Sample Thing", "Sample Item", "Sample Other", "Workflow Action"):
		frappe.db.delete(doctype)
	frappe.db.commit()


def raises(error, function, *args, **kwargs):
	try:
		function(*args, **kwargs)
	except error as caught:
		return caught
	raise AssertionError(f"{error} was not raised")


def thing(**values):
	items = [{"label": "a", "amount": 2.5}, {"label": "b", "amount": 3}]
	return frappe.get_doc({"doctype": "Sample Thing", "title": "t", "items": items, **values}).insert()


def user(name, *roles):
	email = f"{name}@example.com"
	if not frappe.db.exists("User", email):
		document = {"doctype": "User", "email": email, "first_name": name, "send_welcome_email": 0}
		frappe.get_doc({**document, "roles": [{"role": role} for role in roles]}).insert()
	return email


def member():
	return user("member", "Sample User")


def manager():
	return user("manager", "Sample Manager")


def documents():
	doc = thing(due="2025-03-04", quantity="2.5")
	assert doc.total == 5.5 and doc.name.startswith("ST-")
	doc.title = "other"
	doc.save()
	doc.reload()
	assert doc.title == "other" and str(doc.due) == "2025-03-04" and len(doc.items) == 2
	assert frappe.get_last_doc("Sample Thing").name == doc.name
	raises(frappe.ValidationError, thing, quantity=-1)
	raises(frappe.MandatoryError, thing, title=None)
	raises(frappe.LinkValidationError, thing, country="Nowhere")
	assert doc.run_method("ping", n=2) == [doc.name, 2]
	frappe.rename_doc("Sample Thing", doc.name, "ST-new", force=True)
	frappe.delete_doc("Sample Thing", "ST-new")
	assert not frappe.db.exists("Sample Thing", "ST-new")


def unique_values():
	thing(code="x")
	raises((frappe.UniqueValidationError, frappe.DuplicateEntryError), thing, code="x")


def submit_cancel_amend():
	frappe.db.set_value("Workflow", "Sample Flow", "is_active", 0)
	frappe.clear_cache()
	frappe.flags.in_test = False
	doc = thing()
	doc.submit()
	doc.title = "changed"
	raises(frappe.UpdateAfterSubmitError, doc.save)
	doc.reload()
	doc.cancel()
	amended = frappe.copy_doc(doc)
	amended.amended_from = doc.name
	amended.insert()
	assert amended.docstatus == 0 and amended.name == f"{doc.name}-1"


def workflow():
	from frappe.model.workflow import apply_workflow, bulk_workflow_approval, get_transitions

	frappe.set_user(member())
	doc, stopped = thing(), thing(title="stop")
	assert doc.workflow_state == "Sample Draft"
	assert get_transitions(doc) == []
	frappe.set_user(manager_user := manager_as_admin())
	assert [row.action for row in get_transitions(frappe.get_doc("Sample Thing", doc.name))] == [
		"Sample Finish"
	]
	assert get_transitions(frappe.get_doc("Sample Thing", stopped.name)) == []
	done = apply_workflow(frappe.get_doc("Sample Thing", doc.name), "Sample Finish")
	assert done.docstatus == 1 and done.workflow_state == "Sample Done"
	from sampleapp import code

	assert ("submit", "Sample Thing", doc.name) in code.CALLS
	frappe.set_user("Administrator")
	second = thing()
	frappe.set_user(manager_user)
	bulk_workflow_approval(json.dumps([second.name]), "Sample Thing", "Sample Finish")
	assert frappe.db.get_value("Sample Thing", second.name, "docstatus") == 1


def manager_as_admin():
	frappe.set_user("Administrator")
	return manager()


def permissions():
	someone, boss = member(), manager()
	other = user("other", "Sample User")
	frappe.set_user(other)
	hidden, shown = thing(title="hidden"), thing(title="shown", is_public=1)
	frappe.set_user(someone)
	assert frappe.get_list("Sample Thing", pluck="title") == ["shown"]
	assert not frappe.has_permission("Sample Thing", "read", doc=hidden.name)
	raises(frappe.PermissionError, frappe.get_doc("Sample Thing", hidden.name).check_permission, "read")
	assert frappe.has_permission("Sample Thing", "read", doc=shown.name)
	raises(frappe.PermissionError, frappe.delete_doc, "Sample Thing", shown.name)
	frappe.set_user(boss)
	assert len(frappe.get_list("Sample Thing")) == 2
	frappe.set_user("Administrator")
	nobody = user("nobody")
	frappe.set_user(nobody)
	raises(frappe.PermissionError, frappe.get_list, "Sample Thing")


def user_permissions():
	from frappe.permissions import add_user_permission

	someone = member()
	add_user_permission("Country", "China", someone)
	thing(country="China", is_public=1, title="in")
	outside = thing(country="France", is_public=1, title="out")
	frappe.set_user(someone)
	assert frappe.get_list("Sample Thing", pluck="title") == ["in"]
	assert not frappe.has_permission("Sample Thing", "read", doc=outside.name)


def sharing():
	import frappe.share

	someone = user("stranger")
	doc = thing()
	assert not frappe.has_permission("Sample Thing", "read", doc=doc.name, user=someone)
	frappe.share.add("Sample Thing", doc.name, someone, read=1, flags={"ignore_share_permission": True})
	assert frappe.db.exists("DocShare", {"share_name": doc.name, "user": someone})
	# a has_permission hook may still refuse; the framework asks it before it looks at shares


def assignments_and_notifications():
	from frappe.desk.form.assign_to import add, remove

	someone, doc = member(), thing(is_public=1)
	frappe.flags.in_test = False
	add({"assign_to": [someone], "doctype": "Sample Thing", "name": doc.name, "description": "look"})
	assert frappe.get_all("ToDo", {"reference_name": doc.name, "allocated_to": someone, "status": "Open"})
	remove("Sample Thing", doc.name, someone)
	log = frappe.get_doc(
		{"doctype": "Notification Log", "subject": "s", "for_user": someone, "type": "Alert"}
	)
	log.insert(ignore_permissions=True)
	frappe.set_user(someone)
	from frappe.desk.doctype.notification_log.notification_log import get_notification_logs

	assert log.name in [row.name for row in get_notification_logs()["notification_logs"]]


def notification_documents():
	frappe.get_doc(
		{
			"doctype": "Notification",
			"name": "Sample Notification",
			"subject": "{{ doc.title }} {{ frappe.session.user }}",
			"document_type": "Sample Thing",
			"event": "New",
			"channel": "System Notification",
			"condition_type": "Python",
			"condition": "doc.title == 'ring' and frappe.utils.cint(1)",
			"message": "{{ frappe.utils.nowdate() }}",
			"recipients": [{"receiver_by_role": "Sample Manager"}],
			"enabled": 1,
		}
	).insert()
	boss = manager()
	frappe.in_test = True  # the log is written at once
	thing(title="quiet")
	thing(title="ring")
	frappe.in_test = False
	assert frappe.get_all("Notification Log", {"for_user": boss}, pluck="subject") == ["ring Administrator"]


def versions_comments_tags():
	frappe.flags.in_test = False
	doc = thing()
	doc.title = "changed"
	doc.save()
	version = frappe.get_last_doc("Version", {"docname": doc.name})
	assert ["title", "t", "changed"] in json.loads(version.data)["changed"]
	doc.add_comment("Comment", "hello")
	doc.add_tag("x")
	assert "x" in frappe.db.get_value("Sample Thing", doc.name, "_user_tags")


def hooks():
	from sampleapp import code

	todo = frappe.get_doc({"doctype": "ToDo", "description": "x"}).insert()
	assert ("update", "ToDo", todo.name) in code.CALLS
	assert frappe.get_hooks("app_title", app_name="sampleapp") == ["Sample"]
	assert "sampleapp.code.daily" in frappe.get_hooks("scheduler_events")["daily"]
	assert "sampleapp" in frappe.get_installed_apps()
	assert frappe.get_app_path("sampleapp", "hooks.py").endswith("sampleapp/hooks.py")
	assert frappe.db.exists("ToDo", {"description": "sample installed"})
	assert frappe.get_module_path("Sampleapp").endswith("sampleapp/sampleapp")


def singles():
	settings = frappe.get_single("Sample Settings")
	settings.limit = 7
	settings.save()
	assert frappe.db.get_single_value("Sample Settings", "limit") == 7
	assert frappe.get_cached_doc("Sample Settings").limit == 7
	frappe.db.rollback()
	assert frappe.db.get_single_value("Sample Settings", "limit") != 7


def queries():
	one, two = thing(title="one", quantity=1), thing(title="two", quantity=2, status="Closed")
	table, item = frappe.qb.DocType("Sample Thing"), frappe.qb.DocType("Sample Item")
	titles = frappe.qb.from_(table).select(table.title).where(table.name.isin([one.name, two.name]))
	assert sorted(titles.run(pluck=True)) == ["one", "two"]
	amounts = frappe.qb.from_(item).select(item.parent, Sum(item.amount).as_("amount")).groupby(item.parent)
	joined = frappe.qb.from_(table).join(amounts).on(amounts.parent == table.name)
	joined = joined.select(table.title, amounts.amount).where(table.name == one.name)
	assert list(joined.run()[0]) == ["one", 5.5]
	opened = Sum(Case().when(table.status == "Open", 1).else_(0)).as_("opened")
	row = frappe.qb.from_(table).select(opened, Count("*").as_("n")).run(as_dict=True)[0]
	assert (row.opened, row.n) == (1, 2)
	subquery = frappe.qb.from_(item).select(item.parent).where(item.amount > 2.7)
	assert len(frappe.qb.from_(table).select("name").where(table.name.isin(subquery)).run()) == 2
	union = titles + frappe.qb.from_(table).select(table.status)
	assert len(union.run()) == 4
	frappe.qb.update(table).set(table.title, "it's").where(table.name == one.name).run()
	assert frappe.db.get_value("Sample Thing", {"title": "it's"}) == one.name
	frappe.qb.from_(item).delete().where(item.parent == one.name).run()
	assert frappe.db.count("Sample Item", {"parent": one.name}) == 0
	frappe.qb.into("Sample Other").columns("name", "code").insert("a", "b").run()
	frappe.db.bulk_insert("Sample Other", ["name", "code"], [("a", "1"), ("b", "2")], ignore_duplicates=True)
	assert frappe.db.count("Sample Other") == 2


def lists():
	thing(title="one", quantity=1)
	thing(title="two", quantity=None, country="China")
	get = lambda **more: sorted(frappe.get_all("Sample Thing", pluck="title", **more))  # noqa: E731
	assert get(filters={"title": ["like", "%ne%"]}) == ["one"]
	assert get(filters={"title": ["in", ["one", "x"]]}) == ["one"]
	assert get(filters={"country": ["is", "not set"]}) == ["one"]
	assert get(filters={"country": ["is", "set"]}) == ["two"]
	assert get(filters=[["creation", "between", [frappe.utils.nowdate()] * 2]]) == ["one", "two"]
	assert get(filters=[["Sample Item", "label", "=", "a"]], distinct=True) == ["one", "two"]
	assert get(or_filters={"title": "one", "country": "China"}) == ["one", "two"]
	assert frappe.get_all("Sample Thing", fields=["items.label"], filters={"title": "one"})
	assert frappe.db.exists("Sample Thing", {"country": None, "title": "one"})


def locks_and_savepoints():
	doc = thing()
	frappe.db.commit()
	try:
		assert frappe.db.get_value("Sample Thing", doc.name, "title", for_update=True) == "t"
		assert frappe.get_doc("Sample Thing", doc.name, for_update=True).title == "t"
		frappe.db.get_single_value("Sample Settings", "limit", for_update=True)
		frappe.get_doc("Sample Settings", for_update=True)
		table = frappe.qb.DocType("Sample Thing")
		frappe.qb.from_(table).select(table.name).where(table.name == doc.name).for_update().run()
		frappe.db.sql("select name from `tabSample Thing` where name = %s for update", doc.name)
		frappe.db.savepoint("sample_before")
		doc.db_set("title", "x")
		frappe.db.rollback(save_point="sample_before")
		assert frappe.db.get_value("Sample Thing", doc.name, "title") == "t"
	finally:
		frappe.db.rollback()


def indexes():
	frappe.db.add_index("Sample Thing", ["status", "due"], "sample_status_due")
	frappe.db.add_index("Sample Other", ["code", "country"], "sample_status_due")
	assert frappe.db.has_index("tabSample Thing", "sample_status_due")
	assert frappe.db.has_index("tabSample Other", "sample_status_due")
	frappe.db.add_unique("Sample Other", ["code", "country"])
	frappe.db.add_unique("Sample Other", ["code", "country"])
	frappe.get_doc({"doctype": "Sample Other", "code": "a", "country": "China"}).insert()
	again = frappe.get_doc({"doctype": "Sample Other", "code": "a", "country": "China"})
	raises((frappe.UniqueValidationError, frappe.DuplicateEntryError), again.insert)


def custom_fields():
	from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
	from frappe.custom.doctype.property_setter.property_setter import make_property_setter

	create_custom_fields({"ToDo": [{"fieldname": "sample_note", "label": "Note", "fieldtype": "Data"}]})
	todo = frappe.get_doc({"doctype": "ToDo", "description": "x", "sample_note": "n"}).insert()
	assert frappe.db.get_value("ToDo", todo.name, "sample_note") == "n"
	make_property_setter("ToDo", "sample_note", "reqd", 1, "Check")
	raises(frappe.MandatoryError, frappe.get_doc({"doctype": "ToDo", "description": "x"}).insert)
	frappe.delete_doc("Custom Field", "ToDo-sample_note", force=True)


def reports():
	from frappe.desk.query_report import export_query, run

	thing()
	thing(status="Closed")
	out = run("Sample Report", filters={})
	assert {row["status"]: (row["n"], row["total"]) for row in out["result"]} == {
		"Open": (1, 5.5),
		"Closed": (1, 5.5),
	}
	frappe.local.form_dict = frappe._dict(report_name="Sample Report", file_format_type="Excel", filters="{}")
	frappe.local.form_dict.update(visible_idx="[0, 1]")
	export_query()
	assert frappe.response["filecontent"]
	frappe.set_user(user("nobody"))
	raises(frappe.PermissionError, run, "Sample Report", filters={})


def data_import():
	from frappe.core.doctype.data_import.importer import Importer

	content = "Title,Status,Quantity\nimported one,Open,1\nimported two,Closed,2\n"
	file = frappe.get_doc(
		{"doctype": "File", "file_name": "things.csv", "content": content, "is_private": 1}
	).insert()
	importing = frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": "Sample Thing",
			"import_type": "Insert New Records",
			"import_file": file.file_url,
		}
	).insert()
	frappe.db.commit()  # the importer commits and rolls back row by row
	try:
		Importer("Sample Thing", data_import=importing, console=False).import_data()
		importing.reload()
		assert importing.status == "Success", importing.status
		assert frappe.db.count("Sample Thing", {"title": ["like", "imported%"]}) == 2
	finally:
		importing.delete()


def client_functions():
	from frappe import client

	doc = client.insert({"doctype": "Sample Thing", "title": "c"})
	assert client.get_value("Sample Thing", "title", doc.name)["title"] == "c"
	client.set_value("Sample Thing", doc.name, "title", "d")
	assert client.get("Sample Thing", doc.name)["title"] == "d"
	assert client.get_count("Sample Thing", {"title": "d"}) == 1
	assert [row.name for row in client.get_list("Sample Thing", fields=["name"])] == [doc.name]
	client.bulk_update(json.dumps([{"doctype": "Sample Thing", "docname": doc.name, "title": "e"}]))
	client.delete("Sample Thing", doc.name)
	from frappe.desk.form.load import getdoc, getdoctype
	from frappe.desk.form.save import savedocs
	from frappe.desk.reportview import get, get_count

	savedocs(json.dumps({"doctype": "Sample Thing", "title": "s", "__islocal": 1, "name": "new-1"}), "Save")
	saved = frappe.get_last_doc("Sample Thing")
	getdoctype("Sample Thing")
	getdoc("Sample Thing", saved.name)
	frappe.local.form_dict = frappe._dict(doctype="Sample Thing", fields='["name","title"]', filters="[]")
	assert get()["values"]
	frappe.local.form_dict = frappe._dict(doctype="Sample Thing", filters="[]")
	assert get_count() == 1
	from frappe.desk.search import search_link

	assert [row["value"] for row in search_link("Sample Thing", "ST")] == [saved.name]


def number_cards_and_charts():
	from frappe.desk.doctype.number_card.number_card import get_result

	thing()
	card = frappe.get_doc(
		{
			"doctype": "Number Card",
			"name": "Sample Card",
			"label": "Sample Card",
			"type": "Document Type",
			"document_type": "Sample Thing",
			"function": "Count",
			"filters_json": '[["Sample Thing", "status", "=", "Open"]]',
		}
	).insert()
	assert get_result(card.as_dict(), card.filters_json) == 1
	from frappe.desk.doctype.dashboard_chart.dashboard_chart import get

	chart = {
		"doctype": "Dashboard Chart",
		"chart_name": "Sample Chart",
		"chart_type": "Count",
		"document_type": "Sample Thing",
		"based_on": "creation",
		"timeseries": 1,
		"timespan": "Last Month",
		"time_interval": "Daily",
		"filters_json": "[]",
		"type": "Line",
	}
	frappe.get_doc(chart).insert()
	assert sum(get(chart_name="Sample Chart")["datasets"][0]["values"]) == 1
	grouped = {
		"chart_name": "Grouped",
		"chart_type": "Group By",
		"group_by_based_on": "status",
		"timeseries": 0,
	}
	frappe.get_doc({**chart, **grouped, "group_by_type": "Count", "type": "Bar"}).insert()
	assert get(chart_name="Grouped")["labels"] == ["Open"]


def user_settings():
	from frappe.model.utils.user_settings import get, save, sync_user_settings

	save("Sample Thing", json.dumps({"List": {"a": 1}}))
	sync_user_settings()
	save("Sample Thing", json.dumps({"List": {"a": 2}}))
	sync_user_settings()
	frappe.cache.delete_value("_user_settings")
	assert json.loads(get("Sample Thing"))["List"]["a"] == 2


def global_search():
	from frappe.utils.global_search import rebuild_for_doctype, search, sync_global_search

	settings = frappe.get_single("Global Search Settings")
	settings.set("allowed_in_global_search", [{"document_type": "Sample Thing"}])
	settings.save()
	thing(title="a needle in the haystack")
	thing(title="城乡教育共同体")
	sync_global_search()
	rebuild_for_doctype("Sample Thing")
	assert [row.doctype for row in search("Needle")] == ["Sample Thing"]
	assert [row.doctype for row in search("教育")] == ["Sample Thing"] or frappe.db.db_type == "mariadb"


def translations():
	frappe.local.lang = "zh"
	try:
		assert frappe._("Hello") == "你好"
		assert "数量" in str(raises(frappe.ValidationError, thing, quantity=-1))
	finally:
		frappe.local.lang = "en"


def templates():
	assert frappe.render_template("{{ sample_shout('a') }} {{ frappe.utils.cint('2') }}", {}) == "A 2"
	assert "t" in frappe.get_print("Sample Thing", thing().name)


def jobs_now():
	from sampleapp import code

	frappe.enqueue("sampleapp.code.daily", now=True)
	assert frappe.db.exists("ToDo", {"description": "sample daily"})
	frappe.get_doc("Scheduled Job Type", {"method": "sampleapp.code.daily"}).execute()
	code.daily()


def jobs_later():
	from sandbox import jobs

	before = frappe.db.count("ToDo", {"description": "sample daily"})
	jobs.forget()
	frappe.enqueue("sampleapp.code.daily")
	frappe.enqueue("sampleapp.code.fail")
	frappe.enqueue("sampleapp.code.daily", enqueue_after_commit=True)
	frappe.db.commit()
	assert jobs.work_off() == 3
	frappe.db.rollback()
	assert frappe.db.count("ToDo", {"description": "sample daily"}) == before + 2
	assert frappe.get_all("Error Log", {"method": ["like", "%sampleapp.code.fail%"]})
	frappe.db.delete("ToDo", {"description": "sample daily"})
	frappe.db.commit()


def files():
	document = {"doctype": "File", "file_name": "a.txt", "content": "hello", "is_private": 1}
	doc = thing()
	file = frappe.get_doc(
		{**document, "attached_to_doctype": "Sample Thing", "attached_to_name": doc.name}
	).insert()
	assert file.get_content() in ("hello", b"hello")
	file.delete()


def errors_are_logged():
	frappe.log_error("sample", "something went wrong")
	assert frappe.db.exists("Error Log", {"method": "sample"})


def emails_are_queued():
	account = {"email_id": "sample@example.com", "smtp_server": "localhost", "no_smtp_authentication": 1}
	account |= {"doctype": "Email Account", "name": "Sample", "enable_outgoing": 1, "default_outgoing": 1}
	frappe.get_doc(account).db_insert()  # an insert would ask the mail server
	frappe.sendmail(recipients=["a@example.com"], subject="s", message="m", delayed=True)
	assert frappe.get_all("Email Queue")


def fixtures():
	from frappe.utils.fixtures import sync_fixtures

	assert frappe.db.exists("Workflow", "Sample Flow") and frappe.db.exists("Role", "Sample User")
	frappe.db.set_value("Workflow State", "Sample Draft", "style", "Danger")
	sync_fixtures("sampleapp")
	assert frappe.db.get_value("Workflow State", "Sample Draft", "style") != "Danger"


def web_client():
	import frappe.app
	from werkzeug.test import Client

	return Client(frappe.app.application)


def rest():
	"""REST v1 and v2, methods, log-in with cookies and with a token, as a guest, with the CSRF token."""
	boss = manager()
	from frappe.utils.password import update_password

	update_password(boss, "Secret-word-17")
	document = frappe.get_doc("User", boss)
	secret = frappe.generate_hash(length=15)
	document.api_key, document.api_secret = frappe.generate_hash(length=15), secret
	document.save()
	token = {"Authorization": f"token {document.api_key}:{secret}"}
	frappe.db.commit()

	web = web_client()
	assert web.get("/api/resource/Sample Thing").status_code == 403
	assert web.post("/api/method/login", data={"usr": boss, "pwd": "wrong"}).status_code == 401
	assert web.post("/api/method/login", data={"usr": boss, "pwd": "Secret-word-17"}).status_code == 200
	assert web.get("/api/method/frappe.auth.get_logged_user").json["message"] == boss
	listed = web.get("/api/resource/Sample Thing")
	assert listed.status_code == 200 and listed.json["data"] == []

	other = web_client()
	made = other.post("/api/resource/Sample Thing", json={"title": "by rest"}, headers=token)
	assert made.status_code == 200, made.text
	name = made.json["data"]["name"]
	assert (
		other.put(f"/api/resource/Sample Thing/{name}", json={"title": "v1"}, headers=token).status_code
		== 200
	)
	assert (
		other.patch(f"/api/v2/document/Sample Thing/{name}/", json={"title": "v2"}, headers=token).status_code
		== 200
	)
	got = other.get(f"/api/v2/document/Sample Thing/{name}/", headers=token)
	assert got.status_code == 200 and got.json["data"]["title"] == "v2"
	called = other.post(f"/api/v2/document/Sample Thing/{name}/method/ping", json={"n": "5"}, headers=token)
	assert called.json["data"] == [name, 5], called.text
	asked = other.get("/api/method/sampleapp.code.double?n=4&strict=0", headers=token)
	assert asked.json["message"]["value"] == 8 and asked.json["message"]["strict"] in (False, 0)
	assert other.delete(f"/api/resource/Sample Thing/{name}", headers=token).status_code in (200, 202)


def pages():
	"""A page of the app, with the app's Jinja method, in the language that is asked for; and log-in, and the Desk."""
	from frappe.utils.password import update_password

	boss = manager()
	update_password(boss, "Secret-word-17")
	frappe.db.set_value("User", boss, "language", "zh")
	frappe.db.commit()
	web = web_client()
	page = web.get("/sample_page")
	assert page.status_code == 200 and "<h1>ABC Hello Guest</h1>" in page.text, page.text
	assert "window.frappe = window.monoframe" in page.text
	assert web.get("/login").status_code == 200
	web.post("/api/method/login", data={"usr": boss, "pwd": "Secret-word-17"})
	desk = web.get("/desk")
	assert desk.status_code == 200 and "window.monoframe" in desk.text
	assert "\\u4f60\\u597d" in desk.text or "你好" in desk.text
	assert "setup-wizard" not in desk.headers.get("Location", "")
