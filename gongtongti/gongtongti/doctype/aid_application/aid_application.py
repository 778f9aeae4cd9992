import frappe
from frappe import _
from frappe.utils import add_months, cint, cstr, formatdate, getdate

from gongtongti.aid import applications, inspection, ledger
from gongtongti.aid.applications import (
	AID_DRAFT,
	AWAITING_PRINCIPAL,
	PUPIL,
	AlreadyClaimedError,
	Status,
	of_state,
)
from gongtongti.core import money
from gongtongti.core.approval import ApprovedDocument
from gongtongti.core.locks import locking
from gongtongti.core.signers import WrongDoorError
from gongtongti.organisation import membership, terms

# a term that was over longer ago than this is settled: aid for it is neither applied for nor approved
MONTHS_AFTER_TERM = 12
# terms that one application may speak for (AID3)
FEWEST_TERMS, MOST_TERMS = 2, 12

_TAKEN = ("school", "grade", "special_hardship")
# what the application form prints of the pupil's record
_OF_PUPIL = (
	"pupil_name",
	"student_number",
	"gender",
	"class_name",
	"boarder",
	"hardship",
	"hardship_details",
	"guardian_name",
	"guardian_relation",
	"guardian_phone",
	"address",
	"payee_name",
	"bank_name",
	"bank_account",
)


class PupilNotAtSchoolError(frappe.ValidationError):
	"""Aid is for pupils who are at school."""


class FundNotOpenError(frappe.ValidationError):
	"""The fund is closed."""


class NotOfFundError(frappe.ValidationError):
	"""The fund is not for this pupil's school."""


class PurposeError(frappe.ValidationError):
	"""The fund does not give aid for this purpose."""


class CeilingError(frappe.ValidationError):
	"""More is asked for than the fund gives to one pupil for this purpose in a term."""


class TermOverError(frappe.ValidationError):
	"""The term was over too long ago."""


class FastTrackError(frappe.ValidationError):
	"""The fast track is for special hardship, with a reason."""


class TermsError(frappe.ValidationError):
	"""Aid over several terms says over how many."""


class ChainStoppedError(frappe.ValidationError):
	"""The aid over several terms that this application belongs to has been stopped."""


class ChainPupilError(frappe.ValidationError):
	"""Aid over several terms stays with the pupil for whom it was approved."""


class EvidenceMissingError(frappe.ValidationError):
	"""Hardship is shown by evidence."""


class NoPrincipalError(frappe.ValidationError):
	"""The school has no principal who could sign."""


