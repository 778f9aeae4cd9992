"""Many activities in one go: a plan repeated through its school year, and the year of a community taken over into another (ACT12)."""

import calendar
from datetime import date, timedelta

import frappe
from frappe import _
from frappe.desk.doctype.notification_log.notification_log import enqueue_create_notification
from frappe.translate import get_user_lang
from frappe.utils import cstr, escape_html, format_date, get_datetime, getdate

from gongtongti.activities.kinds import KIND
from gongtongti.activities.statuses import Status
from gongtongti.core import jobs
from gongtongti.core.locks import lock_rows
from gongtongti.organisation import school_years
from gongtongti.organisation.relations import led_schools

ACTIVITY, COMMUNITY = "Community Activity", "Education Community"
WEEK, FORTNIGHT, MONTH = "Each Week", "Every Two Weeks", "Each Month"
EVERY = (WEEK, FORTNIGHT, MONTH)
# beyond this many drafts they are made in the background
IN_BACKGROUND_FROM = 20
# what of a plan another day's has as well
_PLAN = ("title", "kind", "community", "host_school", "place", "organiser", "pupils_expected", "arrangement", "procedure")  # fmt: skip
_REFUSALS = (frappe.ValidationError, frappe.PermissionError)


class SeriesError(frappe.ValidationError):
	"""A series or copy that cannot be: no interval, no later day, one year taken over into itself."""


@frappe.whitelist(methods=["POST"])
def repeat(name: str, every: str, until: str) -> dict:
	"""Drafts of the same plan on later days, up to `until`, which belong together with it (`series`).

	In: an activity that the session's user writes; one of EVERY (a month later is the same weekday of the month, its last one where
	there is no fifth). Out: {"made": [names], "skipped": [{"day", "reason"}]}, or {"queued": number}. A day on which the series
	has an activity already is passed over. Raises SeriesError, PermissionError.
	"""
	source = frappe.get_doc(ACTIVITY, cstr(name))
	source.check_permission("write")
	source.refuse_foreign_drafter()
	until = getdate(until)
	if every not in EVERY:
		frappe.throw(_("Choose how often the activity is repeated."), SeriesError)
	first = getdate(source.starts_on)
	if not first < until <= first + timedelta(days=366):
		frappe.throw(_("Choose a last day after {0}, within a year.").format(format_date(first)), SeriesError)
	return _at_once_or_later(
		_repeat, len(_days(source, every, until)), name=source.name, every=every, until=str(until)
	)


@frappe.whitelist(methods=["POST"])
def copy_from(community: str, from_year: str, to_year: str) -> dict:
	"""Drafts of another school year's activities, on the same weekday of the same week of the year.

	In: a community; of its activities those are taken over that a school of the session's user hosted, that were not called off and
	are not taken over already. Out: as of `repeat`. Raises SeriesError, PermissionError.
	"""
	frappe.has_permission(ACTIVITY, "create", throw=True)
	for doctype, wanted in (
		(COMMUNITY, community),
		(school_years.YEAR, from_year),
		(school_years.YEAR, to_year),
	):
		frappe.has_permission(doctype, "read", doc=cstr(wanted), throw=True)
	if from_year == to_year:
		frappe.throw(_("Choose two different school years."), SeriesError)
	number = len(_to_be_copied(community, from_year, to_year))
	return _at_once_or_later(_copy, number, community=community, from_year=from_year, to_year=to_year)


# -- in a request or in a job ----------------------------------------------------------------------------------------------


def _at_once_or_later(make, number, **arguments):
	if number <= IN_BACKGROUND_FROM:
		return make(**arguments)
	frappe.enqueue(
		"gongtongti.activities.series.in_background",
		queue="long",
		which=make.__name__,
		arguments=arguments,
		enqueue_after_commit=True,
	)
	return {"queued": number}


def in_background(which: str, arguments: dict) -> dict:
	"""A job: makes the drafts one by one, shows how far it is, and tells whoever asked what has become of it."""
	frappe.local.lang = get_user_lang(frappe.session.user)  # a job starts in the site's language
	result = {"_repeat": _repeat, "_copy": _copy}[which](**arguments, in_job=True)
	skipped = "<br>".join(
		f"{format_date(row['day'])}: {escape_html(row['reason'])}" for row in result["skipped"]
	)
	enqueue_create_notification(
		[frappe.session.user],
		{
			"type": "Alert",
			"document_type": ACTIVITY,
			"subject": _("Activities planned: {0} drafts made, {1} days left out").format(
				len(result["made"]), len(result["skipped"])
			),
			"from_user": frappe.session.user,
			"email_content": skipped,
		},
	)
	return result


