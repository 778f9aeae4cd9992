"""Aid Contributions (AID1, AID5): what came into the aid funds, from whom, in the version that may be put up on the wall.

It names budget and schools, and of the donors those who agreed to it; it holds no number of a document or a payment, and
nothing that was reversed. Everybody gets it of all funds: it is public money. What only those see who read contributions
is a report of its own, so that its title and the name of its file say so: Aid Contributions for Internal Use.
"""

import frappe
from frappe import _

from gongtongti.aid import contributions
from gongtongti.core import access, money, report

FILTERS = {
	"fund": ("Aid Fund", report.link, "Aid Fund"),
	"from_date": ("Period From", report.day),
	"to_date": ("Period To", report.day),
	"source": ("Source of Money", report.choice, contributions.CONTRIBUTION, "source"),
}
ANONYMOUS = "Anonymous Well-Wisher"
PUBLIC_FIELDS = (
	"posting_date",
	"fund",
	"source",
	"school",
	"anonymous",
	"donor_name",
	"publish_name",
	"amount",
	"status",
)
OWN_FIELDS = ("name", "received_on", "payment_reference", "remarks")


def execute(filters=None):
	"""Columns, rows (the last one the total), message, chart and summary; money is in yuan, days are days of posting.

	AID1, AID5 (document 1 §4.3). One statement for the rows. Raises ReportFilterError.
	"""
	return version(filters, public=True)


def version(filters, public: bool):
	"""The report as the public or as the readers of contributions are to see it."""
	filters = report.read_filters(filters, FILTERS)
	if filters.from_date and filters.to_date:
		report.refuse_backwards(filters.from_date, filters.to_date)
	found = booked(filters, public)
	total = frappe._dict(amount=sum(row.amount for row in found), reversed=sum(row.reversed for row in found))
	if public:
		message = _("Public version. Donors are named only if they agreed; what was reversed is left out.")
		table = public_rows(found, total)
	else:
		message = _(
			"For internal use: it names donors who do not want to be named in public. Not to be put up."
		)
		table = own_rows(found, total)
	return columns(public), table, message, chart(found), summary(found, total, public), True


def booked(filters, public: bool) -> list[frappe._dict]:
	"""The contributions that were booked, by day, with `amount` and `reversed` (0 or the amount) in fen.

	The public version: all that stand. Otherwise those that the reader sees, also reversed ones.
	"""
	doc = frappe.qb.DocType(contributions.CONTRIBUTION)
	fields = PUBLIC_FIELDS if public else PUBLIC_FIELDS + OWN_FIELDS
	query = frappe.qb.from_(doc).select(*(doc[field] for field in fields)).where(doc.docstatus == 1)
	if public:
		query = query.where(doc.status == contributions.BOOKED)
	else:
		query = access.visible(query, contributions.CONTRIBUTION, doc)
	for field in ("fund", "source"):
		if filters[field]:
			query = query.where(doc[field] == filters[field])
	if filters.from_date:
		query = query.where(doc.posting_date >= filters.from_date)
	if filters.to_date:
		query = query.where(doc.posting_date <= filters.to_date)
	found = query.orderby(doc.posting_date).orderby(doc.name).run(as_dict=True)
	for row in found:
		row.amount = money.stored_fen(row.amount)
		row.reversed = row.amount if row.status == contributions.REVERSED else 0
		row.posting_date = report.as_date(row.posting_date)
	return found


def named(row, public: bool) -> str:
	"""Whom a contribution is said to come from."""
	if row.source == contributions.SCHOOL:
		return row.school
	unnamed = row.anonymous or (public and not row.publish_name)
	if row.source == contributions.DONOR and unnamed:
		return _(ANONYMOUS)
	return row.donor_name


def columns(public: bool) -> list[dict]:
	day = report.column("posting_date", _("Booked On"), "Date", 110)
	fund = report.link_column("fund", _("Aid Fund"), "Aid Fund", 200)
	source = report.column("source", _("Source of Money"), width=100)
	contributor = report.column("contributor", _("Contributor"), width=220)
	amount = report.money_column("amount", _("Sum of Money"), 140)
	if public:
		return [day, fund, source, contributor, amount]
	return [
		day,
		report.column("received_on", _("Money Received On"), "Date", 110),
		report.link_column("name", _("Aid Fund Contribution"), contributions.CONTRIBUTION, 140),
		fund,
		source,
		contributor,
		report.column("may_publish", _("Name May Be Published"), width=110),
		amount,
		report.money_column("reversed", _("Reversed"), 140),
		report.column("payment_reference", _("Bank Reference"), width=150),
		report.column("remarks", _("Further Remarks"), width=200),
	]


def public_rows(found: list, total) -> list[dict]:
	"""The rows of the public version: these fields, and no other."""
	translated, yuan, currency = report.Translations(), money.yuan, money.CURRENCY
	table = [
		{
			"posting_date": row.posting_date, "fund": row.fund, "source": translated[row.source],
			"contributor": named(row, public=True), "amount": yuan(row.amount), "currency": currency,
		}
		for row in found
	]  # fmt: skip
	if table:
		table.append(
			{
				"source": translated["Sum Total"],
				"amount": yuan(total.amount),
				"currency": currency,
				"is_total": 1,
			}
		)
	return table


def own_rows(found: list, total) -> list[dict]:
	"""The rows for those who may read contributions."""
	translated, yuan, currency = report.Translations(), money.yuan, money.CURRENCY
	table = [
		{
			"posting_date": row.posting_date, "received_on": report.as_date(row.received_on), "name": row.name,
			"fund": row.fund, "source": translated[row.source], "contributor": named(row, public=False),
			"may_publish": translated["Yes" if row.publish_name else "No"] if row.source == contributions.DONOR else "",
			"amount": yuan(row.amount), "reversed": yuan(row.reversed) if row.reversed else None,
			"payment_reference": row.payment_reference, "remarks": row.remarks, "currency": currency,
		}
		for row in found
	]  # fmt: skip
	if table:
		table.append(
			{
				"source": translated["Sum Total"], "amount": yuan(total.amount), "reversed": yuan(total.reversed),
				"currency": currency, "is_total": 1,
			}
		)  # fmt: skip
	return table


def chart(found: list) -> dict | None:
	"""What came from each source and stands."""
	by_source = {}
	for row in found:
		by_source[row.source] = by_source.get(row.source, 0) + row.amount - row.reversed
	sources = [
		source for source in report.options(contributions.CONTRIBUTION, "source") if by_source.get(source)
	]
	return report.money_bars(
		[_(source) for source in sources],
		[(_("What Stands"), [by_source[source] for source in sources])],
		colors=["#2490ef"],
	)


def summary(found: list, total, public: bool) -> list[dict]:
	"""How many contributions, how much, and for those who see reversed ones how much of it stands."""
	cards = [report.card(_("Contributions"), len(found)), report.money_card(_("Sum of Money"), total.amount)]
	if public:
		return cards
	return [
		*cards,
		report.money_card(_("Reversed"), total.reversed, "Red" if total.reversed else "Green"),
		report.money_card(_("What Stands"), total.amount - total.reversed, "Green"),
	]
