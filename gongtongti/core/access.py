"""Who sees which rows: one statement for each DocType, everything else derived from it.

`RULES` says for each DocType which of its fields hold a school, a community, a person or an account, and which roles
see every row. From it come the list and search conditions (`conditions`), the answer for a single document
(`allows`) and the restriction of the reports (`visible`). What is not said is denied. Rows of a child table are seen
by whoever sees their parent.

`roles.py` says what a role may do with a DocType at all; a user needs both.
"""

from dataclasses import dataclass, field
from functools import reduce
from operator import or_

import frappe
from frappe.utils import cstr
from pypika.terms import LiteralValue, Term

from gongtongti.organisation import membership
from gongtongti.organisation import roles as r

# Sections that answer for exchange, and those who read everything (ORG4)
_EXCHANGE = (r.ADMINISTRATOR, r.GROUP_HEAD, r.PERSONNEL, r.SUPERVISION, r.DISCIPLINE)
# Bureau sections see the organisation as a whole; a bureau leader the communities that he answers for (ORG5)
_BUREAU = tuple(role for role in r.BUREAU if role != r.BUREAU_LEADER)


@dataclass(frozen=True)
class Rule:
	"""Which rows of a DocType a user sees: a row is seen if any of the named fields is within the user's reach.

	everyone: every user with a role of this app sees all rows (lists of school years, subjects, …)
	see_all: roles that see all rows
	school: fields with a school that the user leads, or that lies in a subdistrict that the user's office looks after
	own_school: fields with a school that the user leads
	own_pupil: fields with a pupil who is at such a school now, or was last
	partner: fields with a school that shares a community with such a school
	community: fields with a community of such a school, or one that the user answers for
	led: fields with a community that the user answers for as bureau leader (where `community` would show too much)
	led_school: fields with a school of such a community
	staff: fields with the user's own staff record
	user: fields with the user's own account
	"""

	everyone: bool = False
	see_all: tuple[str, ...] = ()
	school: tuple[str, ...] = ()
	own_school: tuple[str, ...] = ()
	own_pupil: tuple[str, ...] = ()
	partner: tuple[str, ...] = ()
	community: tuple[str, ...] = ()
	led: tuple[str, ...] = ()
	led_school: tuple[str, ...] = ()
	staff: tuple[str, ...] = ()
	user: tuple[str, ...] = ()


# Money of the aid fund, which names no pupil (AID1)
_MONEY = Rule(
	see_all=(r.GROUP_HEAD, r.BASIC_EDUCATION, r.FINANCE, r.SUPERVISION, r.DISCIPLINE), led=("community",)
)
# What says who is in hardship, for those who must know (AID4). It follows the pupil to another school, because v15 and v16
# show with a row whatever fields of the documents are asked for that the row links to.
_CARE = Rule(see_all=(r.BASIC_EDUCATION,), own_pupil=("pupil",))

_PLACEMENT = Rule(
	see_all=_EXCHANGE, school=("home_school", "host_school"), led=("community",), staff=("staff",)
)

RULES = {
	"Education Subdistrict": Rule(everyone=True),
	"Teaching Subject": Rule(everyone=True),
	"Community School Year": Rule(everyone=True),
	"Community Coverage Target": Rule(everyone=True),
	"Community Leading Group": Rule(everyone=True),
	"Exchange Plan": Rule(everyone=True),
	"Community School": Rule(see_all=_BUREAU, school=("name",), partner=("name",)),
	"School Staff": Rule(
		see_all=_EXCHANGE, school=("school",), led_school=("school",), staff=("name",), user=("user",)
	),
	"Education Community": Rule(see_all=_BUREAU, community=("name",)),
	"Community Agreement": Rule(see_all=_BUREAU, community=("community",)),
	"Community Document": Rule(see_all=_BUREAU, community=("community",)),
	"Rural Support Team": Rule(see_all=(*_EXCHANGE, r.TEACHING_RESEARCH), community=("community",)),
	"Exchange Placement": _PLACEMENT,
	"Placement Change": _PLACEMENT,
	"Community Role Grant": Rule(see_all=(r.ADMINISTRATOR, r.DISCIPLINE)),
	"Aid Fund": Rule(everyone=True),
	"Aid Fund Contribution": _MONEY,
	"Aid Fund Entry": _MONEY,
	"Aid Disbursement": _MONEY,
	"Aided Pupil": Rule(see_all=(r.BASIC_EDUCATION,), own_school=("school",)),
	"Aid Application": Rule(see_all=(r.BASIC_EDUCATION, r.FINANCE), own_pupil=("pupil",)),
	"Dropout Risk": _CARE,
	"Aid Follow Up": _CARE,
	"Pupil Account Record": _CARE,
	"Aid Inspection Case": Rule(see_all=(r.BASIC_EDUCATION, r.DISCIPLINE)),
	"Pupil Record Access": Rule(see_all=(r.BASIC_EDUCATION, r.DISCIPLINE)),
}

