import frappe
from frappe import _
from frappe.utils import cstr, getdate

from gongtongti.core import settings
from gongtongti.core.documents import OwnDocument
from gongtongti.core.names import normal_form
from gongtongti.organisation import agreements, membership
from gongtongti.organisation.names import clean


class TermError(frappe.ValidationError):
	"""The term does not end after it starts."""


class PartiesError(frappe.ValidationError):
	"""Fewer than two parties, a party twice, or a bureau's agreement without the bureau."""


class NotAMemberError(frappe.ValidationError):
	"""A school that does not belong to the community is a party."""


class RenewalError(frappe.ValidationError):
	"""What is renewed is no agreement of this community that was in force."""


class SignatureMissingError(frappe.ValidationError):
	"""A party has not signed."""


class ScanMissingError(frappe.ValidationError):
	"""The signed paper is not attached."""


class CommunityAgreement(OwnDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.agreement_party.agreement_party import AgreementParty

		agreement_type: DF.Literal["", "Agreement of the Bureau", "Agreement between Schools"]
		amended_from: DF.Link | None
		community: DF.Link
		parties: DF.Table[AgreementParty]
		renewal_noticed_on: DF.Date | None
		renews: DF.Link | None
		scanned_file: DF.Attach | None
		status: DF.Literal["Draft", "In Force", "Expired", "Terminated"]
		term_end: DF.Date
		term_start: DF.Date
		terms: DF.TextEditor | None
		title: DF.Data
	# end: auto-generated types

	def validate(self):
		clean(self, "title")
		self.status = agreements.DRAFT
		self.check_term()
		self.name_parties()
		self.check_parties()
		self.check_members()
		self.check_renewal()

	def before_submit(self):
		self.check_signatures()
		self.check_scan()
		self.status = agreements.status_by_term(self.term_end)

	def before_cancel(self):
		self.status = agreements.TERMINATED

	def check_term(self):
		if getdate(self.term_end) <= getdate(self.term_start):
			frappe.throw(_("The agreement must end after it starts."), TermError)

	def name_parties(self):
		bureau = settings.get("bureau_name") or _("Bureau")
		for row in self.parties:
			clean(row, "party_name", "signatory")
			if row.party_type == "School":
				row.party_name = row.school
			else:
				row.school = None
				row.party_name = row.party_name or bureau

	def check_parties(self):
		if len(self.parties) < 2:
			frappe.throw(_("An agreement has at least two parties. Please add one."), PartiesError)
		seen = set()
		for row in self.parties:
			if row.party_type == "School" and not row.school:
				frappe.throw(_("Row {0}: please choose the school.").format(row.idx), PartiesError)
			party = normal_form(row.party_name)
			if party in seen:
				frappe.throw(
					_("Row {0}: {1} is a party already. Remove the row.").format(row.idx, row.party_name),
					PartiesError,
				)
			seen.add(party)
		if self.agreement_type == "Agreement of the Bureau" and all(
			r.party_type != "Bureau" for r in self.parties
		):
			frappe.throw(_("The bureau is a party to its own agreement. Please add it."), PartiesError)

	def check_members(self):
		# an agreement may found a community: one that is being prepared has its parties, too
		term = getdate(self.term_start), getdate(self.term_end)
		stays = membership.stays(communities=self.community, during=term, planned=True)
		members = {stay.school for stay in stays}
		for row in self.parties:
			if row.school and row.school not in members:
				frappe.throw(
					_("Row {0}: {1} is no member of the community {2}.").format(
						row.idx, row.school, self.community
					),
					NotAMemberError,
				)

	def check_renewal(self):
		if not self.renews:
			return
		old = frappe.db.get_value(
			"Community Agreement", self.renews, ["name", "community", "docstatus", "term_start"], as_dict=True
		)
		if old.name == self.name or old.community != self.community or old.docstatus != 1:
			frappe.throw(
				_("{0} cannot be renewed here. Choose a submitted agreement of the same community.").format(
					old.name
				),
				RenewalError,
			)
		if getdate(self.term_start) <= getdate(old.term_start):
			frappe.throw(_("A renewal starts later than what it renews."), RenewalError)

	def check_signatures(self):
		for row in self.parties:
			if not cstr(row.signatory).strip() or not row.signed_on:
				frappe.throw(
					_("{0} has not signed. Enter who signed and when.").format(row.party_name),
					SignatureMissingError,
				)
			if getdate(row.signed_on) > getdate():
				frappe.throw(
					_("Row {0}: the day of signature lies ahead.").format(row.idx), SignatureMissingError
				)

	def check_scan(self):
		if not self.scanned_file:
			frappe.throw(_("Please attach the scan of the signed agreement."), ScanMissingError)
