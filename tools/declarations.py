"""Writes what the features declare into every file that repeats it; a test compares. After a change: `make declarations`.

In: gongtongti/features.py. Written: the permissions of the DocTypes and what can be chosen in their fields, the roles of the
reports, the fixtures, the constants of client scripts, the table of roles in the README. Needs the framework to be
importable, but no site.
"""

import csv
import json
import sys
from datetime import datetime
from pathlib import Path

if __name__ == "__main__":
	sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gongtongti.core.policy import SIGNATURE
from gongtongti.core.signers import ENDORSE, client_constants
from gongtongti.features import DECLARED
from gongtongti.organisation.roles import GROUP_POSTS, ROLES, SCHOOL_POSTS
from tools import javascript, workflows

MARKS = ("<!-- roles -->", "<!-- /roles -->")


def write(app=None):
	"""Writes what is declared into every file that repeats it.

	In: the app's package folder (default: that beside this folder). Out: paths of the files that changed, sorted. What changes gets
	a new "modified", because migrate passes over documents whose date it knows.
	"""
	app = Path(app).resolve() if app else Path(__file__).resolve().parents[1] / "gongtongti"
	module = app / "gongtongti"
	changed, choices = [], options()
	for doctype in dict.fromkeys((*DECLARED.documents, *choices)):
		file = _file(module, "doctype", doctype)
		fields = json.loads(file.read_text("utf-8"))["fields"]
		fields = [_with_options(field, choices.get(doctype, {})) for field in fields]
		changed.append(_write_json(file, fields=fields, **_of_doctype(doctype)))
	for report, runners in DECLARED.runners.items():
		file = _file(module, "report", report)
		if file.exists():
			changed.append(_write_json(file, roles=[{"role": role} for role in ROLES if role in runners]))
	changed += [
		_write_fixtures(app / "fixtures" / f"{name}.json", content) for name, content in fixtures().items()
	]
	script = app / "public" / "js" / "constants.js"
	changed.append(_write_text(script, javascript.script(client_constants(DECLARED))))
	readme = app.parent / "README.md"
	if readme.exists():
		changed.append(_write_text(readme, _between_marks(readme.read_text("utf-8"), markdown(app))))
	return sorted(path for path in changed if path)


def permissions(doctype):
	"""The permission rows of a DocType as they stand in its file: [{"role": …, "read": 1, …}], in the order of the roles."""
	rights = DECLARED.rights[doctype]
	return [
		{"role": role, **{column: 1 for column in sorted(rights[role])}} for role in ROLES if role in rights
	]


def _of_doctype(doctype):
	if doctype not in DECLARED.documents:
		return {}
	# the framework lets nobody have the right to import where the DocType does not say that it can be imported
	imported = (
		{"allow_import": 1} if any("import" in rights for rights in DECLARED.rights[doctype].values()) else {}
	)
	return {"permissions": permissions(doctype), **imported}


def fixtures():
	"""File in fixtures/ -> the documents that it holds, without their dates."""
	approvals = DECLARED.approvals
	return {
		"role": [{"doctype": "Role", "name": role, "role_name": role, "desk_access": 1} for role in ROLES],
		"workflow": [workflows.workflow(doctype, approval) for doctype, approval in approvals.items()],
		"workflow_state": [row for approval in approvals.values() for row in workflows.states(approval)],
		"workflow_action_master": workflows.actions(),
	}


def options():
	"""DocType -> field -> what can be chosen there, as far as the code names it."""
	approvals = DECLARED.approvals
	found = {doctype: {"workflow_state": approval.states} for doctype, approval in approvals.items()}
	found[SIGNATURE] = {
		"step": [state for approval in approvals.values() for state in approval.states],
		"decision": [*workflows.ACTIONS, ENDORSE],
		"capacity": [role for approval in approvals.values() for role in workflows.capacities(approval)],
	}
	for doctype, of_fields in DECLARED.options.items():
		found[doctype] = {**found.get(doctype, {}), **of_fields}
	return found


def markdown(app):
	"""The README's table of roles, in Chinese with the English names: what for, given by which post, what it may change."""
	with (app / "translations" / "zh.csv").open(encoding="utf-8", newline="") as file:
		chinese = {row[0]: row[1] for row in csv.reader(file) if len(row) > 1}

	def zh(text):
		return chinese.get(text, text)

	posts = {
		role: [zh(post) for post, given in (*GROUP_POSTS.items(), *SCHOOL_POSTS.items()) if role in given]
		for role in ROLES
	}
	lines = ["| 角色 | 职责 | 由席位或岗位授予 | 可填写或审批 |", "|---|---|---|---|"]
	for role, duty in ROLES.items():
		writes = [zh(doctype) for doctype in DECLARED.documents if DECLARED.may(role, doctype, "write")]
		lines.append(
			f"| {zh(role)}<br>{role} | {zh(duty)} | {'、'.join(posts[role]) or '直接授予'} | {'、'.join(writes) or '只读'} |"
		)
	return "\n".join(lines)


def _file(module, kind, name):
	folder = name.lower().replace(" ", "_")
	return module / kind / folder / f"{folder}.json"


def _with_options(field, choices):
	if field["fieldname"] not in choices:
		return field
	nothing = (
		[""] if field["options"].startswith("\n") else []
	)  # whether nothing can be chosen is the field's affair
	return {**field, "options": "\n".join((*nothing, *dict.fromkeys(choices[field["fieldname"]])))}


def _between_marks(text, table):
	start, end = (text.find(mark) for mark in MARKS)
	if min(start, end) < 0:
		raise ValueError(f"README.md needs the lines {MARKS[0]} and {MARKS[1]} around its table of roles")
	return f"{text[: start + len(MARKS[0])]}\n{table}\n{text[end:]}"


def _write_fixtures(path, documents):
	held = {document["name"]: document for document in json.loads(path.read_text("utf-8"))}
	for document in documents:
		of_file = held.get(document["name"], {})
		if "modified" in document:
			same = of_file == {**document, "modified": of_file.get("modified")}
			document["modified"] = of_file["modified"] if same else _now()
	return _write_text(path, _as_json(documents))


def _write_json(path, **values):
	content = json.loads(path.read_text("utf-8"))
	if all(content.get(key) == value for key, value in values.items()):
		return None
	content.update(values, modified=_now())
	return _write_text(path, _as_json(content))


def _write_text(path, text):
	if path.exists() and path.read_text("utf-8") == text:
		return None
	path.parent.mkdir(exist_ok=True)
	path.write_text(text, encoding="utf-8", newline="\n")
	return path


def _now():
	return datetime.now().strftime("%Y-%m-%d %H:%M:%S.%f")


def _as_json(content):
	return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
	for written in write():
		print(f"written: {written}")
