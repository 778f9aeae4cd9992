"""The aid part of the Desk: what is printed and for whom, the figures of the workspace, the scripts of forms and lists (AID1–AID4)."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import aid_builders as aid
import frappe
import pytest
from approvals import as_
from frappe.desk.form.meta import get_meta
from frappe.utils import add_days, nowdate
from frappe.www.printview import get_html_and_style

import gongtongti
from gongtongti.aid import contributions, number_cards, payments
from gongtongti.core import boot, privacy
from gongtongti.features import DECLARED
from gongtongti.organisation import roles

APP = Path(gongtongti.__file__).parent
MODULE = APP / "gongtongti"
FORM, LIST, RECEIPT = "帮困资助申请审批表", "帮困资金发放清单", "帮困基金收款收据"
EVIL = "<img src=x onerror=alert(1)>"
ESCAPED = "&lt;img src=x onerror=alert(1)&gt;"
# every DocType of the aid part that has a form of its own
AID = (
	"Aid Application",
	"Aid Disbursement",
	"Aid Follow Up",
	"Aid Fund",
	"Aid Fund Contribution",
	"Aid Fund Entry",
	"Aid Inspection Case",
	"Aided Pupil",
	"Dropout Risk",
	"Pupil Account Record",
	"Pupil Record Access",
)


def printed(user, doctype, name, print_format, lang="zh"):
	"""What the print page of the Desk shows a user; raises PermissionError where the user may not print."""

	def ask():
		was, frappe.local.lang = frappe.local.lang, lang
		try:
			return get_html_and_style(doctype, name=name, print_format=print_format)["html"]
		finally:
			frappe.local.lang = was

	return as_(user, ask)


def refused(user, doctype, name, print_format):
	with pytest.raises(frappe.PermissionError):
		printed(user, doctype, name, print_format)


@pytest.fixture
def paid(small):
	"""A fund, two pupils, their approved applications and the payment."""
	fund = aid.fund(small, balance=5000)
	pupil = aid.pupil(small)
	other = aid.pupil(small)
	applications = [
		aid.application(small, pupil, fund, 300.5, to=aid.APPROVED),
		aid.application(small, other, fund, 200, to=aid.APPROVED),
	]
	disbursement = aid.disbursement(small, fund, applications)
	account, name = frappe.db.get_value("Aided Pupil", other, ["bank_account", "pupil_name"])
	return SimpleNamespace(
		fund=fund,
		pupils=[pupil, other],
		applications=applications,
		disbursement=disbursement,
		account=account,
		name=name,
	)


def looks(pupil, way):
	return frappe.get_all("Pupil Record Access", {"pupil": pupil, "way": way}, pluck="user")


# -- prints ------------------------------------------------------------------------------------------------------------


def test_application_form_shows_the_pupil_to_its_school_and_that_is_put_on_record(small, paid):
	user = small.leader_user[small.rural]
	html = printed(user, "Aid Application", paid.applications[0], FORM)
	for text in (
		"帮困资助申请审批表",
		paid.applications[0],
		paid.pupils[0],
		"测试",
		"人民币叁佰元零伍角整",
		"¥ 300.50",
		"生活补助",
		"状态：已发放",
		"待基础教育科审批",
		"计财科",
	):
		assert text in html, text
	assert user in looks(paid.pupils[0], "Application Printed")
	# four signatures: sent, principal, basic education, finance
	assert html.count("签批同意</td>") == 3


def test_application_form_shows_the_finance_section_a_number_only(small, paid):
	user = small.users[roles.FINANCE]
	html = printed(user, "Aid Application", paid.applications[1], FORM)
	assert paid.pupils[1] in html
	assert paid.name not in html
	assert paid.account not in html
	assert looks(paid.pupils[1], "Application Printed") == []


def test_application_form_is_refused_to_others(small, paid):
	for user in (small.outsider, small.principal_user[small.other_rural], small.users[roles.SUPERVISION]):
		refused(user, "Aid Application", paid.applications[0], FORM)


def test_payment_list_names_the_payees_to_the_finance_section(small, paid):
	html = printed(small.cashier, "Aid Disbursement", paid.disbursement, LIST)
	for text in (
		"帮困资金发放清单",
		paid.disbursement,
		paid.name,
		paid.account,
		"500.50",
		"人民币伍佰元零伍角整",
		"合计（2 笔）",
		"制表：",
		"复核：",
		"批准：",
	):
		assert text in html, text
	assert small.cashier in looks(paid.pupils[0], "Payment List")


def test_payment_list_gives_the_other_readers_numbers(small, paid):
	for role in (roles.SUPERVISION, roles.DISCIPLINE, roles.BUREAU_LEADER, roles.BASIC_EDUCATION):
		html = printed(small.users[role], "Aid Disbursement", paid.disbursement, LIST)
		assert paid.pupils[1] in html, role
		assert paid.applications[1] in html, role
		assert "500.50" in html, role
		for secret in (paid.name, paid.account, "测试&lt;"):
			assert secret not in html, role
	refused(small.outsider, "Aid Disbursement", paid.disbursement, LIST)
	refused(small.principal_user[small.rural], "Aid Disbursement", paid.disbursement, LIST)


def test_payment_list_says_what_came_back_and_what_is_not_paid_yet(small, paid):
	as_(small.cashier, payments.return_payment, paid.disbursement, paid.applications[1], "测试退回", True)
	html = printed(small.cashier, "Aid Disbursement", paid.disbursement, LIST)
	assert "已退回" in html
	assert "其中退回" in html
	assert "草稿，尚未发放" not in html
	later = aid.disbursement(small, paid.fund, [paid.applications[1]], submit=False)
	assert "草稿，尚未发放" in printed(small.cashier, "Aid Disbursement", later, LIST)


def test_receipt_is_one_only_while_the_money_is_in_the_books(small):
	fund = aid.fund(small)
	user = small.users[roles.FINANCE]
	donor = {"source": "Social Donation", "donor_name": "测试捐赠人"}
	name = aid.contribution(small, fund, 12000.05, submit=False, **donor)
	draft = printed(user, "Aid Fund Contribution", name, RECEIPT)
	assert "未入账，不作收据" in draft

	as_(user, frappe.get_doc("Aid Fund Contribution", name).submit)
	html = printed(user, "Aid Fund Contribution", name, RECEIPT)
	for text in ("捐赠收据", name, "12,000.05", "人民币壹万贰仟元零伍分", fund, "测试捐赠人", "经办人："):
		assert text in html, text
	assert "未入账" not in html
	assert "已冲销" not in html

	as_(user, contributions.reverse, name, "测试冲销")
	assert "已冲销" in printed(user, "Aid Fund Contribution", name, RECEIPT)
	refused(small.outsider, "Aid Fund Contribution", name, RECEIPT)
	refused(small.principal_user[small.rural], "Aid Fund Contribution", name, RECEIPT)


def test_receipt_of_an_anonymous_donor_and_of_the_budget(small):
	fund = aid.fund(small)
	user = small.users[roles.FINANCE]
	anonymous = aid.contribution(small, fund, 100, source="Social Donation", anonymous=1)
	assert "匿名爱心人士" in printed(user, "Aid Fund Contribution", anonymous, RECEIPT)
	budget = printed(user, "Aid Fund Contribution", aid.contribution(small, fund, 100), RECEIPT)
	assert "帮困基金收款收据" in budget
	assert "捐赠收据" not in budget


def test_nothing_that_somebody_typed_in_is_read_as_markup_on_paper(small, paid):
	"""Whatever the checks on entry let pass one day: it is written past them here."""
	donor = {"source": "Social Donation", "donor_name": "测试捐赠人"}
	contribution = aid.contribution(small, paid.fund, 10, **donor)
	pupil, application = paid.pupils[0], paid.applications[0]
	for doctype, name, fields in (
		(
			"Aided Pupil",
			pupil,
			(
				"pupil_name",
				"class_name",
				"guardian_name",
				"payee_name",
				"bank_name",
				"hardship_details",
				"address",
			),
		),
		("Aid Application", application, ("need",)),
		("Aid Disbursement", paid.disbursement, ("payment_reference",)),
		("Aid Fund Contribution", contribution, ("donor_name", "payment_reference")),
	):
		frappe.db.set_value(doctype, name, dict.fromkeys(fields, EVIL))
	kept = {"pupil": pupil, "disbursement": paid.disbursement}
	frappe.db.set_value("Pupil Account Record", kept, {"payee_name": EVIL, "bank_name": EVIL})
	signature = frappe.get_all("Approval Signature", {"parent": application}, pluck="name", limit=1)[0]
	frappe.db.set_value("Approval Signature", signature, {"remarks": EVIL, "signer_name": EVIL})
	for user, doctype, name, print_format, times in (
		(small.leader_user[small.rural], "Aid Application", application, FORM, 10),
		(small.cashier, "Aid Disbursement", paid.disbursement, LIST, 4),
		(small.cashier, "Aid Fund Contribution", contribution, RECEIPT, 2),
	):
		html = printed(user, doctype, name, print_format)
		assert EVIL not in html, print_format
		assert html.count(ESCAPED) == times, print_format


def test_print_formats_are_the_default_of_their_documents_and_speak_both_languages(small, paid):
	for doctype, print_format in (
		("Aid Application", FORM),
		("Aid Disbursement", LIST),
		("Aid Fund Contribution", RECEIPT),
	):
		assert frappe.get_meta(doctype).default_print_format == print_format
		found = frappe.db.get_value(
			"Print Format", print_format, ["doc_type", "standard", "custom_format", "disabled"]
		)
		assert found == (doctype, "Yes", 1, 0)
	user = small.leader_user[small.rural]
	english = printed(user, "Aid Application", paid.applications[0], FORM, lang="en")
	assert "Aid Application Form" in english
	assert "申请" not in english


# -- workspace ---------------------------------------------------------------------------------------------------------


def value(user, card):
	return as_(user, getattr(number_cards, card))["value"]


def count_of(user, card):
	"""How many rows the list has that a card leads to."""

	def ask():
		answer = getattr(number_cards, card)()
		filters = [
			[answer["route"][1], fieldname, *(value if isinstance(value, list) else ("=", value))]
			for fieldname, value in answer["route_options"].items()
		]
		return len(frappe.get_list(answer["route"][1], filters=filters, limit=0, pluck="name"))

	return as_(user, ask)


def test_applications_waiting_are_counted_for_whoever_has_them_in_hand(small):
	fund = aid.fund(small, balance=5000)
	principal, basic = small.principal_user[small.rural], small.users[roles.BASIC_EDUCATION]
	before = value(principal, "waiting_for_me"), value(basic, "waiting_for_me")
	first = aid.application(small, aid.pupil(small), fund, to=aid.PRINCIPAL)
	aid.application(small, aid.pupil(small), fund, to=aid.PRINCIPAL)
	assert value(principal, "waiting_for_me") == before[0] + 2
	assert value(basic, "waiting_for_me") == before[1]
	aid.bring(small, first, aid.BASIC)
	assert value(principal, "waiting_for_me") == before[0] + 1
	assert value(basic, "waiting_for_me") == before[1] + 1
	for user in (principal, basic):
		assert count_of(user, "waiting_for_me") == value(user, "waiting_for_me")


def test_what_is_to_be_paid_is_counted_for_whoever_may_pay_it(small):
	fund = aid.fund(small, balance=5000)
	chief, cashier, basic = small.users[roles.FINANCE], small.cashier, small.users[roles.BASIC_EDUCATION]
	before = {user: value(user, "to_be_paid") for user in (chief, cashier, basic)}
	one, two = (aid.application(small, aid.pupil(small), fund, to=aid.APPROVED) for _i in range(2))
	grown = lambda user: value(user, "to_be_paid") - before[user]  # noqa: E731
	assert (grown(cashier), grown(basic)) == (2, 2)
	assert grown(chief) == 0  # who has signed them would be refused
	assert count_of(cashier, "to_be_paid") == value(cashier, "to_be_paid")
	draft = aid.disbursement(small, fund, [one], submit=False)
	as_(cashier, payments.prepare, draft)
	assert grown(cashier) == 1
	aid.disbursement(small, fund, [two])
	assert grown(cashier) == 0


def test_the_form_of_a_payment_knows_who_would_be_refused(small):
	fund = aid.fund(small, balance=5000)
	name = aid.disbursement(
		small, fund, [aid.application(small, aid.pupil(small), fund, to=aid.APPROVED)], submit=False
	)

	def told(user):
		def ask():
			doc = frappe.get_doc("Aid Disbursement", name)
			doc.run_method("onload")
			return (doc.get("__onload") or {}).get("had_part")

		return as_(user, ask)

	assert told(small.cashier) is False
	assert told(small.users[roles.FINANCE]) is True  # has signed it
	with pytest.raises(payments.SamePersonError):
		as_(small.users[roles.FINANCE], payments.prepare, name)
	as_(small.cashier, payments.prepare, name)
	assert told(small.users[roles.FINANCE]) is True


def test_what_is_late_is_counted_and_listed_for_the_chiefs_of_aid(small):
	from gongtongti.gongtongti.report.pending_approvals import pending_approvals

	fund = aid.fund(small, balance=5000)
	late = aid.application(small, aid.pupil(small), fund, to=aid.BASIC)
	at_finance = aid.application(small, aid.pupil(small), fund, to=aid.FINANCE)
	for name in (late, at_finance):
		frappe.db.set_value("Aid Application", name, "pending_since", add_days(nowdate(), -60))
	chief, cashier, basic = small.users[roles.FINANCE], small.cashier, small.users[roles.BASIC_EDUCATION]
	leader, stranger = small.leader_user[small.rural], small.leader_user[small.other_rural]

	def shown(user, **filters):
		rows = as_(user, pending_approvals.execute, filters)[1]
		return {row["name"] for row in rows} & {late, at_finance}

	for user in (chief, cashier, basic, leader):
		assert shown(user, overdue_only=1) == {late, at_finance}
		assert as_(user, pending_approvals.overdue)["value"] >= 2
	assert (shown(chief, mine_only=1), shown(cashier, mine_only=1)) == ({at_finance}, set())
	assert (shown(basic, mine_only=1), shown(basic, step=aid.BASIC)) == ({late}, {late})
	for user in (stranger, small.users[roles.SUPERVISION], small.users[roles.GROUP_HEAD], small.clerk):
		assert not shown(user)
	assert not shown(leader, community=small.community)
	assert shown(leader, school=small.rural) == {late, at_finance}
	[row] = [row for row in as_(basic, pending_approvals.execute, {})[1] if row["name"] == late]
	assert (row["document_type"], row["subject_matter"], row["school"]) == (
		"Aid Application",
		"Living Allowance",
		small.rural,
	)
	# what no row tells takes no room
	told = {column["fieldname"] for column in as_(basic, pending_approvals.execute, {})[0]}
	assert {"school", "with_whom", "waiting_days"} <= told and not told & {"staff_name", "host_school"}


def test_what_waits_of_aid_is_neither_exported_nor_mailed():
	ref_doctype = frappe.db.get_value("Report", "Pending Approvals", "ref_doctype")
	for role in (*roles.SCHOOL_LEADERS, roles.BASIC_EDUCATION, roles.FINANCE):
		assert DECLARED.may(role, ref_doctype, "report") and not DECLARED.may(role, ref_doctype, "export")
	mailing = frappe.get_doc({"doctype": "Auto Email Report", "report": "Pending Approvals"})
	with pytest.raises(privacy.NotMailedError):
		privacy.refuse_mailing(mailing)


def test_an_account_that_ends_like_another_does_not_count_its_applications(small):
	fund = aid.fund(small, balance=5000)
	name = aid.application(small, aid.pupil(small), fund, to=aid.PRINCIPAL)
	principal = small.principal_user[small.rural]
	before = value(principal, "waiting_for_me")
	frappe.db.set_value("Aid Application", name, "_assign", json.dumps([f"x{principal}"]))
	assert value(principal, "waiting_for_me") == before - 1


def test_available_money_is_shown_in_ten_thousand_yuan_without_closed_funds(small):
	finance = small.users[roles.FINANCE]
	before = float(value(finance, "available"))
	aid.fund(small, balance=23400)
	aid.fund(small, "测试区级基金", level="District", balance=100)
	assert round(float(value(finance, "available")) - before, 2) == 2.35
	frappe.db.set_value("Aid Fund", "测试区级基金", "status", "Closed")
	assert round(float(value(finance, "available")) - before, 2) == 2.34


def test_risks_and_overdue_visits_are_counted_at_the_own_school_only(small):
	own, other = small.leader_user[small.rural], small.leader_user[small.other_rural]
	basic = small.users[roles.BASIC_EDUCATION]
	before = {
		user: (value(user, "dropout_risks"), value(user, "visits_overdue")) for user in (own, other, basic)
	}

	def risk(visit_by):
		pupil = aid.pupil(small)
		values = {"pupil": pupil, "cause": "Other Cause", "visit_by": nowdate()}
		name = as_(own, frappe.get_doc({"doctype": "Dropout Risk", **values}).insert).name
		frappe.db.set_value("Dropout Risk", name, "visit_by", visit_by)
		return name

	late, visited = risk(add_days(nowdate(), -3)), risk(add_days(nowdate(), -3))
	risk(add_days(nowdate(), 3))
	frappe.db.set_value("Dropout Risk", visited, {"status": "Family Visited", "last_visit": nowdate()})
	for user in (own, basic):
		assert value(user, "dropout_risks") == before[user][0] + 3
		assert value(user, "visits_overdue") == before[user][1] + 1
		assert count_of(user, "dropout_risks") == value(user, "dropout_risks")
		assert count_of(user, "visits_overdue") == value(user, "visits_overdue")
	assert (value(other, "dropout_risks"), value(other, "visits_overdue")) == before[other]
	frappe.db.set_value("Dropout Risk", late, "status", "Risk Resolved")
	assert value(own, "visits_overdue") == before[own][1]


@pytest.mark.parametrize(
	("card", "role"),
	[
		("waiting_for_me", roles.PERSONNEL),
		("waiting_for_me", roles.SUPERVISION),
		("available", roles.SECOND_PRINCIPAL),
		("available", roles.PERSONNEL),
		("dropout_risks", roles.FINANCE),
		("visits_overdue", roles.DISCIPLINE),
	],
)
def test_cards_of_the_aid_part_tell_nothing_to_those_who_may_not_read_it(small, card, role):
	with pytest.raises(frappe.PermissionError):
		value(small.users[role], card)


def test_cards_are_offered_to_those_only_who_get_an_answer(small):
	"""The Desk asks for a card's figure where its DocType can be read: a refusal would be an error on the workspace."""
	files = (MODULE / "number_card").glob("*/*.json")
	cards = [doc for path in files if (doc := json.loads(path.read_text("utf-8"))).get("method")]
	assert len(cards) >= 8
	for role, user in small.users.items():
		for card in cards:
			if frappe.db.exists("Number Card", card["name"]) and as_(
				user, frappe.has_permission, "Number Card", "read", doc=card["name"]
			):
				answer = as_(user, frappe.get_attr(card["method"]))
				assert float(answer["value"]) >= 0, (role, card["name"])


