"""What our row conditions cost in the lists of the framework's DocTypes that tell about documents (core/about.py). Not a test.

	python tests/bench_rows.py [--comments 1000000] [--files 200000] [--runs 25]    a fresh site of the sandbox on MariaDB, then dropped
	env/bin/python …/bench_rows.py --site S --sites-path sites                     a site of a bench; what it made is removed

Lists, counts and searches of comments and files, asked as the Desk asks, by accounts without a role of ours and by three with
one: without our conditions, with a condition that says nothing, with ours, with ours of twice as many DocTypes, and with ours
where this is the first that the request asks about the user. Minima in milliseconds and beside "without"; the ways take turns.
Rows are made by the server itself: 300 schools, 100,000 placements; a tenth of the comments and files are about documents of
ours. `--explain` shows how MariaDB goes about it.
"""

import argparse
import json
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parent)]

import engines

TAG = "BENCH-"
FURTHER = tuple(f"Bench Thing {i:02}" for i in range(24))
USERS = {
	"manager": ["System Manager"],
	"desk": ["Report Manager"],
	"teacher": ["Exchange Teacher"],
	"principal": ["First Responsible Principal"],
	"section": ["Personnel Section"],
}
THEIRS = ("Sales Invoice", "Purchase Invoice", "Sales Order", "Delivery Note", "Item", "Customer", "Supplier", "Task", "Project",
	"Issue", "Employee", "Lead", "Opportunity", "Quotation", "Stock Entry", "Journal Entry", "Payment Entry", "User")  # fmt: skip
