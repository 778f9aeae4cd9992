import frappe
from frappe import _
from frappe.utils import strip_html

from gongtongti.core.documents import OwnDocument
from gongtongti.organisation.names import clean

DRAFT, IN_FORCE, SUPERSEDED = "Draft", "In Force", "Superseded"
SIDE_BY_SIDE = "Other"  # of this type many are in force at once


class DocumentEmptyError(frappe.ValidationError):
	"""Neither text nor file."""


class DocumentKeptError(frappe.ValidationError):
	"""A version that was in force is kept; a newer one takes its place."""


class CommunityDocument(OwnDocument):
	"""A document kept with the community, with versions (ORG9). The highest version of a type is the one in force."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amended_from: DF.Link | None
		community: DF.Link
		content: DF.TextEditor | None
		document_type: DF.Literal[
			"", "Charter", "Development Plan", "Master-Teacher Training Plan", "Rotation Rules", "Other"
		]
		effective_from: DF.Date
		file: DF.Attach | None
		status: DF.Literal["Draft", "In Force", "Superseded"]
		supersedes: DF.Link | None
		title: DF.Data
		version_no: DF.Int
	# end: auto-generated types

	def save(self, *args, **kwargs):
		# before this document's own row is locked: submissions that wait for the community hold nothing others wait for
		self.lock_community()
		return super().save(*args, **kwargs)

	def validate(self):
		clean(self, "title")
		self.check_content()
		self.set_version()

	def before_submit(self):
		self.status = IN_FORCE

	def on_submit(self):
		if self.supersedes:
			frappe.db.set_value("Community Document", self.supersedes, "status", SUPERSEDED)

	def before_cancel(self):
		frappe.throw(
			_("What was in force is kept. Make a new version, which takes its place when submitted."),
			DocumentKeptError,
		)

	def check_content(self):
		content = self.content or ""
		if not self.file and not strip_html(content).strip() and "<img" not in content:
			frappe.throw(_("Please enter the text or attach the file."), DocumentEmptyError)

	def set_version(self):
		"""Number and predecessor; a draft shows what it would get today, submission fixes it.

		The community is locked, and read after that with a lock, so that two submissions cannot get one number.
		"""
		self.lock_community()
		earlier = frappe.db.get_values(
			"Community Document",
			{
				"community": self.community,
				"document_type": self.document_type,
				"docstatus": 1,
				"name": ("!=", self.name),
			},
			["name", "version_no", "status"],
			as_dict=True,
			order_by="version_no desc",
			for_update=True,
		)
		self.status = DRAFT
		self.version_no = 1 + max((row.version_no for row in earlier), default=0)
		self.supersedes = None
		if self.document_type != SIDE_BY_SIDE:
			self.supersedes = next((row.name for row in earlier if row.status == IN_FORCE), None)

	def lock_community(self):
		frappe.db.get_value("Education Community", self.community, "name", for_update=True)
