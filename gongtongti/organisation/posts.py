"""Roles that come with a seat in the leading group or a post at a school (ORG2, ORG3).

Each role that a post gives is on record as a Community Role Grant: (user, role, where from). `added` says whether this app
put the role on the account; a role that the user had from elsewhere stays when the post goes. The tables of what gives what
stand in `roles.py`; everything here works by one comparison: what a document's posts give today against what is on record.
"""

from collections import defaultdict

import frappe
from frappe import _
from frappe.utils import cstr, getdate, nowdate

from gongtongti.core import jobs, notices, relations, tasks
from gongtongti.organisation import council, roles

GRANT = "Community Role Grant"
# post (a field of Community School) -> positions of School Staff that may hold it (ORG2)
POSITIONS_FOR = {
	"principal": ("School Principal",),
	"leader_in_charge": ("School Principal", "Vice Principal", "Other School Leader"),
}


class SystemAccountError(frappe.ValidationError):
	"""Administrator and Guest hold no post."""


class DisabledAccountError(frappe.ValidationError):
	"""A disabled account was put on a post."""


class RoleNotTakenError(frappe.ValidationError):
	"""The account does not keep the role: a role profile or its user type fixes its roles, or the role is disabled."""


class OwnPostError(frappe.PermissionError):
	"""Nobody puts oneself on a post."""


# -- what posts give today -------------------------------------------------------------------------------------------


def wanted(source_doctype, names=None):
	"""What the posts of documents give today.

	In: a DocType of SOURCES; names of documents (default: all). Out: {name: {(user, role, post), …}}, without documents that
	give nothing; disabled accounts are given nothing. The number of queries does not depend on the rows.
	"""
	return _by_document(SOURCES[source_doctype](names))


def _by_document(rows):
	given = defaultdict(set)
	for name, user, post, post_roles in rows:
		given[name].update((user, role, post) for role in post_roles)
	return given


def _roles_of(table, post):
	"""The roles of a post; none for one that the table does not know, as a site may have added it: `sync_all` names it."""
	return table.get(post, ())


def _seats(names):
	seat, group = (frappe.qb.DocType(d) for d in ("Leading Group Seat", "Community Leading Group"))
	query = _seats_of_today().select(group.name, seat.user, seat.post)
	return [(*row, _roles_of(roles.GROUP_POSTS, row[2])) for row in _only(query, group, names).run()]


def _seats_of_today():
	"""The seats of active leading groups that are held today by enabled accounts; nothing is selected yet."""
	seat, group = (frappe.qb.DocType(d) for d in ("Leading Group Seat", "Community Leading Group"))
	today = nowdate()
	return (
		relations.of_enabled(frappe.qb.from_(seat), seat.user)
		.join(group)
		.on((group.name == seat.parent) & (seat.parenttype == "Community Leading Group"))
		.where(group.status == "In Operation")
		.where(seat.from_date.isnull() | (seat.from_date <= today))
		.where(seat.to_date.isnull() | (seat.to_date >= today))
	)


_OF_OFFICE = tuple(post for post, given in roles.GROUP_POSTS.items() if roles.SUBDISTRICT_OFFICE in given)


def offices(subdistricts) -> dict[str, set[str]]:
	"""Subdistrict -> the enabled accounts that hold the seat of its office today, for each of `subdistricts`. One query."""
	found = {subdistrict: set() for subdistrict in subdistricts}
	if found:
		seat = frappe.qb.DocType("Leading Group Seat")
		query = _seats_of_today().select(seat.subdistrict, seat.user)
		for subdistrict, user in query.where(
			seat.subdistrict.isin(sorted(found)) & seat.post.isin(_OF_OFFICE)
		).run():
			found[subdistrict].add(user)
	return found


def subdistricts_of(user: str):
	"""Subquery: the subdistricts whose office the user holds the seat of today (ORG6)."""
	seat = frappe.qb.DocType("Leading Group Seat")
	return (
		_seats_of_today()
		.select(seat.subdistrict)
		.where((seat.user == user) & seat.subdistrict.isnotnull() & seat.post.isin(_OF_OFFICE))
	)


