import frappe
from frappe import _
from frappe.utils import validate_url

from gongtongti.activities import audience, sharing
from gongtongti.core import relations
from gongtongti.core.documents import OwnDocument, put_back
from gongtongti.organisation import membership
from gongtongti.organisation.names import clean


class ForeignResourceError(frappe.PermissionError):
	"""A resource is its author's."""


class NotOfSchoolError(frappe.ValidationError):
	"""The account is nobody's who is in service at a school."""


class OneSourceError(frappe.ValidationError):
	"""Neither a file nor a web address, both, or a file that is not the author's."""


class WrongAudienceError(frappe.ValidationError):
	"""A community that the author's school is not in."""


class EarlierVersionError(frappe.ValidationError):
	"""What cannot be replaced: somebody else's resource, or one that is replaced or withdrawn already."""


class ResourceKeptError(frappe.ValidationError):
	"""A resource is not deleted, so that links to it go on leading somewhere."""


class SharedResource(OwnDocument):
	"""A teaching material that somebody shares with those whom they choose (ACT8)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.resource_rating.resource_rating import ResourceRating

		audience: DF.Literal["", "My School", "The Community", "Everyone with a Role"]
		author: DF.Link | None
		author_name: DF.Data | None
		author_staff: DF.Link | None
		average_stars: DF.Float
		community: DF.Link | None
		content_hash: DF.Data | None
		file: DF.Attach | None
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
		kind: DF.Literal["", "Lesson Plan", "Courseware", "Test Paper", "Recording", "Other Material"]
		licence: DF.Literal[
			"",
			"Use and Change, Naming the Author",
			"Use Unchanged, Naming the Author",
			"Ask the Author First",
		]
		link: DF.Data | None
		open_to: DF.Literal["", "Everyone with a Role"]
		ratings: DF.Table[ResourceRating]
		replaced_by: DF.Link | None
		replaces: DF.Link | None
		school: DF.Link | None
		seen_at: DF.Link | None
		seen_in: DF.Link | None
		status: DF.Literal["", "Resource in Use", "Resource Replaced", "Resource Withdrawn"]
		subject: DF.Link
		summary: DF.SmallText
		title: DF.Data
		uses: DF.Int
		version: DF.Int
		withdrawal_reason: DF.SmallText | None
	# end: auto-generated types

	def insert(self, *args, **kwargs):
		# before the framework asks whether it is within the user's reach
		self.author = frappe.session.user
		return super().insert(*args, **kwargs)

	def onload(self):
		user = frappe.session.user
		in_use = self.status == sharing.IN_USE
		self.set_onload("may_write", in_use and user == self.author)
		self.set_onload("may_withdraw", self.status != sharing.WITHDRAWN and sharing.may_withdraw(self, user))
		self.set_onload("may_rate", self.status != sharing.WITHDRAWN and user != self.author)

	def validate(self):
		before = self.get_doc_before_save()
		put_back(self, before)
		clean(self, "title")
		self.set_author(before)
		self.check_in_use()
		self.check_one_source(before)
		self.check_community()
		self.check_earlier_version(before)
		audience.spread(self)

	def after_insert(self):
		if self.replaces:
			earlier = frappe.get_doc(self.doctype, self.replaces)
			earlier.db_set({"status": sharing.REPLACED, "replaced_by": self.name})

	def on_update(self):
		relations.forget()

	def on_trash(self):
		frappe.throw(
			_("A resource is not deleted, since others may have linked to it. Withdraw it with the reason."),
			ResourceKeptError,
		)

	# -- named checks --------------------------------------------------------------------------------------------------

	def set_author(self, before):
		if before:
			if frappe.session.user != self.author:
				frappe.throw(
					_("A resource is changed by its author alone. Share one of your own."),
					ForeignResourceError,
				)
			return
		self.author = frappe.session.user
		person = audience.staff_of(self.author)
		if not person:
			frappe.throw(
				_(
					"Resources are shared by people of the schools. Ask the principal to enter your account in your staff record."
				),
				NotOfSchoolError,
			)
		self.update({"author_staff": person.name, "author_name": person.staff_name, "school": person.school})

	def check_in_use(self):
		if self.status != sharing.IN_USE:
			frappe.throw(
				_("This resource is replaced or withdrawn and stays as it is. Share a new one."),
				sharing.NotInUseError,
			)

	def check_one_source(self, before):
		if bool(self.file) == bool(self.link):
			frappe.throw(_("Give either a file or a web address, not both."), OneSourceError)
		# the framework lets javascript: pass
		if self.link and not validate_url(self.link, valid_schemes=("http", "https")):
			frappe.throw(_("Give the whole address of a web page, as the browser shows it."), OneSourceError)
		if before and before.file == self.file:
			return
		self.content_hash = None
		if self.file:
			self.content_hash = sharing.mark_of(self.file)
			if not self.content_hash:
				frappe.throw(_("Upload the file itself: this one is not yours or is gone."), OneSourceError)
			sharing.tell_of_same_file(self)

	def check_community(self):
		if self.audience not in audience.SHARED:
			frappe.throw(_("Choose who may read the resource."), WrongAudienceError)
		joined = membership.communities_of(self.school)
		if not self.community and len(joined) == 1:
			self.community = next(iter(joined))
		if self.community and self.community not in joined:
			frappe.throw(
				_("Your school is not in {0}. Choose a community of your school.").format(self.community),
				WrongAudienceError,
			)
		if self.audience == audience.COMMUNITY and not self.community:
			frappe.throw(_("Choose the community that may read the resource."), WrongAudienceError)

	def check_earlier_version(self, before):
		if before or not self.replaces:
			return
		# with the lock: two versions do not take the place of one
		fields = ["author", "status", "version"]
		earlier = frappe.db.get_value(self.doctype, self.replaces, fields, as_dict=True, for_update=True)
		if not earlier or earlier.author != self.author or earlier.status != sharing.IN_USE:
			frappe.throw(
				_("Only a resource of your own that is in use gets a new version. Choose another one."),
				EarlierVersionError,
			)
		self.version = earlier.version + 1
