import frappe
from frappe import _

from gongtongti.activities import audience
from gongtongti.core import access, relations
from gongtongti.core.documents import OwnDocument
from gongtongti.organisation.names import clean


class ForeignReflectionError(frappe.PermissionError):
	"""A reflection is its author's."""


class NotOfSchoolError(frappe.ValidationError):
	"""The account is nobody's who is in service at a school."""


class NothingToReflectError(frappe.ValidationError):
	"""A reflection about something else than an activity or a placement."""


class Reflection(OwnDocument):
	"""What somebody took from an activity or a placement, read by those whom its author chose (ACT10)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		about: DF.DynamicLink
		about_type: DF.Literal["", "Community Activity", "Exchange Placement"]
		audience: DF.Literal["", "Only Me", "My School", "The Community", "Everyone with a Role"]
		author: DF.Link | None
		author_name: DF.Data | None
		author_staff: DF.Link | None
		community: DF.Link | None
		open_to: DF.Literal["", "Everyone with a Role"]
		school: DF.Link | None
		seen_at: DF.Link | None
		seen_in: DF.Link | None
		title: DF.Data
		words: DF.Text
	# end: auto-generated types

	OF_AUTHOR = ("author", "author_staff", "author_name", "school")

	def insert(self, *args, **kwargs):
		# before the framework asks whether it is within the user's reach
		self.author = frappe.session.user
		return super().insert(*args, **kwargs)

	def validate(self):
		before = self.get_doc_before_save()
		clean(self, "title")
		self.set_author(before)
		self.check_about(before)
		audience.spread(self)

	def on_update(self):
		relations.forget()

	def on_trash(self):
		if frappe.session.user not in (
			frappe.db.get_value(self.doctype, self.name, "author"),
			"Administrator",
		):
			self.refuse()

	# -- named checks --------------------------------------------------------------------------------------------------

	def set_author(self, before):
		if before:
			self.update({fieldname: before.get(fieldname) for fieldname in self.OF_AUTHOR})
			if frappe.session.user != self.author:
				self.refuse()
			return
		person = audience.staff_of(self.author)
		if not person:
			frappe.throw(
				_(
					"Reflections are written by people of the schools. Ask the principal to enter your account in your staff record."
				),
				NotOfSchoolError,
			)
		self.update({"author_staff": person.name, "author_name": person.staff_name, "school": person.school})

	def refuse(self):
		frappe.throw(
			_("A reflection is written and deleted by its author alone. Write one of your own."),
			ForeignReflectionError,
		)

	def check_about(self, before):
		"""What somebody may not read nobody writes about, and so learns nothing of its community."""
		if before and (before.about_type, before.about) == (self.about_type, self.about):
			self.community = before.community
			return
		if self.about_type not in audience.ABOUT:
			frappe.throw(
				_("Choose an activity or a placement that the reflection is about."), NothingToReflectError
			)
		access.refuse_unseen(self.about_type, self.about)
		self.community, docstatus = frappe.db.get_value(
			self.about_type, self.about, ["community", "docstatus"]
		)
		if not docstatus:
			# a draft is deleted when it is not needed: what is written about it would show itself by being in the way
			frappe.throw(
				_("{0} is not approved yet. Choose an approved activity or placement.").format(self.about),
				NothingToReflectError,
			)
