"""Organisation (ORG1 to ORG9): what is refused, what is computed, which roles posts give and take."""

import re
from pathlib import Path

import builders
import engines
import frappe
import pytest
from fixtures_app import remove
from frappe.utils import add_days, getdate, nowdate

from gongtongti.core import documents, relations
from gongtongti.gongtongti.doctype.community_agreement import community_agreement as agreement_rules
from gongtongti.gongtongti.doctype.community_coverage_target import community_coverage_target as target_rules
from gongtongti.gongtongti.doctype.community_document import community_document as document_rules
from gongtongti.gongtongti.doctype.community_leading_group import community_leading_group as group_rules
from gongtongti.gongtongti.doctype.community_role_grant import community_role_grant as grant_rules
from gongtongti.gongtongti.doctype.community_school import community_school as school_rules
from gongtongti.gongtongti.doctype.community_school_year import community_school_year as year_rules
from gongtongti.gongtongti.doctype.community_settings import community_settings as settings_rules
from gongtongti.gongtongti.doctype.education_community import education_community as community_rules
from gongtongti.gongtongti.doctype.school_staff import school_staff as staff_rules
from gongtongti.organisation import agreements, membership, names, posts, roles, school_years, service, state
from gongtongti.organisation import relations as reach
from gongtongti.patches import put_service

PRIMARY, JUNIOR, NINE = "Primary School", "Junior Middle School", "Nine-Year School"


def has(user, role):
	"""Whether the account has the role, as the database says."""
	return bool(frappe.db.exists("Has Role", {"parenttype": "User", "parent": user, "role": role}))


def grants(user, role=None):
	"""{(source document, added)} of the grants of a user."""
	filters = {"user": user, **({"role": role} if role else {})}
	rows = frappe.get_all("Community Role Grant", filters, ["source_name", "added"])
	return {(row.source_name, row.added) for row in rows}


def change(doctype, name, **values):
	doc = frappe.get_doc(doctype, name)
	doc.update(values)
	return doc.save()


# -- service is history ----------------------------------------------------------------------------------------------


def times(doc):
	"""(school, position, first day, last day, at the school since) of each row of service."""
	return [
		(
			row.school,
			row.position,
			*(str(day or "") for day in (row.from_date, row.to_date, row.at_school_since)),
		)
		for row in doc.services
	]


def days(number):
	return str(getdate(add_days(nowdate(), number)))


def test_service_goes_on_with_each_change(small):
	urban, rural = small.urban, small.rural
	name = builders.staff("测试任职", urban, at_school_since="2015-09-01")
	doc = change("School Staff", name, phone="000")
	assert times(doc) == [(urban, "Teacher", "2015-09-01", "", "2015-09-01")]
	doc = change("School Staff", name, at_school_since="2016-09-01")  # put right
	assert times(doc) == [(urban, "Teacher", "2016-09-01", "", "2016-09-01")]
	doc = change("School Staff", name, position="Vice Principal")
	first = (urban, "Teacher", "2016-09-01", days(-1), "2016-09-01")
	assert times(doc) == [first, (urban, "Vice Principal", days(0), "", "2016-09-01")]
	assert str(doc.at_school_since) == "2016-09-01"  # at the school without a break
	doc = change("School Staff", name, position="Other School Leader")  # on the same day
	assert times(doc) == [first, (urban, "Other School Leader", days(0), "", "2016-09-01")]
	doc = change("School Staff", name, status="Retired", left_on=days(3))
	assert times(doc)[-1] == (urban, "Other School Leader", days(0), days(3), "2016-09-01")
	doc = change("School Staff", name, status="In Service")
	assert times(doc)[-1] == (urban, "Other School Leader", days(0), "", "2016-09-01")
	assert rural not in {row.school for row in doc.services}


def test_a_move_is_dated_and_not_foretold(small):
	name = builders.staff("测试任职", small.urban, at_school_since="2015-09-01")
	for day in ("2015-08-31", days(1)):
		with pytest.raises(service.ServiceDatesError):
			change("School Staff", name, school=small.rural, at_school_since=day)
	doc = change("School Staff", name, school=small.rural)
	assert times(doc) == [
		(small.urban, "Teacher", "2015-09-01", days(-1), "2015-09-01"),
		(small.rural, "Teacher", days(0), "", days(0)),
	]
	assert str(doc.at_school_since) == days(0)
	assert service.as_of(days(-1), [name])[name].school == small.urban
	assert service.as_of(days(0), [name])[name].school == small.rural
	assert name in service.as_of("2020-01-01", school=small.urban)


def test_whoever_keeps_the_records_puts_the_history_right(small):
	name = builders.staff("测试任职", small.urban, at_school_since="2015-09-01")
	rows = [
		{"school": small.rural, "position": "Teacher", "from_date": "2018-09-01"},
		{"school": small.urban, "position": "Teacher", "from_date": "2010-09-01"},
	]
	frappe.set_user(small.clerk)
	doc = change("School Staff", name, services=rows)
	assert times(doc) == [
		(small.urban, "Teacher", "2010-09-01", "2018-08-31", "2010-09-01"),
		(small.rural, "Teacher", "2018-09-01", "", "2018-09-01"),
	]
	assert (doc.school, str(doc.at_school_since)) == (small.rural, "2018-09-01")
	for wrong in ({"to_date": "2019-01-01"}, {"from_date": "2030-01-01", "to_date": "2029-01-01"}):
		with pytest.raises(service.ServiceDatesError):
			change("School Staff", name, services=[rows[1], rows[0] | wrong])
	with pytest.raises(service.ServiceDatesError):
		change("School Staff", name, services=[rows[1] | {"to_date": "2018-09-01"}, rows[0]])


def test_a_school_writes_no_history(small):
	frappe.set_user(small.leader_user[small.rural])
	rows = [{"school": small.rural, "from_date": "1999-09-01"}]
	name = builders.insert(
		"School Staff", staff_name="测试任职", school=small.rural, at_school_since="2020-09-01", services=rows
	).name
	assert times(frappe.get_doc("School Staff", name)) == [
		(small.rural, "Teacher", "2020-09-01", "", "2020-09-01")
	]
	doc = change("School Staff", name, services=rows, phone="000")
	assert times(doc) == [(small.rural, "Teacher", "2020-09-01", "", "2020-09-01")]
	with pytest.raises(staff_rules.PersonnelFieldError):
		change("School Staff", name, at_school_since="1999-09-01")


def test_sites_that_have_no_history_yet_get_what_is_known(small):
	name = small.teacher[small.urban]
	left = builders.staff("测试任职", small.urban, status="Retired", left_on="2020-01-31")
	frappe.db.delete("Staff Service")
	for _run in range(2):
		put_service.execute()
		assert frappe.db.count("Staff Service", {"parent": ("in", [name, left])}) == 2
	assert times(frappe.get_doc("School Staff", name)) == [
		(small.urban, "Teacher", "2015-09-01", "", "2015-09-01")
	]
	assert times(frappe.get_doc("School Staff", left))[0][3] == "2020-01-31"
	assert change("School Staff", name, phone="000")


# -- names (hard inputs) ---------------------------------------------------------------------------------------------


def test_blanks_around_and_inside_a_name_are_trimmed():
	name = builders.school("  测试  空格 A  B 小学 ")
	assert name == frappe.db.get_value("Community School", "测试空格 A B 小学", "school_name")


@pytest.mark.parametrize("name", ["测试'单引号'小学", '测试"双引号"小学', "O'Brien & Söhne"])
def test_unusual_but_honest_names_are_kept_as_they_are(name):
	builders.school(name)
	assert frappe.get_doc("Community School", name).school_name == name


@pytest.mark.parametrize("name", ["长" * 500, "<b>测试小学</b>", "<script>alert(1)</script>"])
@pytest.mark.parametrize(
	"doctype", ["Community School", "School Staff", "Education Subdistrict", "Teaching Subject"]
)
def test_names_with_markup_or_without_end_are_refused_and_leave_nothing(doctype, name, small):
	before = frappe.db.count(doctype)
	make = {
		"Community School": lambda: builders.school(name),
		"School Staff": lambda: builders.staff(name, small.urban),
		"Education Subdistrict": lambda: builders.subdistrict(name),
		"Teaching Subject": lambda: builders.subject(name),
	}
	with pytest.raises(names.NameUnfitError):
		make[doctype]()
	assert frappe.db.count(doctype) == before


def test_a_name_of_blanks_only_is_refused():
	with pytest.raises(frappe.ValidationError):
		builders.school("   ")


