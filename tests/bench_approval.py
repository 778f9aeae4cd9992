"""What an approval costs beside a bare DocType with the same fields and Workflow and no controller. Not a test.

	python tests/bench_approval.py [--db sqlite|mariadb] [--documents 50] [--where]    a fresh site of the sandbox, then dropped
	env/bin/python …/bench_approval.py --site S --sites-path sites                    a site of a bench; what it made is removed

For each document a copy is made of the bare DocType (the floor), with the same values and the same people: inserted, saved,
signed through and opened one after the other. Each step is a request of its own, with its commit and the answer; medians over
the documents. Mails are muted, notices go to the queue, as in a request. `--where` says from where the queries come.
"""

import argparse
import statistics
import sys
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from functools import partial
from pathlib import Path

TESTS = Path(__file__).resolve().parent
APP = f"{TESTS.parent}/gongtongti/"
sys.path[:0] = [str(TESTS.parent), str(TESTS)]

import engines

TAG = "Bench Floor"
COLUMNS = (
	"name",
	"owner",
	"creation",
	"modified",
	"modified_by",
	"docstatus",
	"idx",
	"parent",
	"parenttype",
	"parentfield",
)
# what only hands a save or a signature on to the framework: its queries are the framework's unless more of ours stands above
HANDS_ON = {
	*("sign", "_sign", "_readable", "insert", "save", "_wholly", "run_before_save_methods"),
	*("load_from_db", "db_insert", "db_update", "add_comment", "as_dict", "getdoc"),
}


# -- counting ----------------------------------------------------------------------------------------------------------


@contextmanager
def counted(places=None):
	"""Within it queries are counted. Out: a Counter with "all" and "ours"; places: a Counter of where ours come from."""
	import frappe

	found, sql, frame_of = Counter(), frappe.db.sql, sys._getframe

	def counting(query, *args, **kwargs):
		frame, ours = frame_of(1), []
		while frame:
			code = frame.f_code
			if code.co_filename.startswith(APP) and code.co_name not in HANDS_ON:
				ours.append(f"{code.co_filename.removeprefix(APP)}:{frame.f_lineno} {code.co_name}")
			frame = frame.f_back
		found["all"] += 1
		found["ours"] += bool(ours)
		if ours and places is not None:
			places[" < ".join(ours[:4])] += 1
			places.texts[" < ".join(ours[:4])].append(" ".join(str(query).split())[:150])
		return sql(query, *args, **kwargs)

	frappe.db.sql = counting
	try:
		yield found
	finally:
		del frappe.db.sql


class Places(Counter):
	def __init__(self):
		super().__init__()
		self.texts = defaultdict(list)


def request(user, function, places=None, commit=True):
	"""One request of `user`, from nothing remembered to the commit. Out: (answer, milliseconds, queries)."""
	import frappe

	forget()
	frappe.set_user(user)
	frappe.local.response = frappe._dict(docs=[])
	frappe.local.message_log = []
	with counted(places) as found:
		start = time.perf_counter()
		answer = function()
		if commit:
			frappe.db.commit()
		took = (time.perf_counter() - start) * 1000
	return answer, took, found


def forget():
	"""What a request remembers of itself."""
	import frappe

	from gongtongti.core import relations

	relations.forget()
	if not engines.ENGINE.real:
		engines.forget_jobs()
	frappe.flags.tasks_will_follow = False


# -- the floor ---------------------------------------------------------------------------------------------------------


def floor_of(doctype):
	return f"{TAG} {doctype}"


def make_floor(doctype):
	"""A custom DocType with the same fields, rights and Workflow, conditions included, and nothing of ours."""
	import frappe

	meta = frappe.get_meta(doctype)
	for df in meta.get_table_fields():
		if not frappe.db.exists("DocType", floor_of(df.options)):
			_copy_doctype(df.options)
	_copy_doctype(
		doctype, permissions=[_plain(row) for row in frappe.get_doc("DocType", doctype).permissions]
	)
	workflow = frappe.get_doc("Workflow", {"document_type": doctype, "is_active": 1})
	copy = _plain(workflow) | {"workflow_name": floor_of(doctype), "document_type": floor_of(doctype)}
	copy["states"] = [_plain(row) for row in workflow.states]
	copy["transitions"] = [_plain(row) for row in workflow.transitions]
	frappe.get_doc({"doctype": "Workflow", **copy}).insert()
	frappe.clear_cache()


