"""Money moved by eight processes at the same instant, and by processes that are killed in between (AID1).

What the processes are to see is committed and taken away at the end of the module. Several rounds run in the same
processes: `in_rounds` lets all of them begin each round together.
"""

import os
import signal
import time
from pathlib import Path

import aid_builders as aid
import approvals
import engines
import frappe
import pytest

from gongtongti.aid import applications, contributions, ledger, payments
from gongtongti.core import approval, money, relations
from gongtongti.organisation import roles

pytestmark = pytest.mark.mariadb

FUND, ENTRY, CONTRIBUTION = "Aid Fund", "Aid Fund Entry", "Aid Fund Contribution"
DISBURSEMENT, ITEM, APPLICATION = "Aid Disbursement", "Aid Disbursement Item", "Aid Application"
AT_ONCE = 8
PATIENCE = 60  # seconds that a process waits for the others


# -- in the processes --------------------------------------------------------------------------------------------------


def in_rounds(tasks, folder):
	"""One of the processes: a task (user, function of this module, arguments) a round, each in a transaction of its own.

	Out: for each round the name of what was raised, or "".
	"""
	from frappe.desk.doctype.notification_log import notification_log

	notification_log.send_notification_email = lambda doc: None
	outcomes = []
	for number, (user, function, args) in enumerate(tasks):
		frappe.set_user(user)
		relations.forget()
		frappe.get_all(
			FUND, fields=["name", "balance"]
		)  # the view of the database is older than what happens next
		meet(Path(folder), number)
		try:
			globals()[function](*args)
			frappe.db.commit()
			outcomes.append("")
		except Exception as error:
			frappe.db.rollback()
			outcomes.append(type(error).__name__)
	return outcomes


def meet(folder, number):
	"""Waits until all processes have come to this round."""
	(folder / f"{number}-{os.getpid()}").touch()
	deadline = time.monotonic() + PATIENCE
	while len(list(folder.glob(f"{number}-*"))) < AT_ONCE:
		assert time.monotonic() < deadline, "the other processes did not come"
		time.sleep(0.002)


def reserve(fund, amount):
	ledger.reserve(fund, amount)


def agree(application):
	approval.sign(APPLICATION, application, "Agree")


def pay(disbursement):
	frappe.get_doc(DISBURSEMENT, disbursement).submit()


def give_back(disbursement, application, still_wanted):
	payments.return_payment(disbursement, application, "测试原因", still_wanted)


def return_one(disbursement, row):
	give_back(disbursement, row, True)


def give_back_what_was_paid(application):
	"""Returns the payment of an application by whichever disbursement it was."""
	frappe.db.rollback()  # to see which
	give_back(frappe.db.get_value(APPLICATION, application, "disbursement") or "", application, True)


def stop(application):
	applications.stop(application, "测试原因")


def reverse(contribution):
	contributions.reverse(contribution, "测试原因")


def contribute(fund, amount):
	aid.insert(CONTRIBUTION, fund=fund, amount=amount, **given()).submit()


def book(contribution):
	frappe.get_doc(CONTRIBUTION, contribution).submit()


def contribute_at_once(fund, amount):
	"""As one request that makes and books it."""
	aid.insert(CONTRIBUTION, fund=fund, amount=amount, docstatus=1, **given())


def given():
	reference = f"TEST-{os.getpid()}-{time.monotonic_ns()}"
	return {"source": "Social Donation", "anonymous": 1, "payment_reference": reference}


def kill_at_every_step(function, args):
	"""Does something in a process that is killed before its first write to the database, then before its second …

	Out: for each attempt how it ended ("killed", "done", or "failed") and what the books held afterwards. The last but one
	is killed between the commit and the answer; the last repeats the request.
	"""
	fund, *args = args
	endings = []
	while len(endings) < 99:
		ending = in_a_child(globals()[function], args, kill_at=len(endings) + 1)
		frappe.db.rollback()
		endings.append([ending, str(aid.books(fund)), ledger.verify(fund)])
		if ending != "killed":
			return endings
	raise AssertionError("there is no end to it")


def in_a_child(function, args, kill_at):
	child = os.fork()
	if not child:
		try:
			connect_anew()
			kill_before_write(kill_at)
			function(*args)
			frappe.db.commit()
			os._exit(0)
		except BaseException:
			os._exit(1)
	_child, status = os.waitpid(child, 0)
	if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
		return "killed"
	return "done" if os.WEXITSTATUS(status) == 0 else "failed"