def test_a_name_is_changed_by_renaming_only(small):
	with pytest.raises(names.NameFixedError):
		change("Community School", small.urban, school_name="测试别名小学")


def test_renaming_carries_communities_posts_and_grants_along(small):
	new = frappe.rename_doc("Community School", small.urban, " 测试新名小学 ")
	assert new == "测试新名小学"
	assert frappe.db.get_value("Community School", new, "school_name") == new
	assert new in [row.school for row in frappe.get_doc("Education Community", small.community).members]
	assert frappe.get_all("Community Role Grant", {"source_name": new}, pluck="role")
	frappe.get_doc("Community School", new).save()
	assert has(small.principal_user[small.urban], roles.FIRST_PRINCIPAL)


def test_renaming_to_an_unfit_or_a_taken_name_is_refused(small):
	with pytest.raises(names.NameUnfitError):
		frappe.rename_doc("Community School", small.urban, "长" * 500)
	with pytest.raises(documents.MergeRefusedError):
		frappe.rename_doc("Community School", small.urban, small.rural, merge=True)


# -- schools ---------------------------------------------------------------------------------------------------------


def test_a_rural_school_needs_its_subdistrict():
	with pytest.raises(school_rules.SubdistrictMissingError):
		builders.school("测试无街道小学", "Rural")


def test_a_school_does_not_close_before_it_opened():
	with pytest.raises(school_rules.SchoolDatesError):
		builders.school("测试小学甲", opened_on="2020-01-01", status="Closed", closed_on="2019-01-01")


def test_a_closed_school_has_a_closing_date_and_an_open_one_has_none():
	name = builders.school("测试小学甲", status="Closed")
	assert getdate(frappe.db.get_value("Community School", name, "closed_on")) == getdate()
	assert change("Community School", name, status="In Operation").closed_on is None


@pytest.mark.parametrize("who", ["teacher", "cadre", "elsewhere", "left"])
def test_the_principal_is_a_principal_in_service_at_the_school(small, who):
	staff = {
		"teacher": lambda: small.teacher[small.urban],
		"cadre": lambda: small.cadre[small.urban],
		"elsewhere": lambda: small.principal[small.rural],
		"left": lambda: builders.staff("离任甲", small.urban, "School Principal", "Cadre", status="Retired"),
	}[who]()
	with pytest.raises(school_rules.PrincipalUnfitError):
		change("Community School", small.urban, principal=staff)


def test_the_leader_in_charge_is_a_leader_of_the_school_other_than_the_principal(small):
	for staff in (small.teacher[small.urban], small.leader[small.rural], small.principal[small.urban]):
		with pytest.raises(school_rules.LeaderUnfitError):
			change("Community School", small.urban, leader_in_charge=staff)
	assert change("Community School", small.urban, leader_in_charge=small.cadre[small.urban])


def test_accounts_of_the_posts_are_computed_whatever_was_sent(small):
	doc = change(
		"Community School", small.urban, principal_user="outsider@gtt.test", leader_user="outsider@gtt.test"
	)
	assert doc.principal_user == small.principal_user[small.urban]
	assert doc.leader_user == small.leader_user[small.urban]
	assert not grants("outsider@gtt.test")


def test_a_school_of_a_standing_community_does_not_close_until_it_has_left(small):
	with pytest.raises(school_rules.SchoolInCommunityError, match=small.community):
		change("Community School", small.rural, status="Closed")
	third = builders.school("测试小学丙")
	doc = frappe.get_doc("Education Community", small.community)
	doc.append("members", {"school": third, "member_role": "Member School", "joined_on": "2021-09-01"})
	doc.members[1].left_on = add_days(nowdate(), -1)
	doc.save()
	assert change("Community School", small.rural, status="Closed").status == "Closed"


def test_a_school_keeps_the_stage_and_location_that_its_community_needs(small):
	with pytest.raises(school_rules.SchoolUnfitForCommunityError):
		change("Community School", small.urban, location="Rural", subdistrict=small.east)
	with pytest.raises(school_rules.SchoolUnfitForCommunityError):
		change("Community School", small.rural, stage=JUNIOR)
	assert change("Community School", small.rural, stage=NINE)


# -- staff -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("honours", "level", "backbone"),
	[
		([], None, 0),
		([("Excellent Teacher", "City Level")], "City Level", 0),
		([("Backbone Teacher", "School Level")], "School Level", 0),
		([("Backbone Teacher", "District Level"), ("Other", "School Level")], "District Level", 1),
		([("Special-Grade Teacher", "Provincial Level")], "Provincial Level", 1),
	],
)
def test_honours_decide_the_highest_level_and_who_is_a_backbone_teacher(small, honours, level, backbone):
	doc = frappe.get_doc("School Staff", builders.staff("测试教师三", small.urban, honours=honours))
	assert (doc.honour_level or None, doc.is_backbone) == (level, backbone)
	assert (
		change("School Staff", doc.name, honour_level="National Level", is_backbone=1).is_backbone == backbone
	)


def test_an_honour_is_listed_once(small):
	with pytest.raises(staff_rules.HonourTwiceError):
		builders.staff("测试教师三", small.urban, honours=[("Other", "City Level")] * 2)


def test_nobody_leaves_before_having_come(small):
	with pytest.raises(staff_rules.StaffDatesError):
		builders.staff(
			"测试教师三", small.urban, status="Retired", at_school_since="2020-09-01", left_on="2019-01-01"
		)
	with pytest.raises(staff_rules.StaffDatesError):
		builders.staff("测试教师三", small.urban, at_school_since=add_days(nowdate(), 800))


def test_who_left_has_a_leaving_date_and_who_serves_has_none(small):
	name = builders.staff("测试教师三", small.urban, left_on="2024-01-01")
	assert frappe.db.get_value("School Staff", name, "left_on") is None
	assert getdate(change("School Staff", name, status="Retired").left_on) == getdate()


def test_the_main_subject_is_not_repeated_among_the_others(small):
	first, second = small.subjects[:2]
	rows = [{"subject": first}, {"subject": second}, {"subject": second}]
	doc = frappe.get_doc(
		"School Staff", builders.staff("测试教师三", small.urban, subject=first, subjects=rows)
	)
	assert [(row.idx, row.subject) for row in doc.subjects] == [(1, second)]


def test_an_account_belongs_to_one_staff_record(small):
	with pytest.raises(staff_rules.AccountTakenError, match=small.teacher[small.urban]):
		change("School Staff", small.teacher2[small.urban], user=small.teacher_user[small.urban])


@pytest.mark.parametrize("account", ["Administrator", "Guest"])
def test_system_accounts_hold_no_post(small, account):
	with pytest.raises(posts.SystemAccountError):
		change("School Staff", small.teacher2[small.urban], user=account)
	group = frappe.get_doc("Community Leading Group", small.group)
	group.append("seats", {"post": "Group Head", "user": account})
	with pytest.raises(posts.SystemAccountError):
		group.save()
	with pytest.raises(posts.SystemAccountError):
		posts.give_and_take("School Staff", small.teacher2[small.urban], {(account, roles.PERSONNEL, "x")})


def test_a_disabled_account_is_put_on_no_post(small):
	account = builders.user("disabled", enabled=0)
	with pytest.raises(posts.DisabledAccountError):
		change("School Staff", small.teacher2[small.urban], user=account)
	group = frappe.get_doc("Community Leading Group", small.group)
	group.append("seats", {"post": "Group Head", "user": account})
	with pytest.raises(posts.DisabledAccountError):
		group.save()


# -- staff: what schools may not change (EX5: nobody makes the signer, or the cadre, of one's choice) --------------------


@pytest.mark.parametrize(
	("fieldname", "value"),
	[
		("position", "School Principal"),
		("cadre_status", "Reserve Cadre"),
		("school", "测试城区小学"),
		("user", "outsider@gtt.test"),
	],
)
@pytest.mark.parametrize("leader", ["principal_user", "leader_user"])
def test_a_school_does_not_change_what_the_personnel_section_keeps(small, as_user, leader, fieldname, value):
	as_user(getattr(small, leader)[small.rural])
	with pytest.raises(frappe.PermissionError):
		change("School Staff", small.teacher2[small.rural], **{fieldname: value})
	as_user(small.clerk)
	assert change("School Staff", small.teacher2[small.rural], **{fieldname: value}).get(fieldname) == value


def test_the_refusal_of_kept_fields_names_them(small, as_user):
	as_user(small.principal_user[small.rural])
	with pytest.raises(staff_rules.PersonnelFieldError, match="Cadre Status"):
		change("School Staff", small.teacher2[small.rural], cadre_status="Cadre")


