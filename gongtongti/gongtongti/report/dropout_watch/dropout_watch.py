"""Dropout Watch (AID3): which pupils may leave school, who visits them by when, and whether they have aid this term.

A pupil's name and grade stand here only for whoever may read the pupil's record (AID4).
"""

from collections import Counter, defaultdict

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Sum
from frappe.utils import getdate

from gongtongti.aid import applications, watch
from gongtongti.core import access, money, report
from gongtongti.organisation import terms

FILTERS = {
	"school": ("School", report.link, "Community School"),
	"cause": ("Cause", report.choice, watch.RISK, "cause"),
	"level": ("Risk Level", report.choice, watch.RISK, "level"),
	"status": ("Status", report.choice, watch.RISK, "status"),
	"overdue_only": ("Only Overdue", report.tick),
}
BARS = 20
# of several applications of a pupil the one that is furthest is shown
FURTHEST = (*reversed(applications.GRANTED), applications.Status.IN_APPROVAL, applications.Status.DRAFT)


def execute(filters=None):
	"""Columns, rows, message, chart and summary; days are calendar days, amounts yuan.

	AID3 (document 1 §4.3). A fixed number of statements: the term, the risks with pupil and visitor, the visits, the aid.
	"""
	filters = report.read_filters(filters, FILTERS)
	term = terms.of_day()
	found = risks(filters)
	put_days(found)
	if filters.overdue_only:
		found = [row for row in found if row.overdue_days]
	put_visits(found)
	put_aid(found, term)
	found.sort(
		key=lambda row: (-row.overdue_days, row.level_key != watch.Level.HIGH, str(row.visit_by), row.name)
	)
	figures = chart(found), summary(found)
	return columns(), rows(found), message(filters, term), *figures, True


def risks(filters) -> list:
	"""Risks that the reader sees; open ones unless a status is asked for."""
	risk, pupil = frappe.qb.DocType(watch.RISK), frappe.qb.DocType(watch.PUPIL)
	staff = frappe.qb.DocType("School Staff")
	query = (
		frappe.qb.from_(risk)
		.left_join(pupil)
		.on(_seen(watch.PUPIL, pupil, pupil.name == risk.pupil))
		.left_join(staff)
		.on(_seen("School Staff", staff, staff.name == risk.visitor))
		.select(
			risk.name, risk.pupil, risk.school, risk.cause, risk.level.as_("level_key"), risk.status.as_("status_key"),
			risk.visitor, risk.visit_by, risk.last_visit, pupil.pupil_name, pupil.grade, staff.staff_name,
		)
		.where(risk.status.isin([filters.status] if filters.status else watch.WATCHED))
	)  # fmt: skip
	for fieldname in ("school", "cause", "level"):
		if filters[fieldname]:
			query = query.where(risk[fieldname] == filters[fieldname])
	return access.visible(query, watch.RISK, risk).run(as_dict=True)


def _seen(doctype: str, table, same):
	"""The condition of a join that brings in only what the reader may see of a DocType."""
	if not frappe.has_permission(doctype, "read"):
		return same & table.name.isnull()
	condition = access.criterion(doctype, table)
	return same if condition is None else same & condition


def put_days(found: list) -> None:
	"""Sets by how many days the visit of each risk is overdue."""
	today = getdate()
	for row in found:
		row.visit_by, row.last_visit = report.as_date(row.visit_by), report.as_date(row.last_visit)
		is_late = row.status_key in watch.WATCHED and watch.is_overdue(row.visit_by, row.last_visit, today)
		row.overdue_days = (today - row.visit_by).days if is_late else 0


def put_visits(found: list) -> None:
	"""Sets how many visits were made because of each risk."""
	visit = frappe.qb.DocType(watch.VISIT)
	query = frappe.qb.from_(visit).select(visit.risk, Count("*")).where(visit.risk.isnotnull())
	made = dict(access.visible(query, watch.VISIT, visit).groupby(visit.risk).run())
	for row in found:
		row.visits = made.get(row.name, 0)


def put_aid(found: list, term: tuple[str, str] | None) -> None:
	"""Sets how far the aid of each pupil is in this term, and the sum that is approved or paid."""
	given = aid_by_pupil(*term) if term else {}
	for row in found:
		sums = given.get(row.pupil, {})
		row.aid_key = next((status for status in FURTHEST if status in sums), None)
		granted = sum(sums.get(status, 0) for status in applications.GRANTED)
		row.aid_amount = money.yuan(granted) if granted else None
		row.without_aid = int(bool(term) and row.aid_key not in applications.GRANTED)


