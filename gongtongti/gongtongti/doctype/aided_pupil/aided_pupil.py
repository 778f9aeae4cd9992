import re
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import cint, cstr, formatdate, getdate

from gongtongti.aid import accounts, inspection, pupils
from gongtongti.core import relations
from gongtongti.core.names import normal_form
from gongtongti.organisation import membership, names, roles

_NUMBER = re.compile(r"[A-Z0-9]{6,20}")
_ACCOUNT = re.compile(r"[0-9][0-9 ]*")
PRIVATE = "/private/files/"


class StudentNumberError(frappe.ValidationError):
	"""A student number is made of 6 to 20 letters and digits."""


class AlreadyRegisteredError(frappe.ValidationError):
	"""A pupil has one record."""


class NotRuralMemberError(frappe.ValidationError):
	"""Aid is for pupils of rural schools that belong to an active community."""


class TransferError(frappe.PermissionError):
	"""Pupils are moved from school to school by the basic education section."""


class LeavingError(frappe.ValidationError):
	"""A pupil who is not at school left on a day, for a reason."""


class AccountNumberError(frappe.ValidationError):
	"""An account number is made of digits."""


class EvidenceError(frappe.ValidationError):
	"""Evidence is a private file of this pupil."""


class PupilKeptError(frappe.ValidationError):
	"""The record of a pupil is neither deleted nor renamed."""


class PupilImportError(frappe.ValidationError):
	"""Pupils are entered one by one, by their school."""


