import frappe
from frappe import _
from frappe.utils import getdate

from gongtongti.activities import pairings
from gongtongti.activities.relations import rename_areas
from gongtongti.core import relations
from gongtongti.exchange import endings
from gongtongti.organisation import membership, posts, roles, state
from gongtongti.organisation.names import NamedDocument

LEAD, EQUALS = "Lead and Members", "Area of Equals"
ACTIVE, DISSOLVED = "In Operation", "Dissolved"


class TooFewSchoolsError(frappe.ValidationError):
	"""A community has at least two schools."""


class SchoolTwiceError(frappe.ValidationError):
	"""The same school in two rows."""


class LeadSchoolError(frappe.ValidationError):
	"""A community with lead and members has a lead school, an area of equals has none; lead schools are urban."""


class StageMismatchError(frappe.ValidationError):
	"""A school of another stage."""


class SchoolClosedError(frappe.ValidationError):
	"""A school that is closed."""


class CommunityDatesError(frappe.ValidationError):
	"""Dates that do not follow one another: founded, joined, left, dissolved."""


class BureauLeaderError(frappe.ValidationError):
	"""The account in charge does not hold the role of a bureau leader."""


class EducationCommunity(NamedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.community_member_school.community_member_school import (
			CommunityMemberSchool,
		)

		bureau_leader: DF.Link | None
		bureau_leader_name: DF.Data | None
		community_name: DF.Data
		community_name_key: DF.Data | None
		community_type: DF.Literal["Lead and Members", "Area of Equals"]
		dissolved_on: DF.Date | None
		founded_on: DF.Date
		members: DF.Table[CommunityMemberSchool]
		shared_vision: DF.SmallText | None
		stage: DF.Literal["", "Primary School", "Junior Middle School", "Nine-Year School"]
		status: DF.Literal["Preparing", "In Operation", "Dissolved"]
	# end: auto-generated types

	def save(self, *args, **kwargs):
		# before this document's own row is locked: communities that wait for a school hold nothing others wait for
		membership.lock_schools(row.school for row in self.members)
		return super().save(*args, **kwargs)

	def validate(self):
		schools = membership.lock_schools(row.school for row in self.members)
		self.check_dates()
		self.check_schools_once()
		self.check_enough_schools()
		self.check_lead_schools(schools)
		self.check_schools_fit(schools)
		self.check_bureau_leader()
		posts.refuse_own_gain(self)
		if self.status == ACTIVE:
			membership.refuse_taken_schools(self)
		self.check_placements()
		self.fill_rows(schools)
		self.name_missing_posts()

	def on_update(self):
		relations.forget()
		posts.sync_councils(self)

	def after_rename(self, old, new, merge=False):
		super().after_rename(old, new, merge)
		rename_areas(new)

	def on_trash(self):
		relations.forget()

	def onload(self):
		if not self.is_new():
			self.set_onload("state", state.state_of(self))
			self.set_onload("schools", sorted(membership.schools_of(self.name)))

	def check_dates(self):
		if self.status == DISSOLVED and not self.dissolved_on:
			frappe.throw(_("Please enter the day on which the community was dissolved."), CommunityDatesError)
		if self.status != DISSOLVED:
			self.dissolved_on = None
		if self.dissolved_on and getdate(self.dissolved_on) < getdate(self.founded_on):
			frappe.throw(_("The community cannot be dissolved before it was founded."), CommunityDatesError)
		for row in self.members:
			self._check_row_dates(row)

	def _check_row_dates(self, row):
		joined, left = getdate(row.joined_on), row.left_on and getdate(row.left_on)
		if joined < getdate(self.founded_on):
			frappe.throw(
				_("Row {0}: {1} cannot join before the community was founded.").format(row.idx, row.school),
				CommunityDatesError,
			)
		if left and left < joined:
			frappe.throw(
				_("Row {0}: {1} cannot leave before it joined.").format(row.idx, row.school),
				CommunityDatesError,
			)
		if self.dissolved_on and max(joined, left or joined) > getdate(self.dissolved_on):
			frappe.throw(
				_("Row {0}: {1} cannot join or leave after the community was dissolved.").format(
					row.idx, row.school
				),
				CommunityDatesError,
			)

	def check_schools_once(self):
		seen = set()
		for row in self.members:
			if row.school in seen:
				frappe.throw(
					_("Row {0}: {1} is listed already. Remove the row.").format(row.idx, row.school),
					SchoolTwiceError,
				)
			seen.add(row.school)

	def check_enough_schools(self):
		if len(self._counted_rows()) < 2:
			frappe.throw(
				_("A community has at least two schools. Add a school, or dissolve the community."),
				TooFewSchoolsError,
			)

	def check_lead_schools(self, schools):
		leads = [row for row in self.members if row.member_role == "Lead School"]
		if self.community_type == EQUALS and leads:
			frappe.throw(
				_("In an area of equals no school leads. Row {0}: choose Member School.").format(
					leads[0].idx
				),
				LeadSchoolError,
			)
		if self.community_type == LEAD and not any(row in leads for row in self._counted_rows()):
			frappe.throw(
				_("Please choose at least one lead school, or the form Area of Equals."), LeadSchoolError
			)
		for row in leads:
			if schools[row.school].location != "Urban":
				frappe.throw(
					_("Row {0}: {1} is a rural school and cannot lead. Choose Member School.").format(
						row.idx, row.school
					),
					LeadSchoolError,
				)

	def check_schools_fit(self, schools):
		if self.status == DISSOLVED:
			return
		for row in self.members:
			school = schools[row.school]
			if not membership.fits(school.stage, self.stage):
				frappe.throw(
					_(
						"Row {0}: {1} is of the stage {2} and does not fit a community of the stage {3}."
					).format(row.idx, row.school, _(school.stage), _(self.stage)),
					StageMismatchError,
				)
			if school.status == "Closed" and not row.left_on:
				frappe.throw(
					_("Row {0}: {1} is closed. Enter the day on which it left, or remove the row.").format(
						row.idx, row.school
					),
					SchoolClosedError,
				)

	def check_placements(self):
		before = self.get_doc_before_save()
		if before:
			known = {None: before.dissolved_on} | {row.school: row.left_on for row in before.members}
			days = {None: self.dissolved_on} | {row.school: row.left_on for row in self.members}
			news = {
				school: day for school, day in days.items() if str(day or "") != str(known.get(school) or "")
			}
			endings.refuse_beyond(news, self.name)

	def check_bureau_leader(self):
		before = self.get_doc_before_save()
		if not self.bureau_leader or (before and before.bureau_leader == self.bureau_leader):
			return
		posts.refuse_unfit_accounts([self.bureau_leader])
		if {roles.BUREAU_LEADER, roles.GROUP_HEAD}.isdisjoint(frappe.get_roles(self.bureau_leader)):
			frappe.throw(
				_(
					"{0} holds no seat of a bureau leader. Give the person the seat Deputy Director in the leading group first."
				).format(self.bureau_leader),
				BureauLeaderError,
			)

	def fill_rows(self, schools):
		names = membership.staff_names(schools.values())
		for row in self.members:
			membership.fill(row, schools[row.school], names)

	def name_missing_posts(self):
		"""When the community becomes active or schools join: who is missing is said, not refused (ORG2)."""
		if self.status != ACTIVE or not self._is_news():
			return
		missing = state.missing_posts([row.school for row in self._counted_rows()])
		if missing:
			lines = [f"{row['school']}: {_(row['post'])}" for row in missing]
			frappe.msgprint(
				_("These posts are still vacant. Approvals wait until they are filled:")
				+ "<br>"
				+ "<br>".join(lines),
				title=_("Posts to Fill"),
				indicator="orange",
			)

	def _is_news(self):
		before = self.get_doc_before_save()
		if not before or before.status != self.status:
			return True
		return {row.school for row in self.members} != {row.school for row in before.members}

	def _counted_rows(self):
		"""Of a standing community the schools that have not left, of a dissolved one all that it had."""
		if self.status == DISSOLVED:
			return list(self.members)
		return membership.remaining(self)

	# -- the paper -----------------------------------------------------------------------------------------------------

	def pairing_list(self, asked):
		"""Its pairings for the paper 结对名单; asked: what the address of the paper says of school year and term (SUM2)."""
		return pairings.official_list(self.name, asked.get("school_year"), asked.get("term"))
