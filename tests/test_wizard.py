"""The setup wizard's first user: the framework gives it every role of the site, this app takes its own back (ORG3)."""

import builders
import frappe
import pytest
from frappe.desk.page.setup_wizard import setup_wizard

from gongtongti.core import relations
from gongtongti.organisation import roles, wizard

FIRST = "wizard@gtt.test"


def ours(user):
	held = frappe.get_all("Has Role", {"parenttype": "User", "parent": user}, pluck="role")
	return set(held) & set(roles.ROLES)


@pytest.fixture
def first_user():
	"""What the framework's wizard makes, by the framework's own function."""
	setup_wizard.create_or_update_user({"email": FIRST, "full_name": "测试 首个用户"})
	builders._made.append(("User", FIRST))
	assert ours(FIRST) == set(roles.ROLES)
	return FIRST


def test_whoever_the_wizard_makes_has_none_of_our_roles(first_user):
	before = set(frappe.get_all("Has Role", {"parent": first_user}, pluck="role"))
	hooks = setup_wizard.get_setup_complete_hooks(frappe._dict(email=first_user))
	tasks = [task for stage in hooks for task in stage["tasks"]]
	ours_alone = [task for task in tasks if task["fn"] == wizard.after_wizard]
	assert len(ours_alone) == 1
	ours_alone[0]["fn"](ours_alone[0]["args"])
	after = set(frappe.get_all("Has Role", {"parent": first_user}, pluck="role"))
	assert ours(first_user) == set() and before - after == set(roles.ROLES)
	assert "System Manager" in after


def test_a_site_where_it_has_happened_is_told_and_mends_it_in_one_step(small, as_user, first_user, capsys):
	assert wizard.laden() == [first_user]
	wizard.after_migrate()
	assert first_user in capsys.readouterr().out
	assert frappe.get_all("Notification Log", {"for_user": small.admin, "document_type": wizard.SETTINGS})
	as_user(small.admin)
	doc = frappe.get_doc("Community Settings")
	doc.run_method("onload")
	assert doc.get_onload("laden_accounts") == [first_user]
	# who only reads the settings is told nothing, of the accounts nor of the right to write
	as_user(small.users[roles.PERSONNEL])
	frappe.clear_messages()
	doc = frappe.get_doc("Community Settings")
	doc.run_method("onload")
	assert not doc.get("__onload") and not frappe.get_message_log()
	as_user(small.admin)
	assert wizard.take_away() == [first_user]
	assert ours(first_user) == set() and wizard.laden() == []
	frappe.set_user("Administrator")
	capsys.readouterr()
	wizard.after_migrate()
	assert capsys.readouterr().out == ""


def test_what_a_post_gives_stays_and_goes_with_the_post(small, first_user):
	group = builders.leading_group("测试首个用户组", [("Finance Section Chief", first_user)])
	wizard.take_away()
	assert ours(first_user) == {roles.FINANCE}
	doc = frappe.get_doc("Community Leading Group", group)
	doc.status = "Dissolved"
	doc.save()
	assert ours(first_user) == set()


def test_people_with_several_posts_are_left_alone(small):
	assert wizard.laden() == []
	assert relations.holders({roles.FINANCE})[roles.FINANCE]


def test_only_those_who_manage_accounts_take_roles_away(small, as_user, first_user):
	for user in (small.clerk, small.users[roles.GROUP_HEAD], small.outsider):
		as_user(user)
		with pytest.raises(wizard.NotTheirsToTakeError):
			wizard.take_away()
	assert ours(first_user) == set(roles.ROLES)
