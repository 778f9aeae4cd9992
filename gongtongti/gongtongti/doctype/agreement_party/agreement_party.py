from gongtongti.core.documents import DocumentRow


class AgreementParty(DocumentRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		duties: DF.SmallText | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		party_name: DF.Data | None
		party_type: DF.Literal["Bureau", "School"]
		school: DF.Link | None
		signatory: DF.Data | None
		signed_on: DF.Date | None
	# end: auto-generated types