def _copy_doctype(doctype, permissions=()):
	import frappe

	source = frappe.get_doc("DocType", doctype)
	kept = ("istable", "is_submittable", "track_changes", "track_seen", "track_views", "title_field", "show_title_field_in_link",
		"search_fields", "editable_grid", "allow_import")  # fmt: skip
	fields = [_plain(df) for df in source.fields]
	for df in fields:
		if df["fieldtype"] == "Table" or df["fieldname"] == "amended_from":
			df["options"] = floor_of(df["options"])
		if df.pop(
			"is_virtual", None
		):  # what the Workflow's conditions ask for, as a plain column: whoever has the role may sign
			df["default"] = str(int(df["fieldname"] == "may_sign"))
	autoname = source.autoname
	if autoname:
		autoname = (
			autoname.replace("format:", "format:BF-") if autoname.startswith("format:") else f"BF-{autoname}"
		)
	frappe.get_doc(
		{
			"doctype": "DocType",
			"name": floor_of(doctype),
			"module": "Custom",
			"custom": 1,
			"autoname": autoname,
			"fields": fields,
			"permissions": list(permissions),
			**{key: source.get(key) for key in kept},
		}
	).insert()


def _plain(row):
	return {
		key: value
		for key, value in row.as_dict(no_default_fields=True).items()
		if key not in COLUMNS and not isinstance(value, list)
	}


def remove_floor():
	import frappe

	frappe.set_user("Administrator")
	for name in frappe.get_all("Workflow", {"name": ("like", f"{TAG} %")}, pluck="name"):
		frappe.delete_doc("Workflow", name, force=1)
	for name in frappe.get_all("DocType", {"name": ("like", f"{TAG} %")}, pluck="name", order_by="istable"):
		for trace, (type_field, _name_field) in traces().items():
			frappe.db.delete(trace, {type_field: name})
		frappe.delete_doc("DocType", name, force=1)
		frappe.db.sql_ddl(f"DROP TABLE IF EXISTS `tab{name}`")
	frappe.db.commit()


def traces():
	from approvals import TRACES

	return TRACES


# -- the cases ---------------------------------------------------------------------------------------------------------


class Case:
	"""One kind of approval. steps: [(what, function of the document's name that gives the user, action)]."""

	def __init__(self, what, doctype, values, drafter, edit, steps):
		self.what, self.doctype, self.values, self.drafter, self.edit, self.steps = (
			what,
			doctype,
			values,
			drafter,
			edit,
			steps,
		)


SEND, AGREE = "Send for Approval", "Agree"


def people(small, number):
	"""People of the urban school that are free: {kind: [School Staff, …]}."""
	import builders

	school, subject = small.urban, small.subjects[0]
	return {
		"cadre": [
			builders.staff(f"测试干部{n}", school, "Vice Principal", "Cadre", subject=subject)
			for n in range(number)
		],
		"teacher": [builders.staff(f"测试教师{n}", school, subject=subject) for n in range(number)],
	}