SCHOOLS, STAFF, PLACEMENTS, PUPILS, APPLICATIONS = 300, 12_000, 100_000, 3_000, 20_000
# table -> (number of rows, {column: SQL of `seq`})
OURS = {
	"Community School": (
		SCHOOLS,
		{
			"name": f"concat('{TAG}S', seq)",
			"principal_user": "if(seq = 0, '{principal}', null)",
			"location": "elt(1 + seq % 2, 'Urban', 'Rural')",
		},
	),
	"Education Community": (SCHOOLS // 5, {"name": f"concat('{TAG}C', seq)", "status": "'In Operation'"}),
	"Community Member School": (
		SCHOOLS,
		{
			"name": f"concat('{TAG}M', seq)",
			"parent": f"concat('{TAG}C', seq div 5)",
			"parenttype": "'Education Community'",
			"parentfield": "'members'",
			"school": f"concat('{TAG}S', seq)",
			"joined_on": "'2020-09-01'",
		},
	),
	"School Staff": (
		STAFF,
		{
			"name": f"concat('{TAG}ST', seq)",
			"school": f"concat('{TAG}S', seq % {SCHOOLS})",
			"status": "'In Service'",
			"user": "if(seq = 301, '{teacher}', if(seq = 0, '{principal}', null))",
		},
	),
	"Exchange Placement": (
		PLACEMENTS,
		{
			"name": f"concat('{TAG}P', seq)",
			"staff": f"concat('{TAG}ST', seq % {STAFF})",
			"home_school": f"concat('{TAG}S', seq % {SCHOOLS})",
			"host_school": f"concat('{TAG}S', (seq + 1) % {SCHOOLS})",
			"community": f"concat('{TAG}C', seq % {SCHOOLS} div 5)",
		},
	),
	"Aided Pupil": (
		PUPILS,
		{"name": f"concat('{TAG}AP', seq)", "school": f"concat('{TAG}S', seq % {SCHOOLS})"},
	),
	"Aid Application": (
		APPLICATIONS,
		{"name": f"concat('{TAG}AA', seq)", "pupil": f"concat('{TAG}AP', seq % {PUPILS})"},
	),
}
# what a row of a list is about: of 20 rows one about a placement, one about people, one about nothing
ABOUT_DOCTYPE = (
	"case seq % 20 when 0 then 'Exchange Placement' when 1 then elt(1 + seq % 3, 'School Staff', 'Aid Application', 'School Staff')"
	f" when 2 then null else elt(1 + seq % {len(THEIRS)}, {', '.join(map(repr, THEIRS))}) end"
)
ABOUT_NAME = (
	f"case seq % 20 when 0 then concat('{TAG}P', seq % {PLACEMENTS}) when 2 then null when 1 then"
	f" elt(1 + seq % 3, concat('{TAG}ST', seq % {STAFF}), concat('{TAG}AA', seq % {APPLICATIONS}), concat('{TAG}ST', seq % {STAFF}))"
	" else concat('REF-', seq % 200000) end"
)
LISTS = {
	"Comment": {
		"name": f"concat('{TAG}', seq)",
		"comment_type": "elt(1 + seq % 3, 'Comment', 'Info', 'Edit')",
		"reference_doctype": ABOUT_DOCTYPE,
		"reference_name": ABOUT_NAME,
		"content": "concat('<div>', md5(seq), ' a remark as people write them, number ', seq, '</div>')",
	},
	"File": {
		"name": f"concat('{TAG}', seq)",
		"file_name": "concat(md5(seq), '.pdf')",
		"file_url": "concat('/private/files/', md5(seq), '.pdf')",
		"is_private": "1",
		"attached_to_doctype": ABOUT_DOCTYPE,
		"attached_to_name": ABOUT_NAME,
	},
}


def account(kind):
	return f"bench.{kind}@gtt.test"


def fill(numbers):
	import builders
	import frappe

	for kind, roles in USERS.items():
		builders.user(account(kind), roles)
	for doctype, (number, columns) in OURS.items():
		write(doctype, number, columns)
	for doctype, number in numbers.items():
		write(doctype, number, LISTS[doctype])
		# everybody may list them
		frappe.db.sql(
			"insert into `tabDocPerm` (name, parent, parenttype, parentfield, role, `read`)"
			" values (%s, %s, 'DocType', 'permissions', 'All', 1)",
			(f"{TAG}{doctype}", doctype),
		)
	frappe.db.commit()
	for doctype in FURTHER:
		frappe.db.sql_ddl(f"create table if not exists `tab{doctype}` like `tabExchange Placement`")
	for doctype in (*OURS, *numbers):
		frappe.db.sql_ddl(f"analyze table `tab{doctype}`")
	frappe.clear_cache()


def write(doctype, number, columns):
	import frappe

	columns = {
		"creation": "timestampadd(second, seq, '2024-01-01')",
		"modified": "timestampadd(second, seq, '2024-01-01')",
		"owner": "'Administrator'",
		"modified_by": "'Administrator'",
		**columns,
	}
	values = ", ".join(columns.values())
	for kind in USERS:
		values = values.replace(f"{{{kind}}}", account(kind))
	names = ", ".join(f"`{column}`" for column in columns)
	frappe.db.sql(f"insert into `tab{doctype}` ({names}) select {values} from seq_0_to_{number - 1}")


def clear():
	import frappe

	for doctype in (*OURS, *LISTS, "DocPerm"):
		frappe.db.delete(doctype, {"name": ("like", f"{TAG}%")})
	for kind in USERS:
		frappe.delete_doc("User", account(kind), force=1, ignore_missing=True)
	frappe.db.commit()
	for doctype in FURTHER:
		frappe.db.sql_ddl(f"drop table if exists `tab{doctype}`")
	frappe.clear_cache()


# -- what is asked -----------------------------------------------------------------------------------------------------


def ways(doctype):
	"""What -> (function, how many runs of those asked for: 1 all, less for what takes seconds)."""
	import frappe
	from frappe import client
	from frappe.desk import reportview

	field = {"Comment": "content", "File": "file_name"}[doctype]
	reference = {"Comment": "reference_name", "File": "attached_to_name"}[doctype]
	narrow = {"Comment": {"comment_type": "Info"}, "File": {"is_private": 1}}[doctype]
	fields = ["name", "owner", "creation", field, reference]
	order = f"`tab{doctype}`.`creation` desc"

	def desk(function, **form):
		def call():
			frappe.local.form_dict = frappe._dict({"doctype": doctype, **form})
			return function()

		return call

	def find(filters):
		return lambda: frappe.get_list(
			doctype, filters=filters, fields=fields, order_by="creation desc", limit=20
		)

	shown = json.dumps([f"`tab{doctype}`.`{name}`" for name in fields])
	[(by, value)] = narrow.items()
	none, narrow = json.dumps([]), json.dumps([[doctype, by, "=", value]])
	return {
		"list, 20": (
			desk(reportview.get, fields=shown, filters=none, order_by=order, start=0, page_length=20),
			1,
		),
		"get_list, 20": (find({}), 1),
		"count, to 1001": (desk(reportview.get_count, fields="[]", filters=none, limit=1001), 1),
		"count, some": (desk(reportview.get_count, fields="[]", filters=narrow), 1),
		"count, all": (desk(reportview.get_count, fields="[]", filters=none), 1),
		"client.get_count": (lambda: client.get_count(doctype), 1),
		"of one document": (find({reference: f"{TAG}P7"}), 1),
		"search, found": (find({field: ("like", "%77%")}), 1),
		"search, nothing": (find({field: ("like", "%nowhere%")}), 0.2),
	}


def anything(user=None, doctype=None):
	"""A condition that says nothing; the framework itself does more where there is any (v16 reads what is shared)."""
	return "1 = 1"


class Hooks:
	"""The hooks of the site, for the DocTypes measured with our conditions ("ours"), with one that says nothing ("any"), or with
	none ("without").
	"""

	def __init__(self, doctypes):
		import frappe

		self.get, self.which = frappe.get_hooks, "ours"
		conditions = frappe.get_hooks("permission_query_conditions")
		theirs = {
			doctype: [m for m in conditions[doctype] if not m.startswith("gongtongti.")]
			for doctype in doctypes
		}
		any_more = {doctype: [*methods, "bench_rows.anything"] for doctype, methods in theirs.items()}
		self.conditions = {
			"ours": conditions,
			"any": {**conditions, **any_more},
			"without": {**conditions, **theirs},
		}
		frappe.get_hooks = self

	def __call__(self, hook=None, *args, **kwargs):
		if hook == "permission_query_conditions":
			return self.conditions[self.which]
		return self.get(hook, *args, **kwargs)


def grown():
	"""What is declared with twice as many DocTypes: the further ones are seen as placements are."""
	from gongtongti.core import policy

	declared = policy.current()
	like = policy.Document({}, read=declared.rows["Exchange Placement"])
	return policy.Policy(
		roles=declared.roles,
		documents={**declared.documents, **dict.fromkeys(FURTHER, like)},
		children=declared.children,
	)


def measure(doctypes, options):
	"""Lines: DocType, what, account, then the minimum of each variant."""
	import frappe

	from gongtongti.core import policy, relations

	hooks, declared, more = Hooks(doctypes), policy.current(), grown()
	variants = {
		"without": ("without", declared, False),
		"any": ("any", declared, False),
		"ours": ("ours", declared, False),
		"twice": ("ours", more, False),
		"first": ("ours", declared, True),
	}
	for doctype in doctypes:
		for what, (function, share) in ways(doctype).items():
			if options.only and not any(what.startswith(each) for each in options.only):
				continue
			for kind in options.users or USERS:
				frappe.set_user(account(kind))
				best = dict.fromkeys(variants, float("inf"))
				for _run in range(max(2, round(options.runs * share)) + 1):
					for variant, (which, declaration, first) in variants.items():
						hooks.which = which
						frappe.local.gongtongti_policy = declaration
						if first:
							relations.forget()
						start = time.perf_counter()
						function()
						best[variant] = min(best[variant], (time.perf_counter() - start) * 1000)
				frappe.local.gongtongti_policy, hooks.which = declared, "ours"
				yield doctype, what, kind, *best.values()
	frappe.get_hooks = hooks.get
	frappe.set_user("Administrator")


def explain(doctypes):
	import frappe

	from gongtongti.core import about

	for doctype in doctypes:
		for kind in USERS:
			condition = about.conditions(account(kind), doctype) or "1 = 1"
			for what, query in (
				(
					"list",
					f"select name from `tab{doctype}` where {condition} order by creation desc limit 20",
				),
				("count", f"select count(*) from (select name from `tab{doctype}` where {condition}) p"),
			):
				rows = frappe.db.sql(f"analyze {query}", as_dict=True)
				print(f"\n{doctype}, {kind}, {what}: {len(condition)} characters")
				for row in rows:
					print(f"  {row.select_type:<20}{row.table:<28}{row.type or '':<16}{row.key or '':<40}"
						f"{row.r_rows or 0:>12} {row.Extra}")  # fmt: skip


def main():
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("--site", help="site of a bench")
	parser.add_argument("--sites-path", default="sites")
	parser.add_argument("--comments", type=int, default=1_000_000)
	parser.add_argument("--files", type=int, default=200_000)
	parser.add_argument("--runs", type=int, default=25, help="runs of which the fastest is told")
	parser.add_argument("--only", nargs="*", help="what to ask: list, count, search, …")
	parser.add_argument("--users", nargs="*", choices=USERS)
	parser.add_argument("--explain", action="store_true")
	options = parser.parse_args()
	if options.site:
		engines.start_real(options.site, options.sites_path)
	else:
		engines.start_sandbox("mariadb")
	import frappe

	frappe.set_user("Administrator")
	numbers = {"Comment": options.comments, "File": options.files}
	try:
		start = time.perf_counter()
		if options.site:
			clear()
		fill(numbers)
		print(engines.ENGINE.line)
		print(f"{options.comments} comments, {options.files} files: {time.perf_counter() - start:.0f} s")
		engines.set_test_mode(False)
		heads = "".join(f"{head:>10}{'':>6}" for head in ("any", "ours", "twice", "first"))
		print(f"{'':<38}{'without':>10}{heads}")
		for doctype, what, kind, without, *others in measure(tuple(numbers), options):
			told = "".join(f"{ms:>10.2f}{ms / without:>6.2f}" for ms in others)
			print(f"{doctype:<9}{what:<18}{kind:<11}{without:>10.2f}{told}", flush=True)
		if options.explain:
			explain(tuple(numbers))
	finally:
		engines.set_test_mode(True)
		frappe.set_user("Administrator")
		frappe.db.rollback()
		if options.site:
			clear()
		engines.stop()


if __name__ == "__main__":
	main()
