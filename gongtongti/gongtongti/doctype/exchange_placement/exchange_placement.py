from dataclasses import dataclass
from functools import cached_property

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, cstr, date_diff, formatdate, getdate

from gongtongti.core import names
from gongtongti.core.approval import ApprovedDocument
from gongtongti.exchange import balance, clashes, facts, kinds, priority, quota, rotation
from gongtongti.exchange.locks import lock
from gongtongti.exchange.statuses import COUNTED, NO_LONGER, PLACEMENT_DRAFT, of_state
from gongtongti.organisation import posts, service


class SameSchoolError(frappe.ValidationError):
	"""Home and host school are the same."""


class NotHomeSchoolError(frappe.ValidationError):
	"""The home school is not the person's own, or the person is no longer in service."""


class DirectionError(frappe.ValidationError):
	"""This kind of exchange goes the other way."""


class CadreStatusError(frappe.ValidationError):
	"""This kind of exchange is for cadres or reserve cadres, or for those who are neither cadres nor leaders."""


class ModeError(frappe.ValidationError):
	"""This mode does not go with the kind of exchange, or something that it needs is missing."""


class WeekdayMissingError(ModeError):
	"""A weekly placement names its days."""


class TermError(frappe.ValidationError):
	"""The dates are in the wrong order or outside the plan's school year."""


class PlanNotOpenError(frappe.ValidationError):
	"""The exchange plan is not published, or closed."""


class NotInCommunityError(frappe.ValidationError):
	"""A school is not a member of the community on the start date, or the community is not active."""


class SubjectMissingError(frappe.ValidationError):
	"""A teacher is placed for a subject."""


class TeamError(frappe.ValidationError):
	"""The support team is another community's, year's or school's, or does not teach the subject."""


class SwapError(frappe.ValidationError):
	"""A short swap is too long, or its counterpart does not go the opposite way at the same time."""


@dataclass(frozen=True)
class Others:
	"""What stands in the way of a placement elsewhere in its plan, community and school year: each read once for a save.

	for_update: with the lock, for whoever is being sent or signed
	"""

	placement: Document
	for_update: bool

	@cached_property
	def shortages(self) -> list[quota.Shortage]:
		return quota.shortages(self.placement, self.for_update)

	@cached_property
	def imbalances(self) -> list[balance.Imbalance]:
		return balance.imbalances(self.placement, self.for_update)

	@cached_property
	def repeated_subjects(self) -> dict[str, str]:
		"""Of a placement in a support team: its subject, if last year's team taught it; subject -> that team."""
		doc = self.placement
		if not doc.support_team:
			return {}
		host_school = frappe.db.get_value("Rural Support Team", doc.support_team, "host_school")
		return rotation.repeated_subjects(doc.community, host_school, doc.school_year, [doc.subject])


