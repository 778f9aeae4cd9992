"""Every function of the app that can be called over HTTP, called by every role on documents that it may not touch.

The functions are collected from the framework's own list: a new one without an entry in REFUSED fails here.
"""

import json

import aid_builders as aid
import frappe
import pytest
from approvals import (
	HOST,
	PLACEMENT,
	as_,
	everybody,
	stored,
)
from frappe.model.base_document import get_controller

from gongtongti.aid.applications import APPLICATION
from gongtongti.aid.contributions import CONTRIBUTION
from gongtongti.aid.inspection import CaseClosedError
from gongtongti.aid.payments import DISBURSEMENT
from gongtongti.core import approval
from gongtongti.features import DECLARED
from gongtongti.organisation import roles


def callable_functions():
	"""Dotted names of what `@frappe.whitelist()` has opened in this app: functions of modules and of controllers."""
	import importlib
	import pkgutil

	import gongtongti

	for module in pkgutil.walk_packages(gongtongti.__path__, "gongtongti."):
		if module.name in ("gongtongti.doctype", "gongtongti.report"):
			continue  # links to what is in the module folder
		importlib.import_module(module.name)
	functions = {f for f in frappe.whitelisted if f.__module__.split(".")[0] == "gongtongti"}
	names = {f"{f.__module__}.{f.__qualname__}" for f in functions}
	for doctype in (*DECLARED.rows, *DECLARED.children):
		for klass in get_controller(doctype).__mro__:
			if klass.__module__.startswith("gongtongti"):
				names |= {
					f"{klass.__module__}.{klass.__qualname__}.{name}"
					for name, member in vars(klass).items()
					if callable(member) and member in frappe.whitelisted
				}
	return names