def cases(small, number):
	"""The four approvals, in the order in which they are run; each yields once its documents can be made."""
	import aid_builders
	import approvals
	import frappe

	from gongtongti.organisation import roles

	free = people(small, number)
	leader, principal = small.leader_user[small.urban], small.principal_user[small.urban]
	host = small.principal_user[small.rural]
	section, head = small.users[roles.PERSONNEL], small.users[roles.GROUP_HEAD]
	chain = [("send", leader, SEND), ("home principal", principal, AGREE), ("host principal", host, AGREE)]
	earlier = {"end_date": "2027-06-20"}
	yield Case(
		"cadre placement",
		approvals.PLACEMENT,
		[approvals.values(small, approvals.CADRE, staff=person) for person in free["cadre"]],
		leader,
		earlier,
		[*chain, ("personnel section", section, AGREE), ("leading group", head, AGREE)],
	)
	yield Case(
		"teacher placement",
		approvals.PLACEMENT,
		[approvals.values(small, approvals.TEACHER, staff=person) for person in free["teacher"]],
		leader,
		earlier,
		[*chain, ("personnel section", section, AGREE)],
	)
	approved = frappe.get_all(
		approvals.PLACEMENT, {"staff": ("in", free["cadre"]), "docstatus": 1}, pluck="name", order_by="name"
	)
	yield Case(
		"placement change",
		approvals.CHANGE,
		[
			{
				"doctype": approvals.CHANGE,
				"placement": name,
				"change_type": "Early End",
				"new_end_date": "2027-03-31",
				"reason": "测试原因",
			}
			for name in approved
		],
		leader,
		{"new_end_date": "2027-04-01"},
		[("send", leader, SEND), ("personnel section", section, AGREE), ("leading group", head, AGREE)],
	)
	frappe.set_user("Administrator")
	fund = aid_builders.fund(small, f"{TAG}基金", balance=1_000_000)
	pupils = [aid_builders.pupil(small) for _n in range(number)]
	yield Case(
		"aid application",
		"Aid Application",
		[
			{
				"doctype": "Aid Application",
				"pupil": pupil,
				"fund": fund,
				"school_year": small.next_year,
				"term": "First Term",
				"purpose": "Living Allowance",
				"amount": 300,
				"need": "测试理由",
			}
			for pupil in pupils
		],
		small.leader_user[small.rural],
		{"amount": 301},
		[
			("send", small.leader_user[small.rural], SEND),
			("principal", host, AGREE),
			("basic education", small.users[roles.BASIC_EDUCATION], AGREE),
			("finance section", small.users[roles.FINANCE], AGREE),
		],
	)


def run(case, places=None, beside=True, commit=True):
	"""Takes each document of a case through. Out: {(what, "ours" or "floor"): [(milliseconds, queries), …]} in order."""
	import frappe

	found = defaultdict(list)

	def step(what, side, user, function):
		of_ours = places[what] if places is not None and side == "ours" else None
		answer, took, queries = request(user, function, of_ours, commit)
		found[what, side].append((took, queries))
		return answer

	sides = {"ours": (case.doctype, sign_ours)}
	if beside:
		sides["floor"] = (floor_of(case.doctype), sign_bare)
	for values in case.values:
		names = {}
		for side, (doctype, _sign) in sides.items():
			if side == "floor":
				values = copied(case.doctype, names["ours"], doctype)
			names[side] = step("insert", side, case.drafter, partial(inserted, doctype, values)).name
		for side, (doctype, _sign) in sides.items():
			step("save", side, case.drafter, partial(saved, doctype, names[side], case.edit))
		for n, (what, user, action) in enumerate(case.steps):
			for side, (doctype, sign) in sides.items():
				step(what, side, user, partial(sign, doctype, names[side], action))
			if n == 0:
				for side, (doctype, _sign) in sides.items():
					step("open", side, case.steps[1][1], partial(opened, doctype, names[side]))
		state, docstatus = frappe.db.get_value(case.doctype, names["ours"], ["workflow_state", "docstatus"])
		assert docstatus == 1, f"{case.what}: {names['ours']} stands at {state}"
	frappe.set_user("Administrator")
	return found


def copied(doctype, name, to):
	import frappe

	stored = frappe.get_doc(doctype, name)
	left_out = (*COLUMNS, "workflow_state", "may_sign", "may_withdraw")
	return {key: stored.get(key) for key in frappe.get_meta(to).get_valid_columns() if key not in left_out}


def inserted(doctype, values):
	import frappe

	return frappe.get_doc({**values, "doctype": doctype}).insert().as_dict()


def saved(doctype, name, values):
	import frappe

	doc = frappe.get_doc(doctype, name)
	doc.update(values)
	return doc.save().as_dict()


def sign_ours(doctype, name, action):
	from gongtongti.core import approval

	return approval.sign(doctype, name, action).as_dict()


def sign_bare(doctype, name, action):
	import frappe
	from frappe.model.workflow import apply_workflow

	doc = frappe.get_doc(doctype, name)
	doc.check_permission("read")
	return apply_workflow(doc, action).as_dict()


