import frappe
from frappe import _
from frappe.utils import cint

from gongtongti.core import access
from gongtongti.core.documents import OwnDocument
from gongtongti.exchange import quota


class DuplicateQuotaError(frappe.ValidationError):
	"""A kind and subject of a community stand in one row."""


class NegativeQuotaError(frappe.ValidationError):
	"""Places are counted from 0."""


class QuotaInUseError(frappe.ValidationError):
	"""Places that are taken cannot be cut away."""


class PlanInUseError(frappe.ValidationError):
	"""A plan with placements keeps its school year, stays public, and is not deleted."""


class ExchangePlan(OwnDocument):
	"""The exchange plan of a school year: how many places each community has for which kind and subject (EX7)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.exchange_quota.exchange_quota import ExchangeQuota

		arrangements: DF.TextEditor | None
		quotas: DF.Table[ExchangeQuota]
		school_year: DF.Link
		status: DF.Literal["Draft", "Published", "Closed"]
		title: DF.Data
	# end: auto-generated types

	def onload(self):
		# how many are used says something about placements of other schools
		if access.fields_within("Exchange Placement") is None:
			used = quota.used_of_plan(self.name)
			self.set_onload("used", {row.name: quota.used_of_row(row, used) for row in self.quotas})

	def validate(self):
		self.check_quotas_not_negative()
		self.check_quotas_distinct()
		before = self.get_doc_before_save()
		if before:
			# the framework has locked this plan's row by now, and whoever sends a placement waits for it
			used = quota.used_of_plan(self.name, for_update=True)
			self.check_in_use(before, used)
			self.check_places_not_cut(before, used)

	def on_trash(self):
		if frappe.db.exists("Exchange Placement", {"plan": self.name}):
			frappe.throw(
				_("This plan has placements and cannot be deleted. Close it instead."), PlanInUseError
			)

	def check_quotas_not_negative(self):
		for row in self.quotas:
			if cint(row.quota) < 0:
				frappe.throw(_("Row {0}: places cannot be less than 0.").format(row.idx), NegativeQuotaError)

	def check_quotas_distinct(self):
		seen = {}
		for row in self.quotas:
			first = seen.setdefault(_key(row), row)
			if first is not row:
				frappe.throw(
					_(
						"Rows {0} and {1} are for the same community, kind and subject. Join them into one."
					).format(first.idx, row.idx),
					DuplicateQuotaError,
				)

	def check_in_use(self, before, used):
		if used and self.school_year != before.school_year:
			frappe.throw(_("This plan has placements: its school year stays."), PlanInUseError)
		if used and self.status == "Draft" and before.status != "Draft":
			frappe.throw(
				_("This plan has placements and cannot become a draft again. Close it instead."),
				PlanInUseError,
			)

	def check_places_not_cut(self, before, used):
		"""A row may be raised, or cut down to what is used. What was over its quota before may stay so, not get worse."""
		former = {_key(row): cint(row.quota) for row in before.quotas}
		for row in self.quotas:
			taken = quota.used_of_row(row, used)
			if cint(row.quota) < taken and cint(row.quota) < former.get(_key(row), taken):
				frappe.throw(
					_("Row {0}: {1} places are taken. Enter at least as many.").format(row.idx, taken),
					QuotaInUseError,
				)
		for key in used:
			if _covers(before.quotas, key) and not _covers(self.quotas, key):
				frappe.throw(
					_("Places of {0} for {1} are taken. Keep a row for them.").format(key[0], _(key[1])),
					QuotaInUseError,
				)


def _key(row) -> tuple[str, str, str]:
	return row.community, row.kind, row.subject or ""


def _covers(rows, key) -> bool:
	return any(_key(row) in (key, (*key[:2], "")) for row in rows)
