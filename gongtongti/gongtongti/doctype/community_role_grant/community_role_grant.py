import frappe
from frappe import _

from gongtongti.core.documents import OwnDocument


class GrantByHandError(frappe.PermissionError):
	"""Grants follow from seats and school posts; nobody writes them, whatever the door and the role."""


class CommunityRoleGrant(OwnDocument):
	"""On record: a role that a user has by a seat or a post (ORG3). Written by `organisation/posts.py` only."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		added: DF.Check
		role: DF.Link
		source_doctype: DF.Link
		source_name: DF.DynamicLink
		source_post: DF.Data | None
		user: DF.Link
	# end: auto-generated types

	def validate(self):
		self.refuse_hands()

	def on_trash(self):
		self.refuse_hands()

	def before_rename(self, old, new, merge=False):
		self.refuse_hands()

	def refuse_hands(self):
		if not self.flags.by_posts:
			frappe.throw(
				_(
					"Roles that come with a post are not given or taken here. Change the seat in the leading group, the post at the school or the account of the staff member."
				),
				GrantByHandError,
			)
