import frappe
from frappe import _
from frappe.utils import add_days, cstr, getdate, nowdate

from gongtongti.core import relations
from gongtongti.core.documents import OwnDocument
from gongtongti.core.names import normal_form
from gongtongti.exchange import endings
from gongtongti.organisation import posts, roles, service
from gongtongti.organisation.names import clean

LEVELS = ("School Level", "District Level", "City Level", "Provincial Level", "National Level")
# 骨干教师 and the two honours that rank above it, given by the district or higher
BACKBONE = ("Backbone Teacher", "Subject Leader", "Special-Grade Teacher")
IN_SERVICE = "In Service"

KEEPERS = (roles.ADMINISTRATOR, roles.PERSONNEL)
# What decides who may be placed and who signs is kept by the personnel section, not by the schools concerned
KEPT = ("school", "at_school_since", "position", "cadre_status", "user")
# a school enters new members of staff of this kind by itself
PLAIN = {"position": "Teacher", "cadre_status": "Not a Cadre", "user": ""}
# changes that concern a school at which this person holds a post
OF_CONCERN = ("staff_name", "school", "status", "position", "user")


class PersonnelFieldError(frappe.PermissionError):
	"""School, position, cadre status and account are kept by the personnel section."""


class OwnRecordError(frappe.PermissionError):
	"""Nobody changes these on their own record."""


class AccountTakenError(frappe.ValidationError):
	"""The account belongs to another member of staff."""


class StaffDatesError(frappe.ValidationError):
	"""Left before having come, or came in the far future."""


class HonourTwiceError(frappe.ValidationError):
	"""The same honour of the same level twice."""


