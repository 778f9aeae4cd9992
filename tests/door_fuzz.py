"""A fuzzer for doors: every function that HTTP reaches and that takes a DocType and a name, called on a canary.

A canary is one document of each DocType of the app, with a word of its own in each of its text fields. A function is called
as an account that may not read that document, or may read and not write it, with its switches set both ways. Nothing that
comes back may hold the word of a document that the account cannot open, and nothing about a document may have changed for
whoever could not write it. DocTypes and functions are found, not listed: new ones are in by themselves.
"""

import ast
import io
import json
import random
import re
import zipfile
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import engines
import frappe
from frappe.model.base_document import get_controller
from werkzeug.wrappers import Response

from gongtongti.core.references import REFERENCES

MODULE = "Gongtongti"
MARK = "鹂"  # stands in nothing but canaries
_FOUND = re.compile(rf"(?:{MARK}|\\+u9e42)(\d{{3}})")
_TEXT = {"Data", "Small Text", "Text", "Long Text", "Text Editor", "Code", "Phone"}
# a value that must be one of a few, or by which the document is found, stays
_STAYS = {"naming_series", "amended_from", "workflow_state", "status"}

# names of parameters and what a client may send in them; several values are tried one after the other
_DOCTYPE = re.compile(r"^(?:\w+_)?(?:doctype|dt)$|^(?:reference|document|parent)_?type$|^doctype_name$")
_NAMES = {"docnames", "names", "items", "docname_list"}
_NAME = {
	"name", "docname", "dn", "doc_name", "old", "old_name", "document_name", "document", "reference_name", "ref_docname",
	"reference_docname", "ref_name", "reminder_docname", "attached_to_name", "parent", "label",
}  # fmt: skip
_SWITCH = {
	"force", "merge", "validate", "validate_rename", "ignore_permissions", "ignore_if_exists", "everyone", "notify", "share",
	"submit", "write", "read", "as_dict", "with_data", "ignore_user_permissions", "raw_html", "following", "add", "value",
	"permission_to_all", "enqueue", "cache", "ignore_no_copy", "is_private", "is_ajax", "for_link_validation",
}  # fmt: skip
# would only fill the log, send mail or wait for something outside
_LEFT_OUT = {"debug", "now", "send_email", "print_letterhead"}

# functions that read the request themselves, and what is sent to them
FORMS = {
	"frappe.desk.reportview.get": {},
	"frappe.desk.reportview.get_list": {},
	"frappe.desk.reportview.get_count": {},
	"frappe.desk.reportview.export_query": {"file_format_type": "CSV", "title": "x"},
	"frappe.desk.reportview.delete_items": {},
	"frappe.desk.form.assign_to.add": {"assign_to": ["{user}"], "description": "x"},
	"frappe.desk.form.assign_to.add_multiple": {"assign_to": ["{user}"], "description": "x"},
}


# -- what is called ----------------------------------------------------------------------------------------------------


@dataclass
class Door:
	"""One way in. `path` is what a client asks for; `parameters`: {name: whether it is a switch}."""

	path: str
	parameters: dict[str, bool]
	method: str = ""  # a method of the document
	form: dict = field(default_factory=dict)

	def __str__(self):
		return (self.method and f"{self.path}({self.method})") or self.path


def functions() -> list[Door]:
	"""Whitelisted functions of the framework and of the app that take a DocType or a document."""
	import gongtongti

	doors = [Door(path, {}, form=form) for path, form in FORMS.items()]
	for name, package in (("frappe", frappe), ("gongtongti", gongtongti)):
		root = Path(package.__file__).parent
		for file in sorted(root.rglob("*.py")):
			if {"tests", "patches", "node_modules", "demo"} & set(
				file.relative_to(root).parts
			) or file.name.startswith("test_"):
				continue
			source = file.read_text("utf-8")
			if "whitelist" in source:
				module = ".".join((name, *file.relative_to(root).with_suffix("").parts))
				doors += _in_module(module.removesuffix(".__init__"), source)
	return doors + _rest()


