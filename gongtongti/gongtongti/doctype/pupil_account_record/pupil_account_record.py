from gongtongti.aid.inspection import LoggedUnderCase
from gongtongti.core.documents import KeptRecord


class PupilAccountRecord(LoggedUnderCase, KeptRecord):
	"""To which account a pupil's aid was to be paid: a change, a confirmation or a payment, written by `aid/accounts.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		application: DF.Link | None
		bank_account: DF.Data | None
		bank_name: DF.Data | None
		disbursement: DF.Data | None
		event: DF.Literal["Account Changed", "Change Confirmed", "Prepared for Payment"]
		old_bank_account: DF.Data | None
		old_bank_name: DF.Data | None
		old_payee_name: DF.Data | None
		payee_name: DF.Data | None
		preparation: DF.Int
		pupil: DF.Link | None
		recorded_by: DF.Link | None
		recorded_on: DF.Datetime | None
	# end: auto-generated types

	def log_reader(self):
		# holds an account: each reader is put on record, also without a case
		super(LoggedUnderCase, self).log_reader()
