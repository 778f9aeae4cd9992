"""What was held, as duties count it: by its day, not by when it was put on record (ACT5)."""

import activity_builders as make
import frappe
import pytest
from approvals import as_
from frappe.utils import add_days, getdate, nowdate
from test_reports import count_queries

from gongtongti.activities import holding, occurrences

YESTERDAY = getdate(add_days(nowdate(), -1))


def held_on(day, communities=None):
	return occurrences.of_activities(day, day, communities)


def test_what_was_held_is_told_with_its_day_its_kind_and_its_schools(small):
	name = make.held(small)
	(found,) = held_on(YESTERDAY, [small.community])
	assert found == {
		"doctype": "Community Activity",
		"name": name,
		"community": small.community,
		"day": YESTERDAY,
		"kind": make.FREE_KIND,
		"schools": (small.urban, small.rural),
		"placement": None,
	}
	assert found in held_on(YESTERDAY)
	assert not held_on(YESTERDAY, [small.other_community])
	assert not held_on(YESTERDAY, [])
	assert not held_on(getdate(nowdate()), [small.community])


def test_what_was_only_planned_or_called_off_is_not_told(small):
	make.activity(small)
	make.planned(small)
	name = make.planned(small)
	as_(small.leader_user[small.urban], holding.call_off, name, "下雨")
	assert not held_on(YESTERDAY, [small.community])


def test_what_was_moved_is_told_on_the_day_it_was_held(small):
	make.year_of(YESTERDAY)
	name = make.planned(small, day=add_days(nowdate(), -3))
	by = small.leader_user[small.urban]
	as_(by, holding.move, name, f"{YESTERDAY} 23:00:00", f"{YESTERDAY} 23:30:00", "教室冲突")
	doc = frappe.get_doc("Community Activity", name)
	doc.wrap_up = "测试小结"
	as_(by, doc.save)
	as_(by, holding.record_held, name)
	assert [row.name for row in held_on(YESTERDAY, [small.community])] == [name]
	assert not held_on(getdate(add_days(nowdate(), -3)), [small.community])


@pytest.mark.parametrize("doctype", occurrences.SOURCES)
def test_each_source_answers_in_one_query(small, doctype, monkeypatch):
	source, communities = occurrences.SOURCES[doctype], [small.community, small.other_community]
	assert count_queries(lambda: source(YESTERDAY, YESTERDAY, communities), monkeypatch) == 1
