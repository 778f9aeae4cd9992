import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from gongtongti.exchange import endings
from gongtongti.organisation import membership, posts
from gongtongti.organisation.names import NamedDocument, clean


class SubdistrictMissingError(frappe.ValidationError):
	"""A rural school belongs to the office of a subdistrict."""


class SchoolDatesError(frappe.ValidationError):
	"""Closed before it was opened."""


class PrincipalUnfitError(frappe.ValidationError):
	"""The principal is not a principal in service at this school."""


class LeaderUnfitError(frappe.ValidationError):
	"""The leader in charge is not a leader in service at this school, or is the principal."""


class SchoolInCommunityError(frappe.ValidationError):
	"""A school that belongs to a standing community cannot close."""


class SchoolUnfitForCommunityError(frappe.ValidationError):
	"""With this stage or location the school would not fit the community that it belongs to."""


class CommunitySchool(NamedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		address: DF.SmallText | None
		closed_on: DF.Date | None
		leader_in_charge: DF.Link | None
		leader_user: DF.Link | None
		location: DF.Literal["", "Urban", "Rural"]
		opened_on: DF.Date | None
		phone: DF.Data | None
		principal: DF.Link | None
		principal_user: DF.Link | None
		school_name: DF.Data
		school_name_key: DF.Data | None
		short_name: DF.Data | None
		stage: DF.Literal["", "Primary School", "Junior Middle School", "Nine-Year School"]
		status: DF.Literal["In Operation", "Closed"]
		subdistrict: DF.Link | None
	# end: auto-generated types

	def validate(self):
		clean(self, "short_name")
		self.check_subdistrict()
		self.set_closing_date()
		self.check_dates()
		self.check_principal()
		self.check_leader()
		self.check_communities()
		self.check_placements()
		self.set_accounts()
		posts.refuse_own_gain(self)

	def on_update(self):
		membership.refresh_rows(self)
		posts.sync(self)

	def on_trash(self):
		posts.withdraw(self)

	def check_subdistrict(self):
		if self.location == "Rural" and not self.subdistrict:
			frappe.throw(_("Please choose the subdistrict of the rural school."), SubdistrictMissingError)

	def set_closing_date(self):
		if self.status == "Closed":
			self.closed_on = self.closed_on or nowdate()
		else:
			self.closed_on = None

	def check_dates(self):
		if self.opened_on and self.closed_on and getdate(self.closed_on) < getdate(self.opened_on):
			frappe.throw(_("The school cannot close before it opened."), SchoolDatesError)

	def check_principal(self):
		if self.principal and not self._serves("principal"):
			frappe.throw(
				_("{0} must be in service at this school with the position School Principal.").format(
					self.principal
				),
				PrincipalUnfitError,
			)

	def check_leader(self):
		if self.leader_in_charge and not self._serves("leader_in_charge"):
			frappe.throw(
				_("{0} must be in service at this school as a school leader.").format(self.leader_in_charge),
				LeaderUnfitError,
			)
		if self.leader_in_charge and self.leader_in_charge == self.principal:
			frappe.throw(
				_(
					"The leader in charge signs when the principal is placed: please choose somebody else than the principal."
				),
				LeaderUnfitError,
			)

	def check_communities(self):
		"""Closing, another stage or another location must leave the communities of the school as they should be (ORG1)."""
		before = self.get_doc_before_save()  # read with a lock on this school
		if not before or all(
			self.get(field) == before.get(field) for field in ("status", "stage", "location")
		):
			return
		for stay in membership.standing(self.name):
			if self.status == "Closed":
				frappe.throw(
					_(
						"{0} belongs to the community {1}. Enter there the day on which it leaves, then close the school."
					).format(self.name, stay.community),
					SchoolInCommunityError,
				)
			leads = stay.member_role == "Lead School" and self.location != "Urban"
			if leads or not membership.fits(self.stage, stay.stage):
				frappe.throw(
					_(
						"With this stage or location the school does not fit the community {0}. Change its part there first."
					).format(stay.community),
					SchoolUnfitForCommunityError,
				)

	def check_placements(self):
		before = self.get_doc_before_save()
		if before and self.closed_on and str(self.closed_on) != str(before.closed_on):
			endings.refuse_beyond({self.name: self.closed_on})

	def set_accounts(self):
		"""What the posts give goes to these accounts; they follow from the staff records, whatever was sent."""
		staff = [name for name in (self.principal, self.leader_in_charge) if name]
		rows = frappe.get_all("School Staff", {"name": ("in", staff or [""])}, ["name", "user"])
		accounts = {row.name: row.user for row in rows}
		self.principal_user = accounts.get(self.principal)
		self.leader_user = accounts.get(self.leader_in_charge)

	def _serves(self, post):
		staff = frappe.db.get_value(
			"School Staff", self.get(post), ["school", "status", "position"], as_dict=True
		)
		return staff and posts.may_hold(staff, post, self.name)
