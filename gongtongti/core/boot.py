"""What the browser is told at the start: amounts in yuan, where our people begin, and which steps approvals have."""

import frappe
from frappe.permissions import AUTOMATIC_ROLES

from gongtongti.core import policy, signers
from gongtongti.core.money import CURRENCY

WORKSPACE = "Gongtongti"


def has_app() -> bool:
	"""Whether the app is on the session user's screen of apps (hook `add_to_apps_screen`)."""
	return not set(frappe.get_roles()).isdisjoint(policy.current().roles)


def home(bootinfo) -> None:
	"""Hook `extend_bootinfo`: whoever works in this app alone begins in its workspace.

	Nothing is written to the user: a workspace that the user has chosen stays, and so does the home of whoever also has a
	role of another app.
	"""
	mine = set(frappe.get_roles()) - set(AUTOMATIC_ROLES)
	if mine and mine <= set(policy.current().roles) and not bootinfo.user.get("default_workspace"):
		bootinfo.user["default_workspace"] = {"name": WORKSPACE, "title": WORKSPACE, "public": 1}


def yuan(bootinfo) -> None:
	"""Hook `extend_bootinfo`: amounts are shown with ¥. The framework's list of currencies has no sign for the yuan.

	Nothing is changed on the site; a sign that the site has set itself is left alone.
	"""
	for row in bootinfo.docs:
		if row.get("doctype") == ":Currency" and row.get("name") == CURRENCY:
			row["symbol"] = row.get("symbol") or "¥"
			return
	bootinfo.docs.append({"doctype": ":Currency", "name": CURRENCY, "symbol": "¥", "fraction_units": 100})


def steps(bootinfo) -> None:
	"""Hook `extend_bootinfo`: the steps of all approvals of the site, those of other apps too, for public/js/approval.js."""
	bootinfo["gongtongti_steps"] = signers.steps_for_scripts(policy.current())
