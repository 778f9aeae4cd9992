from gongtongti.organisation.names import NamedDocument, clean


class EducationSubdistrict(NamedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		office_name: DF.Data | None
		phone: DF.Data | None
		subdistrict_name: DF.Data
		subdistrict_name_key: DF.Data | None
	# end: auto-generated types

	def validate(self):
		clean(self, "office_name")
