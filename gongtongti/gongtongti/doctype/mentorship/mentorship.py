import frappe
from frappe import _
from frappe.utils import formatdate, getdate, nowdate

from gongtongti.activities import mentoring
from gongtongti.core.approval import value_of
from gongtongti.core.documents import OwnDocument, put_back
from gongtongti.organisation import membership, school_years


class SamePersonError(frappe.ValidationError):
	"""Nobody is their own mentor."""


class NotOfCommunityError(frappe.ValidationError):
	"""The mentor or the trainee is not in service at a school of the community."""


class MentorshipDayError(frappe.ValidationError):
	"""A day outside of the school year, of the mentorship, or still to come."""


class MentorshipConcludedError(frappe.ValidationError):
	"""It is concluded and stays as it is."""


class Mentorship(OwnDocument):
	"""A mentor who brings on a trainee of the community: goals, guidances, result, confirmed by both (ACT9)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.mentor_guidance.mentor_guidance import MentorGuidance

		community: DF.Link
		from_date: DF.Date
		goals: DF.Text
		guidances: DF.Table[MentorGuidance]
		mentor: DF.Link
		mentor_account: DF.Link | None
		mentor_confirmed_on: DF.Date | None
		mentor_name: DF.Data | None
		mentor_school: DF.Link | None
		result: DF.Text | None
		school_year: DF.Link | None
		status: DF.Literal["", "Mentorship Running", "Mentorship Concluded"]
		subject: DF.Link
		to_date: DF.Date
		trainee: DF.Link
		trainee_account: DF.Link | None
		trainee_confirmed_on: DF.Date | None
		trainee_name: DF.Data | None
		trainee_school: DF.Link | None
	# end: auto-generated types

	# what says who the two are; of schools that they have left since the record is not held up
	PLACED = ("community", "mentor", "trainee", "from_date")

	def onload(self):
		user = frappe.session.user
		running, side = self.status == mentoring.RUNNING, mentoring.side_of(self, user)
		self.set_onload("may_write", running and self.is_written_by(user))
		waits = running and side and not self.get(f"{side}_confirmed_on")
		self.set_onload("may_confirm", bool(waits and not mentoring.lacking(self)))

	def is_written_by(self, user) -> bool:
		return user == "Administrator" or any(writer.covers(self, user) for writer in mentoring.WRITERS)

	def validate(self):
		before = self.get_doc_before_save()
		put_back(self, before)
		self.check_not_concluded(before)
		self.check_people(before)
		self.refuse_foreign_writer(before)
		self.check_time()
		self.check_guidances()
		self.take_back_confirmations(before)

	def on_trash(self):
		self.check_not_concluded(self)
		self.refuse_foreign_writer(self)

	# -- named checks --------------------------------------------------------------------------------------------------

	def check_not_concluded(self, before):
		if before and before.status == mentoring.CONCLUDED:
			frappe.throw(
				_("This mentorship is concluded and stays on record. Enter a new one if it goes on."),
				MentorshipConcludedError,
			)

	def check_people(self, before):
		if self.mentor == self.trainee:
			frappe.throw(_("The trainee is somebody else than the mentor. Choose another."), SamePersonError)
		placed = self.meta.get_field
		if before and all(value_of(self, placed(f)) == value_of(before, placed(f)) for f in self.PLACED):
			return
		fields = ["name", "staff_name", "school", "status"]
		rows = frappe.get_all("School Staff", {"name": ("in", [self.mentor, self.trainee])}, fields)
		people = {row.name: row for row in rows}
		members = membership.schools_of(self.community, self.from_date)
		for side in mentoring.SIDES:
			person = people.get(self.get(side))
			if not person or person.status != "In Service" or person.school not in members:
				frappe.throw(
					_("{0} is not in service at a school of {1} on that day. Choose somebody who is.").format(
						self.get(side), self.community
					),
					NotOfCommunityError,
				)
			self.update({f"{side}_name": person.staff_name, f"{side}_school": person.school})

	def refuse_foreign_writer(self, before):
		user = frappe.session.user
		if not self.is_written_by(user) or (before and not before.is_written_by(user)):
			frappe.throw(
				_(
					"A mentorship is written by its mentor, its trainee and the leaders of their schools. Ask one of them."
				),
				mentoring.ForeignMentorshipError,
			)

	def check_time(self):
		first, last = getdate(self.from_date), getdate(self.to_date)
		self.school_year = school_years.on(first)
		if last < first or not self.school_year or last > school_years.of(self.school_year).end_date:
			frappe.throw(
				_("A mentorship begins and ends in one school year. Correct the days."), MentorshipDayError
			)

	def check_guidances(self):
		first, last = getdate(self.from_date), min(getdate(self.to_date), getdate(nowdate()))
		for row in self.guidances:
			if not first <= getdate(row.guided_on) <= last:
				frappe.throw(
					_(
						"Guidances, row {0}: enter a day of the mentorship that is not still to come, from {1}."
					).format(row.idx, formatdate(first)),
					MentorshipDayError,
				)

	def take_back_confirmations(self, before):
		"""What was confirmed was another text."""
		said = [df for df in self.meta.fields if not df.read_only]
		if before and any(value_of(self, df) != value_of(before, df) for df in said):
			for side in mentoring.SIDES:
				self.update({f"{side}_confirmed_on": None, f"{side}_account": None})
