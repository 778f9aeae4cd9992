"""What shows the activities of communities together: figures of the workspace, the report, the record on paper (ACT5, ACT12)."""

from datetime import timedelta

import frappe
from activity_builders import RESEARCH_KIND, activity, held, planned, sign
from approvals import as_, fresh_reach, no_mails  # noqa: F401
from frappe.utils import getdate, nowdate

from gongtongti.activities import holding, number_cards
from gongtongti.core.signers import SEND
from gongtongti.gongtongti.report.pending_approvals import pending_approvals
from gongtongti.organisation import roles

# -- figures ---------------------------------------------------------------------------------------------------------------


def figure(user, of):
	"""A figure of the workspace, after holding the list that it leads to against it."""
	card = as_(user, of)
	doctype = card["route"][1]
	rows = as_(user, frappe.get_list, doctype, filters=card["route_options"], pluck="name", limit=0)
	assert len(rows) == card["value"]
	return card["value"]


def test_activities_of_this_week_are_counted_for_whoever_sees_them(small):
	monday = getdate() - timedelta(days=getdate().weekday())
	for day in (monday, monday + timedelta(days=6)):
		planned(small, day=day)
	for day in (monday - timedelta(days=1), monday + timedelta(days=7)):
		planned(small, day=day)
	off = planned(small, day=monday)
	as_(small.leader_user[small.urban], holding.call_off, off, "测试取消")
	activity(small, day=monday)
	for user, number in (
		(small.teacher_user[small.rural], 2),
		(small.users[roles.TEACHING_RESEARCH], 2),
		(small.principal_user[small.other_urban], 0),
	):
		assert figure(user, number_cards.this_week) == number, user


def test_what_is_over_and_not_recorded_is_counted(small):
	planned(small), held(small)
	planned(small, day=getdate(nowdate()) + timedelta(days=1))
	assert figure(small.leader_user[small.urban], number_cards.without_record) == 1
	assert figure(small.leader_user[small.other_urban], number_cards.without_record) == 0


def test_plans_are_among_the_documents_that_wait_for_me(small):
	user = small.users[roles.TEACHING_RESEARCH]
	before = as_(user, pending_approvals.waiting_for_me)["value"]
	sign(small.leader_user[small.urban], activity(small, RESEARCH_KIND), SEND)
	assert as_(user, pending_approvals.waiting_for_me)["value"] == before + 1
