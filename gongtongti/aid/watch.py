"""The dropout watch: no pupil leaves school for lack of money (AID3, document 1 §4.3).

A `Dropout Risk` says which pupil may leave school, for which cause, and by when somebody visits; an `Aid Follow Up` is the
visit. Schools enter both; the daily job watches by itself over those whose aid ends and over visits that are not made.
Tasks and notices name numbers only, never a pupil (AID4).

A visit is due while the day in `visit_by` lies after the last visit; it is overdue when that day has passed.
"""

from datetime import date

import frappe
from frappe import _
from frappe.query_builder.functions import Max
from frappe.utils import add_days, cint, cstr, formatdate, get_datetime, getdate

from gongtongti.aid import applications
from gongtongti.core import jobs, notices, relations, settings, tasks
from gongtongti.core.documents import OwnDocument
from gongtongti.organisation import roles, school_years, terms

RISK, VISIT, PUPIL, APPLICATION = "Dropout Risk", "Aid Follow Up", "Aided Pupil", "Aid Application"
AT_SCHOOL, LEFT_SCHOOL = "At School", "Left School"  # statuses of a pupil
IN_SERVICE = "In Service"
NOTICE_DAYS = 30  # so long before its end the last term of aid over several terms is noticed


class Cause:
	ABSENCE = "Absence"
	FAMILY_EVENT = "Family Event"
	AID_ENDING = "Aid Ending"
	CANNOT_PAY = "Family Cannot Pay"
	OTHER = "Other Cause"


class Status:
	OPEN = "Still Open"
	VISITED = "Family Visited"
	RESOLVED = "Risk Resolved"
	LEFT = "Left School"


class Level:
	WATCH = "Watch"
	HIGH = "High"


WATCHED = (Status.OPEN, Status.VISITED)
CLOSED = (Status.RESOLVED, Status.LEFT)

# Aid that is given or asked for: whoever has some for a term is not without aid in it. A draft, which the scheduler writes
# by itself, asks nobody until it is sent
UNDER_WAY = (applications.Status.IN_APPROVAL, *applications.GRANTED)


class WatchImportError(frappe.ValidationError):
	"""Risks and visits are entered one by one, by whoever knows of them."""


class WatchKeptError(frappe.ValidationError):
	"""What was watched stays on record."""


class VisitorError(frappe.ValidationError):
	"""The visitor is not in service at the pupil's school."""


class FixedFieldError(frappe.ValidationError):
	"""What a record is about does not change."""


class AlreadyWatchedError(frappe.ValidationError):
	"""One open risk for each pupil and cause."""


class WatchRecord(OwnDocument):
	"""A record about one pupil, seen by the pupil's school and the basic education section, that stays on record.

	Subclasses name in COMPUTED the fields that the server alone writes, and in FIXED those that stay as they were entered.
	"""

	COMPUTED = ("school",)
	FIXED = ("pupil",)

	def insert(self, *args, **kwargs):
		# Before the framework asks whether this school is within the user's reach
		self.school = frappe.db.get_value(PUPIL, cstr(self.pupil), "school")
		if not self.school:
			# as for a pupil of another school: v16 would say that there is no such number
			raise frappe.PermissionError
		return super().insert(*args, **kwargs)

	def before_insert(self):
		if frappe.flags.in_import:
			frappe.throw(
				_("{0} cannot be imported. Please enter it by hand.").format(_(self.doctype)),
				WatchImportError,
			)

	def refuse_removal(self, *args, **kwargs):
		frappe.throw(
			_("{0} {1} stays on record and is not deleted or renamed.").format(_(self.doctype), self.name),
			WatchKeptError,
		)

	on_trash = before_rename = before_submit = before_cancel = before_discard = refuse_removal

	def put_back_computed(self, before):
		"""What the server computes is not typed in."""
		if before:
			self.owner, self.creation = before.owner, before.creation
		for fieldname in self.COMPUTED:
			if before:
				self.set(fieldname, before.get(fieldname))
			elif fieldname != "school":  # set in `insert`
				self.set(fieldname, None)

	def check_fixed(self, before):
		for fieldname in self.FIXED:
			if before and cstr(self.get(fieldname)) != cstr(before.get(fieldname)):
				frappe.throw(
					_("{0} cannot be changed afterwards. Please enter another record.").format(
						_(self.meta.get_label(fieldname))
					),
					FixedFieldError,
				)

	def check_visitor(self, before):
		if not self.visitor or not self.is_changed("visitor", before):
			return
		staff = frappe.db.get_value("School Staff", self.visitor, ["school", "status"], as_dict=True)
		if not staff or (staff.school, staff.status) != (self.school, IN_SERVICE):
			frappe.throw(
				_("The visitor must be in service at the pupil's school. Choose another one."), VisitorError
			)

	def is_changed(self, fieldname, before) -> bool:
		"""Whether this save gives the field another value; a new record's are all new."""
		df = self.meta.get_field(fieldname)
		return not before or cstr(self.cast(self.get(fieldname), df)) != cstr(
			before.cast(before.get(fieldname), df)
		)


