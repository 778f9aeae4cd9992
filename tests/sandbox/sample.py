"""A throw-away app for the tests of the sandbox, with one of everything that the real app uses."""

import json
import textwrap
from pathlib import Path

APP = "sampleapp"
USER, MANAGER = "Sample User", "Sample Manager"
STAMP = {
	"creation": "2025-01-01 00:00:00.000000",
	"modified": "2025-01-01 00:00:00.000000",
	"modified_by": "Administrator",
	"owner": "Administrator",
}
EVERYTHING = dict.fromkeys(
	"read write create delete submit cancel amend report export import share print email".split(), 1
)


def field(name: str, kind: str = "Data", **more) -> dict:
	return {"fieldname": name, "fieldtype": kind, "label": name.replace("_", " ").title(), **more}


def doctype(name: str, fields: list[dict], permissions=(), **more) -> dict:
	return {
		**STAMP,
		"doctype": "DocType",
		"name": name,
		"module": "Sampleapp",
		"engine": "InnoDB",
		"sort_field": "modified",
		"sort_order": "DESC",
		"fields": fields,
		"field_order": [item["fieldname"] for item in fields],
		"permissions": [
			{"role": "System Manager", **({"read": 1, "write": 1} if more.get("issingle") else EVERYTHING)},
			*permissions,
		]
		if not more.get("istable")
		else [],
		**more,
	}


THING = doctype(
	"Sample Thing",
	[
		field("title", reqd=1, in_global_search=1),
		field("code", unique=1),
		field("status", "Select", options="Open\nClosed", default="Open"),
		field("country", "Link", options="Country", search_index=1),
		field("quantity", "Float"),
		field("total", "Currency", read_only=1),
		field("due", "Date"),
		field("is_public", "Check"),
		field("items", "Table", options="Sample Item"),
		field("workflow_state", "Link", options="Workflow State", no_copy=1, allow_on_submit=1),
		field("amended_from", "Link", options="Sample Thing", read_only=1, no_copy=1),
	],
	[
		{"role": MANAGER, **EVERYTHING, "import": 1},
		{"role": USER, "read": 1, "write": 1, "create": 1, "report": 1, "if_owner": 0},
	],
	autoname="format:ST-{#####}",
	naming_rule="Expression",
	is_submittable=1,
	track_changes=1,
	allow_import=1,
)
ITEM = doctype("Sample Item", [field("label", reqd=1), field("amount", "Currency")], istable=1)
# an index on a field that another DocType has an index on as well
OTHER = doctype("Sample Other", [field("country", "Link", options="Country", search_index=1), field("code")])
SETTINGS = doctype(
	"Sample Settings", [field("limit", "Int", default="3"), field("strict", "Check")], issingle=1
)

WORKFLOW = {
	"doctype": "Workflow",
	"name": "Sample Flow",
	"workflow_name": "Sample Flow",
	"document_type": "Sample Thing",
	"is_active": 1,
	"send_email_alert": 0,
	"workflow_state_field": "workflow_state",
	"states": [
		{"state": "Sample Draft", "doc_status": "0", "allow_edit": USER},
		{"state": "Sample Done", "doc_status": "1", "allow_edit": MANAGER},
	],
	"transitions": [
		{
			"state": "Sample Draft",
			"action": "Sample Finish",
			"next_state": "Sample Done",
			"allowed": MANAGER,
			"allow_self_approval": 1,
			"condition": "doc.title != 'stop' and frappe.session.user != 'nobody'",
		}
	],
}
FIXTURES = {
	"role": [{"doctype": "Role", "name": n, "role_name": n, "desk_access": 1} for n in (USER, MANAGER)],
	"workflow_state": [
		{"doctype": "Workflow State", "name": n, "workflow_state_name": n, "style": ""}
		for n in ("Sample Draft", "Sample Done")
	],
	"workflow_action_master": [
		{"doctype": "Workflow Action Master", "name": n, "workflow_action_name": n}
		for n in ("Sample Finish",)
	],
	"workflow_workflow": [WORKFLOW],
}
REPORT = {
	**STAMP,
	"doctype": "Report",
	"name": "Sample Report",
	"report_name": "Sample Report",
	"report_type": "Script Report",
	"is_standard": "Yes",
	"module": "Sampleapp",
	"ref_doctype": "Sample Thing",
	"roles": [{"role": USER}, {"role": MANAGER}],
}

HOOKS = f"""
app_name = "{APP}"
app_title = "Sample"
app_publisher = "x"
app_description = "x"
app_email = "x@example.com"
app_license = "mit"
after_install = "{APP}.code.after_install"
before_uninstall = "{APP}.code.before_uninstall"
fixtures = ["Role", "Workflow"]
permission_query_conditions = {{"Sample Thing": "{APP}.code.query_conditions"}}
has_permission = {{"Sample Thing": "{APP}.code.has_permission"}}
doc_events = {{"*": {{"on_update": "{APP}.code.any_update"}}, "Sample Thing": {{"on_submit": "{APP}.code.submitted"}}}}
scheduler_events = {{"daily": ["{APP}.code.daily"]}}
jinja = {{"methods": ["{APP}.code.sample_shout"]}}
"""

