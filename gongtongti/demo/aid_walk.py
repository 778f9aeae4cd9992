"""Takes the aid fund of the demonstration through a term, as the people who do it: money comes in, is applied for, approved
and paid out; what must not be is refused; what came back is booked back; pupils at risk are visited (AID1 to AID5).

Last term is told first, with its own dates, because the books do not go back in date. `walk.run` calls it after the exchange.
"""

from dataclasses import dataclass
from itertools import count

import frappe
from frappe import _
from frappe.desk.form.load import getdoc
from frappe.utils import add_days, add_to_date, formatdate, get_fullname, getdate, now_datetime, nowdate

from gongtongti.aid import applications, contributions, ledger, payments, recurring, watch
from gongtongti.core import documents, money, signers
from gongtongti.demo import aid, people
from gongtongti.demo.aid import (
	BOARDING,
	BOOKS,
	COMMUNITY_FUND,
	DISTRICT_FUND,
	EMERGENCY,
	LIVING,
	MEALS,
	MEDICAL,
	TRANSPORT,
)
from gongtongti.demo.steps import (
	WalkError,
	acting_as,
	expect,
	heading,
	refused,
	refused_signature,
	sign,
	signer,
)
from gongtongti.demo.tables import table, two_decimals
from gongtongti.gongtongti.doctype.aid_application.aid_application import AlreadyClaimedError, CeilingError
from gongtongti.organisation import terms

APPLICATION, CONTRIBUTION, PAYMENT = "Aid Application", "Aid Fund Contribution", "Aid Disbursement"
PUPIL, RISK, VISIT, CASE, ACCESS = (
	"Aided Pupil",
	"Dropout Risk",
	"Aid Follow Up",
	"Aid Inspection Case",
	"Pupil Record Access",
)
CHIEF, CASHIER, BASIC = people.account("finance"), people.CASHIER, people.account("basic")
DISCIPLINE, ADMINISTRATOR = people.account("discipline"), "Administrator"
DRAFT, APPROVED, NOT_APPROVED = (
	applications.AID_DRAFT,
	applications.AID_APPROVED,
	applications.AID_NOT_APPROVED,
)
AT_PRINCIPAL, AT_BASIC, AT_FINANCE = (
	applications.AWAITING_PRINCIPAL,
	applications.AWAITING_BASIC_EDUCATION,
	applications.AWAITING_FINANCE,
)
VISITOR = 4  # place of a teacher in people.staff_of()


@dataclass(frozen=True)
class Aid:
	"""An application: for which pupil (its number in aid.PUPILS), what for, how many yuan, out of which fund.

	terms: over how many terms, 0 for this one only; fast: why it takes the fast track
	"""

	pupil: int
	purpose: str
	amount: float
	fund: str = DISTRICT_FUND
	terms: int = 0
	fast: str | None = None

	@property
	def of(self):
		return aid.PUPILS[self.pupil - 1]

	@property
	def school(self):
		return self.of.school

	@property
	def leader(self):
		return people.leader_account(self.school)

	@property
	def principal(self):
		return people.principal_account(self.school)


@dataclass(frozen=True)
class Income:
	"""Money that comes into a fund; day: counted from the first day of last term."""

	amount: float
	day: int
	fund: str = DISTRICT_FUND
	source: str = "Social Donation"
	name: str | None = None
	school: str | None = None
	publish: bool = False

	def fields(self):
		return {
			"fund": self.fund,
			"source": self.source,
			"donor_name": self.name,
			"school": self.school,
			"anonymous": int(self.source == "Social Donation" and not self.name),
			"publish_name": int(self.publish),
			"amount": self.amount,
		}


INCOME_LAST_TERM = (
	Income(20_000, 10, source="Appropriation", name="区财政（演示）"),
	Income(3000, 18, source="School", school="实验小学"),
	Income(5000, 24, name="演示爱心企业", publish=True),
	Income(1200.5, 30, name="演示热心人士"),
	Income(300.05, 36),
	Income(4000, 20, COMMUNITY_FUND, source="School", school="六中"),
	Income(1500, 30, COMMUNITY_FUND, name="演示校友会", publish=True),
)
PAID_ON = 50  # of last term
INCOME_NOW = Income(15_000, 0, source="Appropriation", name="区财政（演示）")
BOOKED_TWICE = Income(600, 0, name="演示热心人士")

