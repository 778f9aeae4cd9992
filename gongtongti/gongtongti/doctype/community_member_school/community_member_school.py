from gongtongti.core.documents import DocumentRow


class CommunityMemberSchool(DocumentRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		joined_on: DF.Date
		left_on: DF.Date | None
		location: DF.Literal["", "Urban", "Rural"]
		member_role: DF.Literal["Lead School", "Member School"]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		principal_name: DF.Data | None
		responsibility: DF.Literal["", "First Responsible Person", "Second Responsible Person"]
		school: DF.Link
	# end: auto-generated types
