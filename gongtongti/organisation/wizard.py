"""The framework's setup wizard gives the first user every role of the site; none of this app's comes to anybody that way.

Roles come with posts (ORG3), and no post gives more than a few: who holds more than half of them was never given them one
by one. At the wizard's end they are taken away again. A site where it has happened earlier is told at each migrate, and its
Community Administrator in the Community Settings, where one button takes them away.
"""

import frappe
from frappe import _
from frappe.query_builder.functions import Count

from gongtongti.core import notices, relations, tasks
from gongtongti.organisation import posts, roles

MOST = len(roles.ROLES) // 2
SETTINGS = "Community Settings"


class NotTheirsToTakeError(frappe.PermissionError):
	"""Roles are taken away by a System Manager or the Community Administrator."""


def after_wizard(args=None) -> None:
	"""Hook `setup_wizard_complete`, which runs after the framework has made its first user."""
	for user in laden():
		_take_from(user)


def after_migrate() -> None:
	"""Hook `after_migrate`: says which accounts hold most roles of the app, at the console and to the administrator."""
	found = laden()
	if not found:
		return
	subject = _(
		"These accounts hold most roles of the app, as the setup wizard gives them to its first user: {0}. Open Community Settings and take them away."
	).format(", ".join(found))
	print(subject)
	notices.tell(relations.holders({roles.ADMINISTRATOR})[roles.ADMINISTRATOR], subject, SETTINGS, SETTINGS)


def laden() -> list[str]:
	"""The accounts that hold more than half of this app's roles. One query."""
	has_role = frappe.qb.DocType("Has Role")
	rows = (
		frappe.qb.from_(has_role)
		.select(has_role.parent, Count(has_role.role).distinct())
		.where((has_role.parenttype == "User") & has_role.role.isin(list(roles.ROLES)))
		.where(has_role.parent.notin(list(frappe.STANDARD_USERS)))
		.groupby(has_role.parent)
		.run()
	)
	return sorted(user for user, number in rows if number > MOST)


@frappe.whitelist(methods=["POST"])
def take_away() -> list[str]:
	"""Takes this app's roles from the accounts of `laden`, but for those that a seat or a post gives.

	Out: these accounts. Raises NotTheirsToTakeError.
	"""
	if frappe.session.user != "Administrator" and {"System Manager", roles.ADMINISTRATOR}.isdisjoint(
		frappe.get_roles()
	):
		frappe.throw(
			_("Only a System Manager or the Community Administrator takes roles away."), NotTheirsToTakeError
		)
	found = laden()
	for user in found:
		_take_from(user)
	return found


def _take_from(user: str) -> None:
	account = frappe.get_doc("User", user, for_update=True)
	by_posts = set(frappe.get_all(posts.GRANT, {"user": user}, pluck="role"))
	gone = sorted({row.role for row in account.roles if row.role in roles.ROLES} - by_posts)
	# what stays comes from posts alone by now, and goes with them
	frappe.db.set_value(posts.GRANT, {"user": user}, "added", 1)
	posts.set_roles(account, remove=gone)
	account.add_comment("Info", _("Roles taken away: {0}").format(", ".join(_(role) for role in gone)))
	relations.forget()
	tasks.follow_later()