# -- risks -------------------------------------------------------------------------------------------------------------


def open_risk(
	pupil: str,
	cause: str,
	details: str | None = None,
	absent_days: int = 0,
	visit_by: date | str | None = None,
) -> str | None:
	"""The system begins to watch a pupil for a cause; nobody's rights are asked.

	In: number of the pupil; cause: an option of Dropout Risk; details without names; visit_by: today and the days of the
	settings unless said. Out: number of the risk, None if the pupil is watched for this cause already.
	"""
	if frappe.db.exists(RISK, {"open_key": open_key(pupil, cause)}):
		return None
	frappe.db.savepoint("open_risk")
	try:
		risk = frappe.get_doc(
			{
				"doctype": RISK,
				"pupil": pupil,
				"cause": cause,
				"details": details,
				"absent_days": absent_days,
				"visit_by": visit_by,
			}
		).insert(ignore_permissions=True)
	except (AlreadyWatchedError, frappe.UniqueValidationError, frappe.DuplicateEntryError):
		# somebody else was faster
		frappe.db.rollback(save_point="open_risk")
		frappe.clear_messages()
		return None
	return risk.name


def open_key(pupil: str, cause: str) -> str:
	"""What only one open risk has."""
	return f"{pupil}|{cause}"


def is_overdue(visit_by, last_visit, today: date | None = None) -> bool:
	"""Whether a visit should have been made by now."""
	visit_by, last_visit = getdate(visit_by), last_visit and getdate(last_visit)
	return visit_by < (today or getdate()) and (not last_visit or visit_by > last_visit)


def level_of(risk, found_away: bool) -> str:
	"""How great a risk is.

	In: a risk (cause, absent_days, visit_by, last_visit); found_away: whether a visit found the pupil not at school.
	"""
	is_high = (
		found_away
		or risk.cause == Cause.CANNOT_PAY
		or cint(risk.absent_days) >= settings.get("absence_days")
		or is_overdue(risk.visit_by, risk.last_visit)
	)
	return Level.HIGH if is_high else Level.WATCH


def was_found_away(risk: str | None) -> bool:
	"""Whether a visit because of this risk found the pupil not at school."""
	return bool(risk and frappe.db.exists(VISIT, {"risk": risk, "still_at_school": 0}))


def ask(risk) -> None:
	"""The leaders of the pupil's school, and the visitor as far as he may read it, are to visit by the day set."""
	tasks.ask(risk, _visitors([risk])[risk.name], _what_to_do(risk), by=risk.visit_by)


def _what_to_do(risk) -> str:
	return _("{0}: {1}. Visit by {2}.").format(risk.name, _(risk.cause), formatdate(risk.visit_by))