# child table -> the DocTypes that hold it; lists of child rows are restricted by the parent's rule
CHILDREN = {
	"Staff Honour": ("School Staff",),
	"Staff Service": ("School Staff",),
	"Staff Subject": ("School Staff",),
	"Community Member School": ("Education Community",),
	"Leading Group Seat": ("Community Leading Group",),
	"Agreement Party": ("Community Agreement",),
	"Exchange Quota": ("Exchange Plan",),
	"Support Team Subject": ("Rural Support Team",),
	"Approval Signature": ("Exchange Placement", "Placement Change", "Aid Application"),
	"Aid Fund Purpose": ("Aid Fund",),
	"Aid Disbursement Item": ("Aid Disbursement",),
}

# What says who is in hardship and why. The framework keeps no copies of it elsewhere: traces.py (AID4)
CARE = ("Aided Pupil", "Aid Application", "Dropout Risk", "Aid Follow Up", "Pupil Account Record")
# Reports on other DocTypes that have rows of these, for whoever sees them
REPORTS_WITH_CARE = ("Pending Approvals",)
# DocTypes whose files are private at all times
WITH_PRIVATE_FILES = (*CARE, "Aid Disbursement", "Aid Fund Contribution")

# DocTypes of the framework that tell *about* documents, and the fields that say about which one
ABOUT = {
	"Workflow Action": ("reference_doctype", "reference_name"),
	"Document Follow": ("ref_doctype", "ref_docname"),
	"Tag Link": ("document_type", "document_name"),
	"File": ("attached_to_doctype", "attached_to_name"),
	"ToDo": ("reference_type", "reference_name"),
	"Comment": ("reference_doctype", "reference_name"),
	"Communication": ("reference_doctype", "reference_name"),
	"Version": ("ref_doctype", "docname"),
	"View Log": ("reference_doctype", "reference_name"),
	"Activity Log": ("reference_doctype", "reference_name"),
	"Deleted Document": ("deleted_doctype", "deleted_name"),
}

_CACHE = "gongtongti_reach"
# what stands in SQL text for signs that some versions read as more than a letter; no name can hold these
_PERCENT, _BACKTICK = "\x01", "\x02"


@dataclass
class Reach:
	"""What lies within a user's reach: names of schools, communities and staff records."""

	user: str
	roles: frozenset[str] = frozenset()
	schools: set[str] = field(default_factory=set)  # led, or in a subdistrict of the user's office
	own_schools: set[str] = field(default_factory=set)  # led
	own_pupils: set[str] = field(default_factory=set)  # of these, in hardship
	partner_schools: set[str] = field(default_factory=set)
	communities: set[str] = field(default_factory=set)  # of these schools, and led ones
	led_communities: set[str] = field(default_factory=set)
	led_schools: set[str] = field(default_factory=set)
	staff: set[str] = field(default_factory=set)

	@property
	def unlimited(self) -> bool:
		return self.user == "Administrator"

	@property
	def is_ours(self) -> bool:
		return not self.roles.isdisjoint(r.ROLES)


def reach(user: str | None = None) -> Reach:
	"""What lies within the reach of `user` (default: the session's), read once per request."""
	user = user or frappe.session.user
	cache = getattr(frappe.local, _CACHE, None)
	if cache is None:
		cache = {}
		setattr(frappe.local, _CACHE, cache)
	if user not in cache:
		cache[user] = _read_reach(user)
	return cache[user]


def forget() -> None:
	"""Forgets what `reach` has read in this request. To be called when posts, seats, members, accounts or pupils change."""
	setattr(frappe.local, _CACHE, {})


