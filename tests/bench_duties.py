"""How long the engine of duties takes for a county: 500 communities, 12 months, 8 duties. Not a test.

	python tests/bench_duties.py [--db sqlite|mariadb] [--communities 500]         a fresh site of the sandbox, then dropped
	env/bin/python …/bench_duties.py --site S --sites-path sites                  a site of a bench; the rows are removed

Rows are inserted in bulk, without the rules of activities: each community has four schools, and two activities of each of four
kinds in every month of a school year. Five duties are kept by the month, three by the term and the year; one of them by the pair.
"""

import argparse
import sys
import time
from datetime import date
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parent)]

import engines
from bench_reports import count, median, put

TAG, FIRST = "BENCH-", 2020
SCHOOLS_EACH, KINDS, EACH_MONTH = 4, 4, 2
TABLES = ("Community School Year", "Community School", "Education Community", "Community Member School", "Activity Kind",
	"Community Activity", "Activity School", "Community Duty", "Duty Kind")  # fmt: skip


def fill(communities):
	"""The county, its school year and its duties; the first and the last day of the year."""
	year = f"{TAG}{FIRST}-{FIRST + 1}"
	first, last = date(FIRST, 9, 1), date(FIRST + 1, 8, 31)
	put("Community School Year", [{"name": year, "year_name": year, "start_date": first, "end_date": last}])
	names = [f"{TAG}共同体{n:03}" for n in range(communities)]
	schools = {name: [f"{name}-{n}" for n in range(SCHOOLS_EACH)] for name in names}
	put(
		"Community School",
		[
			{"name": school, "school_name": school, "stage": "Primary School", "status": "In Operation", "location": "Urban"}
			for of_one in schools.values()
			for school in of_one
		],
	)  # fmt: skip
	put(
		"Education Community",
		[
			{"name": name, "community_name": name, "stage": "Primary School", "status": "In Operation", "founded_on": "2010-09-01"}
			for name in names
		],
	)  # fmt: skip
	put(
		"Community Member School",
		[
			{"name": school, "parent": name, "parenttype": "Education Community", "parentfield": "members", "school": school,
			"joined_on": "2010-09-01", "idx": n + 1, "member_role": "Member School" if n else "Lead School"}
			for name in names
			for n, school in enumerate(schools[name])
		],
	)  # fmt: skip
	kinds = [f"{TAG}类型{n}" for n in range(KINDS)]
	put(
		"Activity Kind",
		[{"name": kind, "kind_name": kind, "work_field": "Teaching Research"} for kind in kinds],
	)
	months = [(FIRST + (m > 11), m % 12 + 1) for m in range(8, 20)]
	activities = [
		{
			"name": f"{name}-{m}-{k}-{n}", "docstatus": 1, "status": "Held and Recorded", "title": TAG, "kind": kind,
			"community": name, "host_school": schools[name][0], "school_year": year, "school": schools[name][1 + n % 3],
			"starts_on": f"{y}-{m:02}-{5 + 7 * n:02} 09:00:00", "ends_on": f"{y}-{m:02}-{5 + 7 * n:02} 10:00:00",
		}
		for i, name in enumerate(names)
		for y, m in months
		for k, kind in enumerate(kinds)
		for n in range(EACH_MONTH)
		if (i + m + k) % 5
	]  # fmt: skip
	put(
		"Activity School",
		[
			{"name": row["name"], "parent": row["name"], "parenttype": "Community Activity", "parentfield": "schools",
			"school": row.pop("school"), "idx": 1}
			for row in activities
		],
	)  # fmt: skip
	put("Community Activity", activities)
	asked = [("Each Month", "Each Community", n % KINDS) for n in range(4)] + [
		("Each Month", "Each School Pair", 0)
	]
	asked += [
		("Each Term", "Each Community", 1),
		("Each Term", "Each Community", 2),
		("Each School Year", "Each Community", 3),
	]
	put(
		"Community Duty",
		[
			{"name": f"{TAG}{n}", "duty_name": f"{TAG}{n}", "in_use": 1, "times": 1, "period": period, "per": per,
			"counts": "Community Activity", "in_force_from": first}
			for n, (period, per, _kind) in enumerate(asked)
		],
	)  # fmt: skip
	put(
		"Duty Kind",
		[
			{"name": f"{TAG}{n}", "parent": f"{TAG}{n}", "parenttype": "Community Duty", "parentfield": "kinds", "kind": kinds[kind]}
			for n, (_period, _per, kind) in enumerate(asked)
		],
	)  # fmt: skip
	return year, first, last, names, len(activities)


def clear():
	import frappe

	for doctype in TABLES:
		frappe.db.delete(doctype, {"name": ("like", f"{TAG}%")})
	frappe.db.commit()


def measure(year, first, last, names, times):
	"""Lines of the table: medians in milliseconds."""
	from gongtongti.activities import duties
	from gongtongti.core import relations
	from gongtongti.gongtongti.report.community_duties import community_duties

	own = [f"{TAG}{n}" for n in range(8)]

	def report(**filters):
		relations.forget()
		return community_duties.execute({"school_year": year, **filters})[1]

	cases = (
		("engine, the year, all communities", lambda: duties.kept(first, last, None, own)),
		("engine, the year, one community", lambda: duties.kept(first, last, names[:1], own)),
		("engine, one month, all communities", lambda: duties.kept(first, first, None, own)),
		("report, the map", report),
		("report, one by one", lambda: report(one_by_one=1)),
		("report, one community", lambda: report(community=names[0])),
	)
	for what, function in cases:
		took, rows = median(function, times)
		yield what, len(rows), count(function), took


def main():
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("--db", choices=("sqlite", "mariadb"), default="sqlite")
	parser.add_argument("--site", help="site of a bench")
	parser.add_argument("--sites-path", default="sites")
	parser.add_argument("--communities", type=int, default=500)
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
		*given, number = fill(options.communities)
		frappe.db.commit()
		if engines.ENGINE.db == "mariadb":
			frappe.db.sql_ddl("ANALYZE TABLE `tabCommunity Activity`, `tabActivity School`")
		else:
			frappe.db.sql("ANALYZE")
		print(engines.ENGINE.line)
		print(
			f"{options.communities} communities, {number} activities written in {time.perf_counter() - start:.0f} s"
		)
		print(f"{'what':<38}{'rows':>8}{'queries':>9}{'ms':>8}")
		for what, rows, queries, took in measure(*given, options.times):
			print(f"{what:<38}{rows:>8}{queries:>9}{took:>8.0f}", flush=True)
	finally:
		frappe.db.rollback()
		clear()
		engines.stop()


if __name__ == "__main__":
	main()