_parents_connections = []  # closing one in the child would end the parent's session


def connect_anew():
	_parents_connections.append((frappe.db._conn, frappe.db._cursor))
	frappe.db._conn = frappe.db._cursor = None
	frappe.db.connect()
	frappe.db.begin()


def kill_before_write(number):
	"""kill -9 before the write of this number; the commit is one, and what follows it is one more."""
	database, writes = type(frappe.local.db), 0
	original = database.sql

	def sql(self, query, *args, **kwargs):
		nonlocal writes
		word = str(query).split(None, 1)[0].upper()
		if word in ("INSERT", "UPDATE", "DELETE", "REPLACE", "COMMIT"):
			writes += 1
			if writes == number:
				os.kill(os.getpid(), signal.SIGKILL)
		answer = original(self, query, *args, **kwargs)
		if word == "COMMIT" and writes + 1 == number:
			os.kill(os.getpid(), signal.SIGKILL)
		return answer

	database.sql = sql


# -- what they find ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(small, no_mails):
	"""Makes funds and approved applications that the processes see; takes everything away at the end."""
	frappe.set_user("Administrator")
	began, funds = frappe.utils.now(), []

	class Made:
		def fund(self, balance):
			name = aid.fund(small, f"测试并发基金{frappe.generate_hash(length=10)}", balance=balance)
			funds.append(name)
			return name

		def applications(self, fund, count, to=aid.APPROVED):
			return [aid.application(small, aid.pupil(small), fund, 300, to=to) for _i in range(count)]

		def draft(self, fund, applications):
			return aid.disbursement(small, fund, applications, submit=False)

	yield Made()
	frappe.set_user("Administrator")
	frappe.db.rollback()
	for fund in funds:
		aid.remove_fund(fund)
	approvals.sweep_traces(began)
	frappe.db.commit()
	frappe.clear_cache()


def at_once(folder, *rounds):
	"""Runs rounds of eight tasks each. Out: for each round the sorted names of what was raised."""
	assert all(len(tasks) == AT_ONCE for tasks in rounds)
	frappe.db.commit()
	each = [list(tasks) for tasks in zip(*rounds, strict=True)]
	answers = engines.run_in_processes("test_aid_concurrency:in_rounds", AT_ONCE, [str(folder)], each=each)
	frappe.db.rollback()
	frappe.clear_cache()
	assert [answer.error for answer in answers] == [""] * AT_ONCE, [answer.message for answer in answers]
	return [sorted(found) for found in zip(*(answer.value for answer in answers), strict=True)]


def same(user, function, *args):
	return [[user, function, args]] * AT_ONCE


def finance(small):
	return small.users[roles.FINANCE]


def ledger_of(fund):
	"""The entries' amounts in fen, after a look at the row of their numbers and at their balances."""
	rows = frappe.get_all(ENTRY, {"fund": fund}, ["seq", "amount", "balance_after"], order_by="seq")
	amounts = [money.stored_fen(row.amount) for row in rows]
	assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
	assert [money.stored_fen(row.balance_after) for row in rows] == [
		sum(amounts[: number + 1]) for number in range(len(rows))
	]
	assert aid.figures(fund)[0] == sum(amounts) and aid.figures(fund)[3] == len(rows)
	return amounts


SHORT, NOT_PAYABLE, STALE = "NotEnoughMoneyError", "NotPayableError", "TimestampMismatchError"