def test_a_school_keeps_the_rest_of_its_staff_records(small, as_user):
	as_user(small.principal_user[small.rural])
	doc = change("School Staff", small.teacher2[small.rural], phone="0536-1234567", status="Retired")
	assert doc.modified_by == small.principal_user[small.rural]
	new = builders.staff("测试教师四", small.rural)
	assert frappe.db.get_value("School Staff", new, "owner") == small.principal_user[small.rural]


@pytest.mark.parametrize(
	"values",
	[{"position": "School Principal"}, {"cadre_status": "Cadre"}, {"user": "outsider@gtt.test"}],
)
def test_a_school_enters_plain_teachers_only(small, as_user, values):
	as_user(small.principal_user[small.rural])
	with pytest.raises(staff_rules.PersonnelFieldError):
		builders.staff("测试教师四", small.rural, **values)


def test_a_leader_in_charge_cannot_retire_the_principal(small, as_user):
	as_user(small.leader_user[small.rural])
	with pytest.raises(staff_rules.PersonnelFieldError):
		change("School Staff", small.principal[small.rural], status="Retired")


def test_nobody_puts_the_own_account_on_a_record_or_takes_it_off(small, as_user):
	as_user(small.clerk)
	with pytest.raises(staff_rules.OwnRecordError):
		change("School Staff", small.principal[small.rural], user=small.clerk)
	frappe.set_user("Administrator")
	change("School Staff", small.teacher2[small.rural], user=small.clerk)
	as_user(small.clerk)
	for values in ({"user": None}, {"cadre_status": "Reserve Cadre"}):
		with pytest.raises(staff_rules.OwnRecordError):
			change("School Staff", small.teacher2[small.rural], **values)


# -- roles of school posts -----------------------------------------------------------------------------------------------


def test_school_posts_give_their_roles(small):
	urban, rural = small.urban, small.rural
	assert has(small.principal_user[urban], roles.FIRST_PRINCIPAL)
	assert not has(small.principal_user[urban], roles.SECOND_PRINCIPAL)
	assert has(small.principal_user[rural], roles.SECOND_PRINCIPAL)
	assert has(small.leader_user[rural], roles.LEADER_IN_CHARGE)
	assert has(small.teacher_user[rural], roles.EXCHANGE_TEACHER)
	assert frappe.db.get_value("User", small.teacher_user[rural], "user_type") == "System User"


def test_a_new_principal_takes_over_the_role(small):
	old, new = small.principal_user[small.rural], builders.user("new.principal")
	staff = builders.staff("新校长甲", small.rural, "School Principal", "Cadre", user=new)
	change("Community School", small.rural, principal=staff)
	assert has(new, roles.SECOND_PRINCIPAL) and not has(old, roles.SECOND_PRINCIPAL)
	assert has(old, roles.EXCHANGE_TEACHER)


def test_the_role_follows_the_location_of_the_school(small):
	name = builders.school("测试小学丁")
	account = builders.user("principal.moving")
	staff = builders.staff("校长丁", name, "School Principal", "Cadre", user=account)
	change("Community School", name, principal=staff)
	assert has(account, roles.FIRST_PRINCIPAL)
	change("Community School", name, location="Rural", subdistrict=small.east)
	assert has(account, roles.SECOND_PRINCIPAL) and not has(account, roles.FIRST_PRINCIPAL)
	change("Community School", name, status="Closed")
	assert not has(account, roles.SECOND_PRINCIPAL)


def test_another_account_of_the_principal_takes_the_role_over(small):
	old, new = small.principal_user[small.rural], builders.user("second.account")
	change("School Staff", small.principal[small.rural], user=new)
	assert frappe.db.get_value("Community School", small.rural, "principal_user") == new
	assert has(new, roles.SECOND_PRINCIPAL) and has(new, roles.EXCHANGE_TEACHER)
	assert not has(old, roles.SECOND_PRINCIPAL) and not has(old, roles.EXCHANGE_TEACHER)


@pytest.mark.parametrize(
	"values", [{"status": "Retired"}, {"position": "Teacher"}, {"school": "测试城区小学"}]
)
def test_who_leaves_or_loses_the_position_leaves_the_post_vacant(small, values):
	account = small.principal_user[small.rural]
	change("School Staff", small.principal[small.rural], **values)
	assert frappe.db.get_value("Community School", small.rural, ["principal", "principal_user"]) == (
		None,
		None,
	)
	assert not has(account, roles.SECOND_PRINCIPAL)
	assert has(account, roles.EXCHANGE_TEACHER) == (values.get("status") != "Retired")


def test_an_account_taken_off_leaves_nothing(small):
	change("School Staff", small.teacher[small.rural], user=None)
	assert not grants(small.teacher_user[small.rural])
	assert not has(small.teacher_user[small.rural], roles.EXCHANGE_TEACHER)


def test_a_deleted_record_takes_its_roles_along(small):
	account = builders.user("short.stay")
	staff = builders.staff("短期甲", small.urban, user=account)
	assert has(account, roles.EXCHANGE_TEACHER)
	frappe.delete_doc("School Staff", staff)
	assert not grants(account) and not has(account, roles.EXCHANGE_TEACHER)


# -- roles of seats ------------------------------------------------------------------------------------------------------


def group(*seats, name="测试小组甲", **values):
	return builders.leading_group(name, seats, **values)


@pytest.mark.parametrize("post", roles.GROUP_POSTS)
def test_each_seat_gives_its_roles_and_takes_them_away(small, post):
	account = builders.user("seated")
	name = group({"post": post, "user": account, "subdistrict": small.east})
	for role in roles.GROUP_POSTS[post]:
		assert has(account, role)
		assert grants(account, role) == {(name, 1)}
	doc = frappe.get_doc("Community Leading Group", name)
	doc.seats[0].user = None
	doc.save()
	assert not grants(account)
	assert not any(has(account, role) for role in roles.ROLES)


def test_a_seat_passes_from_one_to_another_in_one_save():
	one, two = builders.user("seat.one"), builders.user("seat.two")
	name = group(("Group Head", one))
	doc = frappe.get_doc("Community Leading Group", name)
	doc.seats[0].user = two
	doc.save()
	assert has(two, roles.GROUP_HEAD) and not has(one, roles.GROUP_HEAD)


def test_two_seats_give_one_role_and_the_last_one_takes_it():
	account = builders.user("twice")
	first, second = group(("Group Head", account)), group(("Deputy Group Head", account), name="测试小组乙")
	assert grants(account) == {(first, 1), (second, 1)}
	frappe.delete_doc("Community Leading Group", first)
	assert has(account, roles.GROUP_HEAD)
	frappe.delete_doc("Community Leading Group", second)
	assert not has(account, roles.GROUP_HEAD) and not grants(account)


def test_two_seats_of_one_group_give_one_role_and_the_last_one_takes_it():
	account = builders.user("twice")
	doc = frappe.get_doc(
		"Community Leading Group", group(("Group Head", account), ("Deputy Group Head", account))
	)
	doc.remove(doc.seats[0])
	doc.save()
	assert has(account, roles.GROUP_HEAD)
	doc.seats[0].user = None
	doc.save()
	assert not has(account, roles.GROUP_HEAD)


def test_a_role_from_elsewhere_stays(small):
	name = group(("Personnel Section Chief", small.clerk))
	assert grants(small.clerk, roles.PERSONNEL) == {(name, 0)}
	frappe.delete_doc("Community Leading Group", name)
	assert has(small.clerk, roles.PERSONNEL)


def test_other_roles_of_the_user_are_never_touched():
	account = builders.user("many", ["Report Manager", "Dashboard Manager"])
	name = group(("Group Head", account))
	change("Community Leading Group", name, status="Dissolved")
	kept = {row.role for row in frappe.get_doc("User", account).roles}
	assert kept == {"Report Manager", "Dashboard Manager"}


def test_a_dissolved_group_gives_nothing_and_a_revived_one_gives_again():
	account = builders.user("seated")
	name = group(("Group Head", account))
	change("Community Leading Group", name, status="Dissolved")
	assert not has(account, roles.GROUP_HEAD)
	change("Community Leading Group", name, status="In Operation")
	assert has(account, roles.GROUP_HEAD)


def test_saving_again_changes_nothing(small):
	before = frappe.get_all("Community Role Grant", ["name", "user", "role", "added"], order_by="name")
	modified = frappe.get_all("User", ["name", "modified"], order_by="name")
	for doctype, name in (
		("Community Leading Group", small.group),
		("Community School", small.urban),
		("School Staff", small.principal[small.urban]),
	):
		frappe.get_doc(doctype, name).save()
	posts.sync_all()
	assert (
		frappe.get_all("Community Role Grant", ["name", "user", "role", "added"], order_by="name") == before
	)
	assert frappe.get_all("User", ["name", "modified"], order_by="name") == modified