def seated(wanted_posts) -> dict[str, set[str]]:
	"""Post of the leading group -> the enabled accounts that sit on it today, for each of `wanted_posts`."""
	found = {post: set() for post in wanted_posts}
	if found:
		for _group, user, post, _roles in _seats(None):
			if post in found:
				found[post].add(user)
	return found


def schools_with_leaders():
	"""Schools, with the accounts of their leaders as far as these are enabled; nothing is selected yet.

	Out: the query, and the tables of the principal's and of the leader in charge's account (User).
	"""
	school = frappe.qb.DocType("Community School")
	principal, leader = (frappe.qb.DocType("User").as_(post) for post in ("principal", "leader"))
	query = (
		frappe.qb.from_(school)
		.left_join(principal)
		.on((principal.name == school.principal_user) & (principal.enabled == 1))
		.left_join(leader)
		.on((leader.name == school.leader_user) & (leader.enabled == 1))
	)
	return query, principal, leader


def _school_posts(names):
	school = frappe.qb.DocType("Community School")
	query, principal, leader = schools_with_leaders()
	query = query.select(school.name, school.location, principal.name, leader.name)
	query = query.where(school.status == "In Operation")
	for name, location, principal_user, leader_user in _only(query, school, names).run():
		for post, user in (
			(f"Principal of {location} School", principal_user),
			("Leader in Charge", leader_user),
		):
			if user:
				yield name, user, post, _roles_of(roles.SCHOOL_POSTS, post)


def staff_in_service():
	"""Records of staff in service with an enabled account; nothing is selected yet."""
	staff = frappe.qb.DocType("School Staff")
	return relations.of_enabled(frappe.qb.from_(staff), staff.user).where(staff.status == "In Service")


def _staff(names):
	staff = frappe.qb.DocType("School Staff")
	query = staff_in_service().select(staff.name, staff.user)
	return [
		(*row, "School Staff", roles.SCHOOL_POSTS["School Staff"]) for row in _only(query, staff, names).run()
	]


def _council_seats(names):
	query, seat, table = council.seats_of_today()
	query = query.select(table.name, seat.user, seat.office)
	return [(*row, _roles_of(roles.COUNCIL_OFFICES, row[2])) for row in _only(query, table, names).run()]


def _only(query, table, names):
	return query if names is None else query.where(table.name.isin(list(names) or [""]))


# DocType that holds posts -> rows (document, user, post, roles) that stand today
SOURCES = {
	"Community Leading Group": _seats,
	"Community School": _school_posts,
	"School Staff": _staff,
	"Community Council": _council_seats,
}


# -- giving and taking -----------------------------------------------------------------------------------------------


def sync(doc):
	"""Makes the roles that come from `doc` (a document of SOURCES) what its posts give today. For on_update. ORG3.

	Raises OwnPostError: see `refuse_own_gain`.
	"""
	refuse_own_gain(doc)
	changed = give_and_take(doc.doctype, doc.name, wanted(doc.doctype, [doc.name])[doc.name])
	relations.forget()
	before = doc.get_doc_before_save()
	# another office stands in for the leaders of a school that changes its subdistrict
	if changed or (before and cstr(before.get("subdistrict")) != cstr(doc.get("subdistrict"))):
		tasks.follow_later()


def sync_councils(doc):
	"""Makes the roles that come from councils follow a person or a community (a document). For on_update. ORG10."""
	names = council.bring_into_step(doc)
	given = wanted(council.COUNCIL, names)
	if [name for name in sorted(names) if give_and_take(council.COUNCIL, name, given[name])]:
		tasks.follow_later()


def withdraw(doc):
	"""Takes back every role that came from `doc`. For on_trash."""
	if give_and_take(doc.doctype, doc.name, set()):
		tasks.follow_later()
	relations.forget()