def _visitors(risks) -> dict[str, set[str]]:
	"""{risk: accounts that are to visit}: the leaders of its school, and its visitor. Two queries."""
	schools = sorted({risk.school for risk in risks if risk.school})
	fields = ["name", "principal_user", "leader_user"]
	leaders = {
		row.name: {row.principal_user, row.leader_user}
		for row in frappe.get_all("Community School", {"name": ("in", schools or [""])}, fields)
	}
	staff = sorted({risk.visitor for risk in risks if risk.visitor})
	accounts = dict(
		frappe.get_all("School Staff", {"name": ("in", staff or [""])}, ["name", "user"], as_list=True)
	)
	return {
		risk.name: {*leaders.get(risk.school, ()), accounts.get(risk.visitor)} - {None, ""} for risk in risks
	}


def tasks_astray() -> list[tuple]:
	"""The open risks whose tasks are with others than those who are to visit today; for `tasks.follow`. Four queries."""
	found = tasks.tasks_of(RISK)
	filters = {"status": ("in", WATCHED), "name": ("in", sorted(found) or [""])}
	risks = frappe.get_all(RISK, filters, ["name", "school", "visitor"], order_by="name")
	wanted = _visitors(risks)
	enabled = set(
		frappe.get_all(
			"User",
			{"name": ("in", sorted(set().union(*wanted.values())) or [""]), "enabled": 1},
			pluck="name",
		)
	)
	return [
		(_hand_over, RISK, risk.name)
		for risk in risks
		if wanted[risk.name] & enabled != found[risk.name].keys()
	]


def _hand_over(doctype: str, name: str) -> int:
	risk = frappe.get_doc(doctype, name, for_update=True)
	if risk.status in CLOSED:
		return 0
	return int(tasks.hand_over(risk, _visitors([risk])[name], _what_to_do(risk)))


def tell(doc, users, subject: str) -> set[str]:
	"""A notice about `doc` to those of the accounts that may read it, but not to the session's user.

	Out: who has received it.
	"""
	users = {user for user in users if user} - {frappe.session.user, *frappe.STANDARD_USERS}
	users = {user for user in users if frappe.has_permission(doc.doctype, "read", doc, user=user)}
	return notices.tell(users, subject, doc.doctype, doc.name)


# -- visits ------------------------------------------------------------------------------------------------------------


def take_visit(visit, before=None) -> None:
	"""What follows from a visit as it has just been saved; `before`: as it stood, None for a new one."""
	if visit.risk:
		_take_into_risk(visit, before)
	if not cint(visit.still_at_school) and visit.is_changed("still_at_school", before):
		subject = _("{0} {1}: the visit found the pupil not at school.")
		section = relations.holders({roles.BASIC_EDUCATION})[roles.BASIC_EDUCATION]
		tell(visit, section, subject.format(_(VISIT), visit.name))
	if visit.money_arrived == "No" and visit.is_changed("money_arrived", before):
		application = frappe.get_doc(APPLICATION, visit.application)
		if application.status == applications.Status.PAID:
			subject = _("{0} {1} is paid, but the money has not arrived. Please check with the bank.")
			section = relations.holders({roles.FINANCE})[roles.FINANCE]
			tell(application, section, subject.format(_(APPLICATION), application.name))


def _take_into_risk(visit, before) -> None:
	fields = ["name", "status", "cause", "absent_days", "visit_by", "last_visit"]
	risk = frappe.db.get_value(RISK, visit.risk, fields, as_dict=True, for_update=True)
	if risk.status in CLOSED:
		return
	# with the lock: a plain read would not see what others have entered since this request began
	table = frappe.qb.DocType(VISIT)
	query = frappe.qb.from_(table).select(table.visited_on, table.still_at_school)
	made = query.where(table.risk == visit.risk).for_update().run()
	changes = {"status": Status.VISITED, "last_visit": max(getdate(day) for day, _at_school in made)}
	if visit.next_visit_by and visit.is_changed("next_visit_by", before):
		changes["visit_by"] = getdate(visit.next_visit_by)
	elif not before and getdate(visit.visited_on) == changes["last_visit"] < getdate(risk.visit_by):
		changes["visit_by"] = changes["last_visit"]  # it was made in time, and no other is planned
	if "visit_by" in changes:
		changes["told_on"] = None
	risk.update(changes)
	changes["level"] = level_of(risk, any(not cint(at_school) for _day, at_school in made))
	frappe.db.set_value(RISK, risk.name, changes)
	if visit.next_visit_by and "visit_by" in changes:
		ask(frappe.get_doc(RISK, risk.name))