def _in_module(module, source):
	# `type X = …` is younger than the Python of some benches
	for node in ast.parse(re.sub(r"(?m)^(\s*)type (\w+) =", r"\1\2 =", source)).body:
		if isinstance(node, ast.FunctionDef) and any("whitelist" in ast.dump(d) for d in node.decorator_list):
			parameters = _parameters(node)
			names = set(parameters)
			if any(_DOCTYPE.match(name) for name in names) or names & {"doc", "docs"}:
				yield Door(f"{module}.{node.name}", parameters)


def _parameters(node) -> dict[str, bool]:
	arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
	defaults = [None] * (len(node.args.posonlyargs + node.args.args) - len(node.args.defaults))
	defaults += [*node.args.defaults, *node.args.kw_defaults]
	found = {}
	for argument, default in zip(arguments, defaults, strict=True):
		if argument.arg in ("self", *_LEFT_OUT):
			continue
		typed = argument.annotation is not None and "bool" in ast.unparse(argument.annotation)
		truth = isinstance(default, ast.Constant) and isinstance(default.value, bool)
		found[argument.arg] = typed or truth or argument.arg in _SWITCH
	return found


def _rest():
	"""The functions behind the REST addresses, which are open without a mark, and the methods of documents."""
	doors = []
	for version in ("v1", "v2"):
		try:
			module = frappe.get_module(f"frappe.api.{version}")
		except ImportError:
			continue
		for node in ast.parse(Path(module.__file__).read_text("utf-8")).body:
			if isinstance(node, ast.FunctionDef) and "doctype" in (parameters := _parameters(node)):
				if "method" not in parameters:
					doors.append(Door(f"frappe.api.{version}.{node.name}", parameters))
	methods = {}
	for doctype in doctypes():
		for klass in get_controller(doctype).__mro__:
			for name, member in vars(klass).items():
				if callable(member) and member in frappe.whitelisted:
					source = ast.parse(_dedented(member)).body[0]
					methods.setdefault(name, {}).update(_parameters(source))
	for name, parameters in sorted(methods.items()):
		doors.append(Door("run_doc_method", parameters, name))
		doors.append(Door("run_doc_method of a sent document", parameters, name))
		doors.append(Door("run_method of v1", parameters, name))
		doors.append(Door("method of v2", parameters, name))
	return doors


def _dedented(function):
	import inspect
	import textwrap

	return textwrap.dedent(inspect.getsource(inspect.unwrap(function)))


def doctypes() -> list[str]:
	return frappe.get_all(
		"DocType", {"module": MODULE, "istable": 0, "issingle": 0}, pluck="name", order_by="name"
	)


# -- canaries ----------------------------------------------------------------------------------------------------------


@dataclass
class Canary:
	number: int
	doctype: str
	name: str
	readers: set[str]
	writers: set[str]
	rows: list[tuple[str, str]]  # (child DocType, name)
	kept: bool  # under approval, submitted, or kept by the app: its name never changes

	@property
	def word(self):
		return f"{MARK}{self.number:03d}"


def plant(names: dict[str, str], accounts: list[str]) -> list[Canary]:
	"""Writes the words straight into the tables. In: {DocType: the document to take}, the accounts that will call.

	Of a DocType that has no document yet a bare one is written, which links to those of `names`.
	"""
	canaries = []
	for number, doctype in enumerate(doctypes()):
		name = names.get(doctype) or frappe.db.get_value(doctype, {}, "name", order_by="creation")
		name = name or bare(doctype, names)
		canary = Canary(number, doctype, name, set(), set(), [], False)
		meta = frappe.get_meta(doctype)
		for table in meta.get_table_fields():
			rows = frappe.get_all(table.options, {"parenttype": doctype, "parent": name}, pluck="name")
			canary.rows += [(table.options, row) for row in rows]
		_plant(canary)
		state, docstatus = frappe.db.get_value(
			doctype, name, ["workflow_state" if meta.has_field("workflow_state") else "name", "docstatus"]
		)
		canary.kept = bool(docstatus) or (meta.has_field("workflow_state") and "Draft" not in state)
		canaries.append(canary)
	for account in accounts:
		frappe.set_user(account)
		for canary in canaries:
			doc = frappe.get_doc(canary.doctype, canary.name)
			if frappe.has_permission(canary.doctype, "read", doc):
				canary.readers.add(account)
				if frappe.has_permission(canary.doctype, "write", doc):
					canary.writers.add(account)
	frappe.set_user("Administrator")
	frappe.db.savepoint("door")
	return canaries