def give_and_take(source_doctype, source_name, wanted) -> bool:
	"""Gives and takes until the grants from one document are exactly `wanted`, a set of (user, role, post).

	A role is put on an account that lacks it, and taken off when the last grant goes and this app had added it. Accounts are
	locked in order of their names, one after the other, so that two documents that give to the same account wait for each
	other. Out: whether anything changed. Raises SystemAccountError, RoleNotTakenError. ORG3.
	"""
	source = {"source_doctype": source_doctype, "source_name": source_name}
	rows = frappe.get_all(GRANT, filters=source, fields=["user", "role", "source_post"])
	held = {(row.user, row.role, row.source_post) for row in rows}
	wanted = set(wanted)
	if len(rows) == len(held) and held == wanted and not _lacking(wanted):
		return False
	refuse_system_accounts({user for user, _role, _post in wanted})
	for user in sorted({user for user, _role, _post in wanted | held}):
		_settle(user, source, {(role, post) for name, role, post in wanted if name == user})
	relations.forget()
	return True


def _lacking(grants):
	"""Of (user, role, post): those whose account does not have the role."""
	if not grants:
		return set()
	has_role = frappe.qb.DocType("Has Role")
	found = (
		frappe.qb.from_(has_role)
		.select(has_role.parent, has_role.role)
		.where((has_role.parenttype == "User") & has_role.parent.isin(sorted({grant[0] for grant in grants})))
		.run()
	)
	return {grant for grant in grants if (grant[0], grant[1]) not in set(found)}


def _settle(user, source, wanted):
	"""One account: `wanted` is the set of (role, post) that this source gives it."""
	if not frappe.db.exists("User", user):
		return
	account = frappe.get_doc("User", user, for_update=True)
	# locking reads: what stood before the lock was waited for is of no interest
	rows = frappe.db.get_values(
		GRANT,
		{"user": user},
		["name", "role", "source_post", "source_doctype", "source_name", "added"],
		as_dict=True,
		for_update=True,
	)
	has = {row.role for row in account.roles}
	by_us = {row.role for row in rows if row.added}
	here = [row for row in rows if all(row[key] == value for key, value in source.items())]
	kept, dropped = [], []
	for row in here:  # a pair that stands twice is dropped once
		double = (row.role, row.source_post) in {(k.role, k.source_post) for k in kept}
		(dropped if double or (row.role, row.source_post) not in wanted else kept).append(row)
	new = wanted - {(row.role, row.source_post) for row in kept}
	staying = [row for row in rows if row not in dropped]
	needed = {row.role for row in staying} | {role for role, _post in new}
	add = needed - has
	remove = {row.role for row in dropped if row.role in by_us} - needed

	set_roles(account, add, remove & has)
	for row in dropped:
		frappe.delete_doc(GRANT, row.name, ignore_permissions=True, force=1, flags={"by_posts": True})
	for row in staying:
		if row.role in add and not row.added:
			frappe.db.set_value(GRANT, row.name, "added", 1)
	for role, post in sorted(new):
		added = role in add or (role in by_us and role in has)
		grant = frappe.get_doc(
			{"doctype": GRANT, "user": user, "role": role, "added": int(added), "source_post": post, **source}
		)
		grant.flags.by_posts = True
		grant.insert(ignore_permissions=True)


def set_roles(account, add=(), remove=()):
	"""Gives and takes roles on an account (locked). Raises RoleNotTakenError."""
	add, remove = set(add), set(remove)
	if not add and not remove:
		return
	for row in [row for row in account.roles if row.role in remove]:
		account.remove(row)
	for role in sorted(add):
		account.append("roles", {"role": role})
	account.flags.by_posts = True
	account.save(ignore_permissions=True)
	if missing := add - {row.role for row in account.roles}:
		frappe.throw(
			_(
				"The account {0} does not keep the role {1}. Take the role profile or the special user type off the account, or enable the role, then save again."
			).format(account.name, ", ".join(_(role) for role in sorted(missing))),
			RoleNotTakenError,
		)


