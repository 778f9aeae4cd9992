"""What Frappe asks of an app's code beyond what a linter knows: `python -m tools.conventions gongtongti`.

These are the rules that the framework's own reviewers check on every pull request (transactions, translation, shared
state, SQL, who may call what), written anew as small checks. Some are right where a comment on the line, or on the one
above, says why: `frappe.db.commit()  # each batch stands by itself`.
"""

import ast
import re
import sys
from pathlib import Path

EXPLAINED = {"commit", "rollback", "set-user"}  # right where a comment says why
PROXIES = set("db qb conf form form_dict request response session user flags message_log lang".split())
READERS = set(
	"get_all get_list get_doc get_single get_cached_doc get_cached_value get_meta get_hooks".split()
)
AFTER_WRITE = {"on_submit", "on_cancel", "after_insert", "on_update", "on_update_after_submit"}
CHECKS = []


def check(*kinds):
	"""Registers a generator of (node, rule, what is wrong) for nodes of these kinds."""

	def register(function):
		CHECKS.append((kinds, function))
		return function

	return register


def dotted(node) -> str:
	"""`frappe.db.sql` of such an expression; a call on the way counts as its function (`frappe.cache().set`)."""
	parts = []
	while True:
		if isinstance(node, ast.Attribute):
			parts.append(node.attr)
			node = node.value
		elif isinstance(node, ast.Call):
			node = node.func
		else:
			break
	return ".".join([*([node.id] if isinstance(node, ast.Name) else [""]), *reversed(parts)])


def text(node) -> str | None:
	return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def is_composed(node) -> bool:
	"""Whether a text is put together: f-string, `%`, `+`, `.format()`."""
	return (
		isinstance(node, ast.JoinedStr)
		or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add))
		or (
			isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
		)
	)


def keyword(call, name):
	return next((entry.value for entry in call.keywords if entry.arg == name), None)


# -- the database ------------------------------------------------------------------------------------------------------


@check(ast.Call)
def transactions(node):
	"""The framework commits at the end of a request or job; whoever does it before leaves half of a change behind."""
	name = dotted(node.func)
	if name == "frappe.db.commit":
		yield "commit", "commits by hand: say why in a comment"
	if name == "frappe.db.rollback" and not node.keywords and not node.args:
		yield "rollback", "rolls everything back by hand: say why in a comment"


@check(ast.Call)
def queries(node):
	name = dotted(node.func)
	if (
		name in ("frappe.db.sql", "frappe.db.sql_list", "frappe.db.sql_ddl", "frappe.db.multisql")
		and node.args
	):
		if is_composed(node.args[0]):
			yield "sql", "puts SQL together from text: give the values as parameters, or use frappe.qb"
	if name in ("frappe.db.get_value", "frappe.db.set_value") and len(node.args) > 1:
		first, second = node.args[:2]
		if (isinstance(second, ast.Constant) and second.value is None) or (
			text(first) and text(first) == text(second)
		):
			yield (
				"single",
				"reads or writes a Single without its types: use get_single_value / set_single_value",
			)
	if name.endswith(".orderby") and len(node.args) > 1:
		last = node.args[-1]
		if text(last) in ("asc", "desc") or dotted(last).rpartition(".")[2] in ("asc", "desc"):
			yield "orderby", "gives the direction as one more field: use order="
	if (debug := keyword(node, "debug")) and isinstance(debug, ast.Constant) and debug.value:
		yield "debug", "prints its query"
	if re.fullmatch(r"frappe\.cache\.(get|set)", name):
		yield "cache", "keeps a value for every site of the bench: use get_value / set_value"


