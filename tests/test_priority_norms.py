"""The computed order (EX4) and the national shares of exchange (NX1)."""

import builders
import frappe
import pytest
from test_exchange import SEND, acting, approved, draft, sent, settings, sign

from gongtongti.core import approval
from gongtongti.exchange import lifecycle, norms, priority
from gongtongti.exchange.facts import years_between
from gongtongti.gongtongti.report.exchange_norms import exchange_norms

YEAR_START = "2026-09-01"


def person(small, name, school=None, honours=(), since="2015-09-01", **values):
	return builders.staff(name, school or small.urban, honours=list(honours), at_school_since=since, **values)


def order(*people, on_date=YEAR_START):
	return [ranked.staff for ranked in priority.rank(people, on_date)]


# -- years ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("since", "until", "years"),
	[
		("2020-09-01", "2026-09-01", 6.0),
		("2020-09-02", "2026-09-01", 5.9),
		("2020-03-01", "2026-09-01", 6.5),
		("2026-09-01", "2026-09-01", 0.0),
		("2027-09-01", "2026-09-01", 0.0),
		("2020-02-29", "2026-02-28", 6.0),
		("2020-02-29", "2026-02-27", 5.9),
	],
)
def test_years_are_full_years_and_tenths_never_rounded_up(since, until, years):
	assert years_between(since, until) == years


# -- EX4 -----------------------------------------------------------------------------------------------------------------


def test_order_of_the_four_groups(small):
	rest = person(small, "测试一")
	backbone = person(small, "测试二", honours=[("Backbone Teacher", "School Level")])
	frappe.db.set_value("School Staff", backbone, "is_backbone", 1)
	other = person(small, "测试三", honours=[("Subject Leader", "District Level")])
	named = person(small, "测试四", honours=[("Excellent Teacher", "District Level")])
	assert order(rest, backbone, other, named) == [named, other, backbone, rest]
	assert [ranked.tier for ranked in priority.rank([rest, backbone, other, named], YEAR_START)] == [
		1,
		2,
		3,
		4,
	]


@pytest.mark.parametrize("honour", ["Excellent Teacher", "Teaching Expert"])
def test_named_honours_put_urban_teachers_first(small, honour):
	urban = person(small, "测试乙", honours=[(honour, "District Level")])
	rural = person(small, "测试甲", small.rural, honours=[(honour, "National Level")])
	assert order(rural, urban) == [urban, rural]
	assert [ranked.tier for ranked in priority.rank([rural, urban], YEAR_START)] == [1, 2]


def test_named_honour_of_a_school_does_not_count(small):
	ranked = priority.rank(
		[person(small, "测试甲", honours=[("Excellent Teacher", "School Level")])], YEAR_START
	)
	assert (ranked[0].tier, ranked[0].honour) == (4, None)


def test_higher_honour_comes_first_within_a_group(small):
	levels = ["District Level", "City Level", "Provincial Level", "National Level"]
	people = [person(small, f"测试{level}", honours=[("Teaching Expert", level)]) for level in levels]
	assert order(*people) == people[::-1]


def test_best_honour_of_a_person_counts(small):
	both = person(
		small,
		"测试甲",
		honours=[("Teaching Expert", "District Level"), ("Excellent Teacher", "Provincial Level")],
	)
	ranked = priority.rank([both], YEAR_START)[0]
	assert (ranked.honour, ranked.level) == ("Excellent Teacher", "Provincial Level")


def test_then_those_with_the_years_then_the_longer_service_then_the_name(small):
	short = person(small, "测试甲", since="2021-09-01")
	long = person(small, "测试丁", since="2010-09-01")
	enough_a, enough_b = (
		person(small, "测试A", since="2018-09-01"),
		person(small, "测试B", since="2018-09-01"),
	)
	assert order(short, enough_b, long, enough_a) == [long, enough_a, enough_b, short]


def test_eligibility_comes_before_years_only_through_the_setting(small):
	settings(eligibility_years=10)
	ranked = priority.rank([person(small, "测试甲", since="2018-09-01")], YEAR_START)[0]
	assert (ranked.years, ranked.is_eligible) == (8.0, False)


def test_honour_that_is_not_yet_awarded_does_not_count(small):
	staff = person(small, "测试甲", honours=[("Teaching Expert", "District Level")])
	frappe.db.set_value("Staff Honour", {"parent": staff}, "awarded_on", "2090-01-01")
	assert priority.rank([staff], YEAR_START)[0].tier == 4
	frappe.db.set_value("Staff Honour", {"parent": staff}, "awarded_on", None)
	assert priority.rank([staff], YEAR_START)[0].tier == 1


def test_explanation_says_why(small):
	staff = person(small, "测试甲", honours=[("Teaching Expert", "City Level")])
	reason = priority.rank([staff, person(small, "测试乙")], YEAR_START)[0].reason()
	for text in ("1 of 2", "Teaching Expert", "City Level", "11.0 years", "eligible"):
		assert text in reason