# -- every day ---------------------------------------------------------------------------------------------------------


def daily(today: date | str | None = None) -> dict[str, int]:
	"""Hook `scheduler_events.daily`. May run any number of times a day; what fails is logged and does not stop the rest.

	Out: how many risks moved with their pupil to another school, were opened, became overdue: {"moved", "opened",
	"overdue"}. The number of queries grows only with the pupils for whom something is done.
	"""
	today = getdate(today)
	done = {}
	for name, section in (("moved", follow_pupils), ("opened", watch_endings), ("overdue", remind)):
		done[name] = _one(name, section, today) or 0
	return done


def follow_pupils(today: date) -> int:
	"""An open risk goes with its pupil to another school, whose leaders are asked from then on. Out: how many."""
	risk, pupil = frappe.qb.DocType(RISK), frappe.qb.DocType(PUPIL)
	rows = (
		frappe.qb.from_(risk)
		.join(pupil)
		.on(pupil.name == risk.pupil)
		.select(risk.name, pupil.school)
		.where(risk.status.isin(WATCHED) & (pupil.school != risk.school))
		.orderby(risk.name)
		.run()
	)
	return sum(_one(name, _follow, name, school) or 0 for name, school in rows)


def _follow(name: str, school: str) -> int:
	risk = frappe.get_doc(RISK, name, for_update=True)
	if risk.status in CLOSED or risk.school == school:
		return 0
	risk.db_set({"school": school, "visitor": None})
	ask(risk)
	return 1


def watch_endings(today: date) -> int:
	"""Pupils whose aid ended, or ends soon, with nothing to follow. Out: how many are watched from now on.

	Each is watched once for each ending: a risk that was closed is not opened again by the same ending.
	"""
	term = terms.of_day(today)
	if not term:
		return 0
	first, last = terms.days(*term)
	ending = {}  # pupil -> (details, day since when a risk was opened for this ending)
	if last <= getdate(add_days(today, NOTICE_DAYS)):
		text = _("Aid over several terms ends on {0}.").format(formatdate(last))
		ending |= {pupil: (text, first) for pupil in _in_last_term(*term)}
	if today >= getdate(add_days(first, settings.get("aid_gap_days"))):
		ending |= {
			pupil: (
				_("Last aid: {0}, {1}.").format(year, _(of)),
				getdate(add_days(terms.days(year, of)[1], 1)),
			)
			for pupil, (year, of) in _without_aid(*term).items()
		}
	watched = _watched_for_ending() if ending else {}
	return sum(
		_one(pupil, _watch_ending, pupil, details) or 0
		for pupil, (details, since) in sorted(ending.items())
		if not (pupil in watched and watched[pupil] >= since)
	)


def _watch_ending(pupil: str, details: str) -> int:
	return int(bool(open_risk(pupil, Cause.AID_ENDING, details)))


def _watched_for_ending() -> dict[str, date]:
	"""{pupil: day on which it was last put on watch because its aid ends}."""
	risk = frappe.qb.DocType(RISK)
	query = frappe.qb.from_(risk).select(risk.pupil, Max(risk.creation)).where(risk.cause == Cause.AID_ENDING)
	return {pupil: get_datetime(day).date() for pupil, day in query.groupby(risk.pupil).run()}