def test_what_suffices_for_three_is_promised_three_times(small, made, tmp_path):
	"""Eight reservations, several times; then four of them with four approvals. Other funds do not get in the way."""
	funds = [made.fund(900 + number) for number in range(AT_ONCE)]
	last = made.fund(1000)
	waiting = made.applications(last, 4, aid.FINANCE)
	competing = [same(finance(small), "reserve", fund, 30000) for fund in funds[:4]]
	# neighbours in the database: keys of entries; one request that makes and books, others that book what was made
	apart = [[[small.cashier, "contribute_at_once", [fund, 0.1]] for fund in funds] for _round in range(2)]
	for _round in range(3):
		drafts = [aid.contribution(small, fund, 0.1, submit=False) for fund in funds]
		apart.append([[small.cashier, "book", [draft]] for draft in drafts])
	mixed = [[finance(small), "agree", [application]] for application in waiting]
	mixed += [[small.cashier, "reserve", [last, 30000]] for _i in range(4)]
	outcomes = at_once(tmp_path, *competing, *apart, mixed)
	assert outcomes[:4] == [["", "", "", *[SHORT] * 5]] * 4
	assert outcomes[4:9] == [[""] * AT_ONCE] * 5
	assert outcomes[9] == ["", "", "", *[SHORT] * 5]
	for number, fund in enumerate(funds):
		promised = 90000 if number < 4 else 0
		balance = 90000 + number * 100 + 50
		assert aid.figures(fund) == (balance, promised, balance - promised, 6)
		assert ledger_of(fund)[1:] == [10] * 5
	assert aid.figures(last) == (100000, 90000, 10000, 1)
	states = [
		(row.docstatus, row.status)
		for row in frappe.get_all(APPLICATION, {"name": ("in", waiting)}, ["docstatus", "status"])
	]
	assert (
		set(states) <= {(0, "In Approval"), (1, "Finally Approved")}
		and states.count((1, "Finally Approved")) <= 3
	)


def test_one_payment_submitted_and_returned_by_eight_at_once(small, made, tmp_path):
	"""Paid once, returned once, and then the same again with the next disbursement."""
	fund = made.fund(2000)
	first, second = made.applications(fund, 2)
	drafts = [made.draft(fund, [first, second]) for _round in range(3)]
	rounds = []
	for draft in drafts:
		rounds += [same(small.cashier, "pay", draft)]
		rounds += [same(small.cashier, "give_back", draft, row, True) for row in (first, second)]
	outcomes = at_once(tmp_path, *rounds)
	for number in range(0, 9, 3):
		assert outcomes[number].count("") == 1, outcomes
		assert set(outcomes[number]) <= {"", STALE, "BookedError", NOT_PAYABLE}, outcomes
		for returned in outcomes[number + 1 : number + 3]:
			assert returned == ["", *["NothingToReturnError"] * 7], outcomes
	assert ledger_of(fund)[1:] == [-30000, -30000, 30000, 30000] * 3
	assert aid.figures(fund) == (200000, 60000, 140000, 13)
	assert frappe.get_all(DISBURSEMENT, {"fund": fund}, pluck="status") == ["Returned by Bank"] * 3
	assert ledger.verify(fund) == {}


def test_eight_payments_of_the_same_applications(small, made, tmp_path):
	"""Each is paid once. Then some pay while others stop: it is paid or stopped."""
	fund = made.fund(2000)
	wanted = made.applications(fund, 2)
	rounds = []
	for orders in (wanted, wanted[::-1]):  # in another order of rows, too
		drafts = [made.draft(fund, orders if i % 2 else wanted) for i in range(AT_ONCE)]
		rounds.append([[small.cashier, "pay", [draft]] for draft in drafts])
		rounds += [same(small.cashier, "give_back_what_was_paid", application) for application in wanted]
	contested = made.applications(fund, 3)
	stopping = []
	for application in contested:
		drafts = [made.draft(fund, [application]) for _i in range(4)]
		tasks = [[small.cashier, "pay", [draft]] for draft in drafts]
		stopping.append([*tasks, *[[small.leader_user[small.rural], "stop", [application]]] * 4])
	outcomes = at_once(tmp_path, *rounds[:-2], *stopping)
	assert outcomes[0] == outcomes[3] == ["", *[NOT_PAYABLE] * 7]
	for found in outcomes[4:]:
		assert found.count("") == 1 and set(found) == {"", NOT_PAYABLE, "NotStoppableError"}, outcomes
	paid = frappe.get_all(ENTRY, {"fund": fund, "kind": "Aid Payment"}, pluck="application")
	states = frappe.get_all(APPLICATION, {"name": ("in", contested)}, ["name", "status"])
	assert {row.status for row in states} <= {"Paid Out", "Stopped"}
	assert sorted(paid) == sorted(
		[*wanted, *wanted, *(row.name for row in states if row.status == "Paid Out")]
	)
	left = 200000 - 30000 * (len(paid) - 2)
	assert aid.figures(fund) == (left, 0, left, 1 + len(paid) + 2)
	assert ledger.verify(fund) == {}


