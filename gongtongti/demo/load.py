"""Loads the demonstration district into a site that is not in use, and takes it out again.

On a bench: `bench --site SITE execute gongtongti.demo.commands.load`, and `….remove`.

What belongs to the demonstration is told by its accounts: they all lie in the reserved domain `demo.invalid`, load() works
as one of them, and so every document that it makes has one of them as its owner. remove() takes away these accounts,
what they made, and what others made about it later. Nothing here commits: bench does so when a command ends well.
"""

import re
import secrets
from collections import Counter
from contextlib import contextmanager

import frappe
from frappe import _

from gongtongti.core import relations
from gongtongti.core.references import REFERENCES
from gongtongti.demo import people
from gongtongti.demo.builder import DistrictBuilder, one_clearing, quietly
from gongtongti.demo.district import BUREAU
from gongtongti.features import DECLARED

# what installing brings, and settings, are always there: a document of any other kind means a site in use
NEVER_EMPTY = (
	"Community Settings",
	"Teaching Subject",
	"Activity Kind",
	"Observation Rubric",
	"Host Support Template",
	"Community Duty",
	"Meeting Rule",
)
# what is set up once: a document of these that somebody else made is never removed as a by-product
STANDING = (
	"Education Subdistrict",
	"Teaching Subject",
	"Community School Year",
	"Community Coverage Target",
	"Community School",
	"Education Community",
	"Community Leading Group",
	"Aid Fund",
)
# what their own rules keep from being deleted; a demonstration goes as a whole
KEPT = (
	"Duty Reminder",
	"Community Duty",
	"Aid Fund",
	"Aid Fund Entry",
	"Aided Pupil",
	"Dropout Risk",
	"Aid Follow Up",
	"Aid Inspection Case",
	"Pupil Record Access",
	"Pupil Account Record",
	"Open Lesson",
	"Joint Meeting",
	"Meeting Decision",
	"Guidance Visit",
	"Mentorship",
	"Shared Resource",
)
GRANT = "Community Role Grant"
# what the framework writes down about documents …
NOTES = (
	"Comment",
	"Deleted Document",
	"DocShare",
	"Document Follow",
	"Notification Log",
	"Permission Log",  # not in every version
	"ToDo",
	"Version",
	"View Log",
)
# … and about accounts, as (DocType, field of the account)
LOGS = (
	("Access Log", "user"),
	("Activity Log", "user"),
	("DefaultValue", "parent"),
	("DocShare", "user"),
	("Notification Log", "for_user"),
	("Notification Settings", "name"),
)
OF_DEMO = f"%@{people.DOMAIN}"


class SiteInUseError(frappe.ValidationError):
	"""The site holds documents of the app that are not the demonstration's."""


class DemoInUseError(frappe.ValidationError):
	"""Documents of others, which are not removed, refer to the demonstration."""


def is_loaded() -> bool:
	"""Whether the demonstration is on this site: its accounts, and what they made."""
	return bool(
		frappe.db.exists("User", people.LOADER)
		and frappe.db.exists("Education Community", {"owner": ("like", OF_DEMO)})
	)


def load(password: str | None = None) -> dict:
	"""Loads the real district with invented staff, papers, aid funds, pupils and accounts (ORG1 to ORG9, EX3, EX7, AID1).

	In: the password of all accounts; without one a random one is made. It is printed.
	Out: {"loaded": bool, "password": str or None, "counts": {DocType: documents}}; it is not loaded twice.
	Raises: SiteInUseError when the site is in use. After any error nothing is left.
	"""
	if is_loaded():
		print("演示数据已在本站点中，没有重复装入。如需重来，请先移除。")
		return {"loaded": False, "password": None, "counts": _counts(_own_documents())}
	_refuse_site_in_use()
	remove_accounts()  # an uninstalling of old left them
	password = password or secrets.token_urlsafe(9)
	frappe.db.savepoint("gongtongti_demo")
	try:
		with quietly(), one_clearing():
			_name_bureau(BUREAU, instead_of=None)
			DistrictBuilder(password).build()
	except Exception:
		_delete_files()  # a savepoint takes back rows, but not what lies on the disk
		frappe.db.rollback(save_point="gongtongti_demo")
		raise
	finally:
		_forget()
	counts = _counts(_own_documents())
	print(f"演示数据已装入：{_in_words(counts)}。")
	print(f"所有演示账号的密码：{password}")
	return {"loaded": True, "password": password, "counts": counts}


