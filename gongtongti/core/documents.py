"""The base classes of all documents of this app: no switch of a client passes by their checks.

`OwnDocument` stands under every controller, `KeptRecord` under what the app alone writes, `DocumentRow` under the rows of
child tables.
"""

from contextlib import suppress

import frappe
from frappe import _
from frappe.model import no_value_fields
from frappe.model.base_document import get_controller
from frappe.model.document import Document
from frappe.utils import cint, cstr

from gongtongti.core import access, policy, relations
from gongtongti.core.identity import Identified


class ForeignRowError(frappe.ValidationError):
	"""A row that is to be saved with a document belongs to another one, or does not exist."""


class NameOnRecordError(frappe.ValidationError):
	"""What is on record keeps its name."""


class MergeRefusedError(frappe.ValidationError):
	"""Merging would mix the histories of two documents."""


class KeptRecordError(frappe.ValidationError):
	"""A record that the app keeps was written or taken away by somebody else."""


class OwnDocument(Identified, Document):
	"""Base class of all documents of this app, of rows and kept records too: no switch of a client passes by the checks.

	A test finds every DocType of the app whose controller does not derive from it.
	"""

	KEPT = False  # whether what this document links to keeps its name

	# -- reading and writing: what access has read of a document -------------------------------------------------------

	def load_from_db(self, *args, **kwargs):
		answer = super().load_from_db(*args, **kwargs)
		access.loaded(self)
		return answer

	def db_insert(self, *args, **kwargs):
		super().db_insert(*args, **kwargs)
		access.loaded(self)

	def db_update(self, *args, **kwargs):
		super().db_update(*args, **kwargs)
		access.loaded(self)

	def after_delete(self):
		super().after_delete()
		access.deleted(self)

	# -- saving ------------------------------------------------------------------------------------------------------

	def insert(self, *args, **kwargs):
		return self._wholly(super().insert, args, kwargs)

	def save(self, *args, **kwargs):
		return self._wholly(super().save, args, kwargs)

	def _wholly(self, write, args, kwargs):
		"""A save that is refused has written nothing: `client.bulk_update` goes on after a refusal, and commits."""
		# On v16 a client can send `_action` along and say that a save is a discard, which comes by none of the checks
		self.__dict__.pop("_action", None)
		depth = cint(frappe.flags.own_saves)
		point = f"own_{depth}"
		frappe.db.savepoint(point)
		frappe.flags.own_saves = depth + 1
		try:
			written = write(*args, **kwargs)
		except Exception:
			with suppress(Exception):  # a deadlock has taken everything back already
				frappe.db.rollback(save_point=point)
			relations.forget()
			raise
		finally:
			frappe.flags.own_saves = depth
		if frappe.db.db_type != "mariadb":  # there the next one of this name takes its place
			with suppress(Exception):  # gone if something was committed on the way
				frappe.db.release_savepoint(point)
		return written

	def before_discard(self):
		# only v16 has it; it cancels a draft, of whatever kind, without any check
		frappe.throw(_("A draft that is not needed is deleted, not cancelled."))

	# -- renaming ----------------------------------------------------------------------------------------------------

	def rename(self, *args, **kwargs):
		"""No longer whitelisted: the framework lets the client switch the checks off. `frappe.rename_doc` is the way."""
		return super().rename(*args, **kwargs)

	def before_rename(self, old, new, merge=False):
		self._check_renaming(old, new, merge)

	def after_rename(self, old, new, merge=False):
		# always called, also where the checks before it were left out; what is raised here takes everything back
		fit = self.before_rename(old, new, merge)
		if fit and fit != new:
			frappe.throw(_("Please write the new name like this: {0}").format(fit), NameOnRecordError)
		self._check_renaming(old, new, merge)

	def _check_renaming(self, old, new, merge):
		"""As it stands in the database: a client may have sent the document, and the framework's `force` along."""
		if merge:
			frappe.throw(
				_("{0} and {1} cannot be merged: each has a history of its own.").format(old, new),
				MergeRefusedError,
			)
		relations.forget()  # a school that has a new name is within the same reach
		stored = frappe.get_doc(self.doctype, self.name)
		stored.check_permission("write")
		may_change = frappe.db.get_value("DocType", self.doctype, "allow_rename")
		if not may_change or stored.is_on_record():
			frappe.throw(
				_("{0} keeps its name: it is on record.").format(frappe.bold(old)), NameOnRecordError
			)

	def is_on_record(self) -> bool:
		"""Whether this document is more than a draft, or a kept record names it."""
		return bool(cint(self.docstatus)) or is_kept_by(self.doctype, self.name)

	# -- what else a client can call ---------------------------------------------------------------------------------

	def add_comment(self, *args, **kwargs):
		"""No longer whitelisted: the framework lets the client say who has written it, and of which kind it is."""
		return super().add_comment(*args, **kwargs)

	def validate_share(self, share):
		"""Asked by every DocShare: a shared document would pass by the row rules, whoever shares it."""
		frappe.throw(
			_("{0} is not shared. Who sees it follows from posts and seats.").format(_(self.doctype)),
			frappe.PermissionError,
		)

	def get_password(self, fieldname="password", *args, **kwargs):
		"""`frappe.client.get_password` hands any field to a System Manager, who need not be able to read the document."""
		df = self.meta.get_field(fieldname)
		if not df or df.fieldtype != "Password":
			frappe.throw(
				_("{0} is no password. Open the document.").format(fieldname), frappe.PermissionError
			)
		return super().get_password(fieldname, *args, **kwargs)