# function -> (documents with arguments: (doctype, name, args), who may): whoever may not is refused, and nothing changes
REFUSED = {
	"gongtongti.core.approval.sign": lambda s, p: (
		[(PLACEMENT, p.state[HOST], (PLACEMENT, p.state[HOST], "Agree"))],
		{s.principal_user[s.rural]},
	),
	"gongtongti.core.approval.sign_many": lambda s, p: (
		[(PLACEMENT, p.state[HOST], (PLACEMENT, [p.state[HOST]], "Agree"))],
		{s.principal_user[s.rural]},
	),
	"gongtongti.core.approval.endorse": lambda s, p: (
		[(PLACEMENT, p.state[HOST], (PLACEMENT, p.state[HOST], "同意"))],
		{s.east_user},
	),
	"gongtongti.organisation.state.community_state": lambda s, p: (
		[("Education Community", s.other_community, (s.other_community,))],
		readers(s, "Education Community", s.other_community),
	),
	"gongtongti.core.overrides.add_tag": lambda s, p: (
		[(PLACEMENT, p.other, ("偷看", PLACEMENT, p.other))],
		readers(s, PLACEMENT, p.other),
	),
	"gongtongti.core.overrides.add_tags": lambda s, p: (
		[(PLACEMENT, p.other, (json.dumps(["偷看"]), PLACEMENT, json.dumps([p.other])))],
		readers(s, PLACEMENT, p.other),
	),
	"gongtongti.core.overrides.remove_tag": lambda s, p: (
		[(PLACEMENT, p.other, ("偷看", PLACEMENT, p.other))],
		readers(s, PLACEMENT, p.other),
	),
	"gongtongti.core.overrides.toggle_like": lambda s, p: (
		[(PLACEMENT, p.other, (PLACEMENT, p.other, "Yes"))],
		readers(s, PLACEMENT, p.other),
	),
	"gongtongti.core.overrides.add_comment": lambda s, p: (
		[(PLACEMENT, p.other, ("偷看", "a@b.c", "x", PLACEMENT, p.other, "/x"))],
		set(),
	),
	"gongtongti.core.overrides.add_assignment": lambda s, p: (
		[
			(
				PLACEMENT,
				p.other,
				({"doctype": PLACEMENT, "name": p.other, "assign_to": [s.users[roles.SUPERVISION]]},),
			)
		],
		readers(s, PLACEMENT, p.other),
	),
	"gongtongti.core.overrides.add_assignments": lambda s, p: (
		[
			(
				PLACEMENT,
				p.other,
				(
					{
						"doctype": PLACEMENT,
						"name": json.dumps([p.other]),
						"assign_to": [s.users[roles.SUPERVISION]],
					},
				),
			)
		],
		readers(s, PLACEMENT, p.other),
	),
	"gongtongti.core.overrides.remove_assignment": lambda s, p: (
		[(PLACEMENT, p.other, (PLACEMENT, p.other, s.users[roles.SUPERVISION]))],
		readers(s, PLACEMENT, p.other),
	),
	"gongtongti.core.overrides.remove_assignments": lambda s, p: (
		[(PLACEMENT, p.other, (PLACEMENT, json.dumps([p.other])))],
		readers(s, PLACEMENT, p.other),
	),
	"gongtongti.core.overrides.close_assignment": lambda s, p: (
		[(PLACEMENT, p.other, (PLACEMENT, p.other, s.users[roles.SUPERVISION]))],
		readers(s, PLACEMENT, p.other),
	),
	"gongtongti.aid.contributions.reverse": lambda s, p: (
		[(CONTRIBUTION, p.bird.contribution, (p.bird.contribution, "测试理由"))],
		finance(s),
	),
	"gongtongti.aid.payments.payable": lambda s, p: ([("Aid Fund", p.bird.fund, (p.bird.fund,))], finance(s)),
	"gongtongti.aid.payments.return_payment": lambda s, p: (
		[(DISBURSEMENT, p.bird.disbursement, (p.bird.disbursement, p.bird.paid, "测试理由"))],
		finance(s),
	),
	"gongtongti.aid.payments.prepare": lambda s, p: (
		[(DISBURSEMENT, p.bird.disbursement, (p.bird.disbursement,))],
		finance(s),
	),
	"gongtongti.aid.payments.take_back": lambda s, p: (
		[(DISBURSEMENT, p.bird.disbursement, (p.bird.disbursement, "测试理由"))],
		finance(s),
	),
	"gongtongti.aid.accounts.confirm": lambda s, p: (
		[("Aided Pupil", p.bird.pupil, (p.bird.pupil,))],
		p.bird.circle,
	),
	"gongtongti.aid.payments.payees": lambda s, p: (
		[(DISBURSEMENT, p.bird.disbursement, (p.bird.disbursement,))],
		finance(s),
	),
	"gongtongti.aid.payments.bank_file": lambda s, p: (
		[(DISBURSEMENT, p.bird.disbursement, (p.bird.disbursement,))],
		finance(s),
	),
	"gongtongti.aid.applications.stop": lambda s, p: (
		[(APPLICATION, p.bird.state[aid.APPROVED], (p.bird.state[aid.APPROVED], "测试理由"))],
		p.bird.circle,
	),
	"gongtongti.aid.inspection.read": lambda s, p: (
		[("Aided Pupil", p.bird.seen, (p.bird.case,))],
		{s.users[roles.DISCIPLINE]},
	),
	"gongtongti.organisation.wizard.take_away": lambda s, p: (
		[("Community School", s.urban, ())],
		{s.admin, "Administrator"},
	),
	"gongtongti.aid.inspection.close": lambda s, p: (
		[("Aid Inspection Case", p.bird.case, (p.bird.case,))],
		{s.users[roles.DISCIPLINE]},
	),
}

# functions that answer everybody, and what they may say to whoever may not read the document
EMPTY = {
	"gongtongti.core.overrides.get_count": lambda s, p: (
		(PLACEMENT, json.dumps({"name": p.other})),
		(0, None),
	),
	"gongtongti.core.overrides.get_link_title": lambda s, p: (
		("School Staff", s.teacher[s.other_urban]),
		(s.teacher[s.other_urban], None),
	),
	"gongtongti.core.overrides.get_tagged_docs": lambda s, p: ((PLACEMENT, "%"), ([], (), None)),
	"gongtongti.core.links.search_link": lambda s, p: (
		("School Staff", s.teacher[s.other_urban]),
		([], (), None),
	),
	"gongtongti.core.links.search_widget": lambda s, p: (
		("School Staff", s.teacher[s.other_urban]),
		([], (), None),
	),
	"gongtongti.exchange.people.search": lambda s, p: (
		("School Staff", s.teacher[s.other_urban], "name", 0, 9, {}),
		([], (), None),
	),
}


