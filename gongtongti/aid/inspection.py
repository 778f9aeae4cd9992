"""Who looked at what identifies a pupil in hardship, and by which way (AID4).

Every way that shows a pupil's record, a print of an application or a list of payees calls `log` before it answers; if the
record of access cannot be written, nothing is shown. Discipline inspection opens one pupil's record for a stated reason
and a limited time: see `Aid Inspection Case`.
"""

import frappe
from frappe import _
from frappe.model import no_value_fields
from frappe.utils import cstr, nowdate

from gongtongti.core import privacy
from gongtongti.core.documents import OwnDocument
from gongtongti.organisation import roles

RECORD_OPENED, APPLICATION_PRINTED, PAYMENT_LIST, BANK_FILE, NUMBER_ENTERED = (
	"Record Opened",
	"Application Printed",
	"Payment List",
	"Bank File",
	"Student Number Entered",
)
ACCESS, CASE, PUPIL = "Pupil Record Access", "Aid Inspection Case", "Aided Pupil"
APPLICATION, ACCOUNT = "Aid Application", "Pupil Account Record"
OPEN, CLOSED = "Still Open", "Closed"
_FORMATTED = ("Date", "Datetime", "Currency")
_ROW = ("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx")


class CaseClosedError(frappe.ValidationError):
	"""A case is closed once."""


class NotInspectorError(frappe.PermissionError):
	"""Cases are opened and closed by people of discipline inspection."""


# -- the record of access ----------------------------------------------------------------------------------------------


def log(pupils: list[str], way: str, case: str | None = None) -> None:
	"""Puts on record that the session's user now sees what identifies these pupils.

	In: numbers of pupils (each is logged once), the way of access (an option of Pupil Record Access), the inspection case
	by which it is seen. The rows stand or fall with the caller's transaction; a reading request is committed for them.
	"""
	pupils = list(dict.fromkeys(pupil for pupil in pupils if pupil))
	if not pupils:
		return
	_write(pupils, frappe.session.user, way, case)
	frappe.local.flags.commit = True  # the framework takes back what a GET request has written


def log_number(number: str) -> None:
	"""Puts on record, whatever becomes of this request, that the session's user has entered a student number.

	Whether the number is on record is looked up after the answer is made, and a row is written either way: neither the
	answer nor the queries before it tell. The row names the pupil's record, or none where there is none.
	"""
	user = frappe.session.user

	def write():
		if frappe.flags.in_test:
			return  # tests roll back
		_write([frappe.db.get_value(PUPIL, {"student_number": number}, "name")], user, NUMBER_ENTERED)
		frappe.db.commit()  # nosemgrep: the request's own transaction is over

	# the one that does not come to pass is forgotten by the framework
	frappe.db.after_commit.add(write)
	frappe.db.after_rollback.add(write)


def _write(pupils, user, way, case=None) -> None:
	now = frappe.utils.now()
	frappe.db.bulk_insert(
		ACCESS,
		(*_ROW, "pupil", "user", "accessed_on", "way", "inspection_case"),
		[
			(frappe.generate_hash(length=20), now, now, user, user, 0, 0, pupil, user, now, way, case)
			for pupil in pupils
		],
	)


class LoggedRecord(OwnDocument):
	"""A document that is put on record whenever it is handed out, whole, to whoever asked for it (AID4).

	Every door of the framework that shows one document, and every answer to a save, turns it into a dict first; lists do
	not come by here. Saving itself does not either. The order matters: what cannot be logged is not shown.

	Discipline inspection has no right on it: lists, searches and the links of other documents, which v15 and v16 follow
	without asking for rows, show it nothing. While its case is open it is let at the single document, here.
	"""

	def pupil_shown(self) -> str | None:
		"""The number of the pupil who is identified by this document, as it stands in the database."""
		return self.name

	def as_dict(self, *args, **kwargs):
		if not self.is_new():
			self.log_reader()
		return super().as_dict(*args, **kwargs)

	def before_print(self, settings=None):
		privacy.refuse_print(self)  # who is refused is not put on record as a reader
		self.log_reader()

	def has_permission(self, permtype="read", *args, **kwargs):
		allowed = super().has_permission(permtype, *args, **kwargs)
		if not allowed and permtype == "read" and kwargs.get("user") in (None, frappe.session.user):
			allowed = bool(case_of(self.pupil_shown()))
		if allowed and permtype == "read" and _is_download():
			self.log_reader()  # who is sent a file is asked for the right to read its document
		return allowed

	def log_reader(self):
		pupil = self.pupil_shown()
		log([pupil], RECORD_OPENED, case_of(pupil))