def aid_by_pupil(year: str, term: str) -> dict[str, dict[str, int]]:
	"""{pupil: {status: fen}} of the pupils on watch, as far as the reader sees applications."""
	aid, risk = frappe.qb.DocType(watch.APPLICATION), frappe.qb.DocType(watch.RISK)
	on_watch = access.visible(frappe.qb.from_(risk).select(risk.pupil), watch.RISK, risk)
	query = (
		frappe.qb.from_(aid)
		.select(aid.pupil, aid.status, Sum(aid.amount))
		.where((aid.school_year == year) & (aid.term == term) & aid.status.isin(FURTHEST))
		.where(aid.pupil.isin(on_watch))
	)
	given = defaultdict(dict)
	for pupil, status, total in (
		access.visible(query, watch.APPLICATION, aid).groupby(aid.pupil, aid.status).run()
	):
		given[pupil][status] = money.stored_fen(total)
	return given


def columns() -> list[dict]:
	"""The pupil's name only for a reader who has a right on pupils' records at all."""
	name = (
		[report.column("pupil_name", _("Pupil Name"), width=100)]
		if frappe.has_permission(watch.PUPIL)
		else []
	)
	return [
		report.link_column("name", _("Number of the Risk"), watch.RISK),
		report.link_column("pupil", _("Pupil"), watch.PUPIL, 100),
		*name,
		report.link_column("school", _("School"), "Community School", 150),
		report.column("grade", _("School Grade"), width=80),
		report.column("cause", _("Cause"), width=100),
		report.column("level", _("Risk Level"), width=90),
		report.column("status", _("Status"), width=90),
		report.column("visitor", _("Visit Made By"), width=100),
		report.column("visit_by", _("Visit By"), "Date"),
		report.column("overdue_days", _("Days Overdue"), "Int", 90),
		report.column("last_visit", _("Last Visit"), "Date"),
		report.column("visits", _("Visits Made"), "Int", 90),
		report.column("aid", _("Aid This Term"), width=110),
		report.column("aid_amount", _("Amount This Term"), "Currency", 120, options="currency"),
	]


def rows(found: list) -> list:
	"""The rows in the reader's language; that there is no aid is said, not left blank."""
	translated = report.Translations()
	none = _("No aid")
	for row in found:
		row.cause, row.cause_key = translated[row.cause], row.cause
		row.level, row.status, row.grade = (
			translated[row.level_key],
			translated[row.status_key],
			translated[row.grade],
		)
		row.visitor = row.pop("staff_name") or row.visitor
		row.aid = translated[row.aid_key] or none
		row.currency = money.CURRENCY
	return found


def message(filters, term) -> str:
	shown = None if filters.status else _("Closed risks are shown when you choose their status.")
	if not term:
		return report.lines(_("Today lies in no school year, so the aid of this term is not known."), shown)
	return report.lines(_("Aid of this term: {0}, {1}.").format(term[0], _(term[1])), shown)


def chart(found: list) -> dict | None:
	"""High and other risks: by school, or by cause where the reader sees one school only."""
	by = "school" if len({row.school for row in found}) > 1 else "cause"
	every = Counter(row[by] for row in found)
	high = Counter(row[by] for row in found if row.level_key == watch.Level.HIGH)
	drawn = sorted(every, key=lambda label: (-every[label], label))[:BARS]
	return report.bars(
		[label if by == "school" else _(label) for label in drawn],
		[
			(_("High Risks"), [high[label] for label in drawn]),
			(_("Other Risks"), [every[label] - high[label] for label in drawn]),
		],
		of=len(every),
		stacked=True,
		colors=["#e24c4c", "#2490ef"],
	)


def summary(found: list) -> list[dict]:
	"""How many risks are listed, how many of these are open, high, overdue, and how many of their pupils have no aid this term."""
	high = sum(1 for row in found if row.level_key == watch.Level.HIGH)
	late = sum(1 for row in found if row.overdue_days)
	without = len({row.pupil for row in found if row.without_aid})
	return [
		report.card(_("Risks Listed"), len(found)),
		report.card(_("Open Risks"), sum(1 for row in found if row.status_key in watch.WATCHED)),
		report.card(_("High Risks"), high, "Red" if high else "Green"),
		report.card(_("Overdue Visits"), late, "Red" if late else "Green"),
		report.card(_("Pupils without Aid This Term"), without, "Orange" if without else "Green"),
	]
