"""A mentor and a trainee of a community: who writes it down, and how both confirm what came of it (ACT9)."""

import frappe
from frappe import _
from frappe.utils import cint, cstr, nowdate

from gongtongti.core import settings
from gongtongti.organisation.relations import Person, SchoolLeader

MENTORSHIP = "Mentorship"
RUNNING, CONCLUDED = "Mentorship Running", "Mentorship Concluded"
STATUSES = (RUNNING, CONCLUDED)
SIDES = ("mentor", "trainee")
WRITERS = (SchoolLeader("mentor_school", "trainee_school"), Person("mentor", "trainee"))


class ForeignMentorshipError(frappe.PermissionError):
	"""Somebody writes or confirms what is neither their own nor of a school that they lead."""


class NotReadyError(frappe.ValidationError):
	"""Guidances or the result are missing, or it is confirmed already."""


def side_of(mentorship, user: str) -> str | None:
	"""Which of the two an account is of, if it is of either."""
	return next((side for side in SIDES if Person(side).covers(mentorship, user)), None)


def lacking(mentorship) -> str | None:
	"""What still lacks before it is confirmed, said to the reader; None where nothing does."""
	least = cint(settings.get("mentor_guidances"))
	if len(mentorship.guidances) < least:
		return _("{0} guidances are entered, {1} are needed. Enter the others first.").format(
			len(mentorship.guidances), least
		)
	if not cstr(mentorship.result).strip():
		return _("Enter the result of the mentorship first.")
	return None


@frappe.whitelist(methods=["POST"])
def confirm(name: str):
	"""The mentor or the trainee confirms the guidances and the result, each by the own account; with both it is concluded.

	In: the name of a Mentorship. Out: the document. Raises ForeignMentorshipError, NotReadyError, PermissionError.
	"""
	# with the lock: the other one may confirm, or somebody write, at the same time
	mentorship = frappe.get_doc(MENTORSHIP, cstr(name), for_update=True)
	mentorship.check_permission("read")
	side = side_of(mentorship, frappe.session.user)
	if not side:
		frappe.throw(
			_("A mentorship is confirmed by its mentor and its trainee alone, each with the own account."),
			ForeignMentorshipError,
		)
	if mentorship.get(f"{side}_confirmed_on"):
		frappe.throw(
			_("You have confirmed it already. It is concluded when the other one has, too."), NotReadyError
		)
	if message := lacking(mentorship):
		frappe.throw(message, NotReadyError)
	values = {f"{side}_confirmed_on": nowdate(), f"{side}_account": frappe.session.user}
	if all(mentorship.get(f"{other}_confirmed_on") for other in SIDES if other != side):
		values["status"] = CONCLUDED
	mentorship.db_set(values, notify=True)
	return mentorship