def remove() -> dict:
	"""Takes the demonstration away: its accounts, what they made, and what others made about it later.

	Out: {DocType: documents removed}, empty when there was no demonstration.
	Raises: DemoInUseError when documents of others, which stay, refer to it. Then nothing is removed.
	"""
	if not is_loaded():
		print("本站点没有演示数据，无需移除。")
		return {}
	documents = _with_what_is_about(_own_documents())
	counts = _counts(documents)
	with quietly(), _without_comments():
		# the roles of the demonstration's accounts go with the accounts; only those of others are taken back one by one
		frappe.db.delete(GRANT, {"user": ("like", OF_DEMO)})
		for doctype, name in sorted(documents, key=_removal_order):
			_delete(doctype, name)
		_delete_what_accounts_made()
		_delete_accounts()
		_delete_notes(documents)
		_restart_numbers(documents)
		_name_bureau(None, instead_of=BUREAU)
	_forget()
	print(f"演示数据已移除：{_in_words(counts)}。")
	return counts


def remove_accounts() -> None:
	"""Takes away the accounts and what they made outside this app; for uninstalling, where the rest goes with its tables."""
	if not frappe.db.exists("User", {"name": ("like", OF_DEMO)}):
		return
	with quietly(), _without_comments():
		frappe.db.delete(GRANT, {"user": ("like", OF_DEMO)})
		_delete_what_accounts_made()
		_delete_accounts()
	_forget()


# -- what is whose ---------------------------------------------------------------------------------------------------


def _refuse_site_in_use():
	used = [
		doctype
		for doctype in DECLARED.documents
		if doctype not in NEVER_EMPTY and frappe.get_all(doctype, {"owner": ("not like", OF_DEMO)}, limit=1)
	]
	if used:
		frappe.throw(
			_(
				"This site is in use: it has documents of {0}. Load the demonstration into a new site.",
				lang="zh",
			).format("、".join(_(doctype, lang="zh") for doctype in used)),
			SiteInUseError,
		)


def _own_documents() -> set[tuple[str, str]]:
	"""(DocType, name) of the app's documents that the demonstration's accounts made."""
	return {
		(doctype, name)
		for doctype in DECLARED.documents
		if not frappe.get_meta(doctype).issingle
		for name in frappe.get_all(doctype, {"owner": ("like", OF_DEMO)}, pluck="name")
	}


def _with_what_is_about(documents):
	"""`documents`, and those of others that refer to them, directly or through another."""
	found = set(documents)
	links = [(doctype, *link) for doctype in DECLARED.documents for link in _links(doctype)]
	while True:
		names = {
			target: {name for doctype, name in found if doctype == target} for target in DECLARED.documents
		}
		more = {
			(doctype, name)
			for doctype, table, field, target in links
			if target in names
			for name in _referring(doctype, table, {field: ("in", sorted(names[target]))}, names[target])
		}
		if more <= found:
			break
		_refuse((doctype, name) for doctype, name in more - found if doctype in STANDING)
		found |= more
	found |= {(GRANT, name) for name in frappe.get_all(GRANT, {"user": ("like", OF_DEMO)}, pluck="name")}
	with_account = {
		(doctype, name)
		for doctype, table, field, target in links
		if target == "User"
		for name in _referring(doctype, table, {field: ("like", OF_DEMO)})
	}
	_refuse(with_account - found)
	return found


def _links(doctype):
	"""(table, field, target) of the fields of a DocType and its child tables that name one of our documents or a user."""
	meta = frappe.get_meta(doctype)
	tables = [] if meta.issingle else [doctype, *(field.options for field in meta.get_table_fields())]
	return [
		(table, field.fieldname, field.options)
		for table in tables
		for field in frappe.get_meta(table).get_link_fields()
		if field.options in DECLARED.documents or field.options == "User"
	]


def _referring(doctype, table, condition, names=True):
	if not names:
		return []
	if table == doctype:
		return frappe.get_all(doctype, condition, pluck="name")
	return frappe.get_all(table, {"parenttype": doctype, **condition}, pluck="parent")


def _refuse(documents):
	documents = sorted(documents)
	if documents:
		frappe.throw(
			_(
				"These do not belong to the demonstration but refer to it; change them first: {0}.", lang="zh"
			).format("、".join(f"{_(doctype, lang='zh')} {name}" for doctype, name in documents)),
			DemoInUseError,
		)


# -- taking away -----------------------------------------------------------------------------------------------------