# figures without arguments -> the DocType whose right they ask for; how much they count is looked at below
FIGURES = {
	"gongtongti.gongtongti.report.pending_approvals.pending_approvals.waiting_for_me": "Community School Year",
	"gongtongti.gongtongti.report.pending_approvals.pending_approvals.overdue": "Community School Year",
	"gongtongti.exchange.number_cards.ending_soon": PLACEMENT,
	"gongtongti.gongtongti.report.community_coverage.community_coverage.rural_coverage": "Community Settings",
	"gongtongti.activities.number_cards.this_week": "Community Activity",
	"gongtongti.activities.number_cards.without_record": "Community Activity",
	"gongtongti.aid.number_cards.waiting_for_me": "Aid Application",
	"gongtongti.aid.number_cards.to_be_paid": "Aid Application",
	"gongtongti.aid.number_cards.available": "Aid Fund Entry",
	"gongtongti.aid.number_cards.dropout_risks": "Dropout Risk",
	"gongtongti.aid.number_cards.visits_overdue": "Dropout Risk",
}


# tried in a file of their own
ELSEWHERE = {
	"gongtongti.activities.lessons.search_teachers": "test_lessons.py",
	"gongtongti.activities.rubrics.draft_next": "test_lessons.py",
	"gongtongti.activities.holding.record_held": "test_activities.py",
	"gongtongti.activities.holding.move": "test_activities.py",
	"gongtongti.activities.holding.call_off": "test_activities.py",
	"gongtongti.activities.participants.offered": "test_activities.py",
	"gongtongti.activities.pictures.take": "test_activity_pictures.py",
	"gongtongti.activities.series.repeat": "test_activity_series.py",
	"gongtongti.activities.series.copy_from": "test_activity_series.py",
	"gongtongti.activities.pairings.end": "test_pairings.py",
	"gongtongti.activities.hosting.confirm_receipt": "test_host_support.py",
	"gongtongti.activities.mentoring.confirm": "test_mentorships.py",
	"gongtongti.activities.sharing.use": "test_shared_resources.py",
	"gongtongti.activities.sharing.rate": "test_shared_resources.py",
	"gongtongti.activities.sharing.withdraw": "test_shared_resources.py",
	"gongtongti.activities.meetings.close": "test_meetings.py",
	"gongtongti.activities.meetings.move": "test_meetings.py",
	"gongtongti.activities.meetings.call_off": "test_meetings.py",
	"gongtongti.activities.decisions.carry_out": "test_meetings.py",
	"gongtongti.activities.decisions.give_up": "test_meetings.py",
	"gongtongti.core.spreadsheets.import_guard.form_start_import": "test_imports.py",
	"gongtongti.core.spreadsheets.import_guard.get_preview_from_template": "test_imports.py",
	"gongtongti.core.links.getdoc": "test_links.py",
	"gongtongti.core.links.get_group_by_count": "test_links.py",
	"gongtongti.core.links.validate_link": "test_links.py",
	"gongtongti.core.spreadsheets.exports.export_list": "test_exports.py",
	"gongtongti.core.spreadsheets.exports.export_report": "test_exports.py",
	"gongtongti.core.spreadsheets.exports.export_data": "test_exports.py",
	"gongtongti.core.spreadsheets.exports.download_template": "test_exports.py",
	"gongtongti.core.spreadsheets.exports.download_errored_template": "test_exports.py",
	"gongtongti.core.spreadsheets.exports.download_import_log": "test_exports.py",
}


def finance(small):
	return {small.users[roles.FINANCE], small.cashier}


def readers(small, doctype, name):
	"""By the rights and rows, which test_rows.py holds against the words."""
	found = set()
	for user in everybody(small):
		if as_(user, frappe.has_permission, doctype, "read", doc=name):
			found.add(user)
	return found


def test_every_function_is_on_the_list():
	assert callable_functions() == {*REFUSED, *EMPTY, *FIGURES, *ELSEWHERE}


