"""Takes placements of the demonstration through every approval, as the people who sign them; never as Administrator.

On a bench: `bench --site SITE execute gongtongti.demo.commands.walk`, which loads the demonstration first if it is not there.
It prints what happens, the refusals, the reports and the accounts, and leaves placements and applications for aid at
every step behind. The parts of the aid fund, of open lessons and of activities are in aid_walk.py, lessons_walk.py, activities_walk.py.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

import frappe
from frappe import _
from frappe.desk.query_report import run as run_report
from frappe.utils import add_days, cstr, get_fullname, getdate, now_datetime, nowdate, strip_html

from gongtongti.core import approval, money, signers
from gongtongti.demo import activities_care, activities_walk, aid_walk, people
from gongtongti.demo.aid import DISTRICT_FUND
from gongtongti.demo.aid_walk import AidWalk
from gongtongti.demo.builder import quietly, school_years, year_name
from gongtongti.demo.district import (
	COMMUNITIES,
	RURAL_SCHOOLS,
	SUBDISTRICT_SEATS,
	URBAN_SCHOOLS,
	community_of,
)
from gongtongti.demo.lessons_walk import LessonWalk
from gongtongti.demo.load import OF_DEMO, load
from gongtongti.demo.steps import acting_as, expect, heading, in_chinese, refused_signature, sign, signer
from gongtongti.demo.tables import table, two_decimals
from gongtongti.exchange import lifecycle
from gongtongti.exchange.kinds import FIXED_WEEKDAYS, KINDS, LONG_TERM, ROTATION, SHORT_SWAP
from gongtongti.organisation import roles

PLACEMENT, CHANGE = "Exchange Placement", "Placement Change"
APPOINTMENT, ATTACHMENT, ACTING, TEACHERS = KINDS
PERSONNEL, CLERK = people.account("personnel"), people.CLERK
HEAD, DEPUTY = people.account("head"), people.account("deputy1")
# places of the people in people.staff_of()
PRINCIPAL, LEADER, VICE_PRINCIPAL, RESERVE, TEACHER_1, TEACHER_2, TEACHER_3, TEACHER_4 = range(8)


@dataclass(frozen=True)
class Case:
	"""A placement: who goes from where to where, what for, from and for how many days (None: to the end of the year)."""

	kind: str
	home: str
	person: int
	host: str
	purpose: str
	begins: int = 0
	lasts: int | None = None
	mode: str = LONG_TERM
	post: str | None = None
	weekdays: tuple[str, ...] = ()
	turn: str | None = None

	def fields(self):
		"""The fields of the document that say how the exchange goes."""
		mode = FIXED_WEEKDAYS if self.weekdays else ROTATION if self.turn else self.mode
		return {
			"kind": self.kind,
			"mode": mode,
			"home_school": self.home,
			"host_school": self.host,
			"purpose": self.purpose,
			"post_at_host": self.post,
			"rotation_post": self.turn,
			**dict.fromkeys(self.weekdays, 1),
		}


# one placement of each kind (EX1, EX2), followed step by step
ONE_OF_EACH = (
	Case(
		APPOINTMENT, "六中", VICE_PRINCIPAL, "高里街道初中", "分管教学，带去城区学校的管理办法", post="副校长"
	),
	Case(ATTACHMENT, "实验中学", RESERVE, "开元街道初中", "挂职锻炼，协助德育工作", post="校长助理"),
	Case(ACTING, "高里街道小学", RESERVE, "实验小学", "到城区学校顶岗学习", post="教导处副主任"),
	Case(TEACHERS, "实验小学", TEACHER_2, "高里街道小学", "任教数学，每周上两节公开课"),
)
# the other modes of teacher exchange, approved without much ado
OTHERS_APPROVED = (
	Case(TEACHERS, "实验中学", TEACHER_1, "寒亭街道初中", "任教语文", lasts=10),  # ends soon
	Case(
		TEACHERS,
		"实验二小",
		TEACHER_2,
		"寒亭街道小学",
		"每周二、四任教数学",
		weekdays=("tuesday", "thursday"),
	),
	Case(TEACHERS, "六中", TEACHER_1, "固堤街道初中", "轮换任教第一轮", lasts=40, turn="骨干教师轮换岗"),
	Case(
		TEACHERS,
		"六中",
		TEACHER_2,
		"固堤街道初中",
		"轮换任教第二轮",
		begins=41,
		lasts=40,
		turn="骨干教师轮换岗",
	),
	Case(TEACHERS, "外国语学校", TEACHER_2, "朱里街道小学", "教师互换体验", lasts=14, mode=SHORT_SWAP),
	Case(TEACHERS, "朱里街道小学", TEACHER_2, "外国语学校", "教师互换体验", lasts=14, mode=SHORT_SWAP),
	Case(TEACHERS, "实验中学", TEACHER_4, "朱里街道初中", "任教物理"),
	Case(TEACHERS, "开元街道初中", TEACHER_2, "实验中学", "跟岗学习数学教学"),
	Case(TEACHERS, "寒亭街道初中", TEACHER_1, "实验中学", "跟岗学习语文教学"),
	Case(TEACHERS, "河西学校", TEACHER_4, "固堤街道小学", "任教科学"),
	Case(TEACHERS, "实验二小", TEACHER_1, "开元街道小学", "任教语文"),
)
# what waits at each step: (placement, state)
LEFT_PENDING = (
	(Case(TEACHERS, "河西学校", TEACHER_1, "固堤街道小学", "任教语文"), "Placement Draft"),
	(Case(TEACHERS, "外国语学校", TEACHER_1, "朱里街道小学", "任教语文"), "Awaiting Home Principal"),
	(Case(TEACHERS, "六中", TEACHER_3, "高里街道初中", "任教英语"), "Awaiting Host Principal"),
	(Case(TEACHERS, "实验二小", TEACHER_4, "开元街道小学", "任教科学"), "Awaiting Personnel Section"),
	(
		Case(ATTACHMENT, "实验小学", RESERVE, "高里街道小学", "挂职锻炼", post="校长助理"),
		"Awaiting Leading Group",
	),
)
OWN_PLACEMENT = Case(APPOINTMENT, "河西学校", PRINCIPAL, "固堤街道小学", "任职一年", post="校长")
SENT_BACK = Case(TEACHERS, "实验二小", TEACHER_3, "寒亭街道小学", "任教英语")
REFUSED = Case(TEACHERS, "外国语学校", TEACHER_3, "朱里街道小学", "任教英语")
WITHDRAWN = (Case(TEACHERS, "河西学校", TEACHER_2, "固堤街道小学", "任教数学"), "该教师另有安排，改派他人")


@dataclass(frozen=True)
class Print:
	"""How a report is printed: as whose eyes see it, which columns (default: all that hold something), with which filters.

	message: whether what the report says above its table is printed, too
	"""

	user: str = PERSONNEL
	columns: tuple[str, ...] = ()
	filters: dict = field(default_factory=dict)
	message: bool = False


REPORTS = {
	"Community Coverage": Print(),
	"Exchange Roster": Print(columns=(
		"staff_name", "kind", "mode", "subject", "home_school", "host_school", "start_date", "end_date", "status",
	)),
	"Subject Balance": Print(columns=("community", "school", "subject", "sent", "received", "net", "state")),
	"Exchange Norms": Print(),
	"Activity Completion": Print(people.account("research"), message=True),
	"Pending Approvals": Print(columns=(
		"name", "staff_name", "subject_matter", "step", "with_whom", "pending_since", "waiting_days", "overdue_days",
	)),
	"Aid Fund Statement": Print(aid_walk.CASHIER, filters={"fund": DISTRICT_FUND}, message=True),
	"Aid by School and Grade": Print(HEAD, message=True),
	"Aid Contributions": Print(people.principal_account("高里街道小学")),
	"Aid Contributions for Internal Use": Print(aid_walk.CASHIER),
	"Dropout Watch": Print(aid_walk.BASIC),
	"Pairing List": Print(people.leader_account("高里街道小学")),
}  # fmt: skip


def run(password: str | None = None):
	"""The whole walk, printed in Chinese (EX1 to EX7, EX13, NX1, ORG6, ORG7, AID1 to AID5).

	In: the password to load the demonstration with; without one a random one is made.
	Raises WalkError when something does not go as it must. Once per loaded demonstration; needs no network and sends no mail.
	"""
	with in_chinese(), quietly():
		heading("装入演示数据")
		password = load(password)["password"] or password
		if frappe.db.exists(PLACEMENT, {"owner": ("like", OF_DEMO)}):
			print("本次演示已经走过流程；如需重走，请先移除演示数据再装入。")
		else:
			Walk().take()
			AidWalk().take()
			LessonWalk().take()
			activities_walk.take()
			daily()
		print_reports()
		print_accounts(password)


class Walk:
	def __init__(self):
		_last, first = school_years()
		self.plan = f"PL-{year_name(first)}"
		self.first_day = max(getdate(nowdate()), getdate(f"{first}-09-01"))
		self.last_day = getdate(f"{first + 1}-08-31")

	def take(self):
		heading("四类交流，各走一遍完整审批")
		approved = []
		for number, case in enumerate(ONE_OF_EACH, start=1):
			print(f"\n{number}. {_(case.kind)}：{_person(case).staff_name}，{case.home} → {case.host}")
			approved.append(self.through(case, endorsed=number == 1, clerk=number % 2 == 0))
		heading("不该签的，签不了")
		self.refusals()
		heading("其余：已批准、待审批、被退回、不同意")
		others = [case for case in OTHERS_APPROVED if self.is_in_time(case)]
		names = [self.through(case, quiet=True) for case in others]
		print(
			f"又批准 {len(names)} 份教师交流（{'、'.join(dict.fromkeys(_(case.fields()['mode']) for case in others))}）。"
		)
		self.pending()
		self.change(names[0])
		if provided := activities_care.provide([*approved, *names]):
			print(f"接待保障 {provided}：接收学校逐项登记，交流教师本人确认收到。")
		for name in (*approved, *names):
			expect(PLACEMENT, name, "Placement Approved")

	def is_in_time(self, case):
		"""Whether it would still begin in this school year."""
		return getdate(add_days(self.first_day, case.begins)) <= self.last_day

	def through(self, case, endorsed=False, clerk=False, quiet=False):
		"""A placement from draft to approved; its name."""
		name = self.draft(case, quiet)
		steps = self.steps(case, name, clerk)
		for place, step in enumerate(steps):
			if endorsed and place == 2:
				self.endorse(case, name)
			sign(PLACEMENT, name, *step, quiet=quiet)
		expect(PLACEMENT, name, "Placement Approved")
		if not quiet:
			print(f"   ⇒ {name} {_('Placement Approved')}")
		return name

	def steps(self, case, name, clerk=False):
		"""(account, action, remarks) of each step of the approval, in order."""
		steps = [
			(people.leader_account(case.home), signers.SEND, None),
			(people.principal_account(case.home), signers.AGREE, "同意派出"),
			(people.principal_account(case.host), signers.AGREE, "同意接收"),
			(CLERK if clerk else PERSONNEL, signers.AGREE, "符合年度计划"),
		]
		if KINDS[case.kind].is_cadre:
			steps.append((DEPUTY if clerk else HEAD, signers.AGREE, "同意"))
		return steps

	def draft(self, case, quiet=False):
		"""The leader in charge of the home school writes the draft; its name."""
		person = _person(case)
		begins = min(add_days(self.first_day, case.begins), self.last_day)
		ends = (
			self.last_day if case.lasts is None else min(getdate(add_days(begins, case.lasts)), self.last_day)
		)
		with acting_as(people.leader_account(case.home)):
			doc = frappe.get_doc(
				{
					"doctype": PLACEMENT,
					"plan": self.plan,
					"community": _community(case),
					"staff": person.name,
					"subject": person.subject if KINDS[case.kind].needs_subject else None,
					"support_team": self.team(case, person),
					"start_date": begins,
					"end_date": ends,
					**case.fields(),
				}
			).insert()
			if not quiet:
				print(f"   · {signer()} 起草 {doc.name}")
				if doc.priority_reason:
					print(f"     优先次序：{strip_html(doc.priority_reason)}")
				for line in strip_html(doc.warnings or "").splitlines():
					print(f"     提示：{line}")
		return doc.name

	def team(self, case, person):
		"""The support team that the teacher goes with, if there is one for the host school and the subject (EX3)."""
		if case.kind != TEACHERS:
			return None
		year = self.plan.removeprefix("PL-")
		teams = frappe.get_all(
			"Rural Support Team", {"host_school": case.host, "school_year": year}, pluck="name"
		)
		subject = {"parent": ("in", teams or [""]), "subject": person.subject}
		return (
			frappe.db.get_value("Support Team Subject", subject, "parent")
			if case.home in URBAN_SCHOOLS
			else None
		)

	def endorse(self, case, name):
		"""The education office of the rural school's subdistrict puts its opinion on record (ORG6)."""
		subdistrict = RURAL_SCHOOLS[case.host][1]
		local = next(local for of, _title, local in SUBDISTRICT_SEATS if of == subdistrict)
		with acting_as(people.account(local)):
			approval.endorse(PLACEMENT, name, "情况属实，支持交流")
			print(f"   ✓ {signer()} 签署意见：情况属实，支持交流")

	def refusals(self):
		"""Four that must not: send what one would sign oneself, sign for one's own placement, out of turn, without a reason (EX5)."""
		case = OWN_PLACEMENT
		name = self.draft(case, quiet=True)
		leader = people.leader_account(case.home)
		print(f"1. {name}：派出的人是{case.home}校长本人，要由分管校领导代签，分管校领导自己送审——")
		refused_signature(PLACEMENT, name, leader, signers.SEND, approval.OnlySignerError)
		print("   改由政工科送审：")
		sign(PLACEMENT, name, PERSONNEL, signers.SEND)
		print("   校长给自己签字——")
		refused_signature(
			PLACEMENT, name, people.principal_account(case.home), signers.AGREE, signers.OwnPlacementError
		)
		print("   改由分管校领导代表学校签：")
		sign(PLACEMENT, name, leader, signers.AGREE, "同意派出")
		print(f"2. {name} 还在等接收学校，政工科想跳过这一步——")
		refused_signature(PLACEMENT, name, PERSONNEL, signers.AGREE, signers.NotYourStepError)
		print(f"3. {name}：接收学校校长退回，却不写理由——")
		refused_signature(
			PLACEMENT,
			name,
			people.principal_account(case.host),
			signers.SEND_BACK,
			approval.RemarksMissingError,
		)

	def pending(self):
		for case, state in LEFT_PENDING:
			name = self.draft(case, quiet=True)
			for step in self.steps(case, name):
				if frappe.db.get_value(PLACEMENT, name, "workflow_state") == state:
					break
				sign(PLACEMENT, name, *step, quiet=True)
			expect(PLACEMENT, name, state)
			print(f"{name} 停在：{_(state)}")
		self.make_old(name)
		for case, action, remarks in (
			(SENT_BACK, signers.SEND_BACK, "请写明任教年级和周课时"),
			(REFUSED, signers.DISAGREE, "该校英语学科本学期缺员，暂不派出"),
		):
			name = self.draft(case, quiet=True)
			sign(PLACEMENT, name, *self.steps(case, name)[0], quiet=True)
			sign(PLACEMENT, name, people.principal_account(case.home), action, remarks)
		case, remarks = WITHDRAWN
		name, leader = self.draft(case, quiet=True), people.leader_account(case.home)
		for user, action, reason in ((leader, signers.SEND, None), (leader, signers.WITHDRAW, remarks)):
			sign(PLACEMENT, name, user, action, reason, quiet=action == signers.SEND)

	def make_old(self, name):
		"""Lets a placement have waited for twelve days, so that the reports have something overdue to show."""
		since = frappe.utils.add_to_date(now_datetime(), days=-12)
		frappe.db.set_value(PLACEMENT, name, "pending_since", since, update_modified=False)

	def change(self, name):
		"""An extension of a placement that ends soon, waiting for the personnel section (EX13).

		In the last days of the school year it is an early end instead; on the very last one there is nothing to change.
		"""
		host, ends = frappe.db.get_value(PLACEMENT, name, ["host_school", "end_date"])
		if getdate(ends) < self.last_day:
			wanted = {
				"change_type": "Term Extension",
				"new_end_date": self.last_day,
				"reason": "期末复习阶段需要，双方学校协商同意延长",
			}
		elif getdate() < self.last_day:
			wanted = {
				"change_type": "Early End",
				"new_end_date": getdate(),
				"reason": "学年将尽，提前返回原校",
			}
		else:
			return
		leader = people.leader_account(host)
		with acting_as(leader):
			change = frappe.get_doc({"doctype": CHANGE, "placement": name, **wanted}).insert()
		sign(CHANGE, change.name, leader, signers.SEND, None)


