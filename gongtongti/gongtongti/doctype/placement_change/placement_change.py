import frappe
from frappe import _
from frappe.utils import cint, cstr, date_diff, formatdate, getdate

from gongtongti.core.approval import ApprovedDocument
from gongtongti.core.locks import locking
from gongtongti.exchange import clashes, facts, kinds
from gongtongti.exchange.locks import lock
from gongtongti.exchange.statuses import (
	CHANGE_APPROVED,
	CHANGE_DRAFT,
	CHANGE_NOT_APPROVED,
	CHANGE_WITHDRAWN,
	OPEN,
	PLACEMENT_CANCELLED,
	Status,
)
from gongtongti.organisation import membership, school_years

PLACEMENT = "Exchange Placement"
TERM_EXTENSION, EARLY_END, CANCELLATION = "Term Extension", "Early End", "Cancellation"
_TAKEN = ("staff", "staff_name", "home_school", "host_school", "community", "is_cadre_exchange")


class NotChangeableError(frappe.ValidationError):
	"""Only approved and running placements are changed."""


class ReasonMissingError(frappe.ValidationError):
	"""A change needs a reason."""


class NewEndDateError(frappe.ValidationError):
	"""The new end date does not go with the type of change."""


class AlreadyBegunError(frappe.ValidationError):
	"""What has begun is ended early, not cancelled."""


class OtherChangeError(frappe.ValidationError):
	"""Another change of the placement is waiting for its approval."""