# -- who may hold a post ---------------------------------------------------------------------------------------------


def may_hold(staff, post, school):
	"""Whether a member of staff (School Staff document or dict) may hold a post of POSITIONS_FOR at a school."""
	return staff.school == school and staff.status == "In Service" and staff.position in POSITIONS_FOR[post]


def refuse_system_accounts(users):
	"""Raises SystemAccountError if Administrator or Guest is among `users`."""
	for user in sorted(set(users) & set(frappe.STANDARD_USERS)):
		frappe.throw(
			_("{0} is a system account and holds no post. Choose the person's own account.").format(user),
			SystemAccountError,
		)


def refuse_unfit_accounts(users):
	"""For accounts that are newly put on a post. Raises SystemAccountError, DisabledAccountError."""
	users = set(users) - {None, ""}
	refuse_system_accounts(users)
	disabled = users and frappe.get_all("User", {"name": ("in", sorted(users)), "enabled": 0}, pluck="name")
	for user in disabled:
		frappe.throw(
			_("The account {0} is disabled. Enable it first, or choose another.").format(user),
			DisabledAccountError,
		)


# -- nobody gives oneself a post ---------------------------------------------------------------------------------------


def _by_group(group):
	"""Seats of an active group, those that begin later among them."""
	fields = ("post", "subdistrict", "school", "from_date", "to_date")
	return {
		(row.user, *(cstr(row.get(fieldname)) for fieldname in fields))
		for row in group.seats
		if group.status == "In Operation" and (not row.to_date or getdate(row.to_date) >= getdate())
	}


def _by_school(school):
	if school.status != "In Operation":
		return set()
	return {
		(school.principal_user, f"Principal of {school.location} School"),
		(school.leader_user, "Leader in Charge"),
	}


def _by_staff(staff):
	return {(staff.user, "School Staff", staff.school)} if staff.status == "In Service" else set()


def _by_community(community):
	if community.status == "Dissolved":
		return set()
	seats = frappe.get_all(
		council.SEAT,
		{
			"parent": (
				"in",
				frappe.get_all(council.COUNCIL, {"community": community.name}, pluck="name") or [""],
			)
		},
		["user", "office"],
	)
	return {(community.bureau_leader, roles.BUREAU_LEADER), *((row.user, row.office) for row in seats)}


def _by_council(doc):
	"""Seats of a council, those that begin later among them."""
	days = [(row, row.from_date or doc.term_start, row.to_date or doc.term_end) for row in doc.seats]
	return {
		(row.user, row.office, cstr(row.work_field), cstr(first), cstr(last))
		for row, first, last in days
		if getdate(last) >= getdate()
	}


# DocType -> what a document gives, by whatever field or state, today or on a day to come: {(account, post, …)}
GIVES = {
	"Community Leading Group": _by_group,
	"Community School": _by_school,
	"School Staff": _by_staff,
	"Education Community": _by_community,
	"Community Council": _by_council,
}


def refuse_own_gain(doc):
	"""Raises OwnPostError if the session's user has from `doc`, as it is saved, what it did not give before.

	Whoever hands out posts takes none: what a document of GIVES gives is compared with what it gave. Discipline inspection
	is told of the attempt, which its refusal does not undo.
	"""
	before, gives = doc.get_doc_before_save(), GIVES[doc.doctype]
	gained = {
		row for row in gives(doc) - (gives(before) if before else set()) if row[0] == frappe.session.user
	}
	if not gained or frappe.session.user in frappe.STANDARD_USERS:
		return
	report_attempt(doc, {row[1] for row in gained})
	frappe.throw(
		_("You cannot put yourself on a post or change your own. Ask another administrator to do it."),
		OwnPostError,
	)


