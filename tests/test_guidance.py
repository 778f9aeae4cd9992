"""Days of guidance at a partner school (ACT7): checked in on the day by the leader who guides, once, and counted."""

import frappe
import pytest
from approvals import as_
from frappe.utils import add_days, add_to_date, getdate, now_datetime, nowdate

from gongtongti.activities import occurrences, visits
from gongtongti.core import settings
from gongtongti.gongtongti.doctype.guidance_visit import guidance_visit as rules
from gongtongti.organisation import council, roles


def visit(small, by=None, **values):
	given = {
		"doctype": visits.VISIT,
		"staff": small.principal[small.urban],
		"community": small.community,
		"visited_school": small.rural,
		"visited_on": nowdate(),
		"work_field": council.RESEARCH,
		"guided": "测试指导",
		**values,
	}
	return as_(by or small.principal_user[small.urban], frappe.get_doc(given).insert).name


@pytest.mark.parametrize("days", [1, -2, -30])
def test_a_visit_is_checked_in_on_its_day(small, days):
	frappe.db.set_single_value("Community Settings", "checkin_days", 1)
	with pytest.raises(rules.CheckInDayError):
		visit(small, visited_on=add_days(nowdate(), days))


def test_the_settings_say_how_long_after_a_visit_may_be_checked_in(small):
	frappe.db.set_single_value("Community Settings", "checkin_days", 0)
	assert visit(small)
	with pytest.raises(rules.CheckInDayError):
		visit(small, visited_on=add_days(nowdate(), -1))
	frappe.db.set_single_value("Community Settings", "checkin_days", 2)
	assert visit(small, visited_on=add_days(nowdate(), -2))


def test_a_day_at_a_school_is_checked_in_once(small):
	visit(small)
	with pytest.raises(rules.VisitTwiceError):
		visit(small)


def test_everybody_checks_in_their_own_days(small):
	with pytest.raises(rules.VisitorError):
		visit(small, by=small.leader_user[small.urban])
	with pytest.raises(rules.VisitorError):
		visit(small, by=small.teacher_user[small.urban], staff=small.teacher[small.urban])
	assert visit(small, by=small.cadre_user[small.urban], staff=small.cadre[small.urban])


def test_others_do_not_write_what_was_guided(small):
	name = visit(small)
	for user in (small.leader_user[small.urban], small.principal_user[small.rural], small.admin):
		with pytest.raises(frappe.PermissionError):
			as_(user, frappe.get_doc(visits.VISIT, name).update({"guided": "改"}).save)


@pytest.mark.parametrize("where", ["own", "other", "community"])
def test_the_school_is_a_partner_of_the_community(small, where):
	values = {
		"own": {"visited_school": small.urban},
		"other": {"visited_school": small.other_rural},
		"community": {"community": small.other_community},
	}[where]
	with pytest.raises((rules.PartnerError, frappe.PermissionError)):
		visit(small, **values)


def test_what_is_kept_by_the_system_is_not_typed_in(small):
	name = visit(small, school=small.other_urban, staff_name="假名", checked_in_on="2020-01-01 00:00:00")
	doc = frappe.get_doc(visits.VISIT, name)
	assert (doc.school, doc.checked_in_by) == (small.urban, small.principal_user[small.urban])
	assert doc.staff_name != "假名" and getdate(doc.checked_in_on) == getdate()


def test_what_was_guided_is_put_right_for_some_days_and_the_day_never(small):
	name, by = visit(small), small.principal_user[small.urban]
	as_(by, frappe.get_doc(visits.VISIT, name).update({"guided": "更正", "talks": 2}).save)
	with pytest.raises(frappe.ValidationError):
		as_(by, frappe.get_doc(visits.VISIT, name).update({"visited_on": add_days(nowdate(), -9)}).save)
	with pytest.raises(rules.VisitCountError):
		as_(by, frappe.get_doc(visits.VISIT, name).update({"talks": -1}).save)
	late = add_to_date(now_datetime(), days=-settings.get("record_days") - 1)
	frappe.db.set_value(visits.VISIT, name, "checked_in_on", late)
	with pytest.raises(rules.CheckInDayError):
		as_(by, frappe.get_doc(visits.VISIT, name).update({"guided": "再改"}).save)


def test_a_visit_stays_on_record(small):
	name = visit(small)
	with pytest.raises((rules.VisitKeptError, frappe.PermissionError)):
		as_(small.principal_user[small.urban], frappe.delete_doc, visits.VISIT, name)
	with pytest.raises(rules.VisitKeptError):
		frappe.delete_doc(visits.VISIT, name)


def test_days_of_guidance_are_counted_and_partners_see_them(small):
	name, today = visit(small), getdate()
	(found,) = occurrences.of_visits(today, today, [small.community])
	assert (found.name, found.day, found.schools) == (name, today, (small.urban, small.rural))
	assert not occurrences.of_visits(today, today, [small.other_community])
	doc = frappe.get_doc(visits.VISIT, name)
	for user, sees in (
		(small.teacher_user[small.rural], True),
		(small.users[roles.SUPERVISION], True),
		(small.principal_user[small.other_urban], False),
		(small.outsider, False),
	):
		assert doc.has_permission("read", user=user) is sees, user