@pytest.mark.parametrize(
	("start", "end", "held"),
	[(None, None, True), (-1, 1, True), (0, 0, True), (1, None, False), (None, -1, False)],
)
def test_a_dated_seat_gives_its_roles_from_the_first_to_the_last_day(start, end, held):
	account = builders.user("dated")
	dates = {
		"from_date": start if start is None else add_days(nowdate(), start),
		"to_date": end if end is None else add_days(nowdate(), end),
	}
	group({"post": "Group Head", "user": account, **dates})
	assert has(account, roles.GROUP_HEAD) == held


def test_the_daily_job_begins_and_ends_dated_seats():
	starting, ending = builders.user("starting"), builders.user("ending")
	tomorrow, yesterday = add_days(nowdate(), 1), add_days(nowdate(), -1)
	name = group(
		{"post": "Group Head", "user": starting, "from_date": tomorrow},
		{"post": "Group Head", "user": ending, "to_date": nowdate()},
	)
	assert has(ending, roles.GROUP_HEAD) and not has(starting, roles.GROUP_HEAD)
	for user, field, day in ((starting, "from_date", nowdate()), (ending, "to_date", yesterday)):
		frappe.db.set_value("Leading Group Seat", {"parent": name, "user": user}, field, day)
	posts.sync_all()
	assert has(starting, roles.GROUP_HEAD) and not has(ending, roles.GROUP_HEAD)


def test_the_daily_job_gives_back_a_role_that_got_lost_and_then_owns_it(small):
	name = group(("Personnel Section Chief", small.clerk))
	account = frappe.get_doc("User", small.clerk)
	account.set("roles", [])
	account.save()
	posts.sync_all()
	assert has(small.clerk, roles.PERSONNEL) and grants(small.clerk) == {(name, 1)}


def test_the_daily_job_goes_on_after_one_that_cannot_be_done(small, monkeypatch):
	good = builders.user("good")
	name = group({"post": "Group Head", "user": good, "from_date": add_days(nowdate(), 1)})
	frappe.db.set_value("Leading Group Seat", {"parent": name}, "from_date", nowdate())
	bad = group(
		{"post": "Group Head", "user": builders.user("bad"), "from_date": add_days(nowdate(), 1)},
		name="测试甲组",
	)
	frappe.db.set_value("Leading Group Seat", {"parent": bad}, "from_date", nowdate())
	settle = posts._settle

	def broken(user, *args):
		if user.startswith("bad"):
			raise frappe.ValidationError("no")
		return settle(user, *args)

	logged = []
	monkeypatch.setattr(posts, "_settle", broken)
	monkeypatch.setattr(frappe, "log_error", lambda **values: logged.append(values["title"]))
	posts.sync_all()
	assert has(good, roles.GROUP_HEAD)
	assert logged == [f"Roles of Community Leading Group {bad}"]


def test_a_disabled_account_loses_its_posts_roles_and_gets_them_back_when_enabled(small):
	account = small.leader_user[small.rural]
	change("User", account, enabled=0)
	posts.sync_user(account)
	assert not grants(account) and not has(account, roles.LEADER_IN_CHARGE)
	change("User", account, enabled=1)
	posts.sync_user(account)
	assert has(account, roles.LEADER_IN_CHARGE) and has(account, roles.EXCHANGE_TEACHER)


def test_disabling_an_account_that_holds_a_post_asks_for_the_comparison(small, monkeypatch):
	asked = []
	monkeypatch.setattr(
		frappe, "enqueue", lambda method, **values: asked.append((method, values.get("user")))
	)
	change("User", small.leader_user[small.rural], enabled=0)
	change("User", small.outsider, enabled=0)
	ours = [entry for entry in asked if "gongtongti" in str(entry[0])]
	assert ours == [("gongtongti.organisation.posts.sync_user", small.leader_user[small.rural])]


def test_an_account_that_cannot_keep_a_role_is_refused_with_advice():
	role = builders.insert("Role", role_name="测试角色甲", desk_access=1).name
	profile = builders.insert("Role Profile", role_profile="测试角色组", roles=[{"role": role}]).name
	account = builders.user("profiled")
	fieldname = "role_profiles" if frappe.get_meta("User").has_field("role_profiles") else "role_profile_name"
	value = [{"role_profile": profile}] if fieldname == "role_profiles" else profile
	change("User", account, **{fieldname: value})
	with pytest.raises(posts.RoleNotTakenError, match="role profile"):
		group(("Group Head", account))


def test_a_change_of_posts_is_seen_in_the_same_request(small):
	account = small.principal_user[small.rural]
	assert small.rural in reach.schools(account)
	change("School Staff", small.principal[small.rural], status="Retired")
	assert small.rural not in reach.schools(account)


def test_no_mail_goes_out_when_a_seat_is_filled():
	before = frappe.db.count("Email Queue")
	group(("Group Head", builders.user("silent")))
	assert frappe.db.count("Email Queue") == before


# -- the leading group ---------------------------------------------------------------------------------------------------


def test_the_seat_of_a_subdistrict_office_names_its_subdistrict():
	with pytest.raises(group_rules.SeatSubdistrictError):
		group(("Subdistrict Office Director", builders.user("seated")))


def test_a_seat_does_not_end_before_it_begins():
	seat = {
		"post": "Group Head",
		"user": builders.user("seated"),
		"from_date": "2020-02-01",
		"to_date": "2020-01-01",
	}
	with pytest.raises(group_rules.SeatDatesError):
		group(seat)


def test_nobody_holds_one_seat_twice_at_once_but_may_return_to_it():
	account = builders.user("seated")
	with pytest.raises(group_rules.SeatTwiceError):
		group(("Group Head", account), ("Group Head", account))
	early = {"post": "Group Head", "user": account, "from_date": "2010-01-01", "to_date": "2012-12-31"}
	assert group(early, {"post": "Group Head", "user": account, "from_date": "2020-01-01"})


def test_the_community_administrator_fills_seats_but_takes_none(small, as_user):
	account = builders.user("seated")
	as_user(small.admin)
	doc = frappe.get_doc("Community Leading Group", small.group)
	doc.append("seats", {"post": "Deputy Director", "user": account})
	doc.save()
	assert has(account, roles.BUREAU_LEADER)
	doc.append("seats", {"post": "Personnel Section Chief", "user": small.admin})
	with pytest.raises(posts.OwnPostError):
		doc.save()
	assert not has(small.admin, roles.PERSONNEL)


def test_nobody_else_edits_the_leading_group(small, as_user):
	for role, user in small.users.items():
		if role == roles.ADMINISTRATOR:
			continue
		as_user(user)
		with pytest.raises(frappe.PermissionError):
			change("Community Leading Group", small.group, document_no="x")


# -- role grants are nobody's to write -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
	"user", ["Administrator", "admin@gtt.test", "discipline@gtt.test", "outsider@gtt.test"]
)
def test_grants_are_written_through_no_door(small, as_user, user):
	name = frappe.get_all("Community Role Grant", pluck="name", limit=1)[0]
	values = {
		"doctype": "Community Role Grant",
		"user": "outsider@gtt.test",
		"role": roles.PERSONNEL,
		"source_doctype": "Community School",
		"source_name": small.urban,
		"flags": {"by_posts": True},
		"by_posts": 1,
	}
	doors = (
		lambda: frappe.get_doc(values).insert(),
		lambda: frappe.get_doc(values).insert(ignore_permissions=True),
		lambda: frappe.client.insert(values),
		lambda: frappe.client.set_value("Community Role Grant", name, "role", roles.PERSONNEL),
		lambda: frappe.client.save({**frappe.get_doc("Community Role Grant", name).as_dict(), "added": 0}),
		lambda: frappe.client.delete("Community Role Grant", name),
		lambda: frappe.delete_doc("Community Role Grant", name, ignore_permissions=True),
		lambda: frappe.rename_doc("Community Role Grant", name, "other", force=True),
	)
	before = frappe.db.get_value("Community Role Grant", name, ["role", "added"])
	as_user(user)
	for number, door in enumerate(doors):
		frappe.db.savepoint("door")
		with pytest.raises((grant_rules.GrantByHandError, frappe.PermissionError)):
			door()
			pytest.fail(f"door {number} is open to {user}")
		frappe.db.rollback(save_point="door")
	frappe.set_user("Administrator")
	assert frappe.db.get_value("Community Role Grant", name, ["role", "added"]) == before
	assert not has("outsider@gtt.test", roles.PERSONNEL)