def _make(drafts, in_job) -> dict:
	"""drafts: pairs (day, document or the reason why there is none)."""
	made, skipped = [], []
	for number, (day, draft) in enumerate(drafts, 1):
		try:
			if isinstance(draft, str):
				skipped.append({"day": str(day), "reason": draft})
			else:
				draft.insert().db_set(draft.flags.belongs_to, update_modified=False)
				made.append(draft.name)
		except _REFUSALS as refusal:  # what a refused save has written is taken back (core/documents.py)
			frappe.clear_messages()
			skipped.append({"day": str(day), "reason": frappe.utils.strip_html(cstr(refusal))})
		if in_job:
			jobs.keep()
		if len(drafts) >= 5:
			frappe.publish_progress(number * 100 / len(drafts), title=_(ACTIVITY), description=str(day))
	return {"made": made, "skipped": skipped}


def _draft(source, day, **belongs_to):
	"""A draft of the plan of `source` (a document) on another day.

	belongs_to: what it belongs to; nobody types that in, and so a save takes it back
	"""
	starts, ends = get_datetime(source.starts_on), get_datetime(source.ends_on)
	away = day - starts.date()
	draft = frappe.get_doc(
		{
			"doctype": ACTIVITY,
			**{field: source.get(field) for field in _PLAN},
			"schools": [{"school": row.school} for row in source.schools],
			"starts_on": starts + away,
			"ends_on": ends + away,
		}
	)
	draft.flags.belongs_to = belongs_to
	return draft


# -- a plan repeated -------------------------------------------------------------------------------------------------------


def _repeat(name, every, until, in_job=False):
	lock_rows((ACTIVITY, name))
	source = frappe.get_doc(ACTIVITY, name)
	if not source.series:
		source.db_set("series", name, update_modified=False)
	year, drafts = school_years.of(source.school_year), []
	for day in _days(source, every, getdate(until)):
		outside = not year.start_date <= day <= year.end_date
		reason = _("not in the school year {0}").format(year.name)
		drafts.append((day, reason if outside else _draft(source, day, series=source.series)))
	return _make(drafts, in_job)


def _days(source, every, until) -> list[date]:
	"""The days on which the series has nothing yet. One query where there is a series."""
	first = getdate(source.starts_on)
	taken = {first}
	if source.series:
		others = frappe.get_all(ACTIVITY, {"series": source.series}, pluck="starts_on", limit=0)
		taken |= {getdate(start) for start in others}
	days, day, step = [], first, 0
	while day <= until:
		if day not in taken:
			days.append(day)
		step += 1
		day = _later(first, every, step)
	return days


def _later(first: date, every: str, step: int) -> date:
	"""The day that comes `step` times `every` after `first`."""
	if every != MONTH:
		return first + timedelta(weeks=step * (2 if every == FORTNIGHT else 1))
	months = first.month - 1 + step
	year, month = first.year + months // 12, months % 12 + 1
	begins, length = calendar.monthrange(year, month)
	day = 1 + (first.weekday() - begins) % 7 + (first.day - 1) // 7 * 7
	return date(year, month, day if day <= length else day - 7)


# -- a year taken over -----------------------------------------------------------------------------------------------------


def _copy(community, from_year, to_year, in_job=False):
	lock_rows((COMMUNITY, community))
	old, new = school_years.of(from_year), school_years.of(to_year)
	out_of_use = set(frappe.get_all(KIND, {"out_of_use": 1}, pluck="name", limit=0))
	drafts = []
	for name in _to_be_copied(community, from_year, to_year):
		source = frappe.get_doc(ACTIVITY, name)
		day = _same_day(getdate(source.starts_on), old.start_date, new.start_date)
		if source.kind in out_of_use:
			draft = _("{0} is no longer chosen").format(source.kind)
		elif not new.start_date <= day <= new.end_date:
			draft = _("not in the school year {0}").format(to_year)
		else:
			series = source.series and f"{source.series} {to_year}"
			draft = _draft(source, day, series=series, copied_from=name)
		drafts.append((day, draft))
	return _make(drafts, in_job)


def _to_be_copied(community, from_year, to_year) -> list[str]:
	"""Activities of the year that schools of the session's user hosted and that are not taken over yet. Two queries."""
	hosted = {
		"community": community,
		"school_year": from_year,
		"status": ("in", [Status.PLANNED, Status.HELD, Status.MISSED]),
	}
	if frappe.session.user != "Administrator":
		hosted["host_school"] = ("in", sorted(led_schools(frappe.session.user)) or [""])
	names = frappe.get_all(ACTIVITY, hosted, pluck="name", order_by="starts_on, name", limit=0)
	copied = {"community": community, "school_year": to_year, "copied_from": ("is", "set")}
	done = set(frappe.get_all(ACTIVITY, copied, pluck="copied_from", limit=0))
	return [name for name in names if name not in done]


def _same_day(day: date, old_start: date, new_start: date) -> date:
	"""The day of another school year that is the same weekday of the same week, counted from the week in which it begins."""
	old_monday, new_monday = (start - timedelta(days=start.weekday()) for start in (old_start, new_start))
	return new_monday + (day - old_monday)