def test_contributions_reversals_payments_and_returns_at_the_same_time(small, made, tmp_path):
	fund, other = made.fund(5000), made.fund(10)
	wanted = made.applications(fund, 4)
	drafts = [made.draft(fund, [application]) for application in wanted]
	wrong = [aid.contribution(small, fund, 0.07) for _i in range(4)]
	given = aid.figures(fund)[0]
	rounds, expected = [], given
	for number in range(4):
		amounts = [0.01 + number, 0.29, 12.34, 0.1]
		expected += sum(money.fen(f"{amount:.2f}") for amount in amounts) - 7 - 30000
		rounds.append(
			[
				*([small.cashier, "contribute", [fund, amount]] for amount in amounts[:3]),
				[finance(small), "contribute", [fund, amounts[3]]],
				[small.cashier, "contribute", [other, 0.1]],
				[finance(small), "reverse", [wrong[number]]],
				[small.cashier, "pay", [drafts[number]]],
				# the payment of the round before comes back
				[finance(small), "give_back", [drafts[number - 1], wanted[number - 1], False]]
				if number
				else [finance(small), "reserve", [other, 1]],
			]
		)
	expected += 3 * 30000
	assert at_once(tmp_path, *rounds) == [[""] * AT_ONCE] * 4
	amounts = ledger_of(fund)
	assert sum(amounts) == expected and len(amounts) == 5 + 4 * 6 + 3
	assert aid.figures(fund) == (expected, 0, expected, len(amounts))
	assert ledger_of(other) == [1000, 10, 10, 10, 10]
	assert aid.figures(other)[1] == 1
	assert ledger.verify(fund) == {}


def killed(small, fund, function, *args):
	"""Kills and repeats; out: the endings, the last of which is the repeated request."""
	frappe.db.commit()
	before = str(aid.books(fund))
	[answer] = engines.run_in_processes(
		"test_aid_concurrency:kill_at_every_step", 1, [function, [fund, *args]], user=small.cashier
	)
	frappe.db.rollback()
	frappe.clear_cache()
	assert not answer.error, answer.message
	endings = [ending for ending, _books, _wrong in answer.value]
	after = str(aid.books(fund))
	held = [books for _ending, books, _wrong in answer.value]
	# all or nothing: nothing until the commit, everything from then on, and nothing more when it is repeated
	assert before != after
	assert held == [before] * (len(held) - 2) + [after] * 2
	assert not any(wrong for _ending, _books, wrong in answer.value)
	return endings


def test_a_payment_killed_anywhere_is_made_or_not_made(small, made):
	fund = made.fund(2000)
	application, other = made.applications(fund, 2)
	draft = made.draft(fund, [application, other])
	endings = killed(small, fund, "pay", draft)
	# killed before each of: document, two rows (and those no longer in it), two entries, fund, applications, rows, commit
	assert endings[-1] == "failed" and set(endings[:-1]) == {"killed"} and len(endings) > 9
	assert ledger_of(fund)[1:] == [-30000, -30000]
	# as a queue does that hands the job to another worker
	[again] = engines.run_in_processes("test_aid_concurrency:pay", 1, [draft], user=small.cashier)
	assert again.error == "BookedError"
	[row] = frappe.get_all(ITEM, {"parent": draft, "application": other}, pluck="name")
	endings = killed(small, fund, "return_one", draft, row)
	assert endings[-1] == "failed" and set(endings[:-1]) == {"killed"} and len(endings) > 6
	assert ledger_of(fund)[1:] == [-30000, -30000, 30000]
	assert aid.figures(fund) == (170000, 30000, 140000, 4)


def test_a_reversal_killed_anywhere_is_made_or_not_made(small, made):
	fund = made.fund(2000)
	name = frappe.db.get_value(CONTRIBUTION, {"fund": fund}, "name")
	endings = killed(small, fund, "reverse", name)
	assert endings[-1] == "failed" and set(endings[:-1]) == {"killed"} and len(endings) > 4
	assert ledger_of(fund) == [200000, -200000]


def test_a_contribution_killed_anywhere_is_booked_or_not(small, made):
	fund = made.fund(2000)
	name = aid.contribution(small, fund, 0.07, submit=False)
	endings = killed(small, fund, "book", name)
	assert endings[-1] == "failed" and set(endings[:-1]) == {"killed"} and len(endings) > 4
	assert ledger_of(fund) == [200000, 7]