class LoggedUnderCase(LoggedRecord):
	"""A document with a pupil's number that is put on record only when it is read by way of an inspection case."""

	def pupil_shown(self) -> str | None:
		return self.name and frappe.db.get_value(self.doctype, self.name, "pupil")

	def log_reader(self):
		if _may_have_case(frappe.session.user) and case_of(self.pupil_shown()):
			super().log_reader()


def _is_download() -> bool:
	"""Whether this request asks for the content of a file."""
	request = getattr(frappe.local, "request", None)
	asked = f"{request.path} {frappe.form_dict.get('cmd')}" if request else ""
	return any(way in asked for way in ("/private/files/", "download_file", "zip_files"))


# -- inspection cases --------------------------------------------------------------------------------------------------


def case_of(pupil: str | None) -> str | None:
	"""The open case by which the session's user reads a pupil's record; None if it is read without one."""
	user = frappe.session.user
	if not pupil or not _may_have_case(user):
		return None
	mine = {"pupil": pupil, "opened_by": user, "status": OPEN, "expires_on": (">=", nowdate())}
	return frappe.db.get_value(CASE, mine, "name", order_by="creation desc")


def _may_have_case(user: str) -> bool:
	"""Whether an account is one of a person of discipline inspection."""
	return user not in frappe.STANDARD_USERS and roles.DISCIPLINE in frappe.get_roles(user)


def refuse_all_but_inspectors() -> None:
	"""Raises NotInspectorError unless the session's user is a person of discipline inspection."""
	if not _may_have_case(frappe.session.user):
		frappe.throw(
			_("Inspection cases are opened and closed by people of discipline inspection."), NotInspectorError
		)


@frappe.whitelist(methods=["POST"])
def read(case: str) -> dict:
	"""What an open case lets its owner read: the pupil's record and the pupil's applications. It is put on record.

	In: number of the case. Out: {"record": [[label, value], …], "applications": [[[label, value], …], …], "accounts": the
	same, of what was changed and paid to which account}, in the user's language, without what is empty. Raises NotInspectorError, CaseClosedError.
	"""
	refuse_all_but_inspectors()
	pupil = frappe.db.get_value(CASE, {"name": cstr(case), "opened_by": frappe.session.user}, "pupil")
	if not pupil or not case_of(pupil):
		frappe.throw(
			_("{0} is not an open case of yours.").format(frappe.utils.escape_html(cstr(case))),
			CaseClosedError,
		)
	log([pupil], RECORD_OPENED, case_of(pupil))
	applications = frappe.get_all(APPLICATION, {"pupil": pupil}, ["*"], order_by="creation")
	accounts = frappe.get_all(ACCOUNT, {"pupil": pupil}, ["*"], order_by="recorded_on")
	return {
		"record": _in_words(PUPIL, frappe.db.get_value(PUPIL, pupil, "*", as_dict=True)),
		"applications": [_in_words(APPLICATION, row) for row in applications],
		"accounts": [_in_words(ACCOUNT, row) for row in accounts],
	}


def _in_words(doctype, row) -> list[list[str]]:
	words = [[_(doctype), row.name]]
	for df in frappe.get_meta(doctype).fields:
		value = row.get(df.fieldname)
		if df.hidden or df.fieldtype in no_value_fields or value in (None, "", 0):
			continue
		if df.fieldtype in ("Select", "Check"):
			text = _(cstr(value)) if df.fieldtype == "Select" else _("Yes")
		else:
			text = cstr(frappe.format_value(value, df)) if df.fieldtype in _FORMATTED else cstr(value)
		words.append([_(df.label), text])
	return words


@frappe.whitelist(methods=["POST"])
def close(name: str) -> None:
	"""Closes an inspection case: the pupil's record can no longer be read by way of it.

	In: number of an open case. Raises NotInspectorError, CaseClosedError.
	"""
	refuse_all_but_inspectors()
	frappe.has_permission(CASE, "read", doc=cstr(name), throw=True)
	status = frappe.db.get_value(CASE, cstr(name), "status", for_update=True)
	if status != OPEN:
		frappe.throw(_("The case {0} is closed already.").format(name), CaseClosedError)
	frappe.db.set_value(CASE, cstr(name), {"status": CLOSED, "closed_on": frappe.utils.now()})


def close_expired() -> None:
	"""Daily: cases whose time is up are closed. Nothing can be read by way of them since that day."""
	frappe.db.set_value(
		CASE,
		{"status": OPEN, "expires_on": ("<", nowdate())},
		{"status": CLOSED, "closed_on": frappe.utils.now()},
	)