def opened(doctype, name):
	"""What the form asks for: the document, and what may be done with it."""
	import frappe
	from frappe.desk.form import load
	from frappe.model.workflow import get_transitions

	from gongtongti.core import links

	(links if not doctype.startswith(TAG) else load).getdoc(doctype, name)
	answer = [doc.as_dict() for doc in frappe.local.response.docs]
	return answer, get_transitions(answer[0])


# -- telling -----------------------------------------------------------------------------------------------------------


def table(case, found):
	yield f"{case.what:<22}{'ms':>9}{'floor':>9}{'×':>7}{'queries':>10}{'floor':>8}{'×':>7}{'ours':>7}"
	whats = list(dict.fromkeys(what for what, _side in found))
	sums = Counter()
	for what in whats:
		row = _medians(found, what)
		if what not in ("insert", "save", "open"):
			sums.update(row)
		yield _line(f"  {what}", row)
	yield _line(f"  all {len(case.steps)} steps", sums)


def _medians(found, what):
	row = {}
	for side in ("ours", "floor"):
		taken = found.get((what, side))
		if taken:
			row[f"{side} ms"] = statistics.median(took for took, _queries in taken)
			row[f"{side} queries"] = statistics.median(queries["all"] for _took, queries in taken)
			row[f"{side} ours"] = statistics.median(queries["ours"] for _took, queries in taken)
	return row


def _line(what, row):
	ms, bare_ms, queries, bare = row["ours ms"], row["floor ms"], row["ours queries"], row["floor queries"]
	return (
		f"{what:<22}{ms:>9.1f}{bare_ms:>9.1f}{ms / bare_ms:>7.2f}"
		f"{queries:>10.0f}{bare:>8.0f}{queries / bare:>7.2f}{row['ours ours']:>7.0f}"
	)


def told_places(places, documents):
	for what, found in places.items():
		yield f"== {what}: {sum(found.values()) / documents:.1f} of ours"
		for place, number in found.most_common(60):
			yield f"{number / documents:>7.1f}  {place}"
			for text, times in Counter(found.texts[place]).most_common(3):
				yield f"{'':>11}{times / documents:.1f} {text}"


def main():
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("--db", choices=("sqlite", "mariadb"), default="sqlite")
	parser.add_argument("--site", help="site of a bench")
	parser.add_argument("--sites-path", default="sites")
	parser.add_argument("--documents", type=int, default=50)
	parser.add_argument("--where", action="store_true", help="from where our queries come")
	options = parser.parse_args()
	if options.site:
		engines.start_real(options.site, options.sites_path)
	else:
		engines.start_sandbox(options.db)
	import builders
	import frappe

	engines.set_test_mode(True)
	frappe.set_user("Administrator")
	made, small, began = builders.record(), None, frappe.utils.now()
	try:
		if options.site:
			remove_floor()
		small = builders.small_district()
		for doctype in ("Exchange Placement", "Placement Change", "Aid Application"):
			make_floor(doctype)
		frappe.db.commit()
		print(engines.ENGINE.line, f"· {options.documents} documents", flush=True)
		for case in cases(small, options.documents):
			frappe.db.commit()
			engines.set_test_mode(False)
			places = defaultdict(Places) if options.where else None
			found = run(case, places)
			engines.set_test_mode(True)
			print("\n".join(table(case, found)), flush=True)
			if places:
				print("\n".join(told_places(places, options.documents)), flush=True)
	finally:
		engines.set_test_mode(True)
		frappe.set_user("Administrator")
		frappe.db.rollback()
		if options.site:
			clear(made, began)
		engines.stop()


def clear(made, began):
	import aid_builders
	import approvals
	import fixtures_app
	import frappe

	from gongtongti.core import relations

	relations.forget()
	remove_floor()
	people = [name for doctype, name in made if doctype == "School Staff"]
	aid_builders.take_away(f"{TAG}基金")
	for doctype in (approvals.CHANGE, approvals.PLACEMENT):
		names = frappe.get_all(doctype, {"staff": ("in", people or [""])}, pluck="name")
		approvals.remove([(doctype, name) for name in names])
	approvals.sweep_traces(began)
	fixtures_app.remove(made)
	frappe.db.commit()
	frappe.clear_cache()


if __name__ == "__main__":
	main()
