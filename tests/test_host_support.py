"""What a host school provides for a visiting teacher: begun by itself, written by the host school, confirmed by the teacher (EX11)."""

import frappe
import pytest
from approvals import (  # noqa: F401
	APPROVED,
	CHANGE,
	PERSONNEL,
	as_,
	bring,
	change,
	draft,
	everybody,
	fresh_reach,
	no_mails,
)
from frappe import client
from frappe.utils import add_days, nowdate

from gongtongti.activities import hosting
from gongtongti.exchange.statuses import CHANGE_APPROVED
from gongtongti.gongtongti.doctype.host_support.host_support import (
	ForeignSupportError,
	NotOfHostSchoolError,
	ReceiptConfirmedError,
	SupportDayError,
)
from gongtongti.gongtongti.doctype.host_support_template.host_support_template import (
	OtherTemplateError,
	TemplateItemTwiceError,
)
from gongtongti.organisation import roles

SUPPORT = hosting.SUPPORT
TODAY = nowdate()


def begun(small, **values):
	"""The checklist of an approved placement of the urban teacher at the rural school; its name."""
	hosting.seed()
	placement = bring(small, draft(small, **values), APPROVED)
	return frappe.db.get_value(SUPPORT, {"placement": placement})


def provide(small, name, rows, by=None, **talk):
	"""rows: {row: values}. Written by the leader in charge of the host school (or `by`)."""
	doc = frappe.get_doc(SUPPORT, name)
	for number, values in rows.items():
		doc.items[number].update(values)
	if talk:
		doc.append("talks", talk)
	return as_(by or small.leader_user[small.rural], doc.save)


def test_an_approved_placement_has_one_checklist_of_the_template(small):
	hosting.seed()
	name = bring(small, draft(small), PERSONNEL)
	assert not frappe.db.exists(SUPPORT, {"placement": name})
	bring(small, name, APPROVED)
	doc = frappe.get_doc(SUPPORT, {"placement": name})
	template = frappe.get_doc(hosting.TEMPLATE, {"out_of_use": 0})
	assert [row.item for row in doc.items] == [row.item for row in template.items] and doc.items
	assert (doc.staff, doc.host_school, doc.home_school) == (
		small.teacher[small.urban],
		small.rural,
		small.urban,
	)
	hosting.begin(frappe.get_doc("Exchange Placement", name))
	hosting.catch_up()
	assert frappe.db.count(SUPPORT, {"placement": name}) == 1
	frappe.delete_doc(SUPPORT, doc.name)
	hosting.catch_up()
	hosting.catch_up()
	assert frappe.db.count(SUPPORT, {"placement": name}) == 1


def test_it_lasts_as_long_as_the_placement(small):
	name = begun(small)
	placement = frappe.db.get_value(SUPPORT, name, "placement")
	bring(small, change(small, placement, new_end_date="2027-03-31"), CHANGE_APPROVED, CHANGE)
	assert str(frappe.db.get_value(SUPPORT, name, "end_date")) == "2027-03-31"


def test_who_sees_it(small):
	name, found = begun(small), set()
	for user in set(everybody(small)) - {"Administrator"}:
		try:
			listed = name in as_(user, frappe.get_list, SUPPORT, pluck="name")
		except frappe.PermissionError:
			listed = False
		assert listed == as_(user, frappe.get_doc(SUPPORT, name).has_permission, "read"), user
		found |= {user} if listed else set()
	leaders = {
		of[at] for of in (small.principal_user, small.leader_user) for at in (small.urban, small.rural)
	}
	sections = {small.users[roles.PERSONNEL], small.clerk, small.users[roles.LOGISTICS]}
	assert found == leaders | sections | {small.teacher_user[small.urban]}


def test_only_leaders_of_the_host_school_write(small):
	name = begun(small)
	strangers = (small.leader_user[small.urban], small.principal_user[small.urban])
	for user in strangers:
		with pytest.raises(ForeignSupportError):
			provide(small, name, {0: {"given_on": TODAY}}, by=user)
	for user in (small.users[roles.PERSONNEL], small.users[roles.LOGISTICS], small.teacher_user[small.urban]):
		with pytest.raises(frappe.PermissionError):
			provide(small, name, {0: {"given_on": TODAY}}, by=user)
	for user in (*strangers, small.leader_user[small.rural], small.users[roles.PERSONNEL]):
		with pytest.raises(frappe.PermissionError):
			as_(user, client.delete, SUPPORT, name)
	doc = provide(small, name, {0: {"given_on": TODAY}}, by=small.principal_user[small.rural])
	assert doc.items[0].given_by == small.principal[small.rural] and doc.items[0].given_by_name
	assert doc.status == hosting.PROVIDED