def _without_aid(year: str, term: str) -> dict[str, tuple[str, str]]:
	"""Pupils at school who had aid before this term and have none in it: {pupil: (school year, term) of the last aid}."""
	aid = frappe.qb.DocType(APPLICATION)
	before = aid.school_year.isin(school_years.earlier(year))
	if term == terms.SECOND:
		before |= (aid.school_year == year) & (aid.term == terms.FIRST)
	rows = _aided(aid, not_in=(year, term)).select(aid.pupil, aid.school_year, aid.term).where(before).run()
	last = {}
	for number, *given in rows:
		last[number] = max(last.get(number, given), given, key=lambda pair: terms.days(*pair)[1])
	return {number: tuple(given) for number, given in last.items()}


def _in_last_term(year: str, term: str) -> list[str]:
	"""Pupils at school whose aid over several terms is in its last one, and for whom nothing is asked for the next."""
	aid, first = frappe.qb.DocType(APPLICATION), frappe.qb.DocType(APPLICATION).as_("first")
	is_last = (first.name.isnull() & (aid.recurring == 1) & (aid.term_no >= aid.terms)) | (
		aid.term_no >= first.terms
	)
	return (
		_aided(aid, not_in=_following(year, term))
		.left_join(first)
		.on(first.name == aid.first_application)
		.select(aid.pupil)
		.where((aid.school_year == year) & (aid.term == term) & is_last)
		.run(pluck=True)
	)


def _aided(aid, not_in: tuple[str, str]):
	"""Applications (`aid`) granted to pupils at school who have no aid, given or asked for, in a term: (school year, term).

	Different rows only; nothing is selected yet.
	"""
	pupil, other = frappe.qb.DocType(PUPIL), frappe.qb.DocType(APPLICATION).as_("other")
	year, term = not_in
	return (
		frappe.qb.from_(aid)
		.join(pupil)
		.on(pupil.name == aid.pupil)
		.left_join(other)
		.on(
			(other.pupil == aid.pupil)
			& (other.school_year == year)
			& (other.term == term)
			& other.status.isin(UNDER_WAY)
		)
		.distinct()
		.where((pupil.status == AT_SCHOOL) & aid.status.isin(applications.GRANTED) & other.name.isnull())
	)


def _following(year: str, term: str) -> tuple[str, str]:
	"""The next term; its school year is '' where nobody has entered it yet."""
	if term == terms.FIRST:
		return year, terms.SECOND
	return school_years.after(year) or "", terms.FIRST


def remind(today: date) -> int:
	"""Visits that were not made by their day: the risk is high, and the principal and the section are told once.

	Out: how many.
	"""
	risk, school = frappe.qb.DocType(RISK), frappe.qb.DocType("Community School")
	rows = (
		frappe.qb.from_(risk)
		.left_join(school)
		.on(school.name == risk.school)
		.select(risk.name, school.principal_user)
		.where(risk.status.isin(WATCHED) & (risk.visit_by < today) & risk.told_on.isnull())
		.where(risk.last_visit.isnull() | (risk.visit_by > risk.last_visit))
		.orderby(risk.visit_by)
		.run()
	)
	section = relations.holders({roles.BASIC_EDUCATION})[roles.BASIC_EDUCATION] if rows else set()
	return sum(_one(name, _remind, name, {principal, *section}, today) or 0 for name, principal in rows)


def _remind(name: str, users: set, today: date) -> int:
	# read again under the lock: a visit may have come first
	risk = frappe.get_doc(RISK, name, for_update=True)
	if risk.status in CLOSED or risk.told_on or not is_overdue(risk.visit_by, risk.last_visit, today):
		return 0
	was = risk.level
	subject = _("{0} {1}: the visit was due on {2} and has not been made.")
	told = tell(risk, users, subject.format(_(RISK), name, formatdate(risk.visit_by)))
	# where nobody is there to be told, tomorrow's run looks again
	risk.db_set({"level": Level.HIGH, **({"told_on": today} if told else {})})
	return int(bool(told) or was != Level.HIGH)


def _one(name: str, step, *args):
	"""Takes one step, apart from all others. Out: what it answers, None when it failed (which is logged)."""
	return jobs.apart(_("Dropout watch: {0} could not be dealt with").format(name), step, *args)
