"""How long the reports take on 100,000 placements and as many payments of aid, beside the bare SQL aggregate of the same
rows. Not a test.

	python tests/bench_reports.py [--db sqlite|mariadb] [--placements 100000]       a fresh site of the sandbox, then dropped
	env/bin/python …/bench_reports.py --site S --sites-path sites                  a site of a bench; the rows are removed

Rows are inserted in bulk, without the rules of placements and of the ledger: 60 communities of five schools, 12,000 people, twenty school years,
five thousand placements in each; 1,500 of this year's are waiting for a signature. Aid: one fund, each year a contribution
and as many applications as placements, each of another pupil, paid by an entry of its own.
"""

import argparse
import random
import statistics
import sys
import time
from datetime import date, timedelta
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parent)]

import engines

COMMUNITIES, SCHOOLS_EACH, STAFF_EACH, YEARS = 60, 5, 40, 20
TAG = "BENCH-"
STEPS = (
	"Awaiting Home Principal",
	"Awaiting Host Principal",
	"Awaiting Personnel Section",
	"Awaiting Leading Group",
)
PRINCIPAL, SECTION, FINANCE = (
	"bench.principal@gtt.test",
	"bench.section@gtt.test",
	"bench.finance@gtt.test",
)
FUND = f"{TAG}基金"
# readers of a report, if not everybody
READERS = {
	"Aid Fund Statement": ("Administrator", FINANCE),
	"Aid by School and Grade": ("Administrator", FINANCE, PRINCIPAL),
	"Aid Contributions": ("Administrator", FINANCE, PRINCIPAL),
}


def fill(placements):
	"""The district and its placements; the name of the newest school year."""
	import builders

	rnd = random.Random(7)
	builders.user(PRINCIPAL, ["First Responsible Principal"])
	builders.user(SECTION, ["Personnel Section"])
	builders.user(FINANCE, ["Finance Section"])
	subjects = [f"{TAG}学科{i}" for i in range(10)]
	put("Teaching Subject", [{"name": s, "subject_name": s} for s in subjects])
	schools = [f"{TAG}校{c:02}-{i}" for c in range(COMMUNITIES) for i in range(SCHOOLS_EACH)]
	put(
		"Community School",
		[
			{
				"name": s, "school_name": s, "stage": "Primary School", "status": "In Operation",
				"location": "Urban" if i % SCHOOLS_EACH < 2 else "Rural", "principal_user": PRINCIPAL if i == 0 else None,
			}
			for i, s in enumerate(schools)
		],
	)  # fmt: skip
	put(
		"Education Community",
		[
			{"name": f"{TAG}共同体{c:02}", "community_name": f"{TAG}共同体{c:02}", "stage": "Primary School", "status": "In Operation",
			"founded_on": f"{2007 + c % 10}-09-01"}
			for c in range(COMMUNITIES)
		],
	)  # fmt: skip
	put(
		"Community Member School",
		[
			{"name": f"{TAG}{s}", "parent": f"{TAG}共同体{i // SCHOOLS_EACH:02}", "parenttype": "Education Community",
			"parentfield": "members", "school": s, "joined_on": "2010-09-01", "idx": i % SCHOOLS_EACH + 1}
			for i, s in enumerate(schools)
		],
	)  # fmt: skip
	staff = [(f"{TAG}ST{i}-{n}", s) for i, s in enumerate(schools) for n in range(STAFF_EACH)]
	put(
		"School Staff",
		[
			{"name": name, "staff_name": f"测试{name}", "school": s, "status": "In Service", "position": "Teacher",
			"at_school_since": f"{2010 + n % 14}-09-01", "is_backbone": int(n % 4 == 0), "cadre_status": "Not a Cadre"}
			for n, (name, s) in enumerate(staff)
		],
	)  # fmt: skip
	from gongtongti.patches import put_service

	put_service.execute()
	last = date.today().year if date.today().month >= 9 else date.today().year - 1
	years = [f"{TAG}{y}-{y + 1}" for y in range(last - YEARS + 1, last + 1)]
	put(
		"Community School Year",
		[
			{
				"name": y,
				"year_name": y,
				"start_date": f"{y.split('-')[1]}-09-01",
				"end_date": f"{y.split('-')[2]}-08-31",
			}
			for y in years
		],
	)
	put("Exchange Placement", list(_placements(rnd, placements, years, staff, schools, subjects)))
	_aid(rnd, placements, years, schools)
	return years[-1]