# -- communities ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def free(small):
	"""Two urban schools, a rural one and a junior middle school that are in no community."""
	return frappe._dict(
		urban=builders.school("测试城区甲小"),
		urban2=builders.school("测试城区乙小"),
		rural=builders.school("测试农村甲小", "Rural", subdistrict=small.west),
		junior=builders.school("测试初中甲", stage=JUNIOR),
		nine=builders.school("测试九年制甲", stage=NINE),
	)


def test_responsibility_follows_the_location(small):
	doc = frappe.get_doc("Education Community", small.community)
	assert [(row.school, row.responsibility, row.principal_name) for row in doc.members] == [
		(small.urban, "First Responsible Person", "城区小学校长"),
		(small.rural, "Second Responsible Person", "乡村小学校长"),
	]


def test_what_is_computed_about_members_cannot_be_sent(small):
	doc = frappe.get_doc("Education Community", small.community)
	doc.members[1].update(
		{"responsibility": "First Responsible Person", "principal_name": "甲某", "location": "Urban"}
	)
	doc.save()
	assert (doc.members[1].responsibility, doc.members[1].location) == ("Second Responsible Person", "Rural")


def test_members_follow_the_school_and_its_principal(small):
	change("School Staff", small.principal[small.rural], staff_name="改名甲")
	row = {"parent": small.community, "school": small.rural}
	assert frappe.db.get_value("Community Member School", row, "principal_name") == "改名甲"
	change("School Staff", small.principal[small.rural], status="Retired")
	assert not frappe.db.get_value("Community Member School", row, "principal_name")
	change("Community School", small.rural, location="Urban")
	assert frappe.db.get_value("Community Member School", row, "responsibility") == "First Responsible Person"


def test_a_community_has_at_least_two_schools(free):
	with pytest.raises(community_rules.TooFewSchoolsError):
		builders.community("测试共同体丙", free.urban, [])


def test_a_school_that_left_does_not_count(small):
	doc = frappe.get_doc("Education Community", small.community)
	doc.members[1].left_on = add_days(nowdate(), -1)
	with pytest.raises(community_rules.TooFewSchoolsError):
		doc.save()


def test_a_school_is_listed_once(free):
	with pytest.raises(community_rules.SchoolTwiceError):
		builders.community("测试共同体丙", free.urban, [free.rural, free.rural])


def test_a_community_with_lead_and_members_has_an_urban_lead(free):
	with pytest.raises(community_rules.LeadSchoolError):
		builders.community("测试共同体丙", [], [free.urban, free.rural], community_type="Lead and Members")
	with pytest.raises(community_rules.LeadSchoolError):
		builders.community("测试共同体丙", free.rural, [free.urban])


def test_an_area_of_equals_has_no_lead(free):
	with pytest.raises(community_rules.LeadSchoolError):
		builders.community("测试片区", free.urban, [free.urban2], community_type="Area of Equals")
	name = builders.community("测试片区", None, [free.urban, free.urban2])
	doc = frappe.get_doc("Education Community", name)
	assert doc.community_type == "Area of Equals"
	assert {row.responsibility for row in doc.members} == {"First Responsible Person"}


def test_schools_fit_the_stage(free):
	with pytest.raises(community_rules.StageMismatchError):
		builders.community("测试共同体丙", free.urban, [free.junior])
	assert builders.community("测试共同体丙", free.urban, [free.nine])
	assert builders.community("测试共同体丁", free.urban2, [free.junior, free.nine], stage=NINE)


def test_a_closed_school_does_not_join(free):
	change("Community School", free.rural, status="Closed")
	with pytest.raises(community_rules.SchoolClosedError):
		builders.community("测试共同体丙", free.urban, [free.rural])


def test_a_school_is_in_one_active_community_of_a_stage(small, free):
	with pytest.raises(membership.SchoolTakenError, match=small.community):
		builders.community("测试共同体丙", free.urban, [small.rural])


def test_a_nine_year_school_is_in_one_community_of_each_stage(free):
	builders.community("测试共同体丙", free.urban, [free.nine])
	builders.community("测试初中共同体", free.junior, [free.nine], stage=JUNIOR)
	with pytest.raises(membership.SchoolTakenError):
		builders.community("测试共同体丁", free.urban2, [free.nine])


def test_a_school_changes_community_from_one_day_to_the_next(small, free):
	doc = frappe.get_doc("Education Community", small.community)
	doc.append("members", {"school": free.urban, "member_role": "Member School", "joined_on": "2020-09-01"})
	doc.members[1].left_on = "2025-08-31"
	doc.save()
	with pytest.raises(membership.SchoolTakenError):
		builders.community("测试共同体丙", free.urban2, [small.rural], founded_on="2025-08-31")
	name = builders.community("测试共同体丙", free.urban2, [small.rural], founded_on="2025-09-01")
	assert membership.active_communities(small.rural, "2025-08-31") == {small.rural: [small.community]}
	assert membership.active_communities(small.rural, "2025-09-01") == {small.rural: [name]}
	with pytest.raises(membership.SchoolTakenError):  # it cannot return while it is there
		change_left(small.community, None)


def change_left(community, day):
	doc = frappe.get_doc("Education Community", community)
	doc.members[1].left_on = day
	return doc.save()


def test_a_community_in_preparation_takes_no_school_until_it_is_active(small, free):
	name = builders.community("测试共同体丙", free.urban, [small.rural], status="Preparing")
	assert membership.active_communities(small.rural) == {small.rural: [small.community]}
	with pytest.raises(membership.SchoolTakenError):
		change("Education Community", name, status="In Operation")


def test_a_dissolved_community_lets_its_schools_go(small, free):
	with pytest.raises(community_rules.CommunityDatesError):
		change("Education Community", small.community, status="Dissolved")
	change("Education Community", small.community, status="Dissolved", dissolved_on="2025-07-31")
	assert builders.community("测试共同体丙", free.urban, [small.rural], founded_on="2025-08-01")
	assert membership.members(small.community) == []
	assert [row.school for row in membership.members(small.community, "2025-07-31")] == [
		small.urban,
		small.rural,
	]


def test_membership_is_decided_in_one_place():
	"""What else reads the rows of member schools would decide anew, and differently, who is a member on a day."""
	app = Path(membership.__file__).parents[1]
	found = {
		str(path.relative_to(app))
		for path in app.rglob("*.py")
		if re.search(r"""["']Community Member School["']""", path.read_text("utf-8"))
	}
	assert found == {
		"organisation/membership.py",
		"organisation/policy.py",
	}  # which declares it as a child table
	fields = {
		str(path.relative_to(app))
		for path in app.rglob("*.py")
		if re.search(r"\bjoined_on\b", path.read_text("utf-8"))
	}
	assert fields == {
		"organisation/membership.py",
		"demo/builder.py",
		"gongtongti/doctype/community_member_school/community_member_school.py",
		"gongtongti/doctype/education_community/education_community.py",
	}


@pytest.mark.parametrize(
	("values", "first", "last"),
	[
		({}, "2020-09-01", None),
		({"founded_on": "2021-09-01"}, "2021-09-01", None),
		({"status": "Dissolved", "dissolved_on": "2024-07-31"}, "2020-09-01", "2024-07-31"),
	],
)
def test_a_membership_lasts_as_long_as_its_community_stands(small, values, first, last):
	frappe.db.set_value("Education Community", small.community, values)
	(stay,) = membership.stays(schools=small.rural)
	assert (stay.first_day, stay.last_day) == (getdate(first), last and getdate(last))
	assert not membership.schools_of(small.community, add_days(first, -1))
	assert membership.schools_of(small.community, first) == {small.urban, small.rural}
	if last:
		assert membership.communities_of([small.rural], last) == {small.community}
		assert not membership.communities_of([small.rural], add_days(last, 1))


def test_who_joins_after_the_end_was_never_a_member(small):
	values = {"status": "Dissolved", "dissolved_on": "2021-07-31"}
	frappe.db.set_value("Education Community", small.community, values)
	frappe.db.set_value("Community Member School", {"school": small.rural}, "joined_on", "2022-01-01")
	assert membership.stays(schools=small.rural) == []