# last term: three go on over several terms, the others end; the last pupil gets nothing this term
PAID_LAST_TERM = (
	Aid(1, LIVING, 500, terms=3),
	Aid(5, LIVING, 1000, terms=4),
	Aid(16, LIVING, 900, terms=2),
	Aid(12, MEALS, 300),
	Aid(13, MEALS, 280.5),
	Aid(20, TRANSPORT, 150.5),
	Aid(24, LIVING, 400),
)
EVERY_STEP = Aid(20, BOARDING, 400)
FAST_TRACK = Aid(21, EMERGENCY, 3000, fast="家中火灾，食宿无着，等不及逐级审批")
# in one list each, out of two funds
PAID_NOW = (
	*(Aid(number, MEALS, 600 if number == 5 else 300) for number in range(1, 7)),
	*(Aid(number, BOOKS, 300 if number == 9 else 200, COMMUNITY_FUND) for number in range(7, 12)),
)
COMES_BACK = Aid(17, MEALS, 300)
NOT_PAID_YET = (Aid(12, LIVING, 500), Aid(13, LIVING, 480), Aid(14, LIVING, 500))
LEFT_PENDING = (
	(Aid(6, TRANSPORT, 150.5), DRAFT),
	(Aid(19, MEALS, 300), AT_PRINCIPAL),
	(Aid(18, MEDICAL, 2000), AT_BASIC),
	(Aid(15, LIVING, 500), AT_FINANCE),
	(Aid(23, MEALS, 260, COMMUNITY_FUND), AT_FINANCE),
)
DISAGREED = (Aid(14, BOOKS, 180), AT_BASIC, "学习用品已由学校统一配发，不再重复补助")
SENT_BACK = (Aid(15, BOOKS, 200), AT_PRINCIPAL, "请写明缺哪些用品")
WITHDRAWN = (Aid(14, TRANSPORT, 120), AT_BASIC, "已改由家长接送，不再需要交通补助")
TOO_MUCH = Aid(15, MEALS, 900)
MORE_THAN_THERE_IS = Aid(22, EMERGENCY, 9000, COMMUNITY_FUND, fast="监护人突然去世，急需安置")
# the first is visited, the second is not, the third is back at school
AT_RISK = (
	(
		Aid(18, MEDICAL, 2000),
		{"cause": watch.Cause.ABSENCE, "absent_days": 12, "details": "连续缺课，称家中有病人"},
	),
	(Aid(19, MEALS, 300), {"cause": watch.Cause.FAMILY_EVENT, "details": "家长外出务工，准备带走"}),
	(Aid(6, TRANSPORT, 150.5), {"cause": watch.Cause.OTHER, "details": "路远，常迟到"}),
)


