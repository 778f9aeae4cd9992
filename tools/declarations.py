"""Writes what the features declare into every file that repeats it; a test compares. After a change: `make declarations`.

In: gongtongti/features.py, or the policy of another app. Written: the permissions of the DocTypes and what can be chosen in
their fields, the roles of the reports, the fixtures; of this app also the constants of client scripts and the table of roles
in the README. Needs the framework to be importable, but no site.
"""

import csv
import importlib
import json
import sys
from datetime import datetime
from pathlib import Path

if __name__ == "__main__":
	sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gongtongti.core.policy import SIGNATURE
from gongtongti.core.signers import ENDORSE, client_constants
from gongtongti.features import DECLARED
from gongtongti.organisation.roles import COUNCIL_OFFICES, GROUP_POSTS, ROLES, SCHOOL_POSTS
from tools import javascript, workflows

MARKS = ("<!-- roles -->", "<!-- /roles -->")


def write(app=None):
	"""Writes what this app's features declare into every file that repeats it.

	In: the app's package folder (default: that beside this folder). Out: paths of the files that changed, sorted. What changes gets
	a new "modified", because migrate passes over documents whose date it knows.
	"""
	app = Path(app).resolve() if app else Path(__file__).resolve().parents[1] / "gongtongti"
	changed = write_policy(app, DECLARED)
	changed.append(_write_options(_file(app, "doctype", SIGNATURE), of_signatures()))
	changed.append(_write_fixtures(app / "fixtures" / "workflow_action_master.json", workflows.actions()))
	script = app / "public" / "js" / "constants.js"
	changed.append(_write_text(script, javascript.script(client_constants(DECLARED))))
	readme = app.parent / "README.md"
	if readme.exists():
		changed.append(_write_text(readme, _between_marks(readme.read_text("utf-8"), markdown(app))))
	return sorted(path for path in changed if path)


def write_policy(app, policy):
	"""Writes what a policy declares into the DocTypes, reports and fixtures of the app in the package folder `app`.

	Out: paths of the files that changed.
	"""
	changed = []
	for doctype, choices in options(policy).items():
		changed.append(_write_options(_file(app, "doctype", doctype), choices))
	for doctype in policy.documents:
		changed.append(_write_json(_file(app, "doctype", doctype), **_of_doctype(doctype, policy)))
	for report, runners in policy.runners.items():
		if file := _file(app, "report", report):
			changed.append(_write_json(file, roles=[{"role": role} for role in ROLES if role in runners]))
	for name, content in fixtures(policy).items():
		if content:
			changed.append(_write_fixtures(app / "fixtures" / f"{name}.json", content))
	return [path for path in dict.fromkeys(changed) if path]


def permissions(doctype, policy=DECLARED):
	"""The permission rows of a DocType as they stand in its file: [{"role": …, "read": 1, …}], in the order of the roles."""
	rights = policy.rights[doctype]
	return [
		{"role": role, **{column: 1 for column in sorted(rights[role])}}
		for role in dict.fromkeys((*ROLES, *rights))
		if role in rights
	]


def _of_doctype(doctype, policy):
	# the framework lets nobody have the right to import where the DocType does not say that it can be imported
	imported = (
		{"allow_import": 1} if any("import" in rights for rights in policy.rights[doctype].values()) else {}
	)
	return {"permissions": permissions(doctype, policy), **imported}


def fixtures(policy=DECLARED):
	"""File in fixtures/ -> the documents that it holds, without their dates."""
	approvals = policy.approvals
	return {
		"role": [
			{"doctype": "Role", "name": role, "role_name": role, "desk_access": 1} for role in policy.roles
		],
		"workflow": [workflows.workflow(doctype, approval) for doctype, approval in approvals.items()],
		"workflow_state": [row for approval in approvals.values() for row in workflows.states(approval)],
	}


def options(policy=DECLARED):
	"""DocType -> field -> what can be chosen there, as far as the code names it."""
	found = {doctype: {"workflow_state": approval.states} for doctype, approval in policy.approvals.items()}
	for doctype, of_fields in policy.options.items():
		found[doctype] = {**found.get(doctype, {}), **of_fields}
	return found


def of_signatures():
	"""The same of the rows with signatures."""
	approvals = DECLARED.approvals.values()
	return {
		"step": [state for approval in approvals for state in approval.states],
		"decision": [*workflows.ACTIONS, ENDORSE],
		"capacity": [role for approval in approvals for role in workflows.capacities(approval)],
	}


def markdown(app):
	"""The README's table of roles, in Chinese with the English names: what for, given by which post, what it may change."""
	with (app / "translations" / "zh.csv").open(encoding="utf-8", newline="") as file:
		chinese = {row[0]: row[1] for row in csv.reader(file) if len(row) > 1}

	def zh(text):
		return chinese.get(text, text)

	posts = {
		role: [
			zh(post)
			for post, given in (*GROUP_POSTS.items(), *SCHOOL_POSTS.items(), *COUNCIL_OFFICES.items())
			if role in given
		]
		for role in ROLES
	}
	lines = ["| 角色 | 职责 | 由席位或岗位授予 | 可填写或审批 |", "|---|---|---|---|"]
	for role, duty in ROLES.items():
		writes = [zh(doctype) for doctype in DECLARED.documents if DECLARED.may(role, doctype, "write")]
		lines.append(
			f"| {zh(role)}<br>{role} | {zh(duty)} | {'、'.join(posts[role]) or '直接授予'} | {'、'.join(writes) or '只读'} |"
		)
	return "\n".join(lines)


def _file(app, kind, name):
	"""The file of a DocType or report, in whichever module of the app; None if there is none."""
	folder = name.lower().replace(" ", "_")
	return next(app.glob(f"*/{kind}/{folder}/{folder}.json"), None)


def _write_options(path, choices):
	fields = json.loads(path.read_text("utf-8"))["fields"]
	return _write_json(path, fields=[_with_options(field, choices) for field in fields])


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
	held = json.loads(path.read_text("utf-8")) if path.exists() else []
	held = {document["name"]: document for document in held}
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


def main(app=None, policy=None):
	"""`make declarations`; of another app: `make declarations APP=its package folder POLICY=its policy by its dotted path`."""
	if policy:
		sys.path.insert(0, str(Path(app).resolve().parent))
		module, name = policy.rsplit(".", 1)
		written = write_policy(Path(app).resolve(), getattr(importlib.import_module(module), name))
	else:
		written = write(app)
	for path in written:
		print(f"written: {path}")


if __name__ == "__main__":
	main(*sys.argv[1:])