@contextmanager
def _without_comments():
	"""The framework writes a comment for each document that is deleted, but not while it imports."""
	was, frappe.flags.in_import = frappe.flags.in_import, True
	try:
		yield
	finally:
		frappe.flags.in_import = was


def _removal_order(document):
	"""Later rows of the table of rights rest on earlier ones; grants go last, after whoever gave them."""
	doctype, name = document
	return (doctype == GRANT, -list(DECLARED.documents).index(doctype), name)


def _delete(doctype, name):
	"""Deletes a document; no link is asked, because what rests on it goes too."""
	submittable = frappe.get_meta(doctype).is_submittable
	if submittable:  # what is approved is kept otherwise; a demonstration goes as a whole
		frappe.db.set_value(doctype, name, "docstatus", 0, update_modified=False)
	frappe.delete_doc(
		doctype,
		name,
		force=True,
		ignore_permissions=True,
		ignore_on_trash=bool(submittable) or doctype in KEPT,
		delete_permanently=True,
	)


def _delete_what_accounts_made():
	"""Whatever else the accounts made on the site: notes by the hundred at once, anything else with its own rules."""
	notes = {*NOTES, *(doctype for doctype, _field in LOGS)}
	for doctype in frappe.get_all("DocType", {"issingle": 0, "istable": 0, "is_virtual": 0}, pluck="name"):
		if doctype in (*DECLARED.documents, "User") or not frappe.db.table_exists(doctype):
			continue
		if doctype in notes:
			frappe.db.delete(doctype, {"owner": ("like", OF_DEMO)})
			continue
		for name in frappe.get_all(doctype, {"owner": ("like", OF_DEMO)}, pluck="name"):
			_delete(doctype, name)


def _delete_files():
	"""The files that the accounts uploaded; those of a pupil's record are no longer owned by whoever uploaded them."""
	pupils = frappe.get_all("Aided Pupil", {"owner": ("like", OF_DEMO)}, pluck="name")
	of_pupils = {"attached_to_doctype": "Aided Pupil", "attached_to_name": ("in", pupils or [""])}
	for filters in ({"owner": ("like", OF_DEMO), "is_folder": 0}, of_pupils):
		for name in frappe.get_all("File", filters, pluck="name"):
			_delete("File", name)


def _delete_accounts():
	for name in frappe.get_all("Contact", {"email_id": ("like", OF_DEMO)}, pluck="name"):
		_delete("Contact", name)
	for doctype, field in LOGS:
		frappe.db.delete(doctype, {field: ("like", OF_DEMO)})
	accounts = frappe.get_all("User", {"name": ("like", OF_DEMO)}, pluck="name")
	for name in accounts:
		_delete("User", name)
	_delete_notes(("User", name) for name in accounts)


def _delete_notes(documents):
	"""What the framework has written down about documents; it would leave this to a queue."""
	names = {}
	for doctype, name in documents:
		names.setdefault(doctype, []).append(name)
	for notes in NOTES:
		type_field, name_field = REFERENCES[notes]
		if frappe.db.table_exists(notes):
			for doctype in names:
				frappe.db.delete(notes, {type_field: doctype, name_field: ("in", names[doctype])})


def _restart_numbers(documents):
	"""Where nothing is left of a numbered DocType, its numbers begin at 1 again."""
	prefixes = {
		re.sub(r"\d+$", "", name)
		for doctype, name in documents
		if "#" in (frappe.get_meta(doctype).autoname or "") and not frappe.db.count(doctype)
	}
	if prefixes:
		series = frappe.qb.DocType("Series")
		frappe.qb.from_(series).delete().where(series.name.isin(sorted(prefixes))).run()


# -- the rest --------------------------------------------------------------------------------------------------------


def _name_bureau(name, instead_of):
	# not from memory: rolling back to a savepoint leaves there what was read before
	if (frappe.db.get_single_value("Community Settings", "bureau_name", cache=False) or None) == instead_of:
		settings = frappe.get_doc("Community Settings")
		settings.bureau_name = name
		settings.save(ignore_permissions=True, ignore_version=True)


def _forget():
	relations.forget()
	frappe.clear_cache()


def _counts(documents) -> dict[str, int]:
	counter = Counter(doctype for doctype, _name in documents)
	return {doctype: counter[doctype] for doctype in DECLARED.documents if counter[doctype]}


def _in_words(counts):
	return "，".join(f"{_(doctype, lang='zh')} {number}" for doctype, number in counts.items())