def bare(doctype: str, names: dict[str, str]) -> str:
	"""Writes a document with a row in each of its tables past all checks: what a DocType needs to be tried, whichever it is."""
	doc = frappe.new_doc(doctype)
	doc.name = f"{MARK}-{doctype}"
	for table in doc.meta.get_table_fields():
		doc.append(table.fieldname, {})
	for each in (doc, *doc.get_all_children()):
		for df in each.meta.get("fields", {"is_virtual": 0}):
			if df.fieldtype == "Link" and names.get(df.options):
				each.set(df.fieldname, names[df.options])
			elif df.fieldtype == "Select" and not each.get(df.fieldname):
				each.set(df.fieldname, next(filter(None, (df.options or "").split("\n")), None))
			elif df.fieldtype in ("Data", "Small Text", "Text") and not df.options:
				each.set(df.fieldname, doc.name)
			elif df.fieldtype in ("Date", "Datetime") and not each.get(df.fieldname):
				each.set(
					df.fieldname, frappe.utils.now() if df.fieldtype == "Datetime" else frappe.utils.nowdate()
				)
	doc.set_user_and_timestamp()
	doc.db_insert()
	for row in doc.get_all_children():
		row.update({"name": frappe.generate_hash(length=10), "parent": doc.name})
		row.db_insert()
	return doc.name


def _plant(canary):
	for doctype, name in [(canary.doctype, canary.name), *canary.rows]:
		_write(doctype, name, canary.word)


def _write(doctype, name, word):
	meta = frappe.get_meta(doctype)
	named_by = meta.autoname.removeprefix("field:") if (meta.autoname or "").startswith("field:") else None
	fields = [
		df.fieldname
		for df in meta.fields
		if df.fieldtype in _TEXT
		and df.fieldname not in (*_STAYS, named_by)
		and not df.unique
		and not getattr(df, "is_virtual", 0)
		and df.options not in ("Email", "URL")
	]
	if fields:
		frappe.db.set_value(
			doctype, name, {f: f"{word}{i}" for i, f in enumerate(fields)}, update_modified=False
		)


ABOUT = {
	"ToDo": ("status", "allocated_to", "description"),
	"File": ("file_url", "is_private", "owner"),
	"DocShare": ("user", "write"),
	"Comment": ("content",),
}
# what a reader may leave on a document
_LEFT_BY_READERS = ("_liked_by", "_user_tags", "_comments", "_seen", "_assign", "modified", "modified_by")


def image(canary: Canary) -> SimpleNamespace:
	"""What stands in the database about a canary."""
	row = frappe.db.get_value(canary.doctype, canary.name, "*", as_dict=True) or {}
	rows = [
		frappe.db.get_value(child, name, "*", as_dict=True) or (child, name, "gone")
		for child, name in canary.rows
	]
	about = {
		doctype: sorted(
			map(
				str,
				frappe.get_all(
					doctype,
					dict(zip(REFERENCES[doctype], (canary.doctype, canary.name), strict=True)),
					["name", *fields],
					as_list=True,
				),
			)
		)
		for doctype, fields in ABOUT.items()
	}
	return SimpleNamespace(
		exists=bool(row),
		content=str(({k: v for k, v in row.items() if k not in _LEFT_BY_READERS}, rows)),
		everything=str((row, rows, about)),
		tasks=about["ToDo"],
	)