def put_back(doc, before, fields=None) -> None:
	"""What the server computes is not typed in: these fields (default: all that are read-only) keep what they had.

	before: the document as it stood; None for a new one, which has their defaults.
	"""
	if fields is None:
		fields = [df for df in doc.meta.fields if df.read_only and not getattr(df, "is_virtual", 0)]
	for df in fields:
		if df.fieldtype == "Table":
			doc.set(df.fieldname, [row.as_dict() for row in before.get(df.fieldname)] if before else [])
		elif df.fieldtype not in no_value_fields:
			doc.set(df.fieldname, before.get(df.fieldname) if before else df.default)


def is_kept_by(doctype: str, name: str) -> bool:
	"""Whether a record that the app keeps (`KEPT`) links to this document, of whatever app."""
	for kept in (*policy.current().rows, *policy.current().children):
		if not get_controller(kept).KEPT:
			continue
		meta = frappe.get_meta(kept)
		ways = [{df.fieldname: name} for df in meta.get_link_fields() if df.options == doctype]
		ways += [{df.fieldname: name, df.options: doctype} for df in meta.get_dynamic_link_fields()]
		if any(frappe.db.exists(kept, way) for way in ways):
			return True
	return False


def keep_account(account, method, old, new, merge=False) -> None:
	"""User, before_rename and after_rename: whoever has booked, signed or read does so under one account for good.

	Its name stands in kept records, which follow. So it is changed by somebody else, who may write accounts, and it is
	not merged with another. Raises NameOnRecordError.
	"""
	on_record = [name for name in (old, new) if is_kept_by("User", name)]
	if not on_record:
		return
	own = frappe.session.user in (old, new) and frappe.session.user not in frappe.STANDARD_USERS
	if own or cint(merge) or not frappe.has_permission("User", "write", doc=account.name):
		frappe.throw(
			_("{0} has booked, signed or read. The account keeps its name; ask the system manager.").format(
				frappe.bold(on_record[0])
			),
			NameOnRecordError,
		)


class KeptRecord(OwnDocument):
	"""A record that the app alone writes, with `db_insert`, and that nobody edits, cancels, renames or deletes afterwards.

	The controller refuses everything, to Administrator as well: there is no flag that a client could forge (AID1, AID4).
	"""

	KEPT = True

	def validate(self):
		frappe.throw(
			_("{0} is kept by the system. It cannot be entered, changed or deleted.").format(_(self.doctype)),
			KeptRecordError,
		)

	before_insert = before_update_after_submit = before_cancel = before_discard = on_trash = validate

	def save(self, *args, **kwargs):
		# on v16 a client can say that a save is a discard, which comes by none of the above
		self.validate()

	def before_rename(self, old, new, merge=False):
		self.validate()