def _read_reach(user: str) -> Reach:
	found = Reach(user=user, roles=frozenset(frappe.get_roles(user)))
	if found.unlimited or not found.is_ours:
		return found
	found.staff = _names("School Staff", {"user": user})
	school = frappe.qb.DocType("Community School")
	leads = (school.principal_user == user) | (school.leader_user == user)
	found.own_schools = set(frappe.qb.from_(school).select(school.name).where(leads).run(pluck=True))
	if found.own_schools:
		found.own_pupils = _names("Aided Pupil", {"school": ("in", sorted(found.own_schools))})
	found.schools = set(found.own_schools)
	if r.SUBDISTRICT_OFFICE in found.roles:
		looked_after = school.subdistrict.isin(_subdistricts(user))
		found.schools |= set(frappe.qb.from_(school).select(school.name).where(looked_after).run(pluck=True))
	if r.BUREAU_LEADER in found.roles or r.GROUP_HEAD in found.roles:
		found.led_communities = _names("Education Community", {"bureau_leader": user})
		found.led_schools = set(membership.schools_of(found.led_communities))
	# a teacher belongs to the own school without leading it: its communities and partners, not its other people
	belongs = found.schools | _names("School Staff", {"user": user, "status": "In Service"}, pluck="school")
	found.communities = membership.communities_of(belongs) | found.led_communities
	found.partner_schools = membership.schools_of(found.communities) | belongs
	return found


def _names(doctype, filters, pluck="name") -> set[str]:
	return set(frappe.get_all(doctype, filters=filters, pluck=pluck)) - {None}


def _subdistricts(user):
	"""Subquery: the subdistricts whose office the user holds a seat for, today, in an active leading group (ORG6)."""
	seat, group = frappe.qb.DocType("Leading Group Seat"), frappe.qb.DocType("Community Leading Group")
	today = frappe.utils.nowdate()
	return (
		frappe.qb.from_(seat)
		.join(group)
		.on(group.name == seat.parent)
		.select(seat.subdistrict)
		.where((seat.user == user) & (group.status == "In Operation") & seat.subdistrict.isnotnull())
		.where(seat.from_date.isnull() | (seat.from_date <= today))
		.where(seat.to_date.isnull() | (seat.to_date >= today))
	)


def fields_within(doctype: str, found: Reach) -> list[tuple[str, set[str]]] | None:
	"""The rule applied to a reach: None for every row, otherwise pairs (field, values) of which one must hold.

	This is the one place where a rule is read; everything below turns its answer into SQL or into a yes or no.
	"""
	if found.unlimited:
		return None
	rule = RULES[doctype]
	if (rule.everyone and found.is_ours) or not found.roles.isdisjoint(rule.see_all):
		return None
	wanted = (
		(rule.school, found.schools),
		(rule.own_school, found.own_schools),
		(rule.own_pupil, found.own_pupils),
		(rule.partner, found.partner_schools),
		(rule.community, found.communities),
		(rule.led, found.led_communities),
		(rule.led_school, found.led_schools),
		(rule.staff, found.staff),
		(rule.user, {found.user}),
	)
	return [(fieldname, values) for names, values in wanted for fieldname in names if values]


def criterion(doctype: str, table=None, user: str | None = None, value=str) -> Term | None:
	"""The rule as a condition of frappe.qb on `table` (default: the DocType's own). None means every row.

	value: what becomes of a value on its way into the query; frappe.qb binds plain ones itself.
	"""
	within = fields_within(doctype, reach(user))
	if within is None:
		return None
	table = frappe.qb.DocType(doctype) if table is None else table
	pairs = [table[fieldname].isin([value(v) for v in sorted(values)]) for fieldname, values in within]
	return reduce(or_, pairs) if pairs else table.name.isnull()


def visible(query, doctype: str, table=None, user: str | None = None):
	"""`query` restricted to the rows of `doctype` (standing in it as `table`) that the user may see."""
	condition = criterion(doctype, table, user)
	return query if condition is None else query.where(condition)


def conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook `permission_query_conditions`: the rule as SQL, '' for every row. Child tables follow their parents."""
	if doctype in CHILDREN:
		return _child_conditions(doctype, user)
	condition = criterion(doctype, user=user, value=_literal)
	return "" if condition is None else f"({_sql(condition)})"


def _child_conditions(child: str, user: str | None) -> str:
	table = frappe.qb.DocType(child)
	parents = []
	for doctype in CHILDREN[child]:
		condition = criterion(doctype, user=user, value=_literal)
		same = table.parenttype == _literal(doctype)
		if condition is not None:
			same &= table.parent.isin(_seen_names(doctype, condition))
		parents.append(same)
	return f"({_sql(reduce(or_, parents))})"


def about_conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook for the framework's DocTypes that name our documents: such a row is seen by whoever sees the document."""
	doctype_field, name_field = ABOUT[doctype]
	table = frappe.qb.DocType(doctype)
	restricted = [ours for ours in RULES if fields_within(ours, reach(user)) is not None]
	if not restricted:
		return ""
	terms = [
		table[doctype_field].isnull() | table[doctype_field].notin([_literal(ours) for ours in restricted])
	]
	for ours in restricted:
		if fields_within(ours, reach(user)):
			seen = _seen_names(ours, criterion(ours, user=user, value=_literal))
			terms.append((table[doctype_field] == _literal(ours)) & table[name_field].isin(seen))
	return f"({_sql(reduce(or_, terms))})"


def about_allows(doc, ptype: str | None = None, user: str | None = None, debug: bool = False) -> bool:
	"""Hook `has_permission` that says the same as `about_conditions`.

	v15 stops at the first hook that gives an answer, so the framework's own hooks for this DocType are asked from here.
	"""
	ours = f"{__name__}.{about_allows.__name__}"
	hooks = frappe.get_hooks("has_permission").get(doc.doctype, [])
	for method in (m for m in hooks if m != ours):
		if frappe.call(method, doc=doc, ptype=ptype, user=user, debug=debug) is False:
			return False
	doctype_field, name_field = ABOUT[doc.doctype]
	doctype, name = doc.get(doctype_field), doc.get(name_field)
	if doctype not in RULES:
		return True
	if not name or not frappe.db.exists(doctype, name):
		return fields_within(doctype, reach(user)) is None  # a document that is gone is nobody's
	return allows(frappe.get_doc(doctype, name), ptype, user)


def _seen_names(doctype, condition):
	table = frappe.qb.DocType(doctype)
	return frappe.qb.from_(table).select(table.name).where(condition)


def _literal(value) -> LiteralValue:
	"""A value as it stands in SQL text. pypika doubles quotes but knows nothing of MariaDB's backslashes.

	Some versions run the text with parameters, where % is a sign of its own, others without; backticks may be taken for
	quotes of names. Both are put in by the database, from their codes.
	"""
	text = frappe.db.escape(value.replace("%", _PERCENT).replace("`", _BACKTICK), percent=False)
	for sign, stand_in in (("%", _PERCENT), ("`", _BACKTICK)):
		if sign in value:
			text = f"REPLACE({text}, '{stand_in}', CHAR({ord(sign)}))"
	return LiteralValue(text)


def _sql(condition) -> str:
	return condition.get_sql(quote_char="`", secondary_quote_char="'", with_namespace=True, subquery=True)


def allows(doc, ptype: str | None = None, user: str | None = None, debug: bool = False) -> bool:
	"""Hook `has_permission`: whether the row rule lets `user` at `doc`. The rights of the roles are checked elsewhere.

	A document that is changed must be within reach as it stands in the database, too: otherwise a school could
	write itself into a document of others and then own it.
	"""
	doctype = doc.doctype
	within = fields_within(doctype, reach(user))
	if within is None:
		return True
	if not _holds(within, doc):
		return False
	fields = [fieldname for fieldname, _values in within]
	stored = doc.get("name") and frappe.db.get_value(doctype, doc.name, fields, as_dict=True)
	return not stored or _holds(within, stored)


def _holds(within, row) -> bool:
	return any(row.get(fieldname) in values for fieldname, values in within)


def refuse_unseen(doctype: str, *names: str) -> None:
	"""Raises PermissionError unless the reader may read these documents, if they are this app's."""
	if doctype in RULES:
		for name in names:
			frappe.has_permission(doctype, "read", doc=cstr(name), throw=True)