# -- calls -------------------------------------------------------------------------------------------------------------


def variants(door: Door, canary: Canary, user: str, rng: random.Random | None):
	"""Arguments for a door: all switches off, all on, and (without `rng`) each alone; `rng` picks one of these."""
	switches = [name for name, is_switch in door.parameters.items() if is_switch]
	settings = [dict.fromkeys(switches, 0), dict.fromkeys(switches, 1)]
	if not rng and len(switches) > 1:
		settings += [{name: int(name == one) for name in switches} for one in switches]
		settings += [{name: int(name != one) for name in switches} for one in switches]
	others = [name for name in door.parameters if name not in switches]
	values = [_values(name, canary, user) for name in others]
	sent = [dict(zip(others, chosen, strict=True)) for chosen in product(*values)]
	if rng:
		sent, settings = [rng.choice(sent)], settings if switches else settings[:1]
	seen = []
	for arguments, setting in product(sent, settings):
		form = {key: _filled(value, user) for key, value in door.form.items()}
		call = {k: v for k, v in {**arguments, **setting, **form}.items() if v is not None}
		if door.form or door.path in FORMS:
			call |= _asked(canary)
		if call not in seen:
			seen.append(call)
	return seen


def _filled(value, user):
	return json.dumps([v.replace("{user}", user) for v in value]) if isinstance(value, list) else value


def _asked(canary):
	links = _links(canary.doctype)
	return {
		"doctype": canary.doctype,
		"name": canary.name,
		"fields": json.dumps([f"`tab{canary.doctype}`.*", *links][:6]),
		"filters": json.dumps([[canary.doctype, "name", "=", canary.name]]),
		"items": json.dumps([canary.name]),
		"view": "Report",
		"start": 0,
		"page_length": 20,
	}


def _links(doctype):
	"""Fields that reach through links into other documents of the app."""
	found = []
	for df in frappe.get_meta(doctype).get_link_fields():
		if frappe.db.get_value("DocType", df.options, "module") == MODULE:
			target = frappe.get_meta(df.options)
			found += [f"{df.fieldname}.{f.fieldname}" for f in target.fields if f.fieldtype in _TEXT][:3]
	return found


def _values(name, canary, user):
	doctype, docname = canary.doctype, canary.name
	if _DOCTYPE.match(name):
		return [doctype]
	if name in _NAMES:
		return [json.dumps([docname])]
	if name in _NAME:
		return [docname]
	if name in ("doc", "docs"):
		sent = frappe.get_doc(doctype, docname).as_dict(convert_dates_to_str=True)
		changed = {
			**sent,
			"__islocal": 0,
			"docstatus": 1,
			"flags": {"ignore_permissions": 1},
			"_action": "discard",
		}
		update = [{"doctype": doctype, "docname": docname, "name": docname, "docstatus": 2}]
		return [json.dumps(changed, default=str), json.dumps(update), json.dumps([docname]), json.dumps({"name": docname, "doctype": doctype})]  # fmt: skip
	meta = frappe.get_meta(doctype)
	texts = [df.fieldname for df in meta.fields if df.fieldtype in _TEXT] or ["owner"]
	links = [df.fieldname for df in meta.get_link_fields()]
	if name in ("fields", "fields_to_fetch"):
		return [json.dumps(["*"]), json.dumps(["name", *texts[:3], *_links(doctype)[:3]])]
	if name in ("fieldname", "field", "searchfield", "sort_field", "group_by", "docfield"):
		return [texts[0], json.dumps(texts[:4])] if name == "fieldname" else [texts[0]]
	return {
		"filters": [json.dumps({"name": docname})],
		"current_filters": [json.dumps({"name": docname})],
		"expand": [json.dumps(links)],
		"expand_links": [1],
		"txt": [docname[:4], canary.word],
		"text": [canary.word],
		"stats": [json.dumps(texts[:2])],
		"user": [user],
		"users": [json.dumps([user])],
		"assign_to": [user],
		"new": ["ZZ-9"], "new_name": ["ZZ-9"],
		"title": ["ZZ-9"],
		"action": ["Agree", "cancel", "delete", "Save", "Update"],
		"data": [json.dumps({"docstatus": 1})],
		"attachments": [json.dumps([])],
		"permission_to": ["write"],
		"perm_type": ["write"],
		"tag": ["x"], "tags": [json.dumps(["x"])],
		"content": ["x"], "comment": ["x"], "reply": ["x"], "description": ["x"], "subject": ["x"], "reason": ["x" * 20],
		"comment_email": [user], "comment_by": ["x"], "email": [user], "recipients": [user], "route": ["/x"],
		"filename": ["x.txt"], "filedata": ["eA=="],
		"doctype_list": [json.dumps([doctype])],
		"select_columns": [json.dumps({doctype: ["name", *texts[:3]]})],
		"export_fields": [json.dumps({doctype: ["name", *texts[:3]]})],
		"export_records": ["all"],
		"file_type": ["CSV"],
		"remarks": ["x"],
		"args": [json.dumps({"name": "ZZ-9"})],
	}.get(name, [None])  # fmt: skip


