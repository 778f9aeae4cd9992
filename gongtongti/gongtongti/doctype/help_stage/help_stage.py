from gongtongti.core.documents import DocumentRow


class HelpStage(DocumentRow):
	"""A stage assessment of a two-help-one group (ACT4)."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		assessed_on: DF.Date
		findings: DF.SmallText
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		progress: DF.Literal["", "Clear Progress", "Some Progress", "No Progress Yet"]
	# end: auto-generated types
