"""A pupil whose every word is a canary, committed with all that hangs on it, for the tests that try the doors (AID4).

`bird` is committed once per module that asks for it and removed at its end.
"""

import json
from functools import cache
from types import SimpleNamespace

import aid_builders as aid
import builders
import frappe
import pytest
from approvals import as_, sweep_traces

from gongtongti.core import relations
from gongtongti.organisation import roles

FUND, OTHER_FUND = "测试金丝雀基金", "测试金丝雀基金二"

# words that stand nowhere else: field of Aided Pupil -> value
CANARY = {
	"pupil_name": "测试金丝雀甲",
	"student_number": "GCANARY00017",
	"class_name": "测试画眉班",
	"hardship_details": "测试父亲卧床金丝雀乙",
	"guardian_name": "测试金丝雀丙",
	"guardian_phone": "13800171717",
	"address": "测试桂花金丝雀巷七号",
	"payee_name": "测试金丝雀丁",
	"bank_name": "测试金丝雀银行",
	"bank_account": "6217171717171717179",
}
FILE_NAME = "canary-evidence-170717"
FILE_WORDS = "测试金丝雀附件内容"
# what somebody wrote in a document about the pupil -> that document
WORDS = {
	"Aid Application": "测试申请理由黄鹂",
	"Dropout Risk": "测试辍学情况黄鹂",
	"Aid Follow Up": "测试走访所见黄鹂",
}
IDENTITY = (*CANARY.values(), FILE_NAME, FILE_WORDS)


def upload(user, name=FILE_NAME, words=FILE_WORDS, **values):
	"""A file as the Desk's dialog sends it, before the form that names it is saved; its URL."""

	def save():
		fields = {"file_name": f"{name}.txt", "content": words, "is_private": 1, **values}
		return frappe.get_doc({"doctype": "File", **fields}).insert()

	return as_(user, save).file_url


def hatch(small, school=None, **values):
	"""A pupil in canary words, with evidence, entered by the leader in charge of the school; the number."""
	school = school or small.rural
	values.setdefault("evidence", None)
	values["evidence"] = values["evidence"] or upload(small.leader_user[school])
	return aid.pupil(small, school, **{**CANARY, **values})


def risk(small, pupil, by=None, **values):
	fields = {"pupil": pupil, "cause": "Family Event", "details": WORDS["Dropout Risk"], **values}
	return as_(by or leader_of(small, pupil), builders.insert, "Dropout Risk", **fields).name


def visit(small, pupil, by=None, **values):
	school = frappe.db.get_value("Aided Pupil", pupil, "school")
	fields = {
		"pupil": pupil,
		"visited_on": frappe.utils.nowdate(),
		"way": "Home Visit",
		"visitor": small.leader[school],
		"findings": WORDS["Aid Follow Up"],
		"still_at_school": 1,
		**values,
	}
	return as_(by or leader_of(small, pupil), builders.insert, "Aid Follow Up", **fields).name


def leader_of(small, pupil):
	return small.leader_user[frappe.db.get_value("Aided Pupil", pupil, "school")]


def case(small, pupil, by=None, **values):
	"""An inspection case, opened by discipline inspection for a week; its name."""
	fields = {
		"pupil": pupil,
		"reason": "测试核查：反映资金未到学生手中",
		"expires_on": frappe.utils.add_days(frappe.utils.nowdate(), 7),
		**values,
	}
	return as_(by or small.users[roles.DISCIPLINE], builders.insert, "Aid Inspection Case", **fields).name


@pytest.fixture(scope="module")
def bird(small, no_mails):
	"""Committed: `pupil` of the rural school with a draft, an application under way, an approved, a paid one, a risk, a
	visit; `other` of the other rural school, with an application; `seen`, of the rural school, in an open inspection case.

	Out: SimpleNamespace(pupil, other, seen, case, fund, other_fund, state={state: application}, paid, other_application,
	risk, visit, disbursement, contribution, file, circle, system_manager).
	"""
	frappe.set_user("Administrator")
	relations.forget()
	frappe.clear_cache()
	began = frappe.utils.now()
	found = SimpleNamespace(state={})
	found.fund = aid.fund(small, FUND, balance=5000)
	found.other_fund = aid.fund(small, OTHER_FUND, community=small.other_community, balance=1000)
	found.contribution = frappe.get_all("Aid Fund Contribution", {"fund": found.fund}, pluck="name")[0]
	found.pupil = hatch(small)
	found.file = frappe.db.get_value(
		"File", {"attached_to_name": found.pupil, "attached_to_doctype": "Aided Pupil"}
	)
	purposes = {"need": WORDS["Aid Application"]}
	autumn = {"school_year": small.coming_year, "term": "First Term", "amount": 100}
	asked = (
		(aid.DRAFT, {"purpose": "Books and Supplies", **autumn}),
		(aid.BASIC, {"purpose": "Books and Supplies", "amount": 100}),
		(aid.APPROVED, autumn),
	)
	for state, values in asked:
		found.state[state] = aid.application(
			small, found.pupil, found.fund, to=state, **{**purposes, **values}
		)
	# the tests search what signing leaves behind
	found.paid = aid.application(small, found.pupil, found.fund, to=aid.APPROVED, signed=True, **purposes)
	found.disbursement = aid.disbursement(small, found.fund, [found.paid])
	found.risk, found.visit = risk(small, found.pupil), visit(small, found.pupil)
	found.other = aid.pupil(small, small.other_rural, pupil_name="测试喜鹊", evidence=None)
	found.seen = aid.pupil(small, pupil_name="测试百灵", evidence=None)
	found.other_application = aid.application(small, found.other, found.other_fund, need="测试喜鹊理由")
	found.seen_application = aid.application(small, found.seen, found.fund, need="测试百灵理由")
	found.case = case(small, found.seen)
	found.system_manager = builders.user(
		"system.manager", ["System Manager", "Website Manager", "Report Manager"]
	)
	found.circle = {
		small.principal_user[small.rural],
		small.leader_user[small.rural],
		small.users[roles.BASIC_EDUCATION],
	}
	frappe.db.commit()
	yield found
	frappe.set_user("Administrator")
	frappe.db.rollback()
	aid.take_away(FUND, OTHER_FUND)
	for name in frappe.get_all("File", {"file_name": ("like", f"{FILE_NAME}%")}, pluck="name"):
		frappe.delete_doc("File", name, force=True, delete_permanently=True)
	sweep_traces(began)
	frappe.db.commit()
	frappe.clear_cache()


def leaks(answer, wanted=IDENTITY):
	"""Which of the words stand in an answer of any kind."""
	if isinstance(answer, bytes):
		answer = answer.decode("utf-8", "replace")
	text = (
		answer
		if isinstance(answer, str)
		else json.dumps(answer, default=str, ensure_ascii=False) + str(answer)
	)
	return [word for word in wanted if any(form in text for form in _written(word))]


@cache
def _written(word):
	"""A word as it is, as JSON writes it, and as JSON within JSON does."""
	escaped = json.dumps(word)[1:-1]
	return {word, escaped, json.dumps(escaped)[1:-1]}