@check(ast.Module)
def shared_between_sites(module):
	"""What is worked out when a module is imported is the same for every site of the bench, in every language."""
	for statement in module.body:
		if not isinstance(statement, ast.Assign | ast.AnnAssign) or not statement.value:
			continue
		for node in _now(statement.value):
			name = dotted(node) if isinstance(node, ast.Call | ast.Attribute) else ""
			is_call = isinstance(node, ast.Call)
			if (
				name.startswith(
					("frappe.db.", "frappe.local.", "frappe.conf", "frappe.flags", "frappe.session")
				)
				or (
					is_call
					and name in {f"frappe.{reader}" for reader in READERS} | {"_", "frappe._", "frappe.cache"}
				)
				or (is_call and name.startswith("frappe.qb."))
			):
				yield node, "multitenancy", f"{name} is asked once for all sites: ask it inside a function"


def _now(node):
	"""The nodes that are evaluated with it, so not those inside a lambda."""
	if not isinstance(node, ast.Lambda):
		yield node
		for child in ast.iter_child_nodes(node):
			yield from _now(child)


@check(ast.Assign, ast.AugAssign)
def local_proxies(node):
	for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
		for each in target.elts if isinstance(target, ast.Tuple) else [target]:
			if isinstance(each, ast.Attribute) and dotted(each) in {f"frappe.{name}" for name in PROXIES}:
				yield (
					"proxy",
					f"puts another object in the place of the proxy {dotted(each)}: use frappe.local",
				)


# -- documents ---------------------------------------------------------------------------------------------------------


@check(ast.ClassDef)
def controllers(cls):
	for method in cls.body:
		if not isinstance(method, ast.FunctionDef):
			continue
		if method.name == "after_save":
			yield method, "hook", "after_save is never called: use on_update"
		if method.name not in AFTER_WRITE:
			continue
		nodes = list(ast.walk(method))
		if any(
			isinstance(n, ast.Call) and dotted(n.func) in ("self.save", "self.db_set", "self.db_update")
			for n in nodes
		):
			continue
		for node in nodes:
			for target in getattr(node, "targets", ()) if isinstance(node, ast.Assign) else ():
				if (
					isinstance(target, ast.Attribute)
					and dotted(target.value) == "self"
					and not target.attr.startswith("_")
					and target.attr not in ("flags", "ignore_linked_doctypes", "status_updater")
				):
					yield node, "unsaved", f"self.{target.attr} is set after the document was written"


@check(ast.For)
def rows_while_iterating(loop):
	if dotted(loop.iter).startswith("self.") and isinstance(loop.iter, ast.Attribute):
		for node in ast.walk(loop):
			if isinstance(node, ast.Call) and dotted(node.func) in ("self.remove", "self.append"):
				if dotted(node.func) == "self.remove" or (node.args and text(node.args[0]) == loop.iter.attr):
					yield node, "iterating", "adds or removes rows of the table that is being gone through"


@check(ast.Call)
def needless(node):
	name = dotted(node.func)
	if name == "frappe.get_doc" and node.args and isinstance(node.args[0], ast.Call):
		if dotted(node.args[0].func) == "dict":
			yield "get-doc", "get_doc(dict(…)) is get_doc(…)"
	if name == "print":
		yield "print", "prints"
	if name in ("eval", "exec") and not (node.args and text(node.args[0])):
		yield "eval", "executes text"


# -- who calls, as whom, who hears of it -------------------------------------------------------------------------------


@check(ast.FunctionDef)
def whitelisted(function):
	"""Arguments of HTTP are of any type; with an annotation the framework refuses those of another."""
	if not any(dotted(decorator).endswith("frappe.whitelist") for decorator in function.decorator_list):
		return
	arguments = function.args
	for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
		if not argument.annotation and argument.arg not in ("self", "cls"):
			yield "types", f"{function.name}() is called over HTTP and takes {argument.arg} of any type"


@check(ast.Call)
def users(node):
	name = dotted(node.func)
	if name == "frappe.set_user":
		yield "set-user", "goes on as somebody else: say why in a comment"
	if name == "frappe.publish_realtime" and not any(
		keyword(node, to) for to in ("doctype", "docname", "room", "user")
	):
		yield "realtime", "tells every user of the site"


# -- what is said to people --------------------------------------------------------------------------------------------


