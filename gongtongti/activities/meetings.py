"""The joint meetings of communities: on which days they are due, made ahead of time, moved, called off, closed or missed (ACT6,
document 4 §1.2).

A community has one meeting for each month; one that is moved into another month still counts for its own. What the daily
job has not made, because it stood still, it makes later; what is there it does not make again, whatever the rule says now.
"""

from collections import defaultdict
from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import (
	add_days,
	cint,
	cstr,
	get_datetime,
	get_first_day,
	get_last_day,
	getdate,
	now_datetime,
)

from gongtongti.activities import decisions
from gongtongti.core import jobs, notices, settings, tasks
from gongtongti.organisation import council, membership, posts, relations, school_years

MEETING, RULE, COMMUNITY, SCHOOL = "Joint Meeting", "Meeting Rule", "Education Community", "Community School"


class Status:
	SCHEDULED = "Meeting Scheduled"
	HELD = "Meeting Held"
	MISSED = "Meeting Missed"
	CALLED_OFF = "Meeting Called Off"


STATUSES = (Status.SCHEDULED, Status.HELD, Status.MISSED, Status.CALLED_OFF)
# may still be moved, called off and closed; what was missed is closed late
OPEN = (Status.SCHEDULED, Status.MISSED)

LAST = "Last of the Month"
WEEKS = ("First of the Month", "Second of the Month", "Third of the Month", "Fourth of the Month", LAST)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ROTATION, LEAD = "In Rotation", "Lead School Hosts"
HOSTS = (ROTATION, LEAD)

# so far back the daily job looks for meetings that were not made
LOOK_BACK_DAYS = 366


class MeetingClosedError(frappe.ValidationError):
	"""The meeting is held or called off."""


class MeetingNotHeldYetError(frappe.ValidationError):
	"""Something is lacking before a meeting counts as held, or it has not begun."""


class ReasonMissingError(frappe.ValidationError):
	"""Moving and calling off need a reason."""


class NotKeeperError(frappe.PermissionError):
	"""Somebody who does not keep the community's meetings."""


def seed() -> None:
	"""Gives a site the rule of the document: the first Saturday of each month, from today on. At installing, and by a patch."""
	if not frappe.db.count(RULE):
		rule = {
			"doctype": RULE,
			"rule_name": "每月第一个星期六",
			"since": getdate(),
			"week_of_month": WEEKS[0],
			"weekday": "Saturday",
			"start_time": "09:00:00",
			"minutes": 120,
			"host": ROTATION,
		}
		frappe.get_doc(rule).insert(ignore_permissions=True)


# -- who keeps them ------------------------------------------------------------------------------------------------------


def may_keep(user: str, community: str) -> bool:
	"""Whether an account keeps a community's meetings and their decisions: the leaders of its schools, and whoever leads its
	council as a whole."""
	if user == "Administrator" or relations.led_schools(user) & membership.schools_of(community):
		return True
	return {(community, field) for field in council.WORK_FIELDS} <= council.areas_of(user)


def refuse_foreign_keeper(community: str) -> None:
	"""Raises NotKeeperError unless the session's user keeps the meetings of this community."""
	if not may_keep(frappe.session.user, community):
		frappe.throw(
			_(
				"Joint meetings are kept by the leaders of the community's schools, and by the chair and the secretary general of its council."
			),
			NotKeeperError,
		)


# -- on which days they are due ------------------------------------------------------------------------------------------


def day_of(rule, month: date, school_days: set[date]) -> date | None:
	"""The day on which a rule puts the meeting of a month; None where the month has no such day on which there is school.

	In: a Meeting Rule (week_of_month, weekday); the first day of the month; the days on which there is school, of that month at
	least. A holiday gives way to the next such day of the week in the month (of the last one: to the one before).
	"""
	days = [month + timedelta(days=i) for i in range(get_last_day(month).day)]
	days = [day for day in days if day.weekday() == WEEKDAYS.index(rule.weekday)]
	days = days[::-1] if rule.week_of_month == LAST else days[WEEKS.index(rule.week_of_month) :]
	return next((day for day in days if day in school_days), None)