def test_agreements_are_between_members_of_their_term(small):
	frappe.db.set_value("Community Member School", {"school": small.rural}, "left_on", "2024-08-31")
	early = {"term_start": "2024-08-01", "term_end": "2025-07-31"}
	assert builders.agreement(small.community, [small.urban, small.rural], **early)
	with pytest.raises(agreement_rules.NotAMemberError):
		builders.agreement(
			small.community, [small.urban, small.rural], **early | {"term_start": "2024-09-01"}
		)
	frappe.db.set_value("Education Community", small.other_community, "status", "Preparing")
	assert builders.agreement(small.other_community, [small.other_urban, small.other_rural])


@pytest.mark.parametrize(
	"values",
	[
		{"status": "Dissolved", "dissolved_on": "2019-01-01"},
		{"founded_on": "2021-01-01"},
		{"left_on": "2020-08-31"},
		{"status": "Dissolved", "dissolved_on": "2022-01-01", "left_on": "2023-01-01"},
	],
)
def test_dates_of_a_community_follow_one_another(small, values):
	doc = frappe.get_doc("Education Community", small.community)
	doc.members[1].left_on = values.pop("left_on", None)
	doc.update(values)
	with pytest.raises(community_rules.CommunityDatesError):
		doc.save()


def test_the_bureau_leader_holds_such_a_seat(small):
	with pytest.raises(community_rules.BureauLeaderError):
		change("Education Community", small.other_community, bureau_leader=small.outsider)
	with pytest.raises(posts.SystemAccountError):
		change("Education Community", small.other_community, bureau_leader="Administrator")
	assert change(
		"Education Community", small.other_community, bureau_leader=small.users[roles.BUREAU_LEADER]
	)


def test_vacant_posts_are_said_when_a_community_becomes_active(free):
	frappe.clear_messages()
	builders.community("测试共同体丙", free.urban, [free.rural])
	said = " ".join(str(message) for message in frappe.get_message_log())
	assert free.urban in said and free.rural in said and "Leader in Charge" in said


@pytest.mark.mariadb
def test_two_communities_that_take_one_school_at_the_same_instant(small):
	urban = [builders.school(f"测试同时城区{i}") for i in range(4)]
	rural = builders.school("测试同时农村", "Rural", subdistrict=small.east)
	made = [("Community School", name) for name in (*urban, rural)]
	frappe.db.commit()
	try:
		outcomes = engines.run_in_processes("test_organisation:found", 4, each=urban, args=[rural])
		errors = sorted(outcome.error for outcome in outcomes)
		assert errors == ["", *["SchoolTakenError"] * 3], [outcome.message for outcome in outcomes]
		frappe.db.rollback()
		assert frappe.db.count("Community Member School", {"school": rural}) == 1
	finally:
		frappe.db.rollback()
		made += [("Education Community", f"共同体{name}") for name in urban]
		remove(made)
		frappe.db.commit()


def found(urban, rural):
	"""Runs in a process of its own."""
	return builders.community(f"共同体{urban}", urban, [rural])


@pytest.mark.mariadb
def test_two_documents_give_and_take_roles_of_one_account_at_the_same_instant():
	account = builders.user("crowded")
	frappe.db.commit()
	groups = [f"测试并发小组{i}" for i in range(4)]
	made = [("User", account), *(("Community Leading Group", name) for name in groups)]
	try:
		outcomes = engines.run_in_processes("test_organisation:seat", 4, each=groups, args=[account])
		assert not [outcome.message for outcome in outcomes if outcome.error]
		frappe.db.rollback()
		assert grants(account) == {(name, 1) for name in groups}
		assert frappe.db.count("Has Role", {"parent": account, "role": roles.GROUP_HEAD}) == 1
		outcomes = engines.run_in_processes("test_organisation:unseat", 4, each=groups)
		assert not [outcome.message for outcome in outcomes if outcome.error]
		frappe.db.rollback()
		assert not grants(account) and not has(account, roles.GROUP_HEAD)
	finally:
		frappe.db.rollback()
		remove(made)
		frappe.db.commit()


def seat(name, account):
	return group(("Group Head", account), name=name)


def unseat(name):
	frappe.delete_doc("Community Leading Group", name)


# -- the state of a community --------------------------------------------------------------------------------------------


def test_the_state_counts_what_is_in_force_and_names_vacant_posts(small):
	for values in ({}, {"term_end": add_days(nowdate(), 10), "title": "快到期协议"}):
		frappe.get_doc(
			"Community Agreement", builders.agreement(small.community, [small.urban, small.rural], **values)
		).submit()
	builders.agreement(small.community, [small.urban, small.rural])
	frappe.get_doc("Community Document", builders.kept_document(small.community)).submit()
	change("Community School", small.rural, leader_in_charge=None)
	found = state.community_state(small.community)
	assert found["agreements_in_force"] == 2 and found["agreements_ending"] == 1
	assert found["documents_in_force"] == 1
	assert found["posts_missing"] == [{"school": small.rural, "post": "Leader in Charge"}]
	assert (found["placements_running"], found["placements_pending"]) == (0, 0)


def test_the_form_brings_the_state_along(small, as_user):
	as_user(small.users[roles.BUREAU_LEADER])
	doc = frappe.get_doc("Education Community", small.community)
	doc.run_method("onload")
	assert doc.get_onload("state") == state.community_state(small.community)


def test_the_state_is_told_to_who_may_read_the_community_only(small, as_user):
	for user in (
		small.outsider,
		small.principal_user[small.other_rural],
		small.teacher_user[small.other_urban],
	):
		as_user(user)
		with pytest.raises(frappe.PermissionError):
			state.community_state(small.community)


def test_the_state_leaves_out_what_the_reader_may_not_read(small, as_user):
	as_user(small.users[roles.FINANCE])
	found = state.community_state(small.community)
	assert found["placements_running"] is None and found["agreements_in_force"] == 0


def test_the_state_counts_only_placements_that_the_reader_sees(small, as_user, monkeypatch):
	rows = [(small.urban, small.rural), (small.other_urban, small.other_rural)]
	for number, (home, host) in enumerate(rows):
		frappe.get_doc(
			{
				"doctype": "Exchange Placement",
				"name": f"EP-TEST-{number}",
				"community": small.community,
				"status": "Serving",
				"home_school": home,
				"host_school": host,
				"staff": small.teacher[home],
			}
		).db_insert()
	assert state.community_state(small.community)["placements_running"] == 2
	as_user(small.principal_user[small.urban])
	assert state.community_state(small.community)["placements_running"] == 1


# -- agreements ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def agree(small):
	def make(**values):
		return builders.agreement(small.community, [small.urban, small.rural], **values)

	return make


def submitted(name):
	doc = frappe.get_doc("Community Agreement", name)
	doc.submit()
	return doc


def test_an_agreement_ends_after_it_starts(agree):
	with pytest.raises(agreement_rules.TermError):
		agree(term_start="2025-01-01", term_end="2025-01-01")


def test_an_agreement_has_two_different_parties(small):
	for schools in ([small.urban], [small.urban, small.urban]):
		with pytest.raises(agreement_rules.PartiesError):
			builders.agreement(small.community, schools)


def test_a_school_party_names_its_school(small):
	doc = frappe.get_doc(
		"Community Agreement", builders.agreement(small.community, [small.urban, small.rural])
	)
	doc.parties[0].school = None
	with pytest.raises((agreement_rules.PartiesError, frappe.MandatoryError)):
		doc.save()


def test_the_agreement_of_the_bureau_has_the_bureau_as_a_party(small, agree):
	with pytest.raises(agreement_rules.PartiesError):
		agree(agreement_type="Agreement of the Bureau")
	assert agree(agreement_type="Agreement of the Bureau", bureau=True)


def test_parties_are_members_of_the_community(small):
	with pytest.raises(agreement_rules.NotAMemberError):
		builders.agreement(small.community, [small.urban, small.other_rural])


def test_a_draft_is_a_draft_whatever_was_sent(agree):
	assert frappe.db.get_value("Community Agreement", agree(status="In Force"), "status") == "Draft"


def test_an_unsigned_agreement_is_not_submitted(agree):
	for values in ({"signatory": " "}, {"signed_on": None}, {"signed_on": add_days(nowdate(), 1)}):
		doc = frappe.get_doc("Community Agreement", agree())
		doc.parties[1].update(values)
		with pytest.raises(agreement_rules.SignatureMissingError):
			doc.submit()


def test_an_agreement_without_scan_is_not_submitted(agree):
	with pytest.raises(agreement_rules.ScanMissingError):
		submitted(agree(scanned_file=None))


def test_a_signed_agreement_is_in_force_up_to_its_last_day(agree):
	assert submitted(agree(term_start="2020-01-01", term_end=nowdate())).status == "In Force"
	assert submitted(agree(term_start="2020-01-01", term_end=add_days(nowdate(), -1))).status == "Expired"