class PlacementChange(ApprovedDocument):
	"""Extension, early end or cancellation of an approved placement, the only ways to change one (EX13)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.approval_signature.approval_signature import ApprovalSignature

		amended_from: DF.Link | None
		change_type: DF.Literal["", "Term Extension", "Early End", "Cancellation"]
		community: DF.Link | None
		home_school: DF.Link | None
		host_school: DF.Link | None
		is_cadre_exchange: DF.Check
		may_sign: DF.Check
		may_withdraw: DF.Check
		new_end_date: DF.Date | None
		nobody_since: DF.Datetime | None
		old_end_date: DF.Date | None
		pending_since: DF.Datetime | None
		placement: DF.Link
		reason: DF.SmallText
		signatures: DF.Table[ApprovalSignature]
		staff: DF.Link | None
		staff_name: DF.Data | None
		submitted_by: DF.Link | None
		workflow_state: DF.Literal[
			"",
			"Change Draft",
			"Change Awaiting Personnel Section",
			"Change Awaiting Leading Group",
			"Change Approved",
			"Change Not Approved",
			"Change Withdrawn",
		]
	# end: auto-generated types

	subject_field = "change_type"

	def insert(self, *args, **kwargs):
		# Before the framework asks whether these schools are within the user's reach
		self.take_from_placement()
		return super().insert(*args, **kwargs)

	def save(self, *args, **kwargs):
		# Before the framework locks this document: see exchange/locks.py
		if cint(self.docstatus) or cstr(self.workflow_state or CHANGE_DRAFT) != CHANGE_DRAFT:
			self.lock()
		return super().save(*args, **kwargs)

	def lock(self):
		staff, plan = frappe.db.get_value("Exchange Placement", self.placement, ["staff", "plan"]) or (
			None,
			None,
		)
		lock(staff, plan, self.placement)

	def record_by_system(self, placement: str, last_day, reason: str) -> None:
		"""Of a new document: ends a placement (locked, approved) early on `last_day`, or cancels it where there is none, without
		anybody's signature.

		What happened stands in a Placement Change like any other, approved and without signatures.
		"""
		self.placement = placement
		self.take_from_placement()
		self.update(
			{
				"change_type": EARLY_END if last_day else CANCELLATION,
				"old_end_date": frappe.db.get_value(PLACEMENT, placement, "end_date"),
				"new_end_date": last_day,
				"reason": reason,
				"workflow_state": CHANGE_APPROVED,
				"docstatus": 1,
			}
		)
		self.set_user_and_timestamp()
		self.set_new_name()
		self.db_insert()
		self.on_approved()

	def check(self):
		self.check_reason()
		placement = self.read_placement()
		self.check_changeable(placement)
		if self.is_draft_until_now():
			self.compute(placement)
		self.check_new_end_date(placement)
		self.check_not_begun(placement)

	def check_on_send(self):
		# `save` has locked the person, the plan and the placement
		self.check_no_other_change()
		if self.change_type == TERM_EXTENSION:
			placement = self.read_placement()
			placement.end_date = self.new_end_date
			clashes.refuse_clash(placement, for_update=True)
			clashes.refuse_shared_turn(placement, for_update=True)

	def describe(self) -> str:
		return f"{self.staff_name} · {_(self.change_type)} · {self.home_school} → {self.host_school}"

	def on_approved(self):
		"""The placement follows, and its history says why."""
		placement = frappe.get_doc(PLACEMENT, self.placement)
		placement.flags.by_change = self.name
		placement.flags.ignore_permissions = True
		if self.change_type == CANCELLATION:
			placement.workflow_state = PLACEMENT_CANCELLED
			placement.status = Status.CANCELLED
			# this change and a swap's counterpart point to the placement and stay
			placement.ignore_linked_doctypes = ("Placement Change", PLACEMENT)
			placement.cancel()
		else:
			placement.end_date = self.new_end_date
			if self.change_type == EARLY_END and getdate(self.new_end_date) < getdate():
				placement.status, placement.ended_on = Status.ENDED_EARLY, self.new_end_date
			placement.save()
		placement.add_comment("Info", self.summary())

	def is_draft_until_now(self) -> bool:
		before = self.get_doc_before_save()
		return not before or (before.workflow_state or CHANGE_DRAFT) == CHANGE_DRAFT

	def read_placement(self) -> frappe._dict:
		"""The placement as a row."""
		if not self.placement or not self.change_type:
			frappe.throw(_("Choose the placement and the type of change."), frappe.MandatoryError)
		return frappe.db.get_value(PLACEMENT, self.placement, "*", as_dict=True)

	def take_from_placement(self, placement=None):
		"""Person and schools are those of the placement, whatever was typed in."""
		if not placement and self.placement:
			placement = frappe.db.get_value(PLACEMENT, cstr(self.placement), _TAKEN, as_dict=True)
		self.update({fieldname: (placement or {}).get(fieldname) for fieldname in _TAKEN})

	def compute(self, placement):
		self.take_from_placement(placement)
		self.old_end_date = placement.end_date
		if self.change_type == CANCELLATION:
			self.new_end_date = None

	def summary(self) -> str:
		"""One line for the placement's timeline."""
		what = _(self.change_type)
		if self.new_end_date:
			what = _("{0}, end date {1} → {2}").format(
				what, formatdate(self.old_end_date), formatdate(self.new_end_date)
			)
		return _("{0} ({1}): {2}").format(what, self.name, frappe.utils.escape_html(cstr(self.reason)))

	# -- named checks ------------------------------------------------------------------------------------------------

	def check_reason(self):
		self.reason = cstr(self.reason).strip()
		if not self.reason:
			frappe.throw(_("Enter the reason for the change."), ReasonMissingError)

	def check_changeable(self, placement):
		if placement.docstatus != 1 or placement.status not in OPEN:
			frappe.throw(
				_("Only approved placements that are not over can be changed; this one is: {0}.").format(
					_(placement.status)
				),
				NotChangeableError,
			)

	def check_new_end_date(self, placement):
		if self.change_type == CANCELLATION:
			return
		if not self.new_end_date:
			frappe.throw(_("Enter the new end date."), NewEndDateError)
		if self.change_type == TERM_EXTENSION:
			self.check_extension(placement)
		else:
			self.check_early_end(placement)

	def check_extension(self, placement):
		new_end, year = getdate(self.new_end_date), school_years.of(placement.school_year)
		if new_end <= getdate(placement.end_date):
			frappe.throw(
				_("An extension ends later than now: after {0}.").format(formatdate(placement.end_date)),
				NewEndDateError,
			)
		if new_end > year.end_date:
			frappe.throw(
				_("The new end date must lie inside the school year {0}, which ends on {1}.").format(
					year.name, formatdate(year.end_date)
				),
				NewEndDateError,
			)
		members = membership.schools_of(placement.community, new_end)
		if not members.issuperset((placement.home_school, placement.host_school)):
			frappe.throw(
				_(
					"On {0} the two schools no longer belong to the community {1}. Choose an earlier day."
				).format(formatdate(new_end), placement.community),
				NewEndDateError,
			)
		longest = facts.read_settings().short_swap_days
		if kinds.MODES[placement.mode].is_swap and date_diff(new_end, placement.start_date) + 1 > longest:
			frappe.throw(
				_("A short swap takes {0} days at most, extensions included.").format(longest),
				NewEndDateError,
			)

	def check_early_end(self, placement):
		new_end = getdate(self.new_end_date)
		if new_end >= getdate(placement.end_date):
			frappe.throw(
				_("An early end is before the present end date {0}.").format(formatdate(placement.end_date)),
				NewEndDateError,
			)
		if new_end < getdate(placement.start_date):
			frappe.throw(
				_("The placement begins on {0}. To end it before that, choose {1}.").format(
					formatdate(placement.start_date), _(CANCELLATION)
				),
				NewEndDateError,
			)

	def check_not_begun(self, placement):
		begun = placement.status == Status.RUNNING or getdate(placement.start_date) <= getdate()
		if self.change_type == CANCELLATION and begun:
			frappe.throw(
				_("The placement has begun on {0}. Use {1} instead of {2}.").format(
					formatdate(placement.start_date), _(EARLY_END), _(CANCELLATION)
				),
				AlreadyBegunError,
			)

	def check_no_other_change(self):
		change = frappe.qb.DocType("Placement Change")
		query = (
			frappe.qb.from_(change)
			.select(change.name)
			.where(
				(change.placement == self.placement)
				& (change.docstatus == 0)
				& (change.name != (self.name or ""))
			)
			.where(change.workflow_state.notin([CHANGE_DRAFT, CHANGE_NOT_APPROVED, CHANGE_WITHDRAWN]))
		)
		for name in locking(query).run(pluck=True):
			frappe.throw(
				_(
					"Another change of this placement is waiting for approval: {0}. Wait for its outcome."
				).format(name),
				OtherChangeError,
			)