@pytest.mark.parametrize(
	("row", "error"),
	[
		({"given_on": add_days(TODAY, 1)}, SupportDayError),
		({"asked_on": TODAY, "given_on": add_days(TODAY, -1)}, SupportDayError),
	],
)
def test_days_that_cannot_be(small, row, error):
	with pytest.raises(error):
		provide(small, begun(small), {0: row})


def test_people_of_the_host_school_provide_and_talk(small):
	name = begun(small)
	with pytest.raises(NotOfHostSchoolError):
		provide(small, name, {0: {"given_on": TODAY, "given_by": small.teacher[small.urban]}})
	talk = {"talk_date": TODAY, "content": "测试谈话"}
	with pytest.raises(NotOfHostSchoolError):
		provide(small, name, {}, **talk, talked_by=small.teacher[small.other_urban])
	with pytest.raises(SupportDayError):
		provide(small, name, {}, **{**talk, "talk_date": add_days(TODAY, 1)})
	doc = provide(small, name, {}, **talk, talked_by=small.teacher[small.rural])
	assert doc.talks[0].talked_by_name


def test_the_visiting_teacher_confirms_by_the_own_account(small):
	name, teacher = begun(small), small.teacher_user[small.urban]
	with pytest.raises(hosting.NotProvidedError):
		as_(teacher, hosting.confirm_receipt, name)
	provide(small, name, {0: {"asked_on": TODAY, "given_on": TODAY}, 1: {"asked_on": TODAY}})
	with pytest.raises(hosting.NotProvidedError):
		as_(teacher, hosting.confirm_receipt, name)
	provide(small, name, {1: {"given_on": TODAY}})
	for user in (
		small.leader_user[small.rural],
		small.leader_user[small.urban],
		small.users[roles.PERSONNEL],
	):
		with pytest.raises(hosting.ForeignReceiptError):
			as_(user, hosting.confirm_receipt, name)
	with pytest.raises(frappe.PermissionError):
		as_(small.teacher_user[small.other_urban], hosting.confirm_receipt, name)
	as_(teacher, hosting.confirm_receipt, name)
	doc = frappe.get_doc(SUPPORT, name)
	assert (doc.status, doc.confirmed_by, str(doc.confirmed_on)) == (hosting.CONFIRMED, teacher, TODAY)
	with pytest.raises(hosting.NotProvidedError):
		as_(teacher, hosting.confirm_receipt, name)
	with pytest.raises(ReceiptConfirmedError):
		provide(small, name, {2: {"given_on": TODAY}})
	doc = provide(small, name, {}, talk_date=TODAY, content="测试谈话")
	assert doc.status == hosting.CONFIRMED


def test_a_receipt_is_not_typed_in(small):
	name = begun(small)
	doc = frappe.get_doc(SUPPORT, name)
	doc.update(
		{"confirmed_on": TODAY, "confirmed_by": small.leader_user[small.rural], "status": hosting.CONFIRMED}
	)
	as_(small.leader_user[small.rural], doc.save)
	doc = frappe.get_doc(SUPPORT, name)
	assert not doc.confirmed_on and not doc.confirmed_by and doc.status == hosting.BEING_PREPARED


def test_one_template_is_in_use(small):
	hosting.seed()
	before = frappe.db.count(hosting.TEMPLATE)
	hosting.seed()
	assert frappe.db.count(hosting.TEMPLATE) == before
	other = {"doctype": hosting.TEMPLATE, "template_name": "测试模板", "items": [{"item": "测试物品"}]}
	section = small.users[roles.LOGISTICS]
	with pytest.raises(OtherTemplateError):
		as_(section, frappe.get_doc(other).insert)
	with pytest.raises(TemplateItemTwiceError):
		as_(section, frappe.get_doc({**other, "out_of_use": 1, "items": other["items"] * 2}).insert)
	as_(section, frappe.get_doc({**other, "out_of_use": 1}).insert)
	with pytest.raises(frappe.PermissionError):
		as_(small.leader_user[small.rural], frappe.get_doc({**other, "template_name": "测试模板二"}).insert)