def daily():
	"""What the scheduler does every day (EX13, AID3). It commits, and so comes after everything that may be refused."""
	heading("每日任务（系统自动执行）")
	done = lifecycle.daily()
	print(f"交流：{done['begun']} 份开始执行，{done['ended']} 份到期结束。")
	aid_walk.daily()


def print_reports():
	"""The reports, each as one of those sees it for whom it is."""
	for report, how in REPORTS.items():
		with acting_as(how.user):
			out = run_report(report, filters=frappe._dict(how.filters))
		rows = [row for row in out["result"] if isinstance(row, dict)]
		columns = [
			column
			for column in out["columns"]
			if (
				column["fieldname"] in how.columns
				if how.columns
				else any(row.get(column["fieldname"]) not in (None, "") for row in rows)
			)
		]
		heading(f"报表：{_(report)}（{get_fullname(how.user)}所见）")
		if how.message:
			print("\n".join(_lines(out.get("message"))))
		print("，".join(f"{card['label']} {_figure(card)}" for card in out.get("report_summary") or []))
		print(
			table(
				[column["label"] for column in columns],
				[[_cell(row.get(column["fieldname"]), column) for column in columns] for row in rows],
			)
		)


def print_accounts(password=None):
	"""The accounts by role, so that each can be tried in the Desk."""
	heading("演示账号")
	held = {}
	for role, user in frappe.get_all(
		"Has Role",
		{"parenttype": "User", "parent": ("like", OF_DEMO), "role": ("in", list(roles.ROLES))},
		["role", "parent"],
		as_list=True,
	):
		held.setdefault(user, []).append(role)
	schools = dict(
		frappe.get_all("School Staff", {"user": ("like", OF_DEMO)}, ["user", "school"], as_list=True)
	)
	users = frappe.get_all("User", {"name": ("in", list(held)), "enabled": 1}, ["name", "full_name"])
	order = list(roles.ROLES).index
	lines = sorted((min(map(order, held[user.name])), user.name, user) for user in users)
	print(
		table(
			["角色", "姓名", "学校", "账号"],
			[
				[
					"、".join(_(role) for role in sorted(held[user.name], key=order)),
					user.full_name,
					schools.get(user.name),
					user.name,
				]
				for _order, _name, user in lines
			],
			most=44,
		)
	)
	print(f"密码（所有账号相同）：{password or '装入时显示的那个'}")


# -- helpers -----------------------------------------------------------------------------------------------------------


def _person(case):
	number = people.staff_of(case.home)[case.person]["staff_no"]
	return frappe.db.get_value(
		"School Staff", {"staff_no": number}, ["name", "staff_name", "subject"], as_dict=True
	)


def _community(case):
	lead = next(lead for lead, _stage, members in COMMUNITIES if {case.home, case.host} <= {lead, *members})
	return community_of(lead)


def _lines(html):
	"""The lines of a report's message, without their colours."""
	text = re.sub(r"<br\s*/?>|</p>|</div>|</li>|\n", "\n", cstr(html))
	return [line for line in (strip_html(part).strip() for part in text.split("\n")) if line]


def _cell(value, column):
	if column.get("fieldtype") == "Currency" and value not in (None, ""):
		return two_decimals(value)
	if isinstance(value, datetime):
		return value.strftime("%Y-%m-%d %H:%M")
	return value if value is None or isinstance(value, int | float) else str(value)


def _figure(card):
	value = card.get("value")
	if value is None:
		return "—"
	if card.get("datatype") == "Currency":
		return money.shown(money.stored_fen(value))
	return f"{value}%" if card.get("datatype") == "Percent" else value
