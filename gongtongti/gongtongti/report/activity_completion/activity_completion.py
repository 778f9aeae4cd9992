"""Activity Completion: what was planned, held, missed and called off, by community, kind or month (ACT5, ACT12)."""

from frappe import _

from gongtongti.activities import completion
from gongtongti.activities.statuses import APPROVED, Status
from gongtongti.core import report
from gongtongti.organisation import school_years

FILTERS = {
	"school_year": ("School Year", report.link, "Community School Year"),
	"community": ("Community", report.link, "Education Community"),
	"kind": ("Kind of Activity", report.link, "Activity Kind"),
	"work_field": ("Field of Work", report.choice, "Activity Kind", "work_field"),
	"group_by": ("Counted by", report.one_of, completion.GROUPS),
}
# column -> the statuses that are counted in it
FIGURES = {
	"planned": APPROVED,
	"held": (Status.HELD,),
	"missed": (Status.MISSED,),
	"called_off": (Status.CALLED_OFF,),
	"ahead": (Status.PLANNED,),
}
GROUPS_DRAWN = 20


def execute(filters=None):
	"""Columns, rows, message, chart and summary; shares are percentages of what was due. Two statements beside the filters'."""
	filters = report.read_filters(filters, FILTERS)
	group_by = filters.pop("group_by") or completion.COMMUNITY
	if year := school_years.meant(school_years.newest_first(), filters.school_year):
		filters.school_year = year.name
	found = rows(group_by, completion.counts(group_by, **filters), filters)
	return columns(group_by), found, None, chart(found), summary(found), True


def columns(group_by) -> list[dict]:
	groups = {
		completion.COMMUNITY: report.link_column("group", _("Community"), "Education Community", 200),
		completion.KIND: report.link_column("group", _("Kind of Activity"), "Activity Kind", 200),
		completion.MONTH: report.column("group", _("Calendar Month"), width=120),
	}
	return [
		groups[group_by],
		report.column("planned", _("Planned in All"), "Int"),
		report.column("held", _("Held and Recorded"), "Int"),
		report.column("missed", _("Not Held"), "Int"),
		report.column("called_off", _("Called Off"), "Int"),
		report.column("ahead", _("Still Ahead or without Record"), "Int", 160),
		report.column("share", _("Share Held of Those Due"), "Percent", 160),
	]


def rows(group_by, counted, filters) -> list[dict]:
	"""A row for each group. `lists`: for each figure the filters of the list that holds what it counts."""
	found = []
	for group, by_status in counted.items():
		row = {
			figure: sum(by_status.get(status, 0) for status in statuses)
			for figure, statuses in FIGURES.items()
		}
		inside = completion.in_list(group_by, group, **filters)
		row["lists"] = {
			figure: {**inside, "status": ["in", list(statuses)]} for figure, statuses in FIGURES.items()
		}
		row["share"] = report.share(row["held"], row["held"] + row["missed"])
		row["group"] = group.strftime("%Y-%m") if group_by == completion.MONTH else group
		found.append(row)
	return found


def chart(found) -> dict | None:
	"""What was held, missed, called off and lies ahead, in one bar for each group."""
	drawn = found[:GROUPS_DRAWN]
	datasets = [
		(_(FIGURES[figure][0], context=completion.ACTIVITY), [row[figure] for row in drawn])
		for figure in ("held", "missed", "called_off", "ahead")
	]
	return report.bars(
		[row["group"] for row in drawn],
		datasets,
		of=len(found),
		stacked=True,
		colors=["green", "red", "purple", "blue"],
	)


def summary(found) -> list[dict]:
	total = {figure: sum(row[figure] for row in found) for figure in FIGURES}
	return [
		report.card(_("Planned in All"), total["planned"]),
		report.card(_("Held and Recorded"), total["held"], "Green"),
		report.card(_("Not Held"), total["missed"], "Red"),
		report.card(_("Called Off"), total["called_off"]),
		report.card(
			_("Share Held of Those Due"),
			report.share(total["held"], total["held"] + total["missed"]),
			datatype="Percent",
		),
	]