class SchoolStaff(OwnDocument):
	IDENTIFIERS = ("staff_no",)

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from gongtongti.gongtongti.doctype.staff_honour.staff_honour import StaffHonour
		from gongtongti.gongtongti.doctype.staff_service.staff_service import StaffService
		from gongtongti.gongtongti.doctype.staff_subject.staff_subject import StaffSubject

		at_school_since: DF.Date
		cadre_status: DF.Literal["Not a Cadre", "Cadre", "Reserve Cadre"]
		gender: DF.Literal["", "Male", "Female"]
		honour_level: DF.Literal[
			"", "School Level", "District Level", "City Level", "Provincial Level", "National Level"
		]
		honours: DF.Table[StaffHonour]
		is_backbone: DF.Check
		left_on: DF.Date | None
		phone: DF.Data | None
		position: DF.Literal["Teacher", "School Principal", "Vice Principal", "Other School Leader"]
		school: DF.Link
		services: DF.Table[StaffService]
		staff_name: DF.Data
		staff_no: DF.Data | None
		staff_no_key: DF.Data | None
		status: DF.Literal["In Service", "Transferred Away", "Retired", "Left the Service"]
		subject: DF.Link | None
		subjects: DF.Table[StaffSubject]
		user: DF.Link | None
	# end: auto-generated types

	def before_insert(self):
		clean(self, "staff_name", "staff_no")

	def validate(self):
		clean(self, "staff_name", "staff_no")
		self.take_back_services()
		self.check_keeper()
		self.check_own_record()
		self.check_account()
		posts.refuse_own_gain(self)
		self.set_leaving_date()
		self.check_dates()
		service.keep_in_step(self)
		self.check_honours()
		self.set_subjects()
		self.set_honour_level()

	def on_update(self):
		relations.forget()
		self.bring_schools_into_step()  # first: schools are locked before accounts, as when a school is saved
		posts.sync(self)
		posts.sync_councils(self)
		before = self.get_doc_before_save()
		if before and service.rows_of(self) != service.rows_of(before):
			endings.end_outlived(self.name)

	def on_trash(self):
		posts.withdraw(self)

	def take_back_services(self):
		"""The history of service is written by the system, and put right by whoever keeps the records."""
		if self._is_keeper():
			return
		before = self.get_doc_before_save()
		self.set("services", [row.as_dict() for row in before.services] if before else [])

	def _is_keeper(self):
		return frappe.session.user == "Administrator" or not set(KEEPERS).isdisjoint(frappe.get_roles())

	def check_keeper(self):
		"""Otherwise a school could make cadres, or put an account of its choice on the post of the principal (EX5)."""
		if self._is_keeper():
			return
		changed = self._kept_changes()
		if not self.is_new() and self._changed("status") and self._posts():
			changed.append("status")
		if changed:
			frappe.throw(
				_("{0} is kept by the personnel section. Please ask it for the change.").format(
					", ".join(_(self.meta.get_label(fieldname)) for fieldname in changed)
				),
				PersonnelFieldError,
			)

	def check_own_record(self):
		"""Who keeps the records does not make oneself a cadre, or a principal who signs."""
		me = frappe.session.user
		before = self.get_doc_before_save()
		if me == "Administrator" or me not in (self.user, before and before.user):
			return
		if changed := self._kept_changes():
			posts.report_attempt(self, [self.meta.get_label(fieldname) for fieldname in changed])
			frappe.throw(
				_(
					"You cannot change school, position, cadre status or account on your own record. Ask a colleague."
				),
				OwnRecordError,
			)

	def check_account(self):
		if not self.user or not self._changed("user"):
			return
		posts.refuse_unfit_accounts([self.user])
		other = frappe.db.get_value("School Staff", {"user": self.user, "name": ("!=", self.name)})
		if other:
			frappe.throw(
				_("The account {0} belongs to the staff record {1} already. Choose another account.").format(
					self.user, other
				),
				AccountTakenError,
			)

	def set_leaving_date(self):
		if self.status == IN_SERVICE:
			self.left_on = None
		else:
			self.left_on = self.left_on or nowdate()

	def check_dates(self):
		if getdate(self.at_school_since) > getdate(add_days(nowdate(), 366)):
			frappe.throw(_("The date of coming to this school lies more than a year ahead."), StaffDatesError)
		if self.left_on and getdate(self.left_on) < getdate(self.at_school_since):
			frappe.throw(_("Nobody leaves before having come. Please correct the dates."), StaffDatesError)

	def check_honours(self):
		seen = set()
		for row in self.honours:
			key = (row.honour, row.level, str(row.awarded_on or ""), normal_form(row.certificate_no))
			if key in seen:
				frappe.throw(
					_("Row {0}: this honour is listed already. Remove the row.").format(row.idx),
					HonourTwiceError,
				)
			seen.add(key)

	def set_subjects(self):
		"""Other subjects only once, and without the main one."""
		seen = {self.subject}
		for row in list(self.subjects):
			if row.subject in seen:
				self.remove(row)
			seen.add(row.subject)
		for idx, row in enumerate(self.subjects, 1):
			row.idx = idx

	def set_honour_level(self):
		levels = [LEVELS.index(row.level) for row in self.honours if row.level in LEVELS]
		self.honour_level = LEVELS[max(levels)] if levels else None
		self.is_backbone = int(
			any(row.honour in BACKBONE and row.level in LEVELS[1:] for row in self.honours)
		)

	def bring_schools_into_step(self):
		"""A school's accounts follow this record; whoever leaves, moves or loses the position leaves the post vacant."""
		if not any(self._changed(fieldname) for fieldname in OF_CONCERN):
			return
		for school, post in self._posts():
			doc = frappe.get_doc("Community School", school, for_update=True)
			if not posts.may_hold(self, post, school):
				doc.set(post, None)
				frappe.msgprint(
					_("{0}: the post {1} is vacant now. Please name a successor.").format(
						school, _(doc.meta.get_label(post))
					)
				)
			doc.save(ignore_permissions=True)

	def _posts(self):
		"""[(school, field of Community School)] of the posts that this person holds."""
		rows = frappe.get_all(
			"Community School",
			or_filters=[[post, "=", self.name] for post in posts.POSITIONS_FOR],
			fields=["name", *posts.POSITIONS_FOR],
			order_by="name",
		)
		return [(row.name, post) for row in rows for post in posts.POSITIONS_FOR if row[post] == self.name]

	def _kept_changes(self):
		if self.is_new():
			return [fieldname for fieldname, plain in PLAIN.items() if cstr(self.get(fieldname)) != plain]
		changed = [fieldname for fieldname in KEPT if self._changed(fieldname)]
		if service.rows_of(self) != service.rows_of(self.get_doc_before_save()):
			changed.append("services")
		return changed

	def _changed(self, fieldname):
		before = self.get_doc_before_save()
		return not before or cstr(before.get(fieldname)) != cstr(self.get(fieldname))