@check(ast.Call)
def translation(node):
	name = dotted(node.func)
	if name in ("_", "_lt", "frappe._", "frappe._lt") and node.args:
		said = node.args[0]
		if is_composed(said):
			yield "translate", "translates a text that is put together: translate it first, then format()"
		elif text(said) is not None and text(said) != text(said).strip():
			yield "translate", "translates a text that begins or ends with a blank"
		elif text(said) == "":
			yield "translate", "translates nothing"
	if name in ("frappe.throw", "frappe.msgprint"):
		for said in [*node.args[:1], keyword(node, "title"), keyword(node, "msg")]:
			if said is not None and (text(said) or isinstance(said, ast.JoinedStr)):
				yield "translate", "says something that is not translated"


@check(ast.BinOp)
def sentences(node):
	if isinstance(node.op, ast.Add) and all(
		isinstance(side, ast.Call) and dotted(side.func) in ("_", "frappe._")
		for side in (node.left, node.right)
	):
		yield "translate", "puts a sentence together from pieces that are translated by themselves"


@check(ast.Dict)
def labels(node):
	for key, value in zip(node.keys, node.values, strict=True):
		if key is not None and text(key) == "label" and text(value):
			yield "label", "a column's label that is not translated"


# -- JavaScript, line by line ------------------------------------------------------------------------------------------

QUOTED = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
JAVASCRIPT = {
	r"\bcur_(?:frm|list|page|dialog)\b": "cur_frm is whatever form is open: use the form that is handed over",
	r"\bin_list\(": "in_list(list, item) is list.includes(item)",
	r"""\b__\(\s*(?:""|'')""": "translates nothing",
	r"""\b__\(\s*(?:["']\s|"(?:[^"\\]|\\.)*\s"|'(?:[^'\\]|\\.)*\s')""": "translates a text that begins or ends with a blank",
	r"\b__\(\s*`": "translates a text that is put together: use {0}",
	rf"\b__\(\s*{QUOTED}\s*\+": "translates a text that is put together: use {{0}}",
	rf"\b__\({QUOTED}\)\s*\+\s*__\(": "puts a sentence together from pieces",
	rf"\bfrappe\.(?:msgprint|throw|show_alert)\(\s*(?:{QUOTED}|`)": "says something that is not translated",
	rf"\badd_custom_button\(\s*(?:{QUOTED}|`)": "a button whose words are not translated",
	r"\bdebounce\([^()]*\)\(": "makes a debounced function anew on every call",
	r"\beval\(": "executes text",
}


def of_javascript(source: str):
	for number, line in enumerate(source.splitlines(), 1):
		if not line.lstrip().startswith(("//", "*", "/*")):
			for pattern, wrong in JAVASCRIPT.items():
				if re.search(pattern, line):
					yield number, "javascript", wrong


def of_python(source: str, folders=()):
	lines = source.splitlines()
	talks = not {"doctype", "report"} & set(folders)  # commands and patches tell what they do
	for node in ast.walk(ast.parse(source)):
		for kinds, function in CHECKS:
			if not isinstance(node, kinds) or (function is labels and "report" not in folders):
				continue
			for found in function(node):
				at, rule, wrong = found if len(found) == 3 else (node, *found)
				if rule in EXPLAINED and any(
					"#" in line for line in lines[max(at.lineno - 2, 0) : at.end_lineno]
				):
					continue
				if (rule == "print" and talks) or (rule == "set-user" and "demo" in folders):
					continue
				yield at.lineno, rule, wrong


def of_file(path: Path):
	source = path.read_text(encoding="utf-8")
	return of_javascript(source) if path.suffix == ".js" else of_python(source, path.parts)


def main(folders):
	count = 0
	for folder in folders:
		for path in sorted([*Path(folder).rglob("*.py"), *Path(folder).rglob("*.js")]):
			for line, rule, wrong in sorted(of_file(path)):
				print(f"{path}:{line}: {rule}: {wrong}")
				count += 1
	return f"{count} against the framework's conventions" if count else None


if __name__ == "__main__":
	sys.exit(main(sys.argv[1:] or ["gongtongti"]))