def test_explanation_in_chinese(small):
	ranked = priority.rank(
		[person(small, "测试甲", honours=[("Teaching Expert", "City Level")])], YEAR_START
	)[0]
	frappe.local.lang = "zh"
	try:
		reason = ranked.reason()
	finally:
		frappe.local.lang = "en"
	assert "教学能手" in reason and "市级" in reason
	assert not any(letter.isascii() and letter.isalpha() for letter in reason), reason


def test_nobody_and_unknown_people(small):
	assert priority.rank([], YEAR_START) == []
	assert priority.rank(["ST-none"], YEAR_START) == []


def queries_of(function, monkeypatch):
	"""How many statements a call sends to the database."""
	sent_statements = []
	sql = frappe.local.db.sql

	def counting(query, *args, **kwargs):
		sent_statements.append(str(query))
		return sql(query, *args, **kwargs)

	with monkeypatch.context() as patch:
		patch.setattr(frappe.local.db, "sql", counting)
		function()
	return len(sent_statements)


def test_ranking_asks_no_more_the_more_people_there_are(small, monkeypatch):
	people = [
		person(small, f"测试{number}", honours=[("Teaching Expert", "City Level")]) for number in range(12)
	]
	priority.rank(people[:1], YEAR_START)
	one = queries_of(lambda: priority.rank(people[:1], YEAR_START), monkeypatch)
	assert one == queries_of(lambda: priority.rank(people, YEAR_START), monkeypatch) > 0


def test_placement_shows_the_place_among_the_people_of_the_home_school(small):
	best = person(small, "测试甲", honours=[("Teaching Expert", "National Level")])
	person(small, "测试乙", small.rural, honours=[("Teaching Expert", "National Level")])
	doc = draft(small, staff=best)
	count = frappe.db.count("School Staff", {"school": small.urban, "status": "In Service"})
	assert doc.priority_rank == 1
	assert doc.priority_reason.startswith(f"1 of {count}:")
	assert draft(small).priority_rank == 2


# -- NX1 -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def two_schools(small):
	"""No one but the people made here counts: the others have not been at their school long enough."""
	for table in (frappe.qb.DocType("School Staff"), frappe.qb.DocType("Staff Service")):
		frappe.qb.update(table).set(table.at_school_since, "2026-08-31").run()
	urban = [person(small, f"测试城{number}") for number in range(8)]
	rural = [person(small, f"测试乡{number}", small.rural) for number in range(2)]
	return frappe._dict(urban=urban, rural=rural)


def change(staff, **values):
	return frappe.get_doc("School Staff", staff).update(values).save()


def total(small, **values):
	(row,) = norms.norms(small.next_year, by="total", **values)
	return row


def place(small, staff, finish=approved, **values):
	return finish(small, staff=staff, **values)


def test_nobody_took_part(small, two_schools):
	row = total(small)
	assert (row.eligible, row.took_part, row.share, row.share_met) == (10, 0, 0.0, False)
	assert (row.backbone_share, row.backbone_met) == (None, None)


def test_share_of_those_eligible_at_the_norm_is_met(small, two_schools):
	place(small, two_schools.urban[0])
	row = total(small)
	assert (row.took_part, row.share, row.share_norm, row.share_met) == (1, 10.0, 10.0, True)
	person(small, "测试城八")
	row = total(small)
	assert (row.eligible, row.share, row.share_met) == (11, 9.1, False)


def test_share_just_below_the_norm_is_not_rounded_up_to_it(small, two_schools):
	settings(exchange_share_norm=10.04)
	place(small, two_schools.urban[0])
	row = total(small)
	assert (row.share, row.share_met) == (10.0, False)


def test_share_of_backbone_teachers(small, two_schools):
	frappe.db.set_value("School Staff", two_schools.urban[0], "is_backbone", 1)
	for staff in two_schools.urban[:4]:
		place(small, staff)
	row = total(small)
	assert (row.took_part, row.backbone, row.backbone_share, row.backbone_met) == (4, 1, 25.0, True)
	settings(backbone_share_norm=30)
	assert total(small).backbone_met is False


def test_backbone_is_what_the_person_was_when_placed(small, two_schools):
	place(small, two_schools.urban[0])
	frappe.db.set_value("School Staff", two_schools.urban[0], "is_backbone", 1)
	assert total(small).backbone == 0


def test_drafts_and_unfinished_approvals_have_not_taken_part(small, two_schools):
	draft(small, staff=two_schools.urban[0])
	doc = sent(small, staff=two_schools.urban[1])
	assert total(small).took_part == 0
	with acting(small.principal_user[small.urban]):
		approval.sign(doc.doctype, doc.name, "Disagree", "课时不够")
	assert total(small).took_part == 0