class DocumentRow(OwnDocument):
	"""A row of a document, which is read by whoever may read its document, and changed within it only.

	The framework opens a row by its name to everybody who has the right on *some* document of the parent's DocType, and
	saves and deletes it without asking the parent's checks: signatures could be rewritten (EX5). Saving the document does
	not come by `validate` and `on_trash` of its rows, and updates each by its name alone, whosever it is.
	"""

	def has_permission(self, permtype="read", **kwargs):
		parent = self.parent_doc
		if (
			not parent
			and self.parenttype in policy.current().rows
			and frappe.db.exists(self.parenttype, self.parent)
		):
			parent = frappe.get_doc(self.parenttype, self.parent)
		return bool(parent) and parent.has_permission(permtype, **kwargs)

	def validate(self):
		frappe.throw(
			_("Rows are changed in their document. Open {0}.").format(self.parent), frappe.ValidationError
		)

	before_update_after_submit = before_cancel = before_discard = on_trash = validate

	def before_rename(self, old, new, merge=False):
		self.validate()

	def db_update(self):
		rows, stored = self._siblings(), self._stored()
		if rows[0] is self:  # once for the table
			refuse_foreign_rows(rows, stored)
			if stored:
				self._follow_docstatus(stored)
		if not stored or self.is_new() or self._says() != stored[cstr(self.name)]._says():
			super().db_update()

	def _follow_docstatus(self, stored):
		"""Rows that were there are submitted and cancelled with their document, all in one query."""
		names = [name for name, row in stored.items() if cint(row.docstatus) != cint(self.docstatus)]
		if names:
			table, doc = frappe.qb.DocType(self.doctype), self.parent_doc
			query = frappe.qb.update(table).set(table.docstatus, cint(self.docstatus))
			query = query.set(table.modified, doc.modified).set(table.modified_by, doc.modified_by)
			query.where(table.name.isin(names)).run()

	def _validate_update_after_submit(self):
		stored = (self._stored() or {}).get(cstr(self.name))
		# the framework reads each row from the database for this, though the save has read them all
		if not stored or self._says() != stored._says():
			super()._validate_update_after_submit()

	def _siblings(self) -> list:
		rows = self.parent_doc.get(self.parentfield) if self.parent_doc else None
		return rows if rows and any(row is self for row in rows) else [self]

	def _stored(self) -> dict | None:
		"""The rows of this table as the framework has read them from the database for this save; None outside of one."""
		before = self.parent_doc and self.parent_doc.get_doc_before_save()
		# a client can send something under that name
		if not isinstance(before, Document) or before.is_new():
			return None
		return {cstr(row.name): row for row in before.get(self.parentfield) or ()}

	def _says(self) -> dict:
		values = self.get_valid_dict(convert_dates_to_str=True)
		return {key: value for key, value in values.items() if key not in _NOT_SAID}


# what changes with the document, whatever a row says
_NOT_SAID = ("modified", "modified_by", "docstatus")


def refuse_foreign_rows(rows, stored: dict | None = None) -> None:
	"""Raises ForeignRowError unless each of these rows of one table is new or stands in this table already, once.

	stored: the rows that stand there by name, if they have been read
	"""
	names = [cstr(row.name) for row in rows if row.name and not row.is_new()]
	if not names:
		return
	if stored is None:
		first = rows[0]
		place = {"parent": first.parent, "parenttype": first.parenttype, "parentfield": first.parentfield}
		stored = frappe.get_all(
			first.doctype, {**place, "name": ("in", names)}, pluck="name", limit=0, order_by=None
		)
	if len(set(names)) != len(names) or not set(names) <= set(stored):
		frappe.throw(
			_("{0}: a row belongs to another document or is gone. Reload the page and enter it anew.").format(
				_(first.doctype)
			),
			ForeignRowError,
		)