def _rule_of(rules: list, month: date, school_days) -> tuple:
	"""(rule, day) by which the meeting of a month is due. In: a community's rules, those that come first in question first.

	A rule that begins in the middle of a month holds for it only if its day comes after; otherwise the one before does, so that
	no month is lost.
	"""
	for rule in rules:
		if getdate(rule.since) > get_last_day(month):
			continue
		day = day_of(rule, month, school_days)
		if getdate(rule.since) <= month or (day and day >= getdate(rule.since)):
			return rule, day
	return None, None


def _missing(today: date) -> list[frappe._dict]:
	"""The meetings that are due up to the day ahead and not there: dicts with community, month, day, rule, host_before.

	Five queries, whatever the number of communities and months.
	"""
	rules = _rules()
	last = getdate(add_days(today, cint(settings.get("meeting_days_ahead"))))
	since = min(
		(getdate(rule.since) for of_community in rules.values() for rule in of_community), default=last
	)
	first = get_first_day(max(since, getdate(add_days(today, -LOOK_BACK_DAYS))))
	if first > last:
		return []
	school_days = school_years.school_days(first, get_last_day(last))
	there = _there_since(first)
	found = []
	for group in _communities(first):
		own = rules.get(group.name, []) + rules.get(None, [])
		for month in _months(first, last):
			if (group.name, month) in there:
				continue
			rule, day = _rule_of(own, month, school_days)
			if (
				day
				and day <= last
				and group.first_day <= day
				and (not group.last_day or day <= group.last_day)
			):
				found.append(frappe._dict(community=group.name, month=month, day=day, rule=rule))
	return found


def _rules() -> dict:
	"""Community (None: all others) -> its rules, the newest first."""
	fields = ["community", "since", "week_of_month", "weekday", "start_time", "minutes", "host", "place"]
	found = defaultdict(list)
	for rule in frappe.get_all(RULE, fields=fields, order_by="since desc"):
		found[rule.community or None].append(rule)
	return found


def _communities(first: date) -> list:
	rows = frappe.get_all(
		COMMUNITY,
		{"status": ("!=", membership.PREPARING)},
		["name", "founded_on as first_day", "dissolved_on as last_day"],
		order_by="name",
	)
	for row in rows:
		row.first_day, row.last_day = getdate(row.first_day), row.last_day and getdate(row.last_day)
	return [row for row in rows if not row.last_day or row.last_day >= first]


def _there_since(month: date) -> set[tuple[str, date]]:
	rows = frappe.get_all(MEETING, {"month": (">=", month)}, ["community", "month"], as_list=True)
	return {(community, getdate(of)) for community, of in rows}


def _months(first: date, last: date):
	month = first
	while month <= last:
		yield month
		month = getdate(add_days(get_last_day(month), 1))


# -- every day -----------------------------------------------------------------------------------------------------------


def daily(today: date | str | None = None) -> int:
	"""Hook `scheduler_events.daily`: makes the meetings of the days ahead and those that were not made in time, carries open
	decisions over, marks what was missed. May run any number of times. Out: how many meetings were made. ACT6.
	"""
	today = getdate(today)
	made = make_ahead(today)
	jobs.apart("Joint meetings of dissolved communities", _call_off_dissolved)
	for name, rows in _not_carried_over().items():
		jobs.apart(f"Agenda of {name}", _carry_over, name, rows)
	jobs.apart("Missed joint meetings", mark_missed, today)
	return made


def make_ahead(today: date) -> int:
	"""Makes the meetings that are due and not there. Out: how many."""
	return sum(
		jobs.apart(f"Joint meeting of {row.community}", make, row, today) or 0 for row in planned(today)
	)


def planned(today: date) -> list[frappe._dict]:
	"""The meetings that are due and not there, with their host and the people invited. Nine queries, whatever their number."""
	missing = _missing(today)
	if not missing:
		return []
	members = _members({row.community for row in missing})
	leaders = _leaders({stay.school for stays in members.values() for stay in stays})
	last_host = _last_hosts({row.community for row in missing})
	for row in missing:
		schools = [stay for stay in members[row.community] if _on(stay, row.day)]
		row.host = last_host[row.community] = (
			_host(row.rule, schools, last_host.get(row.community)) if schools else None
		)
		row.people = [person for stay in schools for person in leaders.get(stay.school, ())]
	return [row for row in missing if row.host]