class AidApplication(inspection.LoggedUnderCase, ApprovedDocument):
	"""Aid for one pupil, one term and one purpose, from the school by two sections to the payment (AID2, AID3)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.approval_signature.approval_signature import ApprovalSignature

		amended_from: DF.Link | None
		amount: DF.Currency
		approved_on: DF.Datetime | None
		claim: DF.Data | None
		currency: DF.Link | None
		disbursement: DF.Link | None
		fast_track: DF.Check
		fast_track_reason: DF.SmallText | None
		first_application: DF.Link | None
		fund: DF.Link
		grade: DF.Literal[
			"",
			"Grade 1",
			"Grade 2",
			"Grade 3",
			"Grade 4",
			"Grade 5",
			"Grade 6",
			"Grade 7",
			"Grade 8",
			"Grade 9",
		]
		may_sign: DF.Check
		may_withdraw: DF.Check
		need: DF.SmallText
		nobody_since: DF.Datetime | None
		paid_on: DF.Date | None
		pending_since: DF.Datetime | None
		pupil: DF.Link
		purpose: DF.Literal[
			"",
			"Living Allowance",
			"Boarding",
			"Meals",
			"Transport",
			"Books and Supplies",
			"Medical Relief",
			"Emergency Relief",
		]
		recurring: DF.Check
		school: DF.Link | None
		school_year: DF.Link
		signatures: DF.Table[ApprovalSignature]
		special_hardship: DF.Check
		status: DF.Literal[
			"Draft", "In Approval", "Finally Approved", "Paid Out", "Stopped", "Not Approved", "Aid Withdrawn"
		]
		stop_reason: DF.SmallText | None
		stopped_by: DF.Link | None
		stopped_on: DF.Date | None
		submitted_by: DF.Link | None
		term: DF.Literal["", "First Term", "Second Term"]
		term_no: DF.Int
		terms: DF.Int
		workflow_state: DF.Literal[
			"",
			"Aid Draft",
			"Awaiting School Principal",
			"Awaiting Basic Education Section",
			"Awaiting Finance Section",
			"Aid Approved",
			"Aid Not Approved",
			"Aid Withdrawn",
		]
	# end: auto-generated types

	subject_field = "purpose"

	def insert(self, *args, **kwargs):
		self.read()
		# Before the framework asks whether this school is within the user's reach
		self.take_from_pupil()
		return super().insert(*args, **kwargs)

	def save(self, *args, **kwargs):
		# Before the framework locks this document: fund, pupil, application
		self.read()
		if not cint(self.docstatus):
			self.take_from_pupil()
		return super().save(*args, **kwargs)

	def read(self):
		"""The fund and the pupil, with their locks where the application is being signed or is approved."""
		if for_update := self.is_being_signed():
			self._fund = ledger.lock(cstr(self.fund))
		else:
			self._fund = frappe.db.get_value(
				ledger.FUND, cstr(self.fund), ["status", "fund_level", "community"], as_dict=True
			)
		fields = [*_TAKEN, "status", "evidence"]
		self._pupil = (
			frappe.db.get_value(PUPIL, cstr(self.pupil), fields, as_dict=True, for_update=for_update)
			or frappe._dict()
		)

	def before_cancel(self):
		frappe.throw(
			_("An approved application is not cancelled. Stop the aid with the reason."), WrongDoorError
		)

	def before_submit(self):
		# before anything is written: what cannot be reserved is not approved
		ledger.reserve(self.fund, money.positive_fen(self.amount))
		self.approved_on = frappe.utils.now()

	def on_trash(self):
		super().on_trash()
		# the framework keeps a copy of what is deleted, read by others than those who read this
		self.need = self.fast_track_reason = None

	def check(self):
		self.take_from_pupil()
		self.take_from_chain()
		self.check_filled_in()
		self.check_pupil()
		self.check_term()
		self.check_fund()
		self.check_amount()
		self.check_fast_track()
		self.check_terms()
		self.check_claim()

	def check_on_send(self):
		self.check_chain()
		if self.is_draft_until_now():
			self.check_evidence()
			self.check_next_signer()
			self.tell_if_short()

	def set_status(self):
		self.status = of_state(self.workflow_state)
		self.claim = None if self.status in (Status.NOT_APPROVED, Status.WITHDRAWN) else self.claim_of_this()

	def describe(self) -> str:
		# read by everybody who is asked or told, in mails as well: the number, never the pupil
		return f"{self.name} · {_(self.purpose)} · {self.school_year} {_(self.term)}"

	def remarks_to_tell(self, remarks: str | None) -> str:
		# a reason may speak of the family: it is read in the document
		return ""

	def who_drafts(self) -> str:
		return _("Applications are written by the leaders of the pupil's school.")

	def is_draft_until_now(self) -> bool:
		before = self.get_doc_before_save()
		return not before or (before.workflow_state or AID_DRAFT) == AID_DRAFT

	def is_being_signed(self) -> bool:
		return bool(cint(self.docstatus)) or cstr(self.workflow_state or AID_DRAFT) != AID_DRAFT

	def claim_of_this(self) -> str:
		return applications.claim(self.pupil, self.school_year, self.term, self.purpose)

	# -- what the server takes from elsewhere --------------------------------------------------------------------------

	def take_from_pupil(self):
		"""School, grade and special hardship are the pupil's of today, whatever was typed in."""
		self.update({fieldname: self._pupil.get(fieldname) for fieldname in _TAKEN})

	def take_from_chain(self):
		"""What the scheduler proposes for a further term belongs to the first application, and is for the same pupil."""
		if self.flags.chain:
			self.first_application, self.term_no = self.flags.chain
		if not self.first_application:
			return
		first = frappe.db.get_value(
			self.doctype, self.first_application, ["pupil", "recurring", "terms"], as_dict=True
		)
		if first.pupil != self.pupil:
			frappe.throw(
				_(
					"This aid goes on from {0} and stays with its pupil. For another pupil write a new application."
				).format(self.first_application),
				ChainPupilError,
			)
		self.recurring, self.terms = first.recurring, first.terms

	# -- named checks --------------------------------------------------------------------------------------------------

	def check_filled_in(self):
		needed = ("pupil", "fund", "school_year", "term", "purpose", "need")
		self.need = cstr(self.need).strip()
		missing = [_(self.meta.get_label(fieldname)) for fieldname in needed if not self.get(fieldname)]
		if missing:
			frappe.throw(_("Please fill in: {0}").format(", ".join(missing)), frappe.MandatoryError)
		if self.term not in terms.TERMS:
			frappe.throw(_("Please choose one of the two terms."), frappe.ValidationError)

	def check_pupil(self):
		if self._pupil.status != "At School":
			frappe.throw(
				_("{0} is not at school any more: {1}. Aid is for pupils at school.").format(
					self.pupil, _(cstr(self._pupil.status))
				),
				PupilNotAtSchoolError,
			)

	def check_term(self):
		last_day = terms.days(self.school_year, self.term)[1]
		if getdate(add_months(last_day, MONTHS_AFTER_TERM)) < getdate():
			frappe.throw(
				_("This term ended on {0}, more than {1} months ago. Choose a later one.").format(
					formatdate(last_day), MONTHS_AFTER_TERM
				),
				TermOverError,
			)

	def check_fund(self):
		if not self._fund or self._fund.status != ledger.ACTIVE:
			frappe.throw(_("The fund {0} is closed. Choose another one.").format(self.fund), FundNotOpenError)
		communities = membership.active_communities(self.school)[self.school]
		self._school = (
			frappe.db.get_value("Community School", self.school, ["location", "principal_user"], as_dict=True)
			or frappe._dict()
		)
		if self._fund.fund_level == "Community":
			fits, whom = self._fund.community in communities, self._fund.community
		else:
			fits, whom = bool(communities), _("the district's communities")
		if not (fits and self._school.location == "Rural"):
			frappe.throw(
				_(
					"The fund {0} is for rural schools of {1}. {2} is not one today. Choose another fund."
				).format(self.fund, whom, self.school),
				NotOfFundError,
			)

	def check_amount(self):
		amount = money.positive_fen(self.amount)
		ceiling = self.ceiling()
		if amount > ceiling:
			frappe.throw(
				_("{0} is more than the fund gives one pupil for {1} in a term: {2}.").format(
					money.shown(amount), _(self.purpose), money.shown(ceiling)
				),
				CeilingError,
			)

	def ceiling(self) -> int:
		"""The most that the fund gives this pupil for this purpose in a term, in fen. Raises PurposeError."""
		table = frappe.qb.DocType("Aid Fund Purpose")
		query = (
			frappe.qb.from_(table)
			.select(table.purpose, table.ceiling, table.special_ceiling)
			.where((table.parenttype == ledger.FUND) & (table.parent == self.fund))
			.orderby(table.idx)
		)
		rows = locking(query, self.is_being_signed()).run(as_dict=True)
		row = next((row for row in rows if row.purpose == self.purpose), None)
		if not row:
			frappe.throw(
				_("The fund {0} gives nothing for {1}. It gives aid for: {2}.").format(
					self.fund, _(cstr(self.purpose)), ", ".join(_(row.purpose) for row in rows)
				),
				PurposeError,
			)
		return money.stored_fen(row.special_ceiling if self.special_hardship else row.ceiling)

	def check_fast_track(self):
		self.fast_track_reason = cstr(self.fast_track_reason).strip() if self.fast_track else None
		if self.fast_track and not self.special_hardship:
			frappe.throw(
				_(
					"The fast track is for special hardship. Take the mark away, or put the pupil's kind of hardship right."
				),
				FastTrackError,
			)
		if self.fast_track and not self.fast_track_reason:
			frappe.throw(_("Give the reason for the fast track."), FastTrackError)

	def check_terms(self):
		self.terms = cint(self.terms) if self.recurring else 0
		if self.recurring and not FEWEST_TERMS <= self.terms <= MOST_TERMS:
			frappe.throw(
				_("Aid over several terms is for {0} to {1} terms.").format(FEWEST_TERMS, MOST_TERMS),
				TermsError,
			)

	def check_claim(self):
		before = self.get_doc_before_save()
		if before and before.claim == self.claim_of_this():
			return  # nobody else can have it
		other = frappe.db.get_value(
			self.doctype, {"claim": self.claim_of_this(), "name": ("!=", self.name or "")}, "name"
		)
		if not other:
			return
		message = _(
			"There is an application for this pupil, term and purpose already. Aid is given once for the same."
		)
		if frappe.has_permission(self.doctype, "read", doc=other):
			message = _(
				"There is an application for this pupil, term and purpose already: {0}. Aid is given once for the same."
			).format(other)
		frappe.throw(message, AlreadyClaimedError)

	def check_chain(self):
		if self.first_application and applications.chain_is_stopped(self.first_application, for_update=True):
			frappe.throw(
				_("The aid that began with {0} has been stopped. A new application is needed.").format(
					self.first_application
				),
				ChainStoppedError,
			)

	def check_evidence(self):
		if not self._pupil.evidence and not self.fast_track:
			frappe.throw(
				_(
					"Attach the evidence of hardship to the record of {0} before the application is sent."
				).format(self.pupil),
				EvidenceMissingError,
			)

	def check_next_signer(self):
		"""The next step is the principal's: it must not end where nobody can sign."""
		if self.workflow_state != AWAITING_PRINCIPAL:
			return
		if not self._school.principal_user:
			frappe.throw(
				_(
					"{0} has no principal with an account, so nobody could sign. Ask the Community Administrator to enter one."
				).format(self.school),
				NoPrincipalError,
			)

	def tell_if_short(self):
		available, amount = self._fund.available, money.fen(self.amount)  # read with the lock
		if available < amount:
			frappe.msgprint(
				_(
					"The fund has {0} at its disposal now. The application can be approved when it has enough."
				).format(money.shown(max(available, 0))),
				title=_("Points to Note"),
				indicator="orange",
				alert=True,
			)

	# -- for print -----------------------------------------------------------------------------------------------------

	def form_data(self) -> dict:
		"""What the application form says of the pupil; put on record as an access to the pupil's record (AID4).

		Out: {"pupil": number, "identified": whether the reader may read the record, and if so its fields}.
		"""
		pupil = frappe.get_doc(PUPIL, cstr(self.pupil))
		data = {"pupil": pupil.name, "identified": pupil.has_permission("read")}
		if data["identified"]:
			inspection.log([pupil.name], inspection.APPLICATION_PRINTED)
			data |= {fieldname: pupil.get(fieldname) for fieldname in _OF_PUPIL}
		return data

	def amount_in_chinese(self) -> str:
		"""The amount in the capital numerals of forms."""
		return money.in_chinese(money.stored_fen(self.amount))