def report_attempt(doc, given) -> None:
	"""Has discipline inspection told that the session's user tried to take what `given` says; to be called before refusing."""
	frappe.enqueue(
		"gongtongti.organisation.posts.tell_of_attempt",
		user=frappe.session.user,
		doctype=doc.doctype,
		name=doc.name,
		given=sorted(given),
	)


def tell_of_attempt(user: str, doctype: str, name: str, given: list[str]) -> None:
	"""Tells discipline inspection that somebody tried to take a post. A job: the attempt itself is rolled back."""
	subject = _("{0} tried to give their own account a post and was refused: {1} ({2} {3}).").format(
		frappe.utils.get_fullname(user), ", ".join(_(post) for post in given), _(doctype), name
	)
	notices.tell(relations.holders({roles.DISCIPLINE})[roles.DISCIPLINE], subject, doctype, name)


# -- by the calendar, and when accounts change -----------------------------------------------------------------------


def sync_all():
	"""Daily: seats begin and end by date, accounts are disabled and enabled, roles get lost. Only differences are written.

	What cannot be given is logged and does not hold up the rest; posts that nobody has said the roles of are named.
	"""
	for source_doctype in SOURCES:
		jobs.apart(f"Roles of {source_doctype}", _sync_source, source_doctype)
	tasks.follow_later()


def _sync_source(source_doctype):
	rows = list(SOURCES[source_doctype](None))
	given, recorded = _by_document(rows), defaultdict(set)
	fields = ["source_name", "user", "role", "source_post"]
	for row in frappe.get_all(GRANT, filters={"source_doctype": source_doctype}, fields=fields):
		recorded[row.source_name].add((row.user, row.role, row.source_post))
	lacking = _lacking(set().union(*given.values()))
	names = given.keys() | recorded.keys()
	_sync_each(
		source_doctype,
		{name: given[name] for name in names if given[name] != recorded[name] or given[name] & lacking},
	)
	unknown = sorted({f"{name}: {post}" for name, _user, post, post_roles in rows if not post_roles})
	if unknown:
		frappe.log_error(title=f"Posts without roles: {source_doctype}"[:140], message="\n".join(unknown))


def sync_user(user):
	"""Gives and takes what comes from all documents on which `user` holds a post. ORG3."""
	for source_doctype, name in _sources_of(user):
		_sync_each(source_doctype, {name: wanted(source_doctype, [name])[name]})
	tasks.follow_later()


def on_user_update(account, method=None):
	"""Document event of User: a disabled account loses what its posts gave, an enabled one gets it back (after the commit)."""
	relations.forget()
	if account.flags.by_posts:
		return
	switched = account.has_value_changed("enabled")
	if switched and _sources_of(account.name):
		frappe.enqueue(
			"gongtongti.organisation.posts.sync_user", user=account.name, enqueue_after_commit=True
		)
	elif _our_roles(account) != _our_roles(account.get_doc_before_save()) or (
		switched and _our_roles(account)
	):
		tasks.follow_later()


def _our_roles(account):
	return {row.role for row in account.roles if row.role in roles.ROLES} if account else set()


def _sources_of(user):
	found = {
		(row.source_doctype, row.source_name)
		for row in frappe.get_all(GRANT, {"user": user}, ["source_doctype", "source_name"])
	}
	for doctype, child, fields in (
		("Community Leading Group", "Leading Group Seat", ("user",)),
		("Community School", None, ("principal_user", "leader_user")),
		("School Staff", None, ("user",)),
		(council.COUNCIL, council.SEAT, ("user",)),
	):
		names = frappe.get_all(
			child or doctype,
			or_filters=[[field, "=", user] for field in fields],
			pluck="parent" if child else "name",
		)
		found |= {(doctype, name) for name in names}
	return sorted(found)


def _sync_each(source_doctype, changes):
	"""Each document by itself: what cannot be given at one is logged and does not hold up the others."""
	for name in sorted(changes):
		jobs.apart(f"Roles of {source_doctype} {name}", give_and_take, source_doctype, name, changes[name])
