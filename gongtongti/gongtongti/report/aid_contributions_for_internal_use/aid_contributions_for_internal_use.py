"""Aid Contributions for Internal Use (AID1, AID5): what came in, with documents, references and every donor's name."""

import frappe

from gongtongti.aid import contributions
from gongtongti.gongtongti.report.aid_contributions import aid_contributions

FILTERS = aid_contributions.FILTERS


def execute(filters=None):
	"""As Aid Contributions, of the contributions that the reader sees, reversed ones too. Raises PermissionError."""
	frappe.has_permission(contributions.CONTRIBUTION, "read", throw=True)
	return aid_contributions.version(filters, public=False)
