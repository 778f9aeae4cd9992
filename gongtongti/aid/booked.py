"""Documents whose submission moves money (AID1): what is booked stays as it is, through every door of the framework."""

import frappe
from frappe import _
from frappe.utils import cint

from gongtongti.aid import ledger
from gongtongti.core.documents import OwnDocument


class BookedError(frappe.ValidationError):
	"""What is booked is not edited, cancelled, amended or deleted."""


class BookedDocument(OwnDocument):
	"""A document that moves money of its `fund` when it is submitted, and nothing else ever after.

	Subclasses say in `way_out` how a booked one is put right, and in `lock_rows` what they lock after the fund. The server
	writes into a booked document past `save`; there is no flag by which a client could do so.
	"""

	def way_out(self) -> str:
		raise NotImplementedError

	def lock_rows(self):
		"""Locks, after the fund, what comes before this document in the order of locks. Drafts do so, too."""

	def moves_money(self):
		"""Whether this save needs the lock of the fund."""
		return cint(self.docstatus)

	def insert(self, *args, **kwargs):
		self._lock_first()
		return super().insert(*args, **kwargs)

	def save(self, *args, **kwargs):
		self._lock_first()
		return super().save(*args, **kwargs)

	def _lock_first(self):
		# before the framework locks this document: see ledger.py
		if self.moves_money() and self.get("fund"):
			ledger.lock(self.fund)
		self.lock_rows()

	def before_insert(self):
		if self.get("amended_from"):
			self._refuse()

	def before_update_after_submit(self):
		self._refuse()

	def before_cancel(self):
		self._refuse()

	def before_discard(self):
		frappe.throw(_("A draft that is not needed is deleted, not cancelled."), BookedError)

	def on_trash(self):
		# with a lock: somebody may have booked it since this transaction began
		if cint(frappe.db.get_value(self.doctype, self.name, "docstatus", for_update=True)):
			self._refuse()

	def before_rename(self, old, new, merge=False):
		frappe.throw(_("{0} keeps its number: the ledger names it.").format(old), BookedError)

	def _refuse(self):
		frappe.throw(self.way_out(), BookedError, title=_("In the Ledger"))