def test_a_cancelled_agreement_is_terminated(agree):
	doc = submitted(agree())
	doc.cancel()
	assert frappe.db.get_value("Community Agreement", doc.name, "status") == "Terminated"


def test_the_status_of_a_submitted_agreement_is_not_to_be_sent(agree):
	doc = submitted(agree(term_start="2020-01-01", term_end=add_days(nowdate(), -1)))
	with pytest.raises(frappe.UpdateAfterSubmitError):
		frappe.client.set_value("Community Agreement", doc.name, "status", "In Force")


def test_the_daily_job_lets_agreements_expire(agree):
	over, running = submitted(agree()), submitted(agree())
	frappe.db.set_value("Community Agreement", over.name, "term_end", add_days(nowdate(), -1))
	agreements.expire()
	assert frappe.db.get_value("Community Agreement", over.name, "status") == "Expired"
	assert frappe.db.get_value("Community Agreement", running.name, "status") == "In Force"


def test_a_renewal_renews_an_agreement_of_the_same_community(small, agree):
	other = builders.agreement(small.other_community, [small.other_urban, small.other_rural])
	draft = agree()
	with pytest.raises(agreement_rules.RenewalError):
		agree(renews=draft)
	submitted(other)
	with pytest.raises(agreement_rules.RenewalError):
		agree(renews=other)
	old = submitted(agree(term_start="2024-01-01"))
	with pytest.raises(agreement_rules.RenewalError):
		agree(renews=old.name, term_start="2023-01-01")
	assert agree(renews=old.name, term_start="2025-01-01")


def told(name):
	filters = {"document_type": "Community Agreement", "document_name": name}
	return sorted(frappe.get_all("Notification Log", filters, pluck="for_user"))


def test_the_end_of_an_agreement_is_noticed_once_and_by_those_who_keep_it(small, agree):
	near = submitted(agree(term_end=add_days(nowdate(), 20))).name
	far = submitted(agree(term_end=add_days(nowdate(), 60))).name
	agreements.run_daily()
	agreements.run_daily()
	assert told(near) == sorted({small.admin, small.users[roles.BUREAU_OFFICE]})
	assert told(far) == []


def test_the_maker_of_an_agreement_is_told_too(small, agree, as_user):
	name = agree(term_end=add_days(nowdate(), 20))
	frappe.db.set_value("Community Agreement", name, "owner", small.principal_user[small.urban])
	submitted(name)
	agreements.give_notice()
	assert small.principal_user[small.urban] in told(name)


def test_a_notice_that_nobody_received_is_not_written_off(small, agree):
	name = submitted(agree(term_end=add_days(nowdate(), 20))).name
	keepers = set().union(*relations.holders(agreements.TOLD).values())
	for user in keepers:
		frappe.db.set_value("User", user, "enabled", 0)
	agreements.run_daily()
	assert told(name) == [] and not frappe.db.get_value(agreements.AGREEMENT, name, "renewal_noticed_on")
	frappe.db.set_value("User", small.admin, "enabled", 1)
	agreements.run_daily()
	assert told(name) == [small.admin]
	assert frappe.db.get_value(agreements.AGREEMENT, name, "renewal_noticed_on")


def test_one_agreement_that_fails_does_not_hold_up_the_notice_of_another(small, agree, monkeypatch):
	names = [submitted(agree(term_end=add_days(nowdate(), day))).name for day in (10, 20)]
	original = agreements.format_date

	def fails(day):
		if getdate(day) == getdate(add_days(nowdate(), 10)):
			raise ValueError("测试")
		return original(day)

	monkeypatch.setattr(agreements, "format_date", fails)
	agreements.run_daily()
	assert (told(names[0]), bool(told(names[1]))) == ([], True)
	assert frappe.db.exists("Error Log", {"method": f"Renewal of {names[0]}"})


def test_no_notice_once_the_renewal_is_under_way(agree):
	old = submitted(agree(term_end=add_days(nowdate(), 20)))
	renewal = agree(renews=old.name, term_start=add_days(nowdate(), 1))
	assert agreements.give_notice() == []
	frappe.delete_doc("Community Agreement", renewal)
	assert agreements.give_notice() == [old.name]


def test_no_notice_of_drafts_and_of_what_was_cancelled(agree):
	agree(term_end=add_days(nowdate(), 20))
	submitted(agree(term_end=add_days(nowdate(), 20))).cancel()
	assert agreements.give_notice() == []


# -- kept documents ------------------------------------------------------------------------------------------------------


def keep(small, document_type="Charter", **values):
	return frappe.get_doc(
		"Community Document", builders.kept_document(small.community, document_type, **values)
	)


def test_a_new_version_takes_the_place_of_the_one_in_force(small):
	first, second = keep(small), keep(small)
	first.submit()
	assert (first.version_no, first.status, first.supersedes) == (1, "In Force", None)
	second.submit()
	assert (second.version_no, second.status, second.supersedes) == (2, "In Force", first.name)
	assert frappe.db.get_value("Community Document", first.name, "status") == "Superseded"


def test_versions_are_counted_by_community_and_type(small):
	keep(small).submit()
	assert keep(small, "Development Plan").version_no == 1
	name = builders.kept_document(small.other_community)
	assert frappe.db.get_value("Community Document", name, "version_no") == 1


def test_documents_of_other_kinds_stand_side_by_side(small):
	first, second = keep(small, "Other"), keep(small, "Other")
	first.submit()
	second.submit()
	states = frappe.get_all("Community Document", {"document_type": "Other"}, pluck="status")
	assert states == ["In Force", "In Force"]


def test_version_status_and_predecessor_are_not_to_be_sent(small):
	other = keep(small, "Other")
	doc = keep(small, version_no=9, status="In Force", supersedes=other.name)
	assert (doc.version_no, doc.status, doc.supersedes) == (1, "Draft", None)
	doc.submit()
	with pytest.raises(frappe.UpdateAfterSubmitError):
		frappe.client.set_value("Community Document", doc.name, "status", "Superseded")


def test_a_document_has_text_or_a_file(small):
	for content in (None, "<p> </p>"):
		with pytest.raises(document_rules.DocumentEmptyError):
			keep(small, content=content)
	assert keep(small, content=None, file="/private/files/test.pdf")


def test_a_document_that_was_in_force_is_not_cancelled_even_by_administrator(small):
	doc = keep(small)
	doc.submit()
	with pytest.raises(document_rules.DocumentKeptError):
		doc.cancel()


def test_a_first_responsible_principal_writes_for_the_own_community_only(small, as_user):
	as_user(small.principal_user[small.urban])
	doc = keep(small)
	doc.submit()
	assert doc.status == "In Force"
	with pytest.raises(frappe.PermissionError):
		builders.kept_document(small.other_community)


@pytest.mark.mariadb
def test_two_versions_submitted_at_the_same_instant_get_two_numbers(small):
	drafts = [builders.kept_document(small.community, "Rotation Rules") for _ in range(4)]
	frappe.db.commit()
	try:
		outcomes = engines.run_in_processes("test_organisation:submit_document", 4, each=drafts)
		assert not [outcome.message for outcome in outcomes if outcome.error]
		frappe.db.rollback()
		rows = frappe.get_all(
			"Community Document", {"name": ["in", drafts]}, ["version_no", "status"], order_by="version_no"
		)
		assert [row.version_no for row in rows] == [1, 2, 3, 4]
		assert [row.status for row in rows] == ["Superseded"] * 3 + ["In Force"]
	finally:
		frappe.db.rollback()
		remove([("Community Document", name) for name in drafts])
		frappe.db.commit()


def submit_document(name):
	frappe.get_doc("Community Document", name).submit()


# -- school years, targets, settings ---------------------------------------------------------------------------------------


def test_a_school_year_ends_after_it_starts():
	with pytest.raises(year_rules.SchoolYearDatesError):
		builders.school_year("2040-2041", "2040-09-01", "2040-09-01")


@pytest.mark.parametrize(
	("start", "end"),
	[("2025-01-01", "2025-09-01"), ("2026-08-30", "2026-08-31"), ("2025-10-01", "2025-12-01")],
)
def test_school_years_do_not_overlap(small, start, end):
	with pytest.raises(year_rules.SchoolYearOverlapError, match=small.year):
		builders.school_year("2040-2041", start, end)