def _aid(rnd, number, years, schools):
	contributed, paid = number // len(years) * 500, 100
	entries, applications, items, contributions, balance = [], [], [], [], 0

	def book(day, kind, amount, doctype, name):
		nonlocal balance
		balance += amount
		seq = len(entries) + 1
		entries.append(
			{
				"name": f"{TAG}E{seq:07}", "fund": FUND, "seq": seq, "posting_date": day, "kind": kind, "amount": amount,
				"balance_after": balance, "reference_doctype": doctype, "reference_name": name, "posting_key": f"{TAG}{seq}",
			}
		)  # fmt: skip

	for year in years:
		first = int(year.split("-")[1])
		name, day = f"{TAG}AC{first}", date(first, 9, 1)
		contributions.append(
			{"name": name, "docstatus": 1, "fund": FUND, "source": "Appropriation", "donor_name": TAG, "amount": contributed,
			"received_on": day, "posting_date": day, "status": "In the Ledger"}
		)  # fmt: skip
		book(day, "Contribution", contributed, "Aid Fund Contribution", name)
		payment = f"{TAG}AD{first}"
		for n in range(number // len(years)):
			application, pupil = f"{TAG}AA{first}-{n:06}", f"{TAG}AP{first}-{n:06}"
			applications.append(
				{"name": application, "docstatus": 1, "pupil": pupil, "school": rnd.choice(schools), "grade": f"Grade {n % 9 + 1}",
				"fund": FUND, "school_year": year, "term": "First Term", "purpose": "Meals", "amount": paid, "status": "Paid Out",
				"claim": application}
			)  # fmt: skip
			items.append(
				{"name": application, "parent": payment, "parenttype": "Aid Disbursement", "parentfield": "items",
				"application": application, "pupil": pupil, "amount": paid, "status": "Paid Out"}
			)  # fmt: skip
			book(date(first, 10, 1), "Aid Payment", -paid, "Aid Disbursement", payment)
	put(
		"Aid Fund",
		[
			{
				"name": FUND,
				"fund_name": FUND,
				"fund_level": "District",
				"status": "In Operation",
				"balance": balance,
			}
		],
	)
	put("Aid Fund Contribution", contributions)
	put(
		"Aid Disbursement",
		[
			{"name": name, "docstatus": 1, "fund": FUND, "status": "Paid Out"}
			for name in {item["parent"] for item in items}
		],
	)
	put("Aid Disbursement Item", items)
	put("Aid Application", applications)
	put("Aid Fund Entry", entries)


def _placements(rnd, number, years, staff, schools, subjects):
	by_year = number // len(years)
	for n in range(number):
		year = years[min(n // by_year, len(years) - 1)]
		first = int(year.split("-")[1])
		person, home = staff[rnd.randrange(len(staff))]
		at = int(person[len(TAG) + 2 :].split("-")[0])
		base = at - at % SCHOOLS_EACH
		host = schools[base + (at - base + 1 + rnd.randrange(SCHOOLS_EACH - 1)) % SCHOOLS_EACH]
		within = n % by_year / by_year  # this year: 60 % on duty, 30 % waiting, 10 % drafts
		row = {
			"name": f"{TAG}{n:07}", "docstatus": 1, "workflow_state": "Placement Approved", "status": "Completed",
			"plan": f"PL-{year}", "school_year": year, "community": f"{TAG}共同体{base // SCHOOLS_EACH:02}",
			"kind": "Teacher Exchange" if n % 10 else "Cadre Attachment", "mode": "Long-Term Fixed", "staff": person,
			"staff_name": f"测试{person}", "subject": rnd.choice(subjects), "home_school": home, "host_school": host,
			"start_date": date(first, 9, 1), "end_date": date(first + 1, 7, 10), "is_backbone": n % 3 == 0,
			"is_eligible": 1, "pending_since": None, "submitted_by": None,
		}  # fmt: skip
		if year == years[-1]:
			row["status"] = "Serving"
			if within >= 0.6:
				row |= {"docstatus": 0, "status": "Draft", "workflow_state": "Placement Draft"}
			if 0.6 <= within < 0.9:
				since = date.today() - timedelta(days=n % 15)
				row |= {"status": "In Approval", "workflow_state": STEPS[n % 4], "pending_since": since}
				row["submitted_by"] = SECTION
		yield row


def put(doctype, rows):
	import frappe

	now = frappe.utils.now_datetime()
	rows = [row | {"creation": now, "modified": now, "owner": "Administrator"} for row in rows]
	fields = list(rows[0])
	frappe.db.bulk_insert(
		doctype, fields, [tuple(row[field] for field in fields) for row in rows], chunk_size=2000
	)


def clear():
	import frappe

	for doctype in ("Exchange Placement", "School Staff", "Community School", "Education Community", "Teaching Subject",
		"Community School Year", "Community Member School", "Aid Fund", "Aid Fund Contribution", "Aid Disbursement",
		"Aid Disbursement Item", "Aid Application", "Aid Fund Entry"):  # fmt: skip
		frappe.db.delete(doctype, {"name": ("like", f"{TAG}%")})
	for user in (PRINCIPAL, SECTION, FINANCE):
		frappe.delete_doc("User", user, force=1, ignore_missing=True)
	frappe.db.commit()


def cases(year):
	"""(what, report, filters, bare SQL)."""
	today = date.today().isoformat()
	taken = "status IN ('Finally Approved', 'Serving', 'Completed', 'Ended Early')"
	placement = "FROM `tabExchange Placement` WHERE"
	first = int(year.split("-")[1])
	recent = ", ".join(f"'{TAG}{y}-{y + 1}'" for y in range(first - 4, first + 1))
	on_duty = f"SELECT community, kind, COUNT(*) {placement} {taken} AND start_date <= '{today}' AND end_date >= '{today}'"
	return [
		(
			"Community Coverage",
			"Community Coverage",
			{},
			"SELECT s.location, COUNT(DISTINCT s.name) FROM `tabCommunity School` s JOIN `tabCommunity Member School` m"
			" ON m.school = s.name GROUP BY s.location",
		),
		(
			"Exchange Roster, today",
			"Exchange Roster",
			{"on_duty_on": today},
			f"{on_duty} GROUP BY community, kind",
		),
		(
			"Exchange Roster, all years",
			"Exchange Roster",
			{},
			f"SELECT community, kind, COUNT(*) {placement} {taken} GROUP BY community, kind",
		),
		(
			"Subject Balance",
			"Subject Balance",
			{"school_year": year},
			f"SELECT school_year, community, subject, home_school, host_school, COUNT(*) {placement}"
			f" kind = 'Teacher Exchange' AND (status = 'In Approval' OR {taken}) AND school_year IN ({recent})"
			" GROUP BY school_year, community, subject, home_school, host_school",
		),
		(
			"Exchange Norms",
			"Exchange Norms",
			{"school_year": year},
			f"SELECT home_school, COUNT(DISTINCT staff) {placement} school_year = '{year}' AND {taken}"
			" GROUP BY home_school",
		),
		(
			"Pending Approvals",
			"Pending Approvals",
			{},
			f"SELECT workflow_state, COUNT(*), MIN(pending_since) {placement} docstatus = 0 AND workflow_state IN"
			f" ({', '.join(repr(step) for step in STEPS)}) GROUP BY workflow_state",
		),
		(
			"Statement, a year",
			"Aid Fund Statement",
			{"fund": FUND, "from_date": f"{first}-09-01"},
			f"SELECT SUM(amount) FROM `tabAid Fund Entry` WHERE fund = '{FUND}'",
		),
		(
			"Statement, all years",
			"Aid Fund Statement",
			{"fund": FUND, "from_date": "2000-01-01"},
			f"SELECT SUM(amount) FROM `tabAid Fund Entry` WHERE fund = '{FUND}'",
		),
		(
			"Aid by School and Grade",
			"Aid by School and Grade",
			{"school_year": year},
			"SELECT school, grade, COUNT(DISTINCT pupil), SUM(amount) FROM `tabAid Application`"
			f" WHERE school_year = '{year}' GROUP BY school, grade",
		),
		(
			"Aid Contributions",
			"Aid Contributions",
			{"fund": FUND},
			f"SELECT source, SUM(amount) FROM `tabAid Fund Contribution` WHERE fund = '{FUND}' GROUP BY source",
		),
	]


def measure(year, times):
	"""Lines of the table: medians in milliseconds."""
	import frappe

	from gongtongti.core import relations

	for what, name, filters, bare in cases(year):
		module = frappe.scrub(name)
		execute = frappe.get_attr(f"gongtongti.gongtongti.report.{module}.{module}.execute")
		sql = median(lambda bare=bare: frappe.db.sql(bare), times)[0]
		for reader in READERS.get(name, ("Administrator", SECTION, PRINCIPAL)):
			frappe.set_user(reader)

			def report(execute=execute, filters=filters):
				relations.forget()
				return execute(dict(filters))

			took, answer = median(report, times)
			queries = count(report)
			frappe.set_user("Administrator")
			yield what, reader.split("@")[0], len(answer[1]), queries, took, sql


def median(function, times):
	answer, taken = function(), []
	for _i in range(times):
		start = time.perf_counter()
		answer = function()
		taken.append((time.perf_counter() - start) * 1000)
	return statistics.median(taken), answer


def count(function):
	import frappe

	sent, sql = [], frappe.db.sql
	frappe.db.sql = lambda *args, **kwargs: (sent.append(args), sql(*args, **kwargs))[1]
	try:
		function()
	finally:
		del frappe.db.sql
	return len(sent)


def main():
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("--db", choices=("sqlite", "mariadb"), default="sqlite")
	parser.add_argument("--site", help="site of a bench")
	parser.add_argument("--sites-path", default="sites")
	parser.add_argument("--placements", type=int, default=100_000)
	parser.add_argument("--times", type=int, default=3, help="runs of which the median is told")
	options = parser.parse_args()
	if options.site:
		engines.start_real(options.site, options.sites_path)
	else:
		engines.start_sandbox(options.db)
	import frappe

	frappe.set_user("Administrator")
	try:
		start = time.perf_counter()
		year = fill(options.placements)
		frappe.db.commit()
		if engines.ENGINE.db == "mariadb":
			frappe.db.sql_ddl("ANALYZE TABLE `tabExchange Placement`")
		else:
			frappe.db.sql("ANALYZE")
		print(engines.ENGINE.line)
		print(f"{options.placements} placements written in {time.perf_counter() - start:.0f} s")
		print(f"{'report':<28}{'reader':<18}{'rows':>7}{'queries':>9}{'report ms':>11}{'bare SQL ms':>13}")
		for what, reader, rows, queries, took, sql in measure(year, options.times):
			print(f"{what:<28}{reader:<18}{rows:>7}{queries:>9}{took:>11.0f}{sql:>13.1f}", flush=True)
	finally:
		frappe.set_user("Administrator")
		if options.site:
			frappe.db.rollback()
			clear()
		engines.stop()


if __name__ == "__main__":
	main()
