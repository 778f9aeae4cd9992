import frappe
from frappe import _

from gongtongti.activities import pairings
from gongtongti.core.documents import OwnDocument
from gongtongti.core.names import normal_form
from gongtongti.organisation.names import clean


class PupilTwiceError(frappe.ValidationError):
	"""The school has another pupil of this student number, or a pairing stands twice with a pupil."""


class NotOfPairingError(frappe.ValidationError):
	"""The pupil's school is not one of the two that are paired, or these do not pair families any more."""


class ExchangePupil(OwnDocument):
	"""A pupil who takes part in exchange, known everywhere else by the number of this record (ACT3, ACT4)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.exchange_pupil_pairing.exchange_pupil_pairing import (
			ExchangePupilPairing,
		)

		class_name: DF.Data | None
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
		pairings: DF.Table[ExchangePupilPairing]
		pupil_name: DF.Data
		school: DF.Link
		status: DF.Literal["At School", "Left School"]
		student_number: DF.Data | None
	# end: auto-generated types

	def validate(self):
		clean(self, "pupil_name", "class_name")
		self.check_number()
		self.check_pairings()

	def check_number(self):
		"""Within the school alone: that another school has a pupil of some number is told to nobody."""
		self.student_number = normal_form(self.student_number).upper() or None
		same = {"school": self.school, "student_number": self.student_number, "name": ("!=", self.name or "")}
		if self.student_number and frappe.db.exists(self.doctype, same):
			frappe.throw(
				_("Your school has entered a pupil of this student number already. Open that record."),
				PupilTwiceError,
			)

	def check_pairings(self):
		names = [row.pairing for row in self.pairings]
		if len(set(names)) != len(names):
			frappe.throw(_("Each pairing stands once: take the second row off."), PupilTwiceError)
		before = self.get_doc_before_save()
		for pairing in self._pairings(
			{*names} - {row.pairing for row in (before.pairings if before else ())}
		):
			if (
				pairing.kind != pairings.FAMILY
				or pairing.status not in pairings.ALIVE
				or self.school not in (pairing.school_a, pairing.school_b)
			):
				frappe.throw(
					_(
						"{0} does not pair families of {1}. Choose a pairing of families that has not ended."
					).format(pairing.name, self.school),
					NotOfPairingError,
				)

	def _pairings(self, names):
		fields = ["name", "kind", "status", "school_a", "school_b"]
		return frappe.get_all(pairings.PAIRING, {"name": ("in", sorted(names) or [""])}, fields)