def _members(communities) -> dict[str, list]:
	found = defaultdict(list)
	for stay in membership.stays(communities=communities):
		found[stay.community].append(stay)
	return found


def _on(stay, day: date) -> bool:
	return stay.first_day <= day and (not stay.last_day or day <= stay.last_day)


def _leaders(schools) -> dict[str, list]:
	"""School -> its principal and leader in charge as rows of attendance, with their accounts. Two queries."""
	rows = frappe.get_all(
		SCHOOL, {"name": ("in", sorted(schools) or [""])}, ["name", *posts.POSITIONS_FOR], order_by="name"
	)
	people = {row.get(post) for row in rows for post in posts.POSITIONS_FOR} - {None, ""}
	staff = {
		row.name: row
		for row in frappe.get_all(
			"School Staff", {"name": ("in", sorted(people) or [""])}, ["name", "staff_name", "user"]
		)
	}
	return {
		row.name: [
			frappe._dict(
				staff=row.get(post),
				staff_name=staff[row.get(post)].staff_name,
				school=row.name,
				user=staff[row.get(post)].user,
			)
			for post in posts.POSITIONS_FOR
			if row.get(post) in staff
		]
		for row in rows
	}


def _last_hosts(communities) -> dict[str, str]:
	"""Community -> the school that has hosted last, or is to."""
	rows = frappe.get_all(
		MEETING,
		{"community": ("in", sorted(communities)), "month": (">=", add_days(getdate(), -2 * LOOK_BACK_DAYS))},
		["community", "host_school"],
		order_by="month",
		as_list=True,
	)
	return dict(rows)


def _host(rule, stays, before: str | None) -> str:
	"""The school that hosts: the lead school, or whichever comes after the one before."""
	if rule.host == LEAD:
		stays = sorted(stays, key=lambda stay: stay.member_role != "Lead School")
		return stays[0].school
	schools = [stay.school for stay in stays]
	return schools[(schools.index(before) + 1) % len(schools)] if before in schools else schools[0]


def make(row, today: date) -> int:
	"""Makes one of the planned meetings and invites to it. Out: 1; 0 where somebody else was faster."""
	starts_on = get_datetime(f"{row.day} {row.rule.start_time}")
	meeting = frappe.get_doc(
		{
			"doctype": MEETING,
			"community": row.community,
			"month": row.month,
			"host_school": row.host,
			"place": row.rule.place or row.host,
			"starts_on": starts_on,
			"ends_on": starts_on + timedelta(minutes=cint(row.rule.minutes)),
			"status": Status.SCHEDULED,
			"attendees": [
				{key: person[key] for key in ("staff", "staff_name", "school")} for person in row.people
			],
		}
	)
	meeting.flags.by_change = "made"
	frappe.db.savepoint("make_meeting")
	try:
		meeting.insert(ignore_permissions=True)
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback(save_point="make_meeting")  # somebody else was faster
		frappe.clear_messages()
		return 0
	if row.day >= today:
		_invite(meeting, row.people)
	return 1


def _invite(meeting, people) -> None:
	"""Everybody invited gets a notice; the leaders of the host school get the task."""
	subject = _("Joint meeting of {0} on {1} at {2}. Please come.").format(
		meeting.community, frappe.format(meeting.starts_on, "Datetime"), meeting.place
	)
	notices.tell({person.user for person in people}, subject, MEETING, meeting.name)
	hosts = {person.user for person in people if person.school == meeting.host_school}
	tasks.ask(meeting, hosts, _what_to_do(meeting), by=getdate(meeting.starts_on))


def _what_to_do(meeting) -> str:
	return _("{0}: prepare the joint meeting, then close it with attendance, minutes and decisions.").format(
		meeting.name
	)