@pytest.mark.parametrize(
	("first", "last"),
	[("2040-10-07", "2040-10-01"), ("2040-08-31", "2040-09-03"), ("2041-08-30", "2041-09-01")],
)
def test_a_holiday_lies_within_its_school_year(first, last):
	year = frappe.get_doc("Community School Year", builders.school_year("2040-2041"))
	year.append("holidays", {"holiday_name": "测试假期", "from_date": first, "to_date": last})
	with pytest.raises(year_rules.HolidayDatesError, match="测试假期"):
		year.save()


def test_there_is_school_on_the_days_of_a_year_that_are_no_holidays():
	year = frappe.get_doc("Community School Year", builders.school_year("2040-2041"))
	year.append("holidays", {"holiday_name": "国庆节", "from_date": "2040-10-01", "to_date": "2040-10-07"})
	year.save()
	days = school_years.school_days("2040-09-29", "2040-10-09")
	assert sorted(map(str, days)) == ["2040-09-29", "2040-09-30", "2040-10-08", "2040-10-09"]
	assert not school_years.school_days("2043-01-01", "2043-01-02")  # in no school year


@pytest.mark.parametrize("year", [0, -5, 12, 20100])
def test_a_target_is_for_a_year_that_can_be_meant(year):
	with pytest.raises((target_rules.TargetYearError, frappe.MandatoryError)):
		builders.insert("Community Coverage Target", target_year=year, target_share=60)


@pytest.mark.parametrize("share", [-1, 100.5])
def test_a_target_is_a_percentage(share):
	with pytest.raises(target_rules.TargetShareError):
		builders.insert("Community Coverage Target", target_year=2049, target_share=share)


@pytest.mark.parametrize("fieldname", settings_rules.LIMITS)
@pytest.mark.parametrize("side", [0, 1])
def test_settings_stay_within_what_makes_sense(fieldname, side):
	doc = frappe.get_doc("Community Settings")
	limits = settings_rules.LIMITS[fieldname]
	doc.set(fieldname, limits[side])
	doc.save()
	doc.set(fieldname, limits[side] + (1 if side else -1))
	with pytest.raises(settings_rules.SettingOutOfRangeError):
		doc.save()


# -- nobody gives oneself a post ---------------------------------------------------------------------------------------


def keeper(small, school, **values):
	"""The Community Administrator, with a staff record of their own; its name."""
	return builders.staff("测试管理员本人", school, user=small.admin, **values)


def warned(small):
	"""What discipline inspection has been told."""
	return frappe.get_all(
		"Notification Log", {"for_user": small.users[roles.DISCIPLINE], "type": "Alert"}, pluck="subject"
	)


@pytest.fixture
def attempts(monkeypatch):
	"""The jobs that tell of attempts: put into the queue at once, because what is refused is rolled back."""
	queued = []
	original = frappe.enqueue

	def enqueue(method, *args, **values):
		if str(method).endswith(".tell_of_attempt"):
			assert not values.get("enqueue_after_commit")
			queued.append(values)
		else:
			original(method, *args, **values)

	monkeypatch.setattr(frappe, "enqueue", enqueue)
	return queued


def test_nobody_gives_oneself_a_post_by_any_field_or_state(small, as_user, attempts):
	mine = keeper(small, small.rural, position="School Principal")
	other = builders.staff("测试另一领导", small.rural, "Other School Leader")
	group_name = group(("Personnel Section Chief", small.admin), status="Dissolved")
	community = builders.community("测试已撤共同体", small.urban, [small.rural], status="Preparing")
	frappe.get_doc("User", small.admin).add_roles(roles.BUREAU_LEADER)
	frappe.db.set_value(
		"Education Community",
		community,
		{"status": "Dissolved", "bureau_leader": small.admin, "dissolved_on": "2024-08-31"},
	)
	cases = (
		("Community School", small.rural, {"principal": mine}),
		("Community School", small.rural, {"leader_in_charge": mine}),
		("School Staff", other, {"user": small.admin}),
		("School Staff", mine, {"position": "Vice Principal"}),
		("Community Leading Group", group_name, {"status": "In Operation"}),
		("Education Community", community, {"status": "Preparing", "dissolved_on": None}),
		("Education Community", small.community, {"bureau_leader": small.admin}),
	)
	as_user(small.admin)
	for doctype, name, values in cases:
		attempts.clear()
		with pytest.raises((posts.OwnPostError, staff_rules.OwnRecordError)):
			change(doctype, name, **values)
		assert [(row["doctype"], row["name"]) for row in attempts] == [(doctype, name)], values
		posts.tell_of_attempt(**attempts[0])
	assert len(warned(small)) == len(cases)
	held = {roles.PERSONNEL, *roles.SCHOOL_LEADERS}
	assert not any(has(small.admin, role) for role in held)


def test_a_closed_school_that_opens_again_gives_its_keeper_nothing(small, as_user):
	closed = builders.school("测试停办小学", "Rural", subdistrict=small.east)
	mine = keeper(small, closed, position="School Principal")
	frappe.db.set_value(
		"Community School",
		closed,
		{"status": "Closed", "closed_on": nowdate(), "principal": mine, "principal_user": small.admin},
	)
	as_user(small.admin)
	with pytest.raises(posts.OwnPostError):
		change("Community School", closed, status="In Operation")
	frappe.set_user("Administrator")
	change("Community School", closed, status="In Operation")
	assert has(small.admin, roles.SECOND_PRINCIPAL)
	as_user(small.admin)
	with pytest.raises(posts.OwnPostError):
		change("Community School", closed, location="Urban")


def test_a_seat_to_come_and_a_record_that_comes_back_are_posts_too(small, as_user):
	mine = builders.staff("测试管理员离岗", small.rural, user=small.admin)
	change("School Staff", mine, status="Retired", left_on=nowdate())
	seat = {"post": "Group Head", "user": small.admin, "from_date": add_days(nowdate(), 30)}
	later = group(seat, status="Dissolved")
	as_user(small.admin)
	with pytest.raises(posts.OwnPostError):
		change("School Staff", mine, status="In Service")
	with pytest.raises(posts.OwnPostError):
		change("Community Leading Group", later, status="In Operation")
	frappe.set_user("Administrator")
	change("Community Leading Group", later, status="In Operation")
	as_user(small.admin)
	change("Community Leading Group", later, document_no="测试〔2026〕1号")  # what one has already is no gain


def test_a_system_manager_does_not_give_himself_a_post_either(small, as_user):
	frappe.get_doc("User", small.admin).add_roles("System Manager")
	as_user(small.admin)
	doc = frappe.get_doc("Community Leading Group", small.group)
	doc.append("seats", {"post": "Personnel Section Chief", "user": small.admin})
	with pytest.raises(posts.OwnPostError):
		doc.save()


def test_what_documents_give_is_what_their_posts_give(small):
	"""posts.GIVES looks at the document, posts.wanted at the database: of posts held today they say the same."""
	for doctype in posts.SOURCES:
		for name, given in posts.wanted(doctype).items():
			by_document = {row[0] for row in posts.GIVES[doctype](frappe.get_doc(doctype, name))} - {None}
			assert by_document == {user for user, _role, _post in given}, (doctype, name)


def test_a_post_that_the_table_does_not_know_gives_nothing_and_is_named(small):
	group_name = group(("Group Head", builders.user("seated")))
	frappe.db.set_value("Leading Group Seat", {"parent": group_name}, "post", "测试新设岗位")
	lost = frappe.get_all("Community Role Grant", {"user": small.principal_user[small.rural]}, pluck="name")
	frappe.db.delete("Community Role Grant", {"name": ("in", lost)})
	frappe.db.delete("Error Log", {"method": ("like", "Posts without roles%")})
	posts.sync_all()
	assert has("seated@gtt.test", roles.GROUP_HEAD) is False
	assert frappe.db.count("Community Role Grant", {"user": small.principal_user[small.rural]}) == len(lost)
	logged = frappe.get_all("Error Log", {"method": ("like", "Posts without roles%")}, ["error"])
	assert len(logged) == 1 and f"{group_name}: 测试新设岗位" in logged[0].error


def test_one_source_that_fails_does_not_stop_the_others(small, monkeypatch):
	def fails(names):
		raise KeyError("测试")

	frappe.db.delete("Community Role Grant", {"source_doctype": "School Staff"})
	monkeypatch.setitem(posts.SOURCES, "Community Leading Group", fails)
	frappe.db.delete("Error Log", {"method": "Roles of Community Leading Group"})
	posts.sync_all()
	assert frappe.db.count("Community Role Grant", {"source_doctype": "School Staff"})
	assert frappe.db.exists("Error Log", {"method": "Roles of Community Leading Group"})
