from gongtongti.organisation.names import NamedDocument


class TeachingSubject(NamedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		disabled: DF.Check
		subject_name: DF.Data
		subject_name_key: DF.Data | None
	# end: auto-generated types
