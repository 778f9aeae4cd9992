"""The leaders of a community are told of duties that are soon due, once for each (ACT5, ACT6, ACT7)."""

import builders
import frappe
import pytest
from frappe.utils import add_days, get_first_day, getdate, nowdate
from test_duties import ACTIVITY, DUTY, MONTH, PAIR, TERM, VISITS, YEARS, duty, held  # noqa: F401
from test_reports import count_queries

from gongtongti.activities import duties, reminders
from gongtongti.core import jobs, notices

COMMUNITY = "Education Community"


@pytest.fixture
def due(small, held, monkeypatch):  # noqa: F811
	"""Duties of `small.community` that end today, so that they are due on any day. Out: a function that makes one."""
	frappe.db.delete("Duty Reminder")
	first = get_first_day(nowdate())
	for year in frappe.get_all("Community School Year", ["name", "start_date", "end_date"]):
		if getdate(year.start_date) <= getdate(nowdate()) <= getdate(year.end_date):
			break
	else:
		builders.school_year(f"{getdate().year}-{getdate().year + 1}", first, add_days(nowdate(), 300))
	kept = duties.kept
	only = {small.community}

	def of_ours(first_day, last_day, communities=None, names=None):
		rows = kept(first_day, last_day, only if communities is None else communities, names)
		for row in rows:  # as if the period ended in five days, whatever day it is
			row.due_on, row.state = (
				getdate(add_days(nowdate(), 5)),
				duties.KEPT if row.done >= row.times else duties.DUE,
			)
		return rows

	monkeypatch.setattr(duties, "kept", of_ours)
	small.only = only
	setting(7)
	return lambda **values: duty(first=first, **values)


def setting(days):
	frappe.db.set_single_value("Community Settings", "duty_notice_days", days)
	frappe.clear_document_cache("Community Settings", "Community Settings")


def told(small):
	rows = frappe.get_all(
		"Notification Log",
		{"document_type": COMMUNITY, "document_name": small.community},
		["for_user", "subject"],
	)
	return (
		{row.for_user: row.subject for row in rows}
		if len({row.for_user for row in rows}) == len(rows)
		else rows
	)


def test_principals_and_leaders_in_charge_are_told_once_for_a_duty_and_period(small, due, held):  # noqa: F811
	due()
	assert reminders.remind() == [small.community]
	expected = {
		user
		for posts in (small.principal_user, small.leader_user)
		for user in (posts[small.urban], posts[small.rural])
	}
	said = told(small)
	assert set(said) == expected
	assert all("测试职责 (still 1, until" in subject for subject in said.values())
	assert reminders.remind() == []
	assert told(small) == said
	due(times=2, kinds=("测试文艺",))
	assert reminders.remind() == [small.community]
	assert len(frappe.get_all("Duty Reminder")) == 2


def test_what_is_kept_is_not_reminded_of_and_pairs_are_told_together(small, due, held):  # noqa: F811
	due()
	due(per=PAIR, counts=VISITS, times=2)
	held(nowdate())
	assert reminders.remind() == [small.community]
	(subject,) = set(told(small).values())
	assert subject.count("测试职责") == 1 and "still 2" in subject


@pytest.mark.parametrize(("days", "is_told"), [(0, False), (4, False), (5, True), (60, True)])
def test_the_days_of_the_settings_decide_and_at_none_nobody_is_told(small, due, days, is_told):
	due()
	setting(days)
	assert bool(reminders.remind()) is is_told
	assert bool(told(small)) is is_told


def test_a_run_that_is_cut_off_goes_on_where_it_stopped(small, due, monkeypatch):
	due()
	small.only.add(small.other_community)
	apart, done = jobs.apart, []

	def cut(what, step, *args):
		if done:
			raise KeyboardInterrupt
		done.append(what)
		return apart(what, step, *args)

	with monkeypatch.context() as patch:
		patch.setattr(jobs, "apart", cut)
		with pytest.raises(KeyboardInterrupt):
			reminders.remind()
	(first,) = frappe.get_all("Duty Reminder", pluck="community")
	(rest,) = {small.community, small.other_community} - {first}
	assert reminders.remind() == [rest]
	assert reminders.remind() == []


def test_what_nobody_has_received_is_tried_again(small, due, monkeypatch):
	due()
	with monkeypatch.context() as patch:
		patch.setattr(notices, "tell", lambda *args: set())
		assert reminders.remind() == []
	assert reminders.remind() == [small.community]


def test_a_failed_notice_is_taken_back_and_the_others_go_out(small, due, monkeypatch):
	due()
	small.only.add(small.other_community)
	tell = notices.tell

	def fails(users, subject, doctype, name):
		sent = tell(users, subject, doctype, name)
		if name == small.community:
			raise ValueError("no connection")
		return sent

	with monkeypatch.context() as patch:
		patch.setattr(notices, "tell", fails)
		assert reminders.remind() == [small.other_community]
	assert not told(small)
	assert reminders.remind() == [small.community]


def test_nobody_writes_or_deletes_a_reminder(small, due):
	due()
	reminders.remind()
	(name,) = frappe.get_all("Duty Reminder", pluck="name")
	doc = frappe.get_doc("Duty Reminder", name)
	for act in (doc.save, doc.delete):
		with pytest.raises(frappe.ValidationError):
			act()
	frappe.set_user(small.principal_user[small.urban])
	assert not frappe.has_permission("Duty Reminder", "read")


def test_asking_what_is_due_takes_the_same_number_of_queries_for_more_communities(small, due, monkeypatch):
	due()

	def ask():
		found = reminders._due(7)
		return reminders._leaders(found)

	few = count_queries(ask, monkeypatch)
	small.only.add(small.other_community)
	due(period=TERM)
	due(period=MONTH, kinds=("测试文艺",))
	assert len(ask()) == 2
	assert count_queries(ask, monkeypatch) == few