@pytest.mark.parametrize("function", sorted(REFUSED))
def test_whoever_may_not_is_refused(small, papers, bird, function):
	papers.bird = bird
	cases, may = REFUSED[function](small, papers)
	called = 0
	for doctype, name, args in cases:
		before = stored(doctype, name)
		for user in everybody(small):
			if user in may:
				continue
			called += 1
			frappe.set_user(user)
			try:
				answer = frappe.get_attr(function)(*args)
			except (frappe.PermissionError, CaseClosedError):
				answer = None
				frappe.db.rollback()
			frappe.set_user("Administrator")
			if function.endswith("sign_many"):
				assert answer and not answer["done"] and len(answer["refused"]) == 1, user
			else:
				assert answer is None, (function, user, answer)
			assert stored(doctype, name) == before, (function, user)
	assert called > 5


@pytest.mark.parametrize("function", sorted(EMPTY))
def test_whoever_may_not_read_is_told_nothing(small, papers, function):
	args, nothing = EMPTY[function](small, papers)
	frappe.db.set_value(PLACEMENT, papers.other, "_user_tags", ",测试标签", update_modified=False)
	doctype, name = ("School Staff", args[1]) if args[0] == "School Staff" else (PLACEMENT, papers.other)
	may, told = readers(small, doctype, name), 0
	for user in everybody(small):
		try:
			answer = as_(user, frappe.get_attr(function), *args)
		except frappe.PermissionError:
			answer = None
		if user in may:
			told += answer not in nothing
		elif function.endswith("get_tagged_docs"):
			assert not answer or papers.other not in str(answer), user
		else:
			assert answer in nothing, (function, user, answer)
	assert told > 0


@pytest.mark.parametrize("function", sorted(FIGURES))
def test_figures_are_refused_without_the_right(small, papers, function):
	refused = 0
	for user in everybody(small):
		frappe.set_user(user)
		if not frappe.has_permission(FIGURES[function], "read"):
			refused += 1
			with pytest.raises(frappe.PermissionError):
				frappe.get_attr(function)()
	assert refused > 1


def test_figures_count_what_the_reader_sees(small, papers):
	"""The placement between the other two schools ends tomorrow, and another one of theirs is late."""
	frappe.db.set_value(
		PLACEMENT, papers.other_approved, {"status": "Serving", "end_date": frappe.utils.nowdate()}
	)
	frappe.db.set_value(PLACEMENT, papers.other, "pending_since", "2026-01-01 00:00:00")
	ending, late = readers(small, PLACEMENT, papers.other_approved), readers(small, PLACEMENT, papers.other)
	may = {user for user in everybody(small) if as_(user, frappe.has_permission, PLACEMENT, "read")}
	assert ending < may and late < may
	for user in sorted(may):
		figures = {
			name.split(".")[-1]: as_(user, frappe.get_attr(name))["value"]
			for name in FIGURES
			if name.endswith(
				(".ending_soon", "pending_approvals.overdue", "pending_approvals.waiting_for_me")
			)
		}
		assert figures["ending_soon"] == int(user in ending), user
		assert figures["overdue"] == int(user in late), user
		if user in (small.clerk, small.users[roles.PERSONNEL]):
			assert figures["waiting_for_me"] > 0


def test_signing_names_no_document_that_one_may_not_read(small, papers):
	"""A refusal gives away no more than that there is nothing to be had."""
	for user in (small.principal_user[small.urban], small.teacher_user[small.urban], small.outsider):
		for action in ("Agree", "Send Back", "Disagree"):
			with pytest.raises(frappe.PermissionError) as caught:
				as_(user, approval.sign, PLACEMENT, papers.other, action, "x")
			assert "二小" not in str(caught.value)
	assert roles.PERSONNEL  # the section may: see test_approval.py


def test_internal_functions_are_not_open():
	"""What the app calls itself must not be reachable: signing in the background, the scheduler's jobs, the roles of posts."""
	for name in (
		"gongtongti.core.approval._sign_in_background",
		"gongtongti.core.approval._sign_each",
		"gongtongti.core.signers.waiting_on",
		"gongtongti.organisation.posts.sync_all",
		"gongtongti.organisation.posts.give_and_take",
		"gongtongti.exchange.lifecycle.daily",
		"gongtongti.demo.load.load",
		"gongtongti.demo.load.remove",
		"gongtongti.setup.uninstall.before_uninstall",
		"gongtongti.setup.uninstall.after_uninstall",
		"gongtongti.demo.commands.load",
		"gongtongti.demo.commands.remove",
		"gongtongti.demo.commands.walk",
	):
		assert frappe.get_attr(name) not in frappe.whitelisted, name