# -- scripts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("doctype", AID)
def test_forms_and_lists_of_the_aid_part_have_their_scripts(engine, doctype):
	meta = get_meta(doctype, cached=False)
	for code in (meta.get("__js"), meta.get("__list_js")):
		assert doctype in code
		assert "{%" not in code


def test_amounts_in_lists_come_with_their_currency():
	"""Without it the list shows them in the site's own currency, which may be any."""
	for path in sorted((MODULE / "doctype").glob("*/*.json")):
		doc = json.loads(path.read_text("utf-8"))
		shown = [f for f in doc["fields"] if f["fieldtype"] == "Currency" and f.get("in_list_view")]
		if shown and not doc.get("istable"):
			script = path.with_name(f"{path.stem}_list.js").read_text("utf-8")
			assert '"currency"' in re.search(r"add_fields: \[([^\]]*)\]", script)[1], path.name


@pytest.mark.parametrize(
	"doctype, first",
	[
		("Aid Fund", "balance"),
		("Aid Fund Contribution", "amount"),
		("Aid Fund Entry", "amount"),
		("Aid Disbursement", "total"),
	],
)
def test_amounts_are_seen_in_lists_on_a_small_screen(doctype, first):
	"""Up to 1366 pixels the list has four columns: what names the row, its status if it has one, and then the fields."""
	meta = frappe.get_meta(doctype)
	others = [
		f.fieldname for f in meta.fields if f.in_list_view and f.fieldname not in (meta.title_field, "status")
	]
	assert first in others[: 2 if meta.has_field("status") else 3]


def test_browser_gets_a_sign_for_the_yuan_unless_the_site_has_one():
	assert "gongtongti.core.boot.yuan" in frappe.get_hooks("extend_bootinfo", app_name="gongtongti")
	for docs, sign in (
		([], "¥"),
		([{"doctype": ":Currency", "name": "CNY", "symbol": None}], "¥"),
		([{"doctype": ":Currency", "name": "CNY", "symbol": "元"}], "元"),
	):
		bootinfo = frappe._dict(docs=docs)
		boot.yuan(bootinfo)
		assert [row["symbol"] for row in bootinfo.docs if row["name"] == "CNY"] == [sign]


def test_scripts_ask_for_functions_that_can_be_called():
	asked = {}
	for path in [*MODULE.rglob("*.js"), *(APP / "public" / "js").glob("*.js")]:
		script = re.sub(r"frappe\.provide\([^)]*\)", "", path.read_text("utf-8"))
		for name in re.findall(r'"(?:/api/method/)?(gongtongti(?:\.\w+)+)"', script):
			asked[name] = path.name
	assert "gongtongti.aid.payments.payable" in asked
	for name, script in asked.items():
		assert frappe.get_attr(name) in frappe.whitelisted, (name, script)
