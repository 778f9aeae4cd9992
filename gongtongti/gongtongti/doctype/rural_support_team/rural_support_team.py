import frappe
from frappe import _
from frappe.utils import cint, getdate

from gongtongti.core.documents import OwnDocument
from gongtongti.exchange import facts, kinds, rotation
from gongtongti.exchange.statuses import NO_LONGER
from gongtongti.organisation import membership, school_years, service


class DuplicateSubjectError(frappe.ValidationError):
	"""A subject stands in one row."""


class HeadcountError(frappe.ValidationError):
	"""A subject has at least one teacher."""


class TeamSchoolError(frappe.ValidationError):
	"""The host school is a rural member of the community; the leader comes from an urban one."""


class TeamInUseError(frappe.ValidationError):
	"""What placements of the team refer to stays."""


class RuralSupportTeam(OwnDocument):
	"""A team of urban teachers for rural schools of a community in a school year (EX3)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.support_team_subject.support_team_subject import SupportTeamSubject

		community: DF.Link
		host_school: DF.Link | None
		leader: DF.Link | None
		rotation_note: DF.SmallText | None
		school_year: DF.Link
		status: DF.Literal["Forming", "In Operation", "Dissolved"]
		subjects: DF.Table[SupportTeamSubject]
		team_name: DF.Data
	# end: auto-generated types

	def validate(self):
		self.check_subjects()
		self.check_community()
		self.check_host_school()
		self.check_leader()
		self.check_in_use()
		self.check_rotation()

	def check_subjects(self):
		seen = set()
		for row in self.subjects:
			if row.subject in seen:
				frappe.throw(
					_("{0} stands in two rows. Join them into one.").format(row.subject),
					DuplicateSubjectError,
				)
			if cint(row.headcount) < 1:
				frappe.throw(
					_("Row {0}: enter how many teachers, at least 1.").format(row.idx), HeadcountError
				)
			seen.add(row.subject)

	def check_community(self):
		if self.status != "Dissolved" and self.community_value("status") != "In Operation":
			frappe.throw(_("{0} is not an active community.").format(self.community), TeamSchoolError)

	def check_host_school(self):
		if not self.host_school:
			return
		if self.host_school not in self.members():
			frappe.throw(
				_("{0} is not a member of {1} in this school year.").format(self.host_school, self.community),
				TeamSchoolError,
			)
		if frappe.db.get_value("Community School", self.host_school, "location") != kinds.RURAL:
			frappe.throw(
				_("Support teams go to rural schools. {0} is an urban school.").format(self.host_school),
				TeamSchoolError,
			)

	def check_leader(self):
		if not self.leader:
			return
		leader = frappe.db.get_value(
			"School Staff", self.leader, ["staff_name", "school", "status"], as_dict=True
		)
		# of a year that is over: where the leader was then
		last_day = school_years.of(self.school_year).end_date
		leader.update(service.as_of(service.latest_day(last_day), [self.leader]).get(self.leader, {}))
		location = frappe.db.get_value("Community School", leader.school, "location")
		if leader.status != "In Service" or leader.school not in self.members() or location != kinds.URBAN:
			frappe.throw(
				_("{0} is not in service at an urban school of {1}. Choose another team leader.").format(
					leader.staff_name, self.community
				),
				TeamSchoolError,
			)

	def check_in_use(self):
		before = self.get_doc_before_save()
		if not before:
			return
		placements = frappe.get_all(
			"Exchange Placement",
			filters={
				"support_team": self.name,
				"status": ("not in", NO_LONGER),
			},
			fields=["subject", "host_school"],
		)
		if not placements:
			return
		kept = {row.subject for row in self.subjects}
		if (self.community, self.school_year) != (before.community, before.school_year):
			frappe.throw(_("This team has placements: its community and school year stay."), TeamInUseError)
		if self.host_school and any(row.host_school != self.host_school for row in placements):
			frappe.throw(_("This team has placements at another host school."), TeamInUseError)
		if lost := sorted({row.subject for row in placements} - kept):
			frappe.throw(
				_("This team has placements for {0}: keep these subjects.").format(", ".join(lost)),
				TeamInUseError,
			)

	def check_rotation(self):
		subjects = [row.subject for row in self.subjects]
		repeated = rotation.repeated_subjects(self.community, self.host_school, self.school_year, subjects)
		self.rotation_note = rotation.message(repeated) if repeated else None
		if not repeated or self.status == "Dissolved":
			return
		if facts.read_settings().rotation_policy == "Refuse":
			frappe.throw(self.rotation_note, rotation.RotationError)
		frappe.msgprint(self.rotation_note, title=_("Points to Note"), indicator="orange")

	def community_value(self, fieldname):
		return frappe.db.get_value("Education Community", self.community, fieldname)

	def members(self) -> frozenset[str]:
		"""The schools in the community on the first day of the school year, or when it was founded during it."""
		first_day = school_years.of(self.school_year).start_date
		return membership.schools_of(
			self.community, max(first_day, getdate(self.community_value("founded_on")))
		)