class AidWalk:
	def __init__(self):
		self.now = terms.of_day()
		self.before = term_before(*self.now)
		numbers = {pupil.student_number: pupil.number for pupil in aid.PUPILS}
		found = frappe.get_all(
			PUPIL, {"student_number": ("in", list(numbers))}, ["student_number", "name"], as_list=True
		)
		self.pupils = {numbers[student_number]: name for student_number, name in found}
		self.serial = count(1)

	def take(self):
		heading("帮困基金：上学期的收入和发放")
		self.last_term()
		heading("帮困基金：从到账到发放，走一遍")
		name, payment = self.every_step()
		heading("特殊困难走绿色通道；一批一批发放")
		self.fast_track()
		self.batches()
		heading("基金里不该发生的，发生不了")
		self.refusals(name, payment)
		heading("记错的冲销，退回的再入账")
		self.corrections()
		heading("其余：待审批、待发放、被退回、不同意")
		self.pending()
		heading("回访和控辍保学")
		self.visits()
		heading("纪检查阅，留下记录")
		self.inspection(name)
		heading("账目核对")
		self.agree()

	# -- money in ----------------------------------------------------------------------------------------------------

	def last_term(self):
		first = terms.days(*self.before)[0]
		for income in INCOME_LAST_TERM:
			self.book(income, add_days(first, income.day))
		for fund in aid.FUNDS:
			print(f"{fund}：{self.figures(fund)}")
		names = [self.through(case, of=self.before) for case in PAID_LAST_TERM]
		payment = self.pay(DISTRICT_FUND, names, add_days(first, PAID_ON))
		print(
			f"{_in_words(*self.before)}批准并发放 {len(names)} 份，合计 {_yuan(payment.total)}（{payment.name}）。"
		)
		for case, name in list(zip(PAID_LAST_TERM, names, strict=True))[:2]:
			self.visit(
				case, application=name, money_arrived="Yes", findings="款已收到，用于生活开支，学习稳定"
			)

	def book(self, income, day=None, reference=None):
		"""The chief of the finance section books money that came in; the document."""
		with acting_as(CHIEF):
			doc = frappe.get_doc(
				{
					"doctype": CONTRIBUTION,
					**income.fields(),
					"received_on": day or nowdate(),
					"posting_date": day or nowdate(),
					"payment_reference": reference,
				}
			).insert()
			doc.submit()
		return doc

	# -- an application ----------------------------------------------------------------------------------------------

	def draft(self, case, of=None, quiet=True):
		"""The school's leader in charge writes the draft; its name."""
		year, term = of or self.now
		with acting_as(case.leader):
			doc = frappe.get_doc(
				{
					"doctype": APPLICATION,
					"pupil": self.pupils[case.pupil],
					"fund": case.fund,
					"school_year": year,
					"term": term,
					"purpose": case.purpose,
					"amount": case.amount,
					"need": f"{aid.SITUATIONS[case.of.hardship]}，申请{_(case.purpose)}",
					"recurring": int(bool(case.terms)),
					"terms": case.terms,
					"fast_track": int(bool(case.fast)),
					"fast_track_reason": case.fast,
				}
			).insert()
			if not quiet:
				print(
					f"   · {signer()} 起草 {doc.name}：学生 {doc.pupil}，{_(doc.purpose)} {_yuan(doc.amount)}"
				)
		return doc.name

	def take_on(self, case, name, to=APPROVED, quiet=True):
		"""Signs on, each step by whoever takes it, until the application has reached a state; its name."""
		steps = {
			DRAFT: (case.leader, signers.SEND, case.fast and "走绿色通道"),
			AT_PRINCIPAL: (case.principal, signers.AGREE, "情况属实"),
			AT_BASIC: (BASIC, signers.AGREE, "符合条件"),
			AT_FINANCE: (CHIEF, signers.AGREE, "同意，列入发放"),
		}
		for _step in steps:
			state = frappe.db.get_value(APPLICATION, name, "workflow_state")
			if state == to:
				break
			if state in steps:
				sign(APPLICATION, name, *steps[state], quiet=quiet)
		expect(APPLICATION, name, to)
		return name

	def through(self, case, of=None, quiet=True):
		return self.take_on(case, self.draft(case, of, quiet), quiet=quiet)

	def pay(self, fund, names, day=None, by=CASHIER):
		"""The cashier, who has signed none of them, pays approved applications of one fund; the document."""
		day = getdate(day)
		with acting_as(by):
			doc = frappe.get_doc(
				{
					"doctype": PAYMENT,
					"fund": fund,
					"posting_date": day,
					"items": [{"application": name} for name in names],
				}
			).insert()
			payments.prepare(doc.name)  # the list is fixed, and the bank gets its file; then its number comes
			doc.reload()
			doc.payment_reference = f"{day:%Y%m%d}{next(self.serial):04}"
			doc.submit()
		return doc

	def every_step(self):
		"""One application from the money to the ledger; its name and its payment."""
		fund = EVERY_STEP.fund
		doc = self.book(INCOME_NOW)
		print(
			f"1. {get_fullname(CHIEF)} 记账 {doc.name}：{doc.donor_name}，{_(doc.source)} {_yuan(doc.amount)}"
		)
		print(f"   {fund}：{self.figures(fund)}")
		print(f"2. {EVERY_STEP.school}申请，逐级审批：")
		name = self.through(EVERY_STEP, quiet=False)
		print(f"   ⇒ {_(APPROVED)}，款已预留。{fund}：{self.figures(fund)}")
		print("3. 出纳发放（审批人不经手付款）：")
		payment = self.pay(fund, [name])
		print(f"   ✓ {get_fullname(CASHIER)} 发放 {payment.name}，{_yuan(payment.total)}")
		print(f"   {fund}：{self.figures(fund)}")
		print("4. 账目：")
		self.print_ledger(fund, last=2)
		return name, payment.name

	def fast_track(self):
		name = self.through(FAST_TRACK, quiet=False)
		self.pay(FAST_TRACK.fund, [name])
		print(f"   ⇒ {name} 当天发放。")

	def batches(self):
		for fund in aid.FUNDS:
			names = [self.through(case) for case in PAID_NOW if case.fund == fund]
			payment = self.pay(fund, names)
			print(f"{fund}发放 {len(names)} 份，合计 {_yuan(payment.total)}（{payment.name}）。")
		print("发放清单（单据上只有学生编号；姓名和账号仅计财科发放时可见，每看一次记录一次）：")
		with acting_as(CASHIER):
			rows = payments.payees(payment.name)
		print(
			table(
				["编号", "学生", "收款人", "开户行", "账号", "金额"],
				[
					[
						row["number"],
						row["pupil_name"],
						row["payee"],
						row["bank"],
						row["account"],
						two_decimals(row["amount"]),
					]
					for row in rows
				],
			)
		)

	# -- what is refused ---------------------------------------------------------------------------------------------

	def refusals(self, name, payment):
		"""Eight things that must not happen (AID1, AID2, AID4)."""
		print("1. 同一学生、同一学期、同一用途，再申请一次——")
		refused(EVERY_STEP.leader, AlreadyClaimedError, self.draft, EVERY_STEP)
		print("2. 申请金额超过上限——")
		refused(TOO_MUCH.leader, CeilingError, self.draft, TOO_MUCH)
		print("3. 终审签字的计财科科长自己去发放——")
		approved = self.through(NOT_PAID_YET[0])
		refused(CHIEF, payments.SamePersonError, self.pay, DISTRICT_FUND, [approved], by=CHIEF)
		print("4. 已经发放的，再发放一次——")
		refused(CASHIER, applications.NotPayableError, self.pay, DISTRICT_FUND, [name])
		case = MORE_THAN_THERE_IS
		print(f"5. {case.fund}{self.figures(case.fund)}，却要批准 {_yuan(case.amount)}——")
		short = self.take_on(case, self.draft(case), to=AT_FINANCE)
		refused_signature(APPLICATION, short, CHIEF, signers.AGREE, ledger.NotEnoughMoneyError)
		sign(APPLICATION, short, CHIEF, signers.SEND_BACK, "本基金余额不足，请按区级基金的上限另报")
		print("6. 外校校长打开学生档案——")
		refused(NOT_PAID_YET[0].principal, frappe.PermissionError, self.open_pupil, EVERY_STEP)
		print("7. 系统管理员账号修改、删除账目——")
		entry = frappe.db.get_value(ledger.ENTRY, {"reference_name": payment}, "name")
		refused(ADMINISTRATOR, documents.KeptRecordError, self.change_entry, entry)
		refused(ADMINISTRATOR, documents.KeptRecordError, frappe.delete_doc, ledger.ENTRY, entry, force=True)
		print("8. 系统管理员账号发放——")
		refused(
			ADMINISTRATOR, ledger.SystemAccountError, self.pay, DISTRICT_FUND, [approved], by=ADMINISTRATOR
		)

	def open_pupil(self, case):
		"""Opens the record of a pupil as the Desk does; what the Desk is answered."""
		getdoc(PUPIL, self.pupils[case.pupil])
		return frappe.response.docs.pop().as_dict()

	def change_entry(self, entry):
		doc = frappe.get_doc(ledger.ENTRY, entry)
		doc.amount = -1
		doc.save()

	# -- what is put right -------------------------------------------------------------------------------------------

	def corrections(self):
		self.book(BOOKED_TWICE)
		print("同一笔捐款再登记一次——")
		refused(CHIEF, ledger.PaymentReferenceError, self.book, BOOKED_TWICE)
		again = self.book(BOOKED_TWICE, reference="收据 0002")  # taken for other money by its reference
		with acting_as(CHIEF):
			entry = contributions.reverse(again.name, "同一笔捐款登记了两次")
			print(f"{again.name} 登记重复，{signer()} 冲销：{entry}。")
		name = self.through(COMES_BACK)
		payment = self.pay(COMES_BACK.fund, [name])
		with acting_as(CASHIER):
			entry = payments.return_payment(payment.name, name, "收款账户已注销，银行退回", still_wanted=True)
			print(f"{payment.name} 被银行退回，{signer()} 记账：{entry}；{name} 回到待发放。")
		self.print_ledger(COMES_BACK.fund, last=5)

	# -- what is left to do ------------------------------------------------------------------------------------------

	def pending(self):
		names = [self.through(case) for case in NOT_PAID_YET[1:]]
		for case, state in LEFT_PENDING:
			name = self.take_on(case, self.draft(case), to=state)
			print(f"{name} 停在：{_(state)}")
		since = add_to_date(now_datetime(), days=-12)  # so that the reports have something overdue to show
		frappe.db.set_value(APPLICATION, name, "pending_since", since, update_modified=False)
		for (case, state, remarks), action, user in (
			(DISAGREED, signers.DISAGREE, BASIC),
			(SENT_BACK, signers.SEND_BACK, SENT_BACK[0].principal),
			(WITHDRAWN, signers.WITHDRAW, WITHDRAWN[0].leader),
		):
			name = self.take_on(case, self.draft(case), to=state)
			sign(APPLICATION, name, user, action, remarks)
		with acting_as(CASHIER):
			for fund in aid.FUNDS:
				rows = payments.payable(fund)
				print(f"{fund}：{get_fullname(CASHIER)} 可以发放 {len(rows)} 份。")
		for name in names:
			expect(APPLICATION, name, APPROVED)

	def visit(self, case, **values):
		"""A teacher of the school visits, the leader in charge enters it; the document."""
		with acting_as(case.leader):
			return frappe.get_doc(
				{
					"doctype": VISIT,
					"pupil": self.pupils[case.pupil],
					"visitor": self.visitor(case),
					"visited_on": nowdate(),
					**values,
				}
			).insert()

	def visitor(self, case):
		number = people.staff_of(case.school)[VISITOR]["staff_no"]
		return frappe.db.get_value("School Staff", {"staff_no": number}, "name")

	def visits(self):
		"""A pupil at risk is visited, one is overdue, one has come back to school (AID3)."""
		names = [self.risk(case, **values) for case, values in AT_RISK]
		(case, _values), name = AT_RISK[0], names[0]
		self.visit(case, risk=name, findings="祖母住院，学生在家照料；已商定下周返校", still_at_school=0,
			next_visit_by=add_days(nowdate(), 7))  # fmt: skip
		print(f"   ✓ {name} 已家访：{self.of_risk(name)}")
		(case, _values), name = AT_RISK[1], names[1]
		frappe.db.set_value(RISK, name, "visit_by", add_days(nowdate(), -6), update_modified=False)
		print(f"   ! {name} 到期没有走访：每日任务会催办校长和基础教育科")
		(case, _values), name = AT_RISK[2], names[2]
		self.visit(case, risk=name, findings="交通补助到账，已恢复正常到校", way="Talk at School")
		with acting_as(case.leader):
			doc = frappe.get_doc(RISK, name)
			doc.update({"status": watch.Status.RESOLVED, "outcome": "已恢复正常到校"})
			doc.save()
		print(f"   ✓ {name} {self.of_risk(name)}")

	def risk(self, case, **values):
		with acting_as(case.leader):
			doc = frappe.get_doc(
				{"doctype": RISK, "pupil": self.pupils[case.pupil], "visitor": self.visitor(case), **values}
			).insert()
			print(f"   · {signer()} 登记 {doc.name}：学生 {doc.pupil}，{_(doc.cause)}")
		return doc.name

	def of_risk(self, name):
		status, level = frappe.db.get_value(RISK, name, ["status", "level"])
		return f"{_(status)}，{_('Risk Level')}：{_(level)}"

	# -- who has looked ----------------------------------------------------------------------------------------------

	def inspection(self, name):
		"""Discipline inspection opens one pupil's record, with a reason and for a time; who looked is on record (AID4)."""
		pupil = frappe.db.get_value(APPLICATION, name, "pupil")
		print(f"1. 没有查阅单，打开学生 {pupil} 的档案——")
		refused(DISCIPLINE, frappe.PermissionError, self.open_pupil, EVERY_STEP)
		print("2. 开具查阅单，写明理由和期限：")
		with acting_as(DISCIPLINE):
			case = frappe.get_doc(
				{
					"doctype": CASE,
					"pupil": pupil,
					"reason": "核实群众来信反映的补助发放对象是否符合条件",
					"expires_on": add_days(nowdate(), 7),
				}
			).insert()
			print(
				f"   · {signer()} {case.name}：{case.reason}，有效期至 {formatdate(case.expires_on, 'yyyy-MM-dd')}"
			)
			doc = self.open_pupil(EVERY_STEP)
			print(f"   ✓ {signer()} 打开 {doc.name}：{doc.school}，{_(doc.grade)}，{_(doc.hardship)}")
		print("3. 查阅记录（基础教育科和纪工委可见，谁也改不了）：")
		with acting_as(BASIC):
			self.open_pupil(EVERY_STEP)
			rows = frappe.get_list(
				ACCESS,
				fields=["pupil", "user", "way", "inspection_case"],
				filters={"pupil": pupil},
				order_by="creation asc, name asc",
				limit=0,
			)
		print(
			table(
				["学生", "查阅人", "方式", "查阅单"],
				[[row.pupil, get_fullname(row.user), _(row.way), row.inspection_case] for row in rows],
			)
		)
		if DISCIPLINE not in {row.user for row in rows}:
			raise WalkError(f"{pupil}: opened without a record")

	# -- the books ---------------------------------------------------------------------------------------------------

	def agree(self):
		if found := ledger.verify():
			raise WalkError(str(found))
		for fund in aid.FUNDS:
			entries = frappe.db.count(ledger.ENTRY, {"fund": fund})
			print(f"{fund}：{entries} 笔账目，{self.figures(fund)}，与账目一致。")

	def figures(self, fund):
		"""Balance, reserved and available of a fund in words."""
		values = frappe.db.get_value(ledger.FUND, fund, ["balance", "reserved", "available"])
		labels = (_("Fund Balance"), _("Reserved for Aid"), _("Free Balance"))
		return "，".join(f"{label} {_yuan(value)}" for label, value in zip(labels, values, strict=True))

	def print_ledger(self, fund, last):
		with acting_as(CASHIER):
			rows = frappe.get_list(
				ledger.ENTRY,
				filters={"fund": fund},
				fields=[
					"seq",
					"posting_date",
					"kind",
					"amount",
					"balance_after",
					"reference_name",
					"remarks",
				],
				order_by="seq desc",
				limit=last,
			)
		print(
			table(
				["序号", "日期", "类别", "金额", "结余", "单据", "备注"],
				[
					[
						row.seq,
						str(row.posting_date),
						_(row.kind),
						two_decimals(row.amount),
						two_decimals(row.balance_after),
						row.reference_name,
						row.remarks,
					]
					for row in reversed(rows)
				],
			)
		)


def daily():
	"""What the scheduler does every day for the aid fund: the next term's drafts, the watch, the comparison of the books."""
	drafts = recurring.propose()
	print(f"多学期帮扶：生成 {len(drafts)} 份本学期申请草稿（{'、'.join(drafts)}）。")
	done = watch.daily()
	print(f"控辍保学：{done['opened']} 名学生因帮扶到期列入关注，{done['overdue']} 次走访逾期，已催办。")
	ledger.verify_all()
	if drafts:
		leader = frappe.db.get_value(
			"Community School", frappe.db.get_value(APPLICATION, drafts[0], "school"), "leader_user"
		)
		sign(APPLICATION, drafts[0], leader, signers.SEND, "情况没有变化，继续申请")


def term_before(year, term):
	"""The term before this one: (school year, term)."""
	if term == terms.SECOND:
		return year, terms.FIRST
	first = frappe.db.get_value("Community School Year", year, "start_date")
	before = frappe.get_all(
		"Community School Year", {"end_date": ("<", first)}, order_by="end_date desc", limit=1, pluck="name"
	)
	return before[0], terms.SECOND


def _in_words(year, term):
	return f"{year} 学年{_(term)}"


def _yuan(value):
	return money.shown(money.stored_fen(value))
