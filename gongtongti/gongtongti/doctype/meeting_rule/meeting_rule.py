import frappe
from frappe import _
from frappe.utils import cint

from gongtongti.core.documents import OwnDocument
from gongtongti.organisation.names import clean


class RuleTwiceError(frappe.ValidationError):
	"""There is a rule of the community from that day on already."""


class RuleLengthError(frappe.ValidationError):
	"""A meeting that lasts no time, or more than a day."""


class MeetingRule(OwnDocument):
	"""When the communities meet each month (ACT6)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		community: DF.Link | None
		host: DF.Literal["", "In Rotation", "Lead School Hosts"]
		minutes: DF.Int
		place: DF.Data | None
		rule_name: DF.Data
		since: DF.Date
		start_time: DF.Time
		week_of_month: DF.Literal[
			"",
			"First of the Month",
			"Second of the Month",
			"Third of the Month",
			"Fourth of the Month",
			"Last of the Month",
		]
		weekday: DF.Literal["", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
	# end: auto-generated types

	def validate(self):
		clean(self, "rule_name", "place")
		self.check_once()
		self.check_length()

	def check_once(self):
		same = {"name": ("!=", self.name), "since": self.since}
		same["community"] = self.community or ("is", "not set")
		if other := frappe.db.get_value(self.doctype, same):
			frappe.throw(
				_("{0} is in force from that day on already. Change it, or choose another day.").format(
					other
				),
				RuleTwiceError,
			)

	def check_length(self):
		if not 0 < cint(self.minutes) <= 24 * 60:
			frappe.throw(_("A meeting lasts from 1 to {0} minutes.").format(24 * 60), RuleLengthError)