class Tried:
	"""What came of the calls: `calls`, and `faults` as lines to read."""

	def __init__(self):
		self.calls, self.faults = 0, []


def attempt(door: Door, canary: Canary, user: str, arguments: dict, canaries: list[Canary], tried: Tried):
	"""One call within a savepoint; notes a fault if it told or changed what it must not."""
	before = image(canary)
	frappe.db.savepoint("door")
	answer = _answer(door, canary, user, arguments)
	frappe.set_user("Administrator")
	after = image(canary)
	_take_back(canaries)
	tried.calls += 1
	told = {int(number) for number in _FOUND.findall(answer)}
	# what the caller sent comes back in many an error
	told -= {int(number) for number in _FOUND.findall(json.dumps(arguments, ensure_ascii=False, default=str))}
	hidden = [c for c in canaries if c.number in told and user not in c.readers]
	call = f"{door} as {user} on {canary.doctype} {canary.name} with {_short(arguments)}"
	if hidden:
		tried.faults.append(f"TELLS {[c.doctype for c in hidden]}: {call}")
	if user not in canary.readers and before.everything != after.everything:
		tried.faults.append(f"CHANGES what {user} cannot read: {call}: {_difference(before, after)}")
	elif user not in canary.writers and before.content != after.content:
		tried.faults.append(f"CHANGES what {user} cannot write: {call}: {_difference(before, after)}")
	elif user not in canary.writers and set(before.tasks) - set(after.tasks):
		tried.faults.append(f"TAKES TASKS of others: {call}")
	elif canary.kept and not after.exists:
		tried.faults.append(f"RENAMES OR REMOVES what is on record: {call}")


def _take_back(canaries):
	try:
		frappe.db.rollback(save_point="door")
	except frappe.db.OperationalError:  # the function changed a table, which ends a transaction
		for canary in canaries:
			_plant(canary)
		frappe.db.savepoint("door")


def _short(arguments):
	return {key: str(value)[:60] for key, value in arguments.items()}


def _difference(before, after):
	at = next(
		(i for i, (a, b) in enumerate(zip(before.everything, after.everything, strict=False)) if a != b), 0
	)
	return f"…{before.everything[max(0, at - 60) : at + 40]!r} -> …{after.everything[at : at + 60]!r}"


