"""Resources that people of the schools share: used, rated, withdrawn, and the same file noticed (ACT8)."""

import frappe
from frappe import _
from frappe.query_builder.functions import Avg
from frappe.utils import cint, cstr, escape_html, flt, get_link_to_form, nowdate

from gongtongti.organisation.relations import SchoolLeader

RESOURCE, RATING = "Shared Resource", "Resource Rating"
IN_USE, REPLACED, WITHDRAWN = "Resource in Use", "Resource Replaced", "Resource Withdrawn"
STATUSES = (IN_USE, REPLACED, WITHDRAWN)
KINDS = ("Lesson Plan", "Courseware", "Test Paper", "Recording", "Other Material")
LICENCES = (
	"Use and Change, Naming the Author",
	"Use Unchanged, Naming the Author",
	"Ask the Author First",
)
MOST_STARS = 5


class NotInUseError(frappe.ValidationError):
	"""The resource is withdrawn or replaced."""


class RatingError(frappe.ValidationError):
	"""Not 1 to 5 stars, or of one's own resource."""


class ForeignWithdrawalError(frappe.PermissionError):
	"""Neither the author nor a leader of the author's school."""


class WithdrawalReasonError(frappe.ValidationError):
	"""A resource is withdrawn without a reason."""


def may_withdraw(resource, user: str) -> bool:
	return user in (resource.author, "Administrator") or SchoolLeader("school").covers(resource, user)


def _readable(name, for_update=False):
	resource = frappe.get_doc(RESOURCE, cstr(name), for_update=for_update)
	resource.check_permission("read")
	return resource


def _refuse_withdrawn(resource):
	if resource.status == WITHDRAWN:
		frappe.throw(
			_("This resource was withdrawn: {0}").format(escape_html(resource.withdrawal_reason)),
			NotInUseError,
		)


@frappe.whitelist(methods=["POST"])
def use(name: str) -> str:
	"""Counts one use of a resource that the reader sees. Out: the address of its file, or its web address.

	Raises NotInUseError for one that is withdrawn, PermissionError.
	"""
	resource = _readable(name)
	_refuse_withdrawn(resource)
	table = frappe.qb.DocType(RESOURCE)
	# counted by the database: two readers at once are two
	frappe.qb.update(table).set(table.uses, table.uses + 1).where(table.name == resource.name).run()
	return resource.file or resource.link


@frappe.whitelist(methods=["POST"])
def rate(name: str, stars: int):
	"""Gives a resource that the reader sees 1 to 5 stars; a second time in place of the first. Out: the document.

	Raises RatingError, NotInUseError, PermissionError.
	"""
	stars, user = cint(stars), frappe.session.user
	resource = _readable(name, for_update=True)
	_refuse_withdrawn(resource)
	if user == resource.author:
		frappe.throw(_("Nobody rates a resource of their own."), RatingError)
	if not 1 <= stars <= MOST_STARS:
		frappe.throw(_("Give 1 to {0} stars.").format(MOST_STARS), RatingError)
	row = next((row for row in resource.ratings if row.rated_by == user), None)
	if row:
		row.db_set({"stars": stars, "rated_on": nowdate()}, update_modified=False)
	else:
		row = resource.append("ratings", {"rated_by": user, "stars": stars, "rated_on": nowdate()})
		row.db_insert()
	rating = frappe.qb.DocType(RATING)
	average = frappe.qb.from_(rating).select(Avg(rating.stars))
	average = average.where((rating.parent == resource.name) & (rating.parenttype == RESOURCE)).run()[0][0]
	resource.db_set("average_stars", flt(average), update_modified=False)
	return resource


@frappe.whitelist(methods=["POST"])
def withdraw(name: str, reason: str):
	"""Takes a resource out of use, for its author and the leaders of the author's school; it stays where links lead to.

	Out: the document. Raises ForeignWithdrawalError, NotInUseError, WithdrawalReasonError, PermissionError.
	"""
	resource = _readable(name, for_update=True)
	if not may_withdraw(resource, frappe.session.user):
		frappe.throw(
			_("A resource is withdrawn by its author or a leader of the author's school. Ask one of them."),
			ForeignWithdrawalError,
		)
	_refuse_withdrawn(resource)
	if not cstr(reason).strip():
		frappe.throw(_("Enter why the resource is withdrawn."), WithdrawalReasonError)
	resource.db_set({"status": WITHDRAWN, "withdrawal_reason": cstr(reason).strip()}, notify=True)
	return resource


# -- the same file -------------------------------------------------------------------------------------------------------


def mark_of(url: str) -> str | None:
	"""The mark of a file's content, for a file that the user has uploaded; None for any other."""
	return frappe.db.get_value("File", {"file_url": url, "owner": frappe.session.user}, "content_hash")


def tell_of_same_file(resource) -> None:
	"""Tells the author that the file is shared already: where, only if the author may read it there."""
	same = {
		"content_hash": resource.content_hash,
		"status": ("!=", WITHDRAWN),
		"name": ("not in", [cstr(resource.name), cstr(resource.replaces)]),
	}
	if seen := frappe.get_list(RESOURCE, same, pluck="name", limit=1):
		message = _("This file is shared already: {0}").format(get_link_to_form(RESOURCE, seen[0]))
	elif frappe.get_all(RESOURCE, same, pluck="name", limit=1):
		message = _("This file is shared already by somebody, for other readers.")
	else:
		return
	frappe.msgprint(message, indicator="orange", alert=True)