class AidedPupil(inspection.LoggedRecord):
	"""A pupil in hardship, known everywhere else by the number of this record (AID2, AID4)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		account_changed_by: DF.SmallText | None
		account_changed_on: DF.Datetime | None
		address: DF.SmallText | None
		bank_account: DF.Data | None
		bank_name: DF.Data | None
		boarder: DF.Check
		class_name: DF.Data | None
		evidence: DF.Attach | None
		gender: DF.Literal["", "Male", "Female"]
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
		guardian_name: DF.Data
		guardian_phone: DF.Data | None
		guardian_relation: DF.Literal[
			"", "Father of the Pupil", "Mother of the Pupil", "Grandparent", "Other Guardian"
		]
		hardship: DF.Literal[
			"",
			"Extreme Poverty Support",
			"Minimum Living Security",
			"Orphan",
			"De Facto Unattended Child",
			"Pupil with Disability",
			"Child of Disabled Parents",
			"Serious Illness",
			"Sudden Family Misfortune",
			"Monitored after Poverty Relief",
			"Other Low Income",
		]
		hardship_details: DF.SmallText | None
		leaving_reason: DF.SmallText | None
		left_on: DF.Date | None
		payee_name: DF.Data | None
		pupil_name: DF.Data
		school: DF.Link
		special_hardship: DF.Check
		status: DF.Literal["At School", "Changed School", "Graduated", "Left School"]
		student_number: DF.Data
	# end: auto-generated types

	def insert(self, *args, **kwargs):
		inspection.log_number(self.number_entered())
		return super().insert(*args, **kwargs)

	def save(self, *args, **kwargs):
		if not self.is_new() and self.number_entered() != frappe.db.get_value(
			self.doctype, self.name, "student_number"
		):
			inspection.log_number(self.number_entered())
		# Before the framework locks this record: leaving gives money back, and the funds are locked first
		if not self.is_new() and self.status != pupils.AT_SCHOOL:
			pupils.lock(self.name)
		return super().save(*args, **kwargs)

	def validate(self):
		self.check_not_imported()
		self.check_names()
		self.check_student_number()
		self.check_school()
		self.check_transfer()
		self.compute_special_hardship()
		self.check_leaving()
		self.check_account()
		accounts.watch_over(self, self.get_doc_before_save())
		self.check_evidence()

	def onload(self):
		self.set_onload("may_confirm_account", accounts.may_confirm(self))

	def on_update(self):
		relations.forget()  # whose pupils these are
		before = self.get_doc_before_save()
		if not before:
			return
		accounts.note_change(self, before)
		if before.school != self.school:
			pupils.moved(self.name, self.school)
		if before.status == pupils.AT_SCHOOL != self.status:
			pupils.left(self.name, self.status)

	def on_trash(self):
		frappe.throw(
			_(
				"The record of a pupil is kept. If the pupil has left, choose another status and say when and why."
			),
			PupilKeptError,
		)

	def before_rename(self, old, new, merge=False):
		frappe.throw(_("The number of a pupil's record does not change."), PupilKeptError)

	def compute_special_hardship(self):
		self.special_hardship = cint(self.hardship in pupils.SPECIAL)

	# -- named checks --------------------------------------------------------------------------------------------------

	def check_not_imported(self):
		if frappe.flags.in_import or self.flags.in_import:
			frappe.throw(
				_("Records of pupils are not imported. Enter each in the form, at its school."),
				PupilImportError,
			)

	def check_names(self):
		names.clean(self, "pupil_name", "class_name", "guardian_name", "payee_name", "bank_name")

	def check_student_number(self):
		self.student_number = self.number_entered()
		if self.student_number and not _NUMBER.fullmatch(self.student_number):
			frappe.throw(
				_("A student number has 6 to 20 letters and digits, nothing else. Please check it."),
				StudentNumberError,
			)

	def number_entered(self) -> str:
		return normal_form(self.student_number).upper()

	def db_insert(self, *args, **kwargs):
		with self.registered_once():
			super().db_insert(*args, **kwargs)

	def db_update(self, *args, **kwargs):
		with self.registered_once():
			super().db_update(*args, **kwargs)

	@contextmanager
	def registered_once(self):
		"""Turns the database's no to a second record of a student number into words that say neither where nor who.

		Only the database is asked, after all other checks: whether a number is on record, and so a pupil in hardship, is
		not told to whoever makes a mistake elsewhere on purpose, and leaves no record. See access.log_number.
		"""
		try:
			yield
		except frappe.UniqueValidationError:
			frappe.clear_last_message()
			frappe.throw(
				_(
					"A pupil with this student number is registered already. If the pupil has come to your school, ask the basic education section to have the record transferred."
				),
				AlreadyRegisteredError,
			)

	def check_school(self):
		before = self.get_doc_before_save()
		if not self.school or (before and before.school == self.school):
			return
		is_rural = frappe.db.get_value("Community School", self.school, "location") == "Rural"
		if not is_rural or not membership.active_communities(self.school)[self.school]:
			frappe.throw(
				_(
					"{0} is not a rural school that belongs to an active community today. Choose another school."
				).format(self.school),
				NotRuralMemberError,
			)

	def check_transfer(self):
		before = self.get_doc_before_save()
		if before and before.school != self.school and roles.BASIC_EDUCATION not in frappe.get_roles():
			frappe.throw(
				_(
					"Only the basic education section moves the record of a pupil to another school. Ask it to do so."
				),
				TransferError,
			)

	def check_leaving(self):
		if self.status == pupils.AT_SCHOOL:
			self.left_on = self.leaving_reason = None
			return
		self.leaving_reason = cstr(self.leaving_reason).strip()
		if not self.left_on or not self.leaving_reason:
			frappe.throw(_("Enter the day on which the pupil left and the reason."), LeavingError)
		if getdate(self.left_on) > getdate():
			frappe.throw(
				_("{0} is in the future. Enter the pupil's leaving when it has happened.").format(
					formatdate(self.left_on)
				),
				LeavingError,
			)

	def check_account(self):
		account = normal_form(self.bank_account)
		if account and not _ACCOUNT.fullmatch(account):
			frappe.throw(
				_("An account number has digits and blanks only. Please check it."), AccountNumberError
			)
		self.bank_account = account or None

	def check_evidence(self):
		self.evidence = cstr(self.evidence).strip() or None
		if not self.evidence:
			return
		# plain, too: else the framework would refuse it only after the record is written
		if not self.evidence.startswith(PRIVATE) or "/" in self.evidence[len(PRIVATE) :]:
			frappe.throw(
				_("Evidence is kept as a private file. Attach it again and mark it as private."),
				EvidenceError,
			)
		before = self.get_doc_before_save()
		if before and before.evidence == self.evidence:
			return
		if self.is_foreign_file():
			frappe.throw(
				_("This file belongs to another record. Please upload the evidence here."), EvidenceError
			)

	def is_foreign_file(self) -> bool:
		"""Whether the evidence is a file that somebody else uploaded, or for something else.

		The framework attaches whatever file an Attach field names, and lets everybody at it who reads the record.
		"""
		files = frappe.get_all(
			"File",
			filters={"file_url": self.evidence},
			fields=["owner", "attached_to_doctype", "attached_to_name"],
		)

		def is_ours(file):
			if file.attached_to_name and file.attached_to_doctype == self.doctype:
				if file.attached_to_name == self.name:
					return True
				if frappe.db.exists(self.doctype, file.attached_to_name):
					return False
			elif file.attached_to_name:
				return False
			return file.owner == frappe.session.user

		return bool(files) and not any(is_ours(file) for file in files)