class ExchangePlacement(ApprovedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.approval_signature.approval_signature import ApprovalSignature

		amended_from: DF.Link | None
		community: DF.Link
		counterpart: DF.Link | None
		direction: DF.Literal["", "Urban to Rural", "Rural to Urban", "Between Equals"]
		end_date: DF.Date
		ended_on: DF.Date | None
		friday: DF.Check
		home_school: DF.Link
		host_school: DF.Link
		is_backbone: DF.Check
		is_cadre_exchange: DF.Check
		is_eligible: DF.Check
		kind: DF.Literal["Cadre Appointment", "Cadre Attachment", "Acting Post", "Teacher Exchange"]
		may_sign: DF.Check
		may_withdraw: DF.Check
		mode: DF.Literal["Long-Term Fixed", "Rotation", "Fixed Weekdays", "Short Swap"]
		monday: DF.Check
		nobody_since: DF.Datetime | None
		pending_since: DF.Datetime | None
		plan: DF.Link
		planned_end_date: DF.Date | None
		post_at_host: DF.Data | None
		priority_rank: DF.Int
		priority_reason: DF.SmallText | None
		purpose: DF.SmallText | None
		rotation_post: DF.Data | None
		saturday: DF.Check
		school_year: DF.Link | None
		signatures: DF.Table[ApprovalSignature]
		staff: DF.Link
		staff_name: DF.Data | None
		start_date: DF.Date
		status: DF.Literal[
			"Draft",
			"In Approval",
			"Finally Approved",
			"Serving",
			"Completed",
			"Ended Early",
			"Cancelled",
			"Not Approved",
			"Placement Withdrawn",
		]
		subject: DF.Link | None
		submitted_by: DF.Link | None
		sunday: DF.Check
		support_team: DF.Link | None
		thursday: DF.Check
		tuesday: DF.Check
		warnings: DF.SmallText | None
		wednesday: DF.Check
		workflow_state: DF.Literal[
			"",
			"Placement Draft",
			"Awaiting Home Principal",
			"Awaiting Host Principal",
			"Awaiting Personnel Section",
			"Awaiting Leading Group",
			"Placement Approved",
			"Placement Not Approved",
			"Placement Cancelled",
			"Placement Withdrawn",
		]
		years_at_school: DF.Float
	# end: auto-generated types

	subject_field = "kind"

	def insert(self, *args, **kwargs):
		# Before the framework asks whether these schools are within the user's reach
		self.fill_in()
		return super().insert(*args, **kwargs)

	def save(self, *args, **kwargs):
		# Before the framework locks this document: see exchange/locks.py
		if self.is_on_its_way():
			lock(self.staff, self.plan)
		return super().save(*args, **kwargs)

	def onload(self):
		if self.mode == kinds.SHORT_SWAP:
			self.set_onload("swap_balance", self.swap_balance())
		if cstr(self.workflow_state or PLACEMENT_DRAFT) == PLACEMENT_DRAFT:
			self.set_onload("hindrances", self.hindrances())

	def check(self):
		self.fill_in()
		self.check_filled_in()
		known = facts.read(self)
		self._others = Others(self, for_update=self.is_on_its_way())
		if self.is_draft_until_now():
			self.compute(known)
		self.check_schools_differ()
		self.check_home_school(known)
		self.check_direction(known)
		self.check_cadre_status(known)
		self.check_mode()
		self.check_weekdays()
		self.check_plan(known)
		self.check_term(known)
		self.check_membership(known)
		self.check_subject()
		self.check_team(known)
		self.check_swap(known)
		if self.is_draft_until_now():
			self.warnings = "\n".join(self.points_to_note(known)) or None

	def check_on_send(self):
		# `save` has locked the person and the plan
		clashes.refuse_clash(self, for_update=True)
		clashes.refuse_shared_turn(self, for_update=True)
		self.check_quota()
		self.check_balance()
		self.check_rotation()

	def hindrances(self) -> list[str]:
		"""What would be refused if the draft were sent for approval now, as the session's user may read it."""
		checks = [clashes.refuse_clash, clashes.refuse_shared_turn]
		if facts.read_settings()["quota_policy"] == "Refuse":
			checks.append(quota.refuse_shortage)
		found = []
		for check in checks:
			try:
				check(self)
			except frappe.ValidationError as error:
				frappe.clear_last_message()
				found.append(cstr(error))
		return found

	def set_status(self):
		self.status = of_state(self.workflow_state)

	def describe(self) -> str:
		return f"{self.staff_name} · {_(self.kind)} · {self.home_school} → {self.host_school}"

	def how_to_change(self) -> str:
		return _("Create a Placement Change: extension, early end or cancellation.")

	def is_on_its_way(self) -> bool:
		"""Whether this save sends or signs the placement, or changes it after that."""
		return bool(cint(self.docstatus)) or cstr(self.workflow_state or PLACEMENT_DRAFT) != PLACEMENT_DRAFT

	def is_draft_until_now(self) -> bool:
		"""Whether nothing has been signed yet: what is computed is computed until then, and is as it was afterwards."""
		before = self.get_doc_before_save()
		return not before or (before.workflow_state or PLACEMENT_DRAFT) == PLACEMENT_DRAFT

	# -- what the server computes ------------------------------------------------------------------------------------

	def fill_in(self):
		"""The home school follows from the person; what does not belong to the mode is cleared."""
		if self.staff and not self.home_school:
			self.home_school = frappe.db.get_value("School Staff", cstr(self.staff), "school")
		mode = kinds.MODES.get(self.mode)
		if not mode or not self.is_draft_until_now():
			return
		if not mode.on_weekdays:
			self.update(dict.fromkeys(kinds.WEEKDAYS, 0))
		if not mode.takes_turns:
			self.rotation_post = None
		if not mode.is_swap:
			self.counterpart = None

	def compute(self, known):
		kind = kinds.KINDS[self.kind]
		self.staff_name = known.staff.staff_name
		self.school_year = known.plan.school_year
		self.planned_end_date = self.end_date
		self.is_cadre_exchange = cint(kind.is_cadre)
		self.direction = self.direction_of(known)
		self.years_at_school = known.years
		self.is_eligible = cint(known.years >= known.settings.eligibility_years)
		self.is_backbone = cint(known.staff.is_backbone)
		self.compute_priority(known)

	def compute_priority(self, known):
		"""The person's place among those in service at the home school (EX4); the order is one of teachers."""
		self.priority_rank, self.priority_reason = 0, None
		if kinds.KINDS[self.kind].is_cadre:
			return
		day = service.latest_day(known.plan.end_date)
		people = service.as_of(day, school=known.staff.school)
		for person in priority.rank(people, known.plan.start_date, people):
			if person.staff == self.staff:
				self.priority_rank, self.priority_reason = person.order, person.reason()

	def direction_of(self, known) -> str:
		return kinds.direction(known.locations.get(self.home_school), known.locations.get(self.host_school))

	# -- named checks ------------------------------------------------------------------------------------------------

	def check_filled_in(self):
		needed = (
			"plan",
			"community",
			"kind",
			"mode",
			"staff",
			"home_school",
			"host_school",
			"start_date",
			"end_date",
		)
		missing = [_(self.meta.get_label(fieldname)) for fieldname in needed if not self.get(fieldname)]
		if missing:
			frappe.throw(_("Please fill in: {0}").format(", ".join(missing)), frappe.MandatoryError)
		if self.kind not in kinds.KINDS or self.mode not in kinds.MODES:
			frappe.throw(
				_("Please choose one of the kinds and modes of exchange that are offered."), ModeError
			)

	def check_schools_differ(self):
		if self.home_school == self.host_school:
			frappe.throw(
				_("Home school and host school are the same. Choose another host school."), SameSchoolError
			)

	def check_home_school(self, known):
		# says nothing of a person of another school: the numbers of staff can be guessed
		if known.staff.school != self.home_school:
			frappe.throw(
				_(
					"This person does not belong to {0}. Choose one of its people, or the person's own school."
				).format(self.home_school),
				NotHomeSchoolError,
			)
		if known.staff.status != "In Service":
			frappe.throw(
				_("{0} is not in service. Choose another person.").format(known.staff.staff_name),
				NotHomeSchoolError,
			)

	def check_direction(self, known):
		wanted = kinds.KINDS[self.kind].direction
		if wanted and self.direction_of(known) != wanted:
			frappe.throw(
				_("{0} goes {1}. Choose other schools or another kind of exchange.").format(
					_(self.kind), _(wanted)
				),
				DirectionError,
			)

	def check_cadre_status(self, known):
		wanted = kinds.KINDS[self.kind].cadre_status
		if not wanted and self.is_leader(known.staff):
			frappe.throw(
				_(
					"{0} is a school leader or a cadre and does not go as a teacher. Choose one of these kinds: {1}."
				).format(known.staff.staff_name, ", ".join(_(kind) for kind in kinds.CADRE_KINDS)),
				CadreStatusError,
			)
		if wanted and known.staff.cadre_status != wanted:
			frappe.throw(
				_(
					"{0} is for a person with cadre status {1}. Choose another person or kind of exchange."
				).format(_(self.kind), _(wanted)),
				CadreStatusError,
			)

	def is_leader(self, staff) -> bool:
		"""Whether a person goes by a kind that the leading group decides on: holds a leader's post, or is a cadre (EX1)."""
		return staff.position in posts.POSITIONS_FOR["leader_in_charge"] or staff.cadre_status == kinds.CADRE

	def check_mode(self):
		if self.mode not in kinds.KINDS[self.kind].modes:
			frappe.throw(
				_("{0} is not a mode for {1}. Choose {2}.").format(
					_(self.mode), _(self.kind), ", ".join(_(mode) for mode in kinds.KINDS[self.kind].modes)
				),
				ModeError,
			)
		self.rotation_post = names.written(self.rotation_post) or None
		if kinds.MODES[self.mode].takes_turns and not self.rotation_post:
			frappe.throw(_("Enter the rotation post that the teachers share."), ModeError)

	def check_weekdays(self):
		if kinds.MODES[self.mode].on_weekdays and not facts.names_weekdays(self):
			frappe.throw(_("Choose at least one weekday."), WeekdayMissingError)

	def check_plan(self, known):
		# closing a plan leaves alone what was sent before
		open_states = ("Published",) if self.is_draft_until_now() else ("Published", "Closed")
		if known.plan.status not in open_states:
			frappe.throw(
				_("The exchange plan {0} is not open. Choose a published plan.").format(known.plan.name),
				PlanNotOpenError,
			)

	def check_term(self, known):
		start, end = getdate(self.start_date), getdate(self.end_date)
		if end < start:
			frappe.throw(_("The end date is before the start date."), TermError)
		if start < known.plan.start_date or end > known.plan.end_date:
			frappe.throw(
				_("The dates must lie inside the school year {0}: {1} to {2}.").format(
					known.plan.school_year, formatdate(known.plan.start_date), formatdate(known.plan.end_date)
				),
				TermError,
			)

	def check_membership(self, known):
		if known.community_status != "In Operation":
			frappe.throw(_("{0} is not an active community.").format(self.community), NotInCommunityError)
		for school in (self.home_school, self.host_school):
			if school not in known.members:
				frappe.throw(
					_(
						"{0} is not a member of {1} from {2} to {3}. Both schools must belong to the community all the time."
					).format(school, self.community, formatdate(self.start_date), formatdate(self.end_date)),
					NotInCommunityError,
				)

	def check_subject(self):
		if kinds.KINDS[self.kind].needs_subject and not self.subject:
			frappe.throw(
				_("Enter the subject that the teacher will teach at the host school."), SubjectMissingError
			)

	def check_team(self, known):
		if not self.support_team:
			return
		team = known.team
		for fits, message in (
			(
				self.kind == kinds.TEACHER_EXCHANGE and self.direction_of(known) == kinds.URBAN_TO_RURAL,
				_("A support team is made up of teachers who go from an urban to a rural school."),
			),
			(
				(team.community, team.school_year) == (self.community, known.plan.school_year),
				_("The support team belongs to another community or school year."),
			),
			(team.status != "Dissolved", _("The support team has been dissolved.")),
			(
				not team.host_school or team.host_school == self.host_school,
				_("The support team serves another school."),
			),
			(self.subject in known.team_subjects, _("The support team does not teach this subject.")),
		):
			if not fits:
				frappe.throw(_("{0} Choose another team or leave it empty.").format(message), TeamError)

	def check_swap(self, known):
		if not kinds.MODES[self.mode].is_swap:
			return
		days, longest = date_diff(self.end_date, self.start_date) + 1, known.settings.short_swap_days
		if days > longest:
			frappe.throw(
				_("A short swap takes {0} days at most; these dates are {1} days.").format(longest, days),
				SwapError,
			)
		if self.counterpart:
			self.check_counterpart()

	def check_counterpart(self):
		fields = ["mode", "plan", "home_school", "host_school", "start_date", "end_date", "status"]
		other = frappe.db.get_value("Exchange Placement", self.counterpart, fields, as_dict=True)
		opposite = other and (other.home_school, other.host_school) == (self.host_school, self.home_school)
		alike = other and (other.mode, other.plan) == (self.mode, self.plan)
		if not (opposite and alike) or other.status in NO_LONGER:
			frappe.throw(
				_(
					"The counterpart must be a short swap of this plan that goes the opposite way between the two schools."
				),
				SwapError,
			)
		if getdate(other.end_date) < getdate(self.start_date) or getdate(other.start_date) > getdate(
			self.end_date
		):
			frappe.throw(
				_("The counterpart is at another time: {0} to {1}. The dates must overlap.").format(
					formatdate(other.start_date), formatdate(other.end_date)
				),
				SwapError,
			)

	# -- checks against other placements: refuse or warn, as the settings say ----------------------------------------

	def check_quota(self):
		short = self._others.shortages
		if short:
			self.refuse_or_warn("quota_policy", short[0].message(), short[0].error)

	def check_balance(self):
		for found in self._others.imbalances:
			message = found.message(balance.may_see_figures(found.school))
			self.refuse_or_warn("balance_policy", message, balance.BalanceError)

	def check_rotation(self):
		repeated = self._others.repeated_subjects
		if repeated:
			self.refuse_or_warn("rotation_policy", rotation.message(repeated), rotation.RotationError)

	def refuse_or_warn(self, policy: str, message: str, error: type[Exception]):
		if facts.read_settings()[policy] == "Refuse":
			frappe.throw(message, error)
		if self.is_draft_until_now():
			frappe.msgprint(message, title=_("Points to Note"), indicator="orange")

	def points_to_note(self, known) -> list[str]:
		"""What whoever drafts or signs should know. Readers of both schools see it: no figures of other placements."""
		points = []
		if not self.is_eligible:
			points.append(
				_("{0} years at the school; {1} are asked for").format(
					self.years_at_school, known.settings.eligibility_years
				)
			)
		if self.subject and self.subject not in known.staff_subjects:
			points.append(_("{0} is not among this person's subjects").format(self.subject))
		points += [short.message() for short in self._others.shortages]
		points += [found.message(with_figures=False) for found in self._others.imbalances]
		if self.support_team and self.placed_in_team() >= known.team_subjects[self.subject]:
			points.append(
				_("The support team asks for {0} teachers of {1}; as many are placed already").format(
					known.team_subjects[self.subject], self.subject
				)
			)
		if repeated := self._others.repeated_subjects:
			points.append(rotation.message(repeated))
		if kinds.MODES[self.mode].is_swap:
			swap = self.swap_balance()
			if swap["there"] != swap["back"]:
				points.append(
					_("Short swap so far: {0} from {1} to {2}, {3} the opposite way").format(
						swap["there"], self.home_school, self.host_school, swap["back"]
					)
				)
		return points

	def placed_in_team(self) -> int:
		"""How many others are placed in the support team for this subject."""
		return frappe.db.count(
			"Exchange Placement",
			{
				"support_team": self.support_team,
				"subject": self.subject,
				"status": ("in", COUNTED),
				"name": ("!=", self.name or ""),
			},
		)

	def swap_balance(self) -> dict[str, int]:
		"""How many go each way in short swaps between the two schools in this plan, this one included (EX2, 4 §3.1.3)."""
		schools = [self.home_school, self.host_school]
		rows = frappe.get_all(
			"Exchange Placement",
			filters={
				"plan": self.plan,
				"mode": kinds.SHORT_SWAP,
				"status": ("in", COUNTED),
				"home_school": ("in", schools),
				"host_school": ("in", schools),
				"name": ("!=", self.name or ""),
			},
			pluck="home_school",
		)
		rows.append(self.home_school)
		return {"there": rows.count(self.home_school), "back": rows.count(self.host_school)}
