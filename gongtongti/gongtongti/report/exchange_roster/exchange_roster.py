"""Exchange Roster: who is where, from when to when, in which kind and mode of exchange (EX1, EX2)."""

from collections import Counter
from functools import reduce
from operator import add

import frappe
from frappe import _
from frappe.utils import getdate

from gongtongti.core import access, report
from gongtongti.exchange.kinds import CADRE_KINDS, KINDS, WEEKDAYS
from gongtongti.exchange.statuses import TOOK_PART, Status

FILTERS = {
	"on_duty_on": ("On Duty on", report.day),
	"school_year": ("School Year", report.link, "Community School Year"),
	"community": ("Community", report.link, "Education Community"),
	"school": ("Home or Host School", report.link, "Community School"),
	"kind": ("Exchange Kind", report.choice, "Exchange Placement", "kind"),
	"mode": ("Exchange Mode", report.choice, "Exchange Placement", "mode"),
	"subject": ("Teaching Subject", report.link, "Teaching Subject"),
	"status": ("Status", report.choice, "Exchange Placement", "status"),
}
ENDING_DAYS = 30
COMMUNITIES_DRAWN = 20


def execute(filters=None):
	"""Columns, rows, message, chart and summary of the placements that the reader may see. One statement."""
	filters = report.read_filters(filters, FILTERS)
	found = placements(filters)
	return columns(), rows(found), None, chart(found), summary(found), True


def placements(filters) -> list:
	"""The placements, the newest start first."""
	placement = frappe.qb.DocType("Exchange Placement")
	query = (
		frappe.qb.from_(placement)
		.select(
			placement.name, placement.staff_name, placement.kind, placement.mode, placement.subject,
			placement.home_school, placement.host_school, placement.post_at_host, placement.start_date,
			placement.end_date, placement.status, placement.community, placement.school_year, placement.support_team,
			placement.is_backbone,
			_days_as_number(placement).as_("days"),
		)
		.orderby(placement.start_date, order=frappe.qb.desc)
		.orderby(placement.name)
	)  # fmt: skip
	for fieldname in ("school_year", "community", "kind", "mode", "subject", "status"):
		if filters[fieldname]:
			query = query.where(placement[fieldname] == filters[fieldname])
	if not filters.status:
		# a roster is about placements that came into force; drafts and refusals are there when asked for
		query = query.where(placement.status.isin(TOOK_PART))
	if filters.school:
		query = query.where(
			(placement.home_school == filters.school) | (placement.host_school == filters.school)
		)
	if filters.on_duty_on:
		# early end and extension move the end date, so that it always says until when the person is there
		query = query.where(
			(placement.start_date <= filters.on_duty_on) & (placement.end_date >= filters.on_duty_on)
		)
	return access.visible(query, "Exchange Placement", placement).run(as_dict=True)


def _days_as_number(placement):
	"""The seven ticks in one number, a bit for each day: a long roster carries one column over instead of seven."""
	return reduce(add, (placement[day] * 2**i for i, day in enumerate(WEEKDAYS)))


def _days_in_words(number: int, translated: dict) -> str:
	return "、".join(translated[day.title()] for i, day in enumerate(WEEKDAYS) if number & 2**i)


def columns() -> list[dict]:
	return [
		report.column("staff_name", _("Staff Name"), width=100),
		report.column("kind", _("Exchange Kind")),
		report.column("mode", _("Exchange Mode")),
		report.link_column("subject", _("Teaching Subject"), "Teaching Subject", 90),
		report.link_column("home_school", _("Home School"), "Community School", 150),
		report.link_column("host_school", _("Host School"), "Community School", 150),
		report.column("post_at_host", _("Post at the Host School"), width=150),
		report.column("weekdays", _("Days of the Week"), width=100),
		report.column("start_date", _("Placement Start"), "Date"),
		report.column("end_date", _("Placement End"), "Date"),
		report.column("days_left", _("Days Left"), "Int", 90),
		report.column("status", _("Status"), width=90),
		report.link_column("community", _("Community"), "Education Community", 160),
		report.link_column("school_year", _("School Year"), "Community School Year"),
		report.link_column("support_team", _("Rural Support Team"), "Rural Support Team"),
		report.column("is_backbone", _("Backbone Teacher"), "Check", 90),
		report.link_column("name", _("Exchange Placement"), "Exchange Placement", 150),
	]


def rows(found) -> list:
	"""The placements in the reader's language; `status_key` keeps the stored word for colours."""
	translated, weekdays, today = report.Translations(), {}, getdate()
	for row in found:
		days = int(row.pop("days") or 0)
		if days not in weekdays:
			weekdays[days] = _days_in_words(days, translated)
		row.weekdays = weekdays[days]
		row.end_date = report.as_date(row.end_date)
		row.status_key = row.status
		# frappe._dict: what is not set reads as None, and shows as nothing
		row.days_left = (row.end_date - today).days if row.status == Status.RUNNING else None
		row.ends_soon = int(row.days_left is not None and row.days_left <= ENDING_DAYS)
		row.kind_key, row.kind = row.kind, translated[row.kind]
		row.mode, row.status = translated[row.mode], translated[row.status]
	return found


def chart(found) -> dict | None:
	"""Placements by community, a colour for each kind; the communities with most placements first."""
	translated = report.Translations()
	totals = Counter(row.community for row in found)
	drawn = [community for community, _count in totals.most_common(COMMUNITIES_DRAWN)]
	by_kind = Counter((row.kind_key, row.community) for row in found)
	kinds = [kind for kind in KINDS if any(by_kind[kind, c] for c in drawn)]
	return report.bars(
		drawn,
		[(translated[kind], [by_kind[kind, c] for c in drawn]) for kind in kinds],
		of=len(totals),
		stacked=True,
	)


def summary(found) -> list[dict]:
	"""How many are listed, which is cadres and teachers together; how many of those are on duty, and of these end soon."""
	cadres = sum(1 for row in found if row.kind_key in CADRE_KINDS)
	return [
		report.card(_("Placements Listed"), len(found)),
		report.card(_("Cadres Listed"), cadres),
		report.card(_("Teachers Listed"), len(found) - cadres),
		report.card(
			_("Listed and on Duty Now"), sum(1 for row in found if row.status_key == Status.RUNNING), "Green"
		),
		report.card(
			_("On Duty and Ending within {0} Days").format(ENDING_DAYS), sum(row.ends_soon for row in found)
		),
	]
