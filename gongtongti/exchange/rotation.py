"""Support teams rotate their subjects from year to year (EX3: 支教团队要按年度进行学科轮换, document 1 §4.2)."""

import frappe
from frappe import _

from gongtongti.organisation import school_years


class RotationError(frappe.ValidationError):
	"""A support team repeats subjects of last year's team."""


def repeated_subjects(community: str, host_school: str | None, school_year: str, subjects) -> dict[str, str]:
	"""Those of `subjects` that the team of the school year before taught at the same host school.

	Without a host school the teams of the community that serve no single school are compared.
	Out: subject -> number of last year's team. Two queries.
	"""
	last_year = school_years.before(school_year)
	if not last_year or not subjects:
		return {}
	team, row = frappe.qb.DocType("Rural Support Team"), frappe.qb.DocType("Support Team Subject")
	query = (
		frappe.qb.from_(team)
		.join(row)
		.on(row.parent == team.name)
		.select(row.subject, team.name)
		.where((team.community == community) & (team.school_year == last_year))
		.where((team.status != "Dissolved") & row.subject.isin(list(subjects)))
		.orderby(row.subject)
	)
	if host_school:
		query = query.where(team.host_school == host_school)
	else:
		query = query.where(team.host_school.isnull() | (team.host_school == ""))
	return dict(query.run())


def message(repeated: dict[str, str]) -> str:
	"""What to say of a non-empty answer of `repeated_subjects`."""
	return _(
		"Not rotated: {0} was already taught by last year's team ({1}). Choose other subjects for this year."
	).format(", ".join(repeated), ", ".join(sorted(set(repeated.values()))))
