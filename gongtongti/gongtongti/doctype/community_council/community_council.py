import frappe
from frappe import _
from frappe.utils import cstr, formatdate, getdate

from gongtongti.core.documents import OwnDocument
from gongtongti.organisation import membership, posts
from gongtongti.organisation.roles import LEADS_WHOLE_COUNCIL


class TermDatesError(frappe.ValidationError):
	"""A term of office or a seat ends before it begins, or the seat lies outside the term."""


class TermTakenError(frappe.ValidationError):
	"""The community has a council at that time already."""


class SeatHolderError(frappe.ValidationError):
	"""Somebody who is not in service at a school of the community."""


class SeatTakenError(frappe.ValidationError):
	"""An office or an area of work that somebody else holds at that time."""


class CommunityCouncil(OwnDocument):
	"""The council of a community for one term of office (ORG10)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.council_seat.council_seat import CouncilSeat

		community: DF.Link
		seats: DF.Table[CouncilSeat]
		term_end: DF.Date
		term_start: DF.Date
	# end: auto-generated types

	def validate(self):
		self.check_term()
		self.check_other_terms()
		self.set_holders()
		self.check_seat_dates()
		self.check_offices()
		self.check_new_holders()
		posts.refuse_own_gain(self)

	def on_update(self):
		posts.sync(self)

	def on_trash(self):
		posts.withdraw(self)

	def check_term(self):
		if getdate(self.term_end) < getdate(self.term_start):
			frappe.throw(_("The term of office ends after it begins. Correct its days."), TermDatesError)

	def check_other_terms(self):
		other = frappe.db.get_value(
			self.doctype,
			{
				"name": ("!=", self.name),
				"community": self.community,
				"term_start": ("<=", self.term_end),
				"term_end": (">=", self.term_start),
			},
			for_update=True,
		)
		if other:
			frappe.throw(
				_("{0} has a council at that time: {1}. End its term of office first.").format(
					self.community, other
				),
				TermTakenError,
			)

	def set_holders(self):
		"""Name and account follow from the staff records, whatever was sent."""
		people = self._people()
		for row in self.seats:
			person = people.get(row.staff, frappe._dict())
			row.staff_name, row.user = person.staff_name, person.user

	def check_seat_dates(self):
		for row in self.seats:
			first, last = self._days(row)
			if last < first or first < getdate(self.term_start) or last > getdate(self.term_end):
				frappe.throw(
					_("Row {0}: a seat lies within the term of office, {1} to {2}. Correct its days.").format(
						row.idx, formatdate(self.term_start), formatdate(self.term_end)
					),
					TermDatesError,
				)

	def check_offices(self):
		"""One chair, one secretary general and one leader of each area at a time; nobody twice in one office."""
		held = {}
		for row in self.seats:
			for what in self._held_alone(row):
				for other in held.setdefault(what, []):
					if self._share_a_day(row, other):
						frappe.throw(
							_(
								"Row {0}: {1} is held by {2} at that time. Correct the days or the office."
							).format(row.idx, _(what[-1]), other.staff_name),
							SeatTakenError,
						)
				held[what].append(row)

	def _held_alone(self, row):
		yield row.staff, row.office
		if row.office in LEADS_WHOLE_COUNCIL:
			yield (row.office,)
		elif row.work_field:
			yield (row.work_field,)

	def check_new_holders(self):
		"""Whoever is put on a seat is in service at a school of the community, with an account that is enabled if any."""
		before = self.get_doc_before_save()
		had = {_seat(row) for row in before.seats} if before else set()
		new = [row for row in self.seats if _seat(row) not in had]
		if not new:
			return
		people, stays = self._people(), membership.stays(communities=self.community, planned=True)
		for row in new:
			first, last = self._days(row)
			schools = {
				stay.school
				for stay in stays
				if stay.first_day <= last and (not stay.last_day or stay.last_day >= first)
			}
			person = people.get(row.staff, frappe._dict())
			if person.status != "In Service" or person.school not in schools:
				frappe.throw(
					_("Row {0}: {1} is not in service at a school of {2}. Choose somebody who is.").format(
						row.idx, person.staff_name, self.community
					),
					SeatHolderError,
				)
		posts.refuse_unfit_accounts(row.user for row in new)

	def _people(self):
		rows = frappe.get_all(
			"School Staff",
			{"name": ("in", [row.staff for row in self.seats if row.staff] or [""])},
			["name", "staff_name", "school", "status", "user"],
		)
		return {row.name: row for row in rows}

	def _days(self, row):
		return getdate(row.from_date or self.term_start), getdate(row.to_date or self.term_end)

	def _share_a_day(self, row, other):
		(first, last), (other_first, other_last) = self._days(row), self._days(other)
		return first <= other_last and other_first <= last


def _seat(row):
	return tuple(
		cstr(row.get(fieldname)) for fieldname in ("staff", "office", "work_field", "from_date", "to_date")
	)