@pytest.mark.parametrize("status", ["Finally Approved", "Serving", "Completed", "Ended Early"])
def test_whatever_became_of_an_approved_placement_it_counts(small, two_schools, status):
	doc = place(small, two_schools.urban[0])
	doc.db_set("status", status)
	assert total(small).took_part == 1


def test_cancelled_placement_does_not_count(small, two_schools):
	doc = place(small, two_schools.urban[0])
	doc.db_set({"status": "Cancelled", "docstatus": 2})
	assert total(small).took_part == 0


def test_two_placements_of_a_person_count_once(small, two_schools):
	place(small, two_schools.urban[0], end_date="2026-12-31")
	place(small, two_schools.urban[0], start_date="2027-01-01")
	assert total(small).took_part == 1


def test_only_those_eligible_count_as_having_taken_part(small, two_schools):
	approved(small)  # the first teacher came to the school yesterday
	assert total(small).took_part == 0


def test_eligibility_counts_full_years_on_the_first_day_of_the_year(small, two_schools):
	late = person(small, "测试晚", since="2020-09-02")
	assert total(small).eligible == 10
	change(late, at_school_since="2020-09-01")
	assert total(small).eligible == 11
	settings(eligibility_years=7)
	assert total(small).eligible == 10


def test_those_who_left_before_the_year_do_not_count_and_those_who_leave_in_it_do(small, two_schools):
	for staff, left in ((two_schools.urban[0], "2026-08-31"), (two_schools.urban[1], "2026-10-01")):
		change(staff, status="Retired", left_on=left)
	assert total(small).eligible == 9


def test_other_school_years_do_not_count(small, two_schools):
	place(small, two_schools.urban[0])
	(row,) = norms.norms(small.year, by="total")
	assert row.took_part == 0


def test_norms_by_school_community_and_location(small, two_schools):
	place(small, two_schools.urban[0])
	place(small, two_schools.rural[0], home_school=small.rural, host_school=small.urban)
	by_school = {row.name: (row.eligible, row.took_part) for row in norms.norms(small.next_year)}
	assert by_school == {small.urban: (8, 1), small.rural: (2, 1)}
	by_community = {
		row.name: (row.eligible, row.took_part) for row in norms.norms(small.next_year, by="community")
	}
	assert by_community == {small.community: (10, 2)}
	row = total(small, location="Urban")
	assert (row.eligible, row.took_part) == (8, 1)
	assert total(small, location="Rural").eligible == 2


def test_norms_leave_out_communities_that_did_not_stand_in_the_year(small, two_schools):
	def communities():
		return {row.name for row in norms.norms(small.next_year, by="community")}

	assert communities() == {small.community}
	for values in (
		{"status": "Dissolved", "dissolved_on": "2026-08-31"},
		{"status": "Preparing", "dissolved_on": None},
		{"status": "In Operation", "founded_on": "2027-09-01"},
	):
		frappe.db.set_value("Education Community", small.community, values)
		assert communities() == set()
		report = exchange_norms.execute({"school_year": small.next_year, "community": small.community})
		assert report[1] == []
	values = {"status": "Dissolved", "founded_on": "2020-09-01", "dissolved_on": "2026-09-01"}
	frappe.db.set_value("Education Community", small.community, values)
	assert communities() == {small.community}  # it stood on the first day


def test_norms_of_a_reader_hold_the_readers_schools_only(small, two_schools):
	place(small, two_schools.urban[0])
	rows = norms.norms(small.next_year, schools=[small.rural])
	assert {row.name: row.eligible for row in rows} == {small.rural: 2}
	assert norms.norms(small.next_year, schools=[]) == []
	with acting(small.principal_user[small.rural]):
		table = exchange_norms.execute({"school_year": small.next_year})[1]
	assert [row["school"] for row in table if not row.get("is_total")] == [small.rural]


def test_norms_ask_no_more_the_more_rows_there_are(small, two_schools, monkeypatch):
	def ask():
		for by in ("school", "community", "total"):
			norms.norms(small.next_year, by=by)

	ask()
	before = queries_of(ask, monkeypatch)
	for staff in two_schools.urban[:3]:
		place(small, staff)
	frappe.get_cached_doc("Community Settings")
	assert queries_of(ask, monkeypatch) == before > 0


def test_lifecycle_keeps_the_share(small, two_schools):
	doc = place(small, two_schools.urban[0])
	lifecycle.daily("2027-08-31")
	doc.reload()
	assert doc.status == "Completed"
	assert total(small).took_part == 1


def test_sending_alone_is_not_enough(small, two_schools):
	doc = draft(small, staff=two_schools.urban[0])
	sign(doc, small.leader_user[small.urban], SEND)
	assert total(small).took_part == 0
