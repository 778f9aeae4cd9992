from gongtongti.core import signers
from gongtongti.core.documents import DocumentRow


class ApprovalSignature(DocumentRow):
	KEPT = True

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		capacity: DF.Literal[
			"",
			"First Responsible Principal",
			"Second Responsible Principal",
			"School Leader in Charge",
			"Personnel Section",
			"Leading Group Head",
			"Subdistrict Education Office",
			"Basic Education Section",
			"Finance Section",
		]
		decision: DF.Literal[
			"", "Send for Approval", "Agree", "Send Back", "Disagree", "Withdraw from Approval", "Endorse"
		]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		signed_on: DF.Datetime | None
		signer: DF.Link | None
		signer_name: DF.Data | None
		step: DF.Literal[
			"",
			"Placement Draft",
			"Awaiting Home Principal",
			"Awaiting Host Principal",
			"Awaiting Personnel Section",
			"Awaiting Leading Group",
			"Placement Approved",
			"Placement Not Approved",
			"Placement Cancelled",
			"Placement Withdrawn",
			"Change Draft",
			"Change Awaiting Personnel Section",
			"Change Awaiting Leading Group",
			"Change Approved",
			"Change Not Approved",
			"Change Withdrawn",
			"Aid Draft",
			"Awaiting School Principal",
			"Awaiting Basic Education Section",
			"Awaiting Finance Section",
			"Aid Approved",
			"Aid Not Approved",
			"Aid Withdrawn",
		]
		remarks: DF.SmallText | None
	# end: auto-generated types

	def get_invalid_links(self, *args, **kwargs):
		"""Nothing to look up: whatever a client sends here is replaced, and the app writes whoever is signed in."""
		return [], []

	def _validate_selects(self):
		"""The options name the steps and roles of this app; other apps have theirs (gongtongti_policy)."""

	def db_insert(self, *args, **kwargs):
		signers.written(self.parent)
		return super().db_insert(*args, **kwargs)

	def db_update(self, *args, **kwargs):
		signers.written(self.parent)
		return super().db_update(*args, **kwargs)