def mark_missed(today: date | None = None) -> None:
	"""What is not closed `record_days` days after its end was missed. One statement; a later closing still counts."""
	meeting = frappe.qb.DocType(MEETING)
	last = add_days(getdate(today), -cint(settings.get("record_days")))
	(
		frappe.qb.update(meeting)
		.set(meeting.status, Status.MISSED)
		.where((meeting.status == Status.SCHEDULED) & (meeting.ends_on < last))
		.run()
	)


def _call_off_dissolved() -> None:
	"""Meetings that lie after the end of their community are called off."""
	meeting, group = frappe.qb.DocType(MEETING), frappe.qb.DocType(COMMUNITY)
	rows = (
		frappe.qb.from_(meeting)
		.join(group)
		.on(group.name == meeting.community)
		.select(meeting.name, meeting.starts_on, group.dissolved_on)
		.where((meeting.status == Status.SCHEDULED) & (group.status == "Dissolved"))
		.run()
	)
	for name, starts_on, dissolved_on in rows:
		if getdate(starts_on) > getdate(dissolved_on):
			meeting = frappe.get_doc(MEETING, name, for_update=True)
			_change(meeting, "Called Off", _("The community is dissolved."), Status.CALLED_OFF)


# -- open decisions come onto the next agenda ------------------------------------------------------------------------------


def _not_carried_over(community: str | None = None) -> dict[str, list]:
	"""Scheduled meeting -> the open decisions of former meetings that are not on its agenda. One query."""
	meeting, former, decision, item = (
		frappe.qb.DocType(MEETING),
		frappe.qb.DocType(MEETING).as_("former"),
		frappe.qb.DocType(decisions.DECISION),
		frappe.qb.DocType("Meeting Agenda Item"),
	)
	query = (
		frappe.qb.from_(decision)
		.join(former)
		.on((former.name == decision.meeting) & (former.status == Status.HELD))
		.join(meeting)
		.on(
			(meeting.community == decision.community)
			& (meeting.status == Status.SCHEDULED)
			& (meeting.month > former.month)
		)
		.left_join(item)
		.on((item.parent == meeting.name) & (item.parenttype == MEETING) & (item.decision == decision.name))
		.select(meeting.name.as_("meeting"), decision.name, decision.decision)
		.where((decision.status == decisions.Status.OPEN) & item.name.isnull())
		.orderby(decision.due_date, decision.name)
	)
	if community:
		query = query.where(decision.community == community)
	found = defaultdict(list)
	for row in query.run(as_dict=True):
		found[row.meeting].append(row)
	return found


def _carry_over(name: str, rows) -> None:
	meeting = frappe.get_doc(MEETING, name, for_update=True)
	meeting.flags.by_change = "carried over"
	for row in rows:
		meeting.append("agenda", {"subject": row.decision, "decision": row.name})
	meeting.save(ignore_permissions=True)


# -- what becomes of a meeting ---------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def close(name: str):
	"""Closes a meeting that was held: its decisions become tasks of those responsible, and come onto the next agenda.

	In: the name of a meeting that has begun, with attendance, minutes, and somebody responsible and a day for each decision.
	Out: the document. Raises MeetingClosedError, MeetingNotHeldYetError, PermissionError. ACT6.
	"""
	meeting = _open(name)
	if get_datetime(meeting.starts_on) > now_datetime():
		frappe.throw(
			_("The meeting begins on {0}. Move it if it was held earlier.").format(
				frappe.format(meeting.starts_on, "Datetime")
			),
			MeetingNotHeldYetError,
		)
	made = decisions.of_meeting(meeting.name)
	if missing := lacking(meeting, made):
		frappe.throw(
			_("Still lacking before the meeting is closed: {0}.").format(", ".join(missing)),
			MeetingNotHeldYetError,
		)
	meeting.flags.by_change = "closed"
	meeting.update({"status": Status.HELD, "closed_by": frappe.session.user, "closed_on": now_datetime()})
	meeting.save()
	tasks.close_todos(meeting)
	decisions.give_tasks([row.name for row in made])
	for later, rows in _not_carried_over(meeting.community).items():
		_carry_over(later, rows)
	return meeting