def _answer(door, canary, user, arguments) -> str:
	from frappe import handler

	frappe.set_user(user)
	_forget()
	frappe.local.form_dict = frappe._dict(arguments)
	frappe.local.response = frappe._dict(docs=[])
	frappe.local.message_log, frappe.local.error_log = [], []
	engines.set_test_mode(False)  # under it the framework leaves out some of its checks
	try:
		if door.method:
			result = _on_document(door, canary, arguments)
		elif door.path.startswith("frappe.api."):
			frappe.local.form_dict = frappe._dict(
				{**arguments, "fields": json.dumps(["*"]), "expand_links": 1}
			)
			result = frappe.call(frappe.get_attr(door.path), **arguments)
		else:
			result = handler.execute_cmd(door.path)
	except (Exception, SystemExit) as error:
		result = str(error)
	finally:
		engines.set_test_mode(True)
	texts = [_text(result), _text(dict(frappe.local.response)), _text(frappe.local.message_log)]
	frappe.local.message_log = []
	return "\n".join(texts)


def _on_document(door, canary, arguments):
	from frappe import handler

	if door.path == "run_doc_method":
		return handler.run_doc_method(
			door.method, dt=canary.doctype, dn=canary.name, args=json.dumps(arguments)
		)
	if door.path == "run_doc_method of a sent document":
		sent = json.dumps({"doctype": canary.doctype, "name": canary.name, "modified": "2999-01-01"})
		return handler.run_doc_method(door.method, docs=sent, args=json.dumps(arguments))
	version = "v1" if door.path == "run_method of v1" else "v2"
	module = frappe.get_module(f"frappe.api.{version}")
	function = getattr(module, "execute_doc_method", None) or module.run_doc_method
	frappe.local.form_dict = frappe._dict({**arguments, "run_method": door.method})
	return function(canary.doctype, canary.name, door.method)


def _forget():
	"""A call is a request of its own."""
	from gongtongti.core import relations

	relations.forget()
	frappe.local.document_cache = {}


def _text(value) -> str:
	if isinstance(value, bytes):
		return _of_bytes(value)
	if isinstance(value, Response):
		return _of_bytes(value.get_data())
	if isinstance(value, str):
		return value
	if isinstance(value, dict):
		return "\n".join(f"{key}: {_text(item)}" for key, item in value.items())
	if isinstance(value, list | tuple | set):
		return "\n".join(map(_text, value))
	if hasattr(value, "as_dict"):
		return json.dumps(value.as_dict(), default=str, ensure_ascii=False)
	return str(value)


def _of_bytes(content) -> str:
	if content[:2] == b"PK":
		with zipfile.ZipFile(io.BytesIO(content)) as archive:
			return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
	return content.decode("utf-8", "replace")


# -- which calls -------------------------------------------------------------------------------------------------------


def run(doors: list[Door], canaries: list[Canary], accounts: list[str], each: int | None = None) -> Tried:
	"""Tries doors. In: how many (canary, account) pairs of each door; None: every canary, with all settings of the switches."""
	tried = Tried()
	for door in doors:
		rng = random.Random(str(door))
		if each:
			pairs = [
				(canary, account) for canary in canaries for account in accounts if _concerns(canary, account)
			]
			pairs = rng.sample(pairs, min(each, len(pairs)))
		else:
			pairs = [
				(canary, account)
				for canary in canaries
				for account in _one_of_each_kind(canary, accounts, rng)
			]
		for canary, account in pairs:
			if door.method and not hasattr(get_controller(canary.doctype), door.method):
				continue
			for arguments in variants(door, canary, account, rng if each else None):
				attempt(door, canary, account, arguments, canaries, tried)
	return tried


def _concerns(canary, account):
	"""Whoever may write it is looked at only for what nobody may do."""
	return account not in canary.writers or canary.kept


def _one_of_each_kind(canary, accounts, rng):
	"""A system manager, somebody who cannot read, somebody who reads and cannot write, somebody who writes."""
	kinds = {}
	for account in accounts:
		if _concerns(canary, account):
			kind = (account in canary.readers, account in canary.writers, account.startswith("system"))
			kinds.setdefault(kind, []).append(account)
	return [rng.choice(of_kind) for _kind, of_kind in sorted(kinds.items())]