CODE = f"""
import frappe
from frappe import _

CALLS = []


def after_install():
	frappe.get_doc({{"doctype": "ToDo", "description": "sample installed"}}).insert()


def before_uninstall():
	for name in ("{USER}", "{MANAGER}"):
		frappe.delete_doc("Role", name, force=True, ignore_missing=True)


def query_conditions(user=None):
	user = user or frappe.session.user
	if "{MANAGER}" in frappe.get_roles(user):
		return ""
	return f"(`tabSample Thing`.owner = {{frappe.db.escape(user)}} or `tabSample Thing`.is_public = 1)"


def has_permission(doc, ptype=None, user=None, debug=False):
	user = user or frappe.session.user
	return bool("{MANAGER}" in frappe.get_roles(user) or doc.owner == user or doc.is_public)


def any_update(doc, method=None):
	CALLS.append(("update", doc.doctype, doc.name))


def submitted(doc, method=None):
	CALLS.append(("submit", doc.doctype, doc.name))


def daily():
	frappe.get_doc({{"doctype": "ToDo", "description": "sample daily"}}).insert(ignore_permissions=True)


@frappe.whitelist()
def later():
	frappe.enqueue("{APP}.code.daily")


def fail():
	raise ValueError("this job fails")


def sample_shout(text):
	return str(text).upper()


@frappe.whitelist()
def double(n: int = 1, strict: bool = False):
	return {{"value": n * 2, "strict": strict, "text": _("Hello")}}


def add(amount):
	settings = frappe.get_doc("Sample Settings", for_update=True)
	settings.limit = (settings.limit or 0) + amount
	settings.save()
	return settings.limit
"""

THING_CODE = """
import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt


class SampleThing(Document):
	def validate(self):
		if flt(self.quantity) < 0:
			frappe.throw(_("Quantity cannot be negative"))
		self.total = sum(flt(item.amount) for item in self.items)

	@frappe.whitelist()
	def ping(self, n: int = 1):
		return [self.name, n]
"""

REPORT_CODE = """
import frappe
from frappe.query_builder.functions import Count, Sum


def execute(filters=None):
	thing = frappe.qb.DocType("Sample Thing")
	query = frappe.qb.from_(thing).select(thing.status, Count(thing.name).as_("n"), Sum(thing.total).as_("total"))
	columns = [{"fieldname": "status", "label": "Status", "fieldtype": "Data"}, {"fieldname": "n", "fieldtype": "Int"}]
	return columns, query.groupby(thing.status).run(as_dict=True)
"""


def write(root: Path) -> Path:
	"""Write the app below `root`; returns the folder to import it from."""
	package = root / APP
	module = package / APP

	def put(path: Path, text: str = ""):
		path.parent.mkdir(parents=True, exist_ok=True)
		path.write_text(textwrap.dedent(text))

	put(package / "__init__.py", '__version__ = "0.0.1"\n')
	put(package / "modules.txt", "Sampleapp\n")
	put(package / "patches.txt", f"[pre_model_sync]\n\n[post_model_sync]\n{APP}.patch\n")
	put(
		package / "patch.py",
		"import frappe\n\n\ndef execute():\n\tfrappe.db.set_global('sample_patched', '1')\n",
	)
	put(package / "hooks.py", HOOKS)
	put(package / "code.py", CODE)
	put(package / "translations" / "zh.csv", "Quantity cannot be negative,数量不能为负\nHello,你好\n")
	put(package / "public" / "sample.js", "window.sample = frappe;\n")
	put(
		package / "www" / "sample_page.html",
		'{% extends "templates/web.html" %}{% block page_content %}'
		"<h1>{{ sample_shout('abc') }} {{ _('Hello') }} {{ frappe.session.user }}</h1>{% endblock %}",
	)
	for folder in (module, module / "doctype", module / "report", package / "www"):
		put(folder / "__init__.py")
	for item in (THING, ITEM, OTHER, SETTINGS):
		name = item["name"].lower().replace(" ", "_")
		folder = module / "doctype" / name
		put(folder / "__init__.py")
		put(folder / f"{name}.json", json.dumps(item, indent=1))
		class_name = item["name"].replace(" ", "")
		code = f"from frappe.model.document import Document\n\n\nclass {class_name}(Document):\n\tpass\n"
		put(folder / f"{name}.py", THING_CODE if item is THING else code)
	folder = module / "report" / "sample_report"
	put(folder / "__init__.py")
	put(folder / "sample_report.json", json.dumps(REPORT, indent=1))
	put(folder / "sample_report.py", REPORT_CODE)
	for name, documents in FIXTURES.items():
		put(package / "fixtures" / f"{name}.json", json.dumps(documents, indent=1))
	return root
