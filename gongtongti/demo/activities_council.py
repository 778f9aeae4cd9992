"""Invented councils of the real communities."""

import frappe

from gongtongti.demo import district
from gongtongti.organisation import council

# office, area of work, whose: (place of the school in the community, place in the school's list of people)
SEATS = (
	("Council Chair", None, (0, 0)),
	("Council Vice Chair", council.PARTY, (1, 0)),
	("Secretary General", None, (0, 1)),
	("Deputy Secretary General", council.MORAL, (1, 1)),
	("Council Director", council.RESEARCH, (0, 2)),
	("Council Director", council.SPECIAL, (0, 3)),
)


def councils(builder) -> None:
	"""A council of this school year for each community; one had another before it, for one the next is named already."""
	this = builder.this_year
	terms = {number: [(this, this + 1)] for number in range(len(district.COMMUNITIES))}
	terms[0] = [(this - 3, this), *terms[0]]
	terms[1] = [*terms[1], (this + 1, this + 2)]
	for number, (lead, _stage, members) in enumerate(district.COMMUNITIES):
		schools = (lead, *members)
		for first, last in terms[number]:
			frappe.get_doc(
				{
					"doctype": council.COUNCIL,
					"community": district.community_of(lead),
					"term_start": f"{first}-09-01",
					"term_end": f"{last}-08-31",
					"seats": [
						{
							"office": office,
							"work_field": field,
							"staff": builder.staff_of[schools[school]][person],
						}
						for office, field, (school, person) in SEATS
					],
				}
			).insert(ignore_permissions=True)