def lacking(meeting, made) -> list[str]:
	"""What a meeting lacks before it is closed, in the reader's language. In: a Joint Meeting, its decisions."""
	asked = (
		(any(cint(row.attended) for row in meeting.attendees), _("who was present")),
		(cstr(meeting.minutes).strip(), _("the minutes")),
		(
			all(row.owner_staff and row.due_date for row in made),
			_("who carries each decision out, and by when"),
		),
	)
	return [what for there, what in asked if not there]


@frappe.whitelist(methods=["POST"])
def move(name: str, starts_on: str, reason: str):
	"""Moves a meeting to another time, with the reason; it lasts as long as before and counts for the same month.

	Out: the document. Raises MeetingClosedError, ReasonMissingError, PermissionError.
	"""
	meeting, start = _open(name), get_datetime(starts_on)
	end = start + (get_datetime(meeting.ends_on) - get_datetime(meeting.starts_on))
	return _change(meeting, "Moved", reason, Status.SCHEDULED, starts_on=start, ends_on=end)


@frappe.whitelist(methods=["POST"])
def call_off(name: str, reason: str):
	"""Calls a meeting off, with the reason. Out: the document. Raises MeetingClosedError, ReasonMissingError, PermissionError."""
	return _change(_open(name), "Called Off", reason, Status.CALLED_OFF)


def _open(name):
	meeting = frappe.get_doc(MEETING, cstr(name), for_update=True)
	meeting.check_permission("write")
	refuse_foreign_keeper(meeting.community)
	if meeting.status not in OPEN:
		frappe.throw(
			_("This meeting is closed: {0}.").format(_(meeting.status)),
			MeetingClosedError,
		)
	return meeting


def _change(meeting, change, reason, status, **values):
	if not cstr(reason).strip():
		frappe.throw(_("Enter the reason for the change."), ReasonMissingError)
	meeting.flags.by_change = change
	meeting.append(
		"changes",
		{
			"change": change,
			"old_start": meeting.starts_on,
			"old_end": meeting.ends_on,
			"reason": cstr(reason).strip(),
			"changed_by": frappe.session.user,
			"changed_on": now_datetime(),
		},
	)
	meeting.update({"status": status, **values})
	meeting.save(ignore_permissions=True)
	if status == Status.CALLED_OFF:
		tasks.close_todos(meeting)
	_tell_of_change(meeting, change, reason)
	return meeting


def _tell_of_change(meeting, change, reason) -> None:
	subject = _("Joint meeting of {0}: {1}, now {2}. {3}").format(
		meeting.community,
		_(change),
		frappe.format(meeting.starts_on, "Datetime"),
		frappe.utils.escape_html(reason),
	)
	people = [row.staff for row in meeting.attendees]
	users = frappe.get_all("School Staff", {"name": ("in", people or [""])}, pluck="user")
	notices.tell(set(users) - {frappe.session.user}, subject, MEETING, meeting.name)


# -- tasks follow the posts ------------------------------------------------------------------------------------------------


def tasks_astray() -> list[tuple]:
	"""The open meetings whose task is with others than those who lead the host school today; for `tasks.follow`. Four queries."""
	found = tasks.tasks_of(MEETING)
	rows = frappe.get_all(
		MEETING, {"name": ("in", sorted(found) or [""]), "status": ("in", OPEN)}, ["name", "host_school"]
	)
	wanted = _hosts(rows)
	return [(_hand_over, MEETING, row.name) for row in rows if wanted[row.name] != found[row.name].keys()]


def _hosts(rows) -> dict[str, set[str]]:
	"""Meeting -> the enabled accounts of those who lead its host school."""
	leaders = _leaders({row.host_school for row in rows})
	accounts = {person.user for people in leaders.values() for person in people} - {None, ""}
	enabled = decisions.enabled(accounts)
	return {row.name: {person.user for person in leaders.get(row.host_school, ())} & enabled for row in rows}


def _hand_over(doctype: str, name: str) -> int:
	meeting = frappe.get_doc(doctype, name, for_update=True)
	if meeting.status not in OPEN:
		return 0
	return int(tasks.hand_over(meeting, _hosts([meeting])[name], _what_to_do(meeting)))
