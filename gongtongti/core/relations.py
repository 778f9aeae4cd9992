"""Who stands in which relation to a document: one vocabulary for who sees rows, who signs, who is asked.

A `Relation` looks at fields of a document and answers both questions: which values there are within a user's reach
(`within`), and which enabled accounts stand in the relation to given documents (`accounts`). The words of a feature's own
are in its relations.py; those here are about accounts and roles only. `Everyone`, which needs to know of the roles of all
features, stands in policy.py.

What is read for it is read once per transaction and account (`once`, `each`); `forget` is called by whatever changes posts,
seats, members, accounts or pupils.
"""

from collections import defaultdict
from functools import cached_property

import frappe

_CACHE = "gongtongti_reach"
# `within` answers this for every row
ALL = frozenset({"*"})


class Relation:
	"""A way in which accounts stand to documents, by what is in `fields` of these."""

	doctype = "User"  # what the fields link to; None where they are no links
	capacities = ()  # the roles in which somebody who stands in it signs

	def __init__(self, *fields: str):
		self.fields = fields

	def __repr__(self):
		return f"{type(self).__name__}({', '.join(map(repr, self.fields))})"

	def within(self, user: str):
		"""The values of the fields that are within the reach of `user`: a set, or ALL where every row is."""
		raise NotImplementedError

	def accounts(self, row, question: "Question", barred=frozenset()) -> set[str]:
		"""The enabled accounts that stand in this relation to `row`.

		In: a document or dict; the question that it is part of, with whatever was read for it; accounts that must not act, for
		relations that name somebody else instead.
		"""
		raise NotImplementedError

	def covers(self, row, user: str) -> bool:
		"""Whether `user` stands in this relation to `row`."""
		values = self.within(user)
		return values is ALL or any(row.get(fieldname) in values for fieldname in self.fields)


class Holder(Relation):
	"""Whoever holds one of these roles, whatever the row."""

	def __init__(self, *roles: str):
		super().__init__()
		self.roles = self.capacities = roles

	def __repr__(self):
		return f"Holder({', '.join(map(repr, self.roles))})"

	def within(self, user):
		return frozenset() if roles_of(user).isdisjoint(self.roles) else ALL

	def accounts(self, row, question, barred=frozenset()):
		return question.holders(self.roles)


class Account(Relation):
	"""The account that stands in the field itself."""

	def within(self, user):
		return {user}

	def accounts(self, row, question, barred=frozenset()):
		return question.enabled({row.get(fieldname) for fieldname in self.fields} - {None, ""})


# -- what is read once --------------------------------------------------------------------------------------------------


def once(user: str, what: str, read):
	"""What `read()` answers about `user`, read once."""
	known = table(user)
	if what not in known:
		known[what] = read()
	return known[what]


def each(what: str, keys, read) -> dict:
	"""{key: what is known of it} for `keys`. `read` is asked once for all those of which nothing is known yet.

	read: answers a dict; keys without an answer are left out, and asked about again.
	"""
	known = table(what)
	if missing := {key for key in keys if key not in known}:
		known.update(read(missing))
	return {key: known[key] for key in keys if key in known}


def table(what) -> dict:
	"""What is known of one kind of thing, by key; to be put right by whoever changes it.

	It lasts no longer than the transaction, in which the database answers the same again, and than the account that is signed
	in. It is kept apart from documents: what a client sends with one is never taken for it.
	"""
	user, known = getattr(frappe.local, _CACHE, None) or (None, None)
	if known is None or user != frappe.session.user:
		known = {}
		setattr(frappe.local, _CACHE, (frappe.session.user, known))
		frappe.db.after_commit.add(forget)
		frappe.db.after_rollback.add(forget)
	return known.setdefault(what, {})


def forget() -> None:
	"""Forgets whatever has been read once."""
	setattr(frappe.local, _CACHE, None)


def roles_of(user: str) -> frozenset[str]:
	"""The roles of an account, read once."""
	return once(user, "roles", lambda: frozenset(frappe.get_roles(user)))


class Question:
	"""One question about many rows: what is read for it is read once, for all rows, so that queries do not grow with them.

	asked: pairs (row, relations), as far as they are known at the start; relations read for all of them at once.
	"""

	def __init__(self, asked=()):
		self.asked = list(asked)
		self._read = {}

	def read(self, what: str, read):
		"""What `read()` answers, read once for this question."""
		if what not in self._read:
			self._read[what] = read()
		return self._read[what]

	def values(self, kind: type) -> set[str]:
		"""What stands in the fields of all relations of a kind, in all rows that are asked about."""
		return {
			row.get(fieldname)
			for row, relations in self.asked
			for relation in relations
			if isinstance(relation, kind)
			for fieldname in relation.fields
		} - {None, ""}

	@cached_property
	def roles(self) -> frozenset[str]:
		"""The roles that the relations name, in all rows that are asked about."""
		relations = {relation for _row, relations in self.asked for relation in relations}
		return frozenset(role for relation in relations for role in getattr(relation, "roles", ()))

	def holders(self, roles) -> set[str]:
		"""The enabled accounts of people that hold one of `roles`."""
		known = each("holders", self.roles.union(roles), holders)
		return set().union(*(known[role] for role in roles))

	def enabled(self, accounts) -> set[str]:
		"""Those of `accounts` that are enabled."""
		accounts = set(accounts)
		known = self.read("enabled", lambda: _enabled(self.values(Account) | accounts))
		return accounts & known


def holders(wanted_roles) -> dict[str, set[str]]:
	"""Role -> the enabled accounts of people that hold it, for each of the roles `wanted_roles`. One query."""
	found = defaultdict(set, {role: set() for role in wanted_roles})
	if found:
		has_role = frappe.qb.DocType("Has Role")
		rows = (
			of_enabled(frappe.qb.from_(has_role), has_role.parent)
			.select(has_role.role, has_role.parent)
			.where((has_role.parenttype == "User") & has_role.role.isin(sorted(found)))
			.where(has_role.parent.notin(list(frappe.STANDARD_USERS)))
			.run()
		)
		for role, account in rows:
			found[role].add(account)
	return dict(found)


def of_enabled(query, account):
	"""`query` restricted to rows in which the column `account` names an enabled account."""
	user = frappe.qb.DocType("User")
	return query.join(user).on((user.name == account) & (user.enabled == 1))


def _enabled(accounts) -> set[str]:
	if not accounts:
		return set()
	return set(frappe.get_all("User", {"name": ("in", sorted(accounts)), "enabled": 1}, pluck="name"))
