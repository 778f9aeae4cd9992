"""The aid fund of the demonstration: two funds and pupils in hardship with their evidence. All of it is invented.

That there is such a fund, and whom it helps, follows document 1 §4.3; purposes, ceilings and amounts are invented. A pupil
is called 学 and a guardian 护 with a pair of the sixty-year cycle (nobody is), and student numbers, telephones and bank
accounts consist of noughts and a running number.
"""

from dataclasses import dataclass

import frappe

from gongtongti.demo import people
from gongtongti.demo.district import community_of

DISTRICT_FUND = "区城乡教育共同体帮困基金"
COMMUNITY_FUND = "六中城乡教育共同体帮困基金"
COMMUNITY = community_of("六中")

LIVING, BOARDING, MEALS, TRANSPORT, BOOKS, MEDICAL, EMERGENCY = (
	"Living Allowance", "Boarding", "Meals", "Transport", "Books and Supplies", "Medical Relief", "Emergency Relief",
)  # fmt: skip

# fund -> (level, community, rules, {purpose: (ceiling, ceiling for special hardship)} in yuan per pupil and term)
FUNDS = {
	DISTRICT_FUND: (
		"District",
		None,
		"用于资助全区农村学校家庭经济困难学生。基础教育科审核，计财科终审并发放。",
		{
			LIVING: (500, 1000),
			BOARDING: (400, 800),
			MEALS: (300, 600),
			TRANSPORT: (150.5, 300),
			BOOKS: (200, 300),
			MEDICAL: (2000, 5000),
			EMERGENCY: (1000, 3000),
		},
	),
	COMMUNITY_FUND: (
		"Community",
		COMMUNITY,
		"由六中发起，资助本共同体农村学校家庭经济困难学生。",
		{MEALS: (300, 600), BOOKS: (200, 300), EMERGENCY: (1000, 9000)},
	),
}


@dataclass(frozen=True)
class Pupil:
	"""A pupil in hardship; `number` runs from 1 and finds the pupil again."""

	number: int
	school: str
	grade: str
	class_name: str
	hardship: str

	@property
	def student_number(self):
		return f"G000000{self.number:012d}"

	def fields(self, evidence):
		name = people.cycle(self.number)
		relation, gender = RELATIONS[self.number % len(RELATIONS)], ("Female", "Male")[self.number % 2]
		return {
			"pupil_name": f"学{name}",
			"student_number": self.student_number,
			"gender": gender,
			"school": self.school,
			"grade": self.grade,
			"class_name": self.class_name,
			"boarder": int(self.hardship in ("Orphan", "De Facto Unattended Child")),
			"hardship": self.hardship,
			"hardship_details": f"（演示）{SITUATIONS[self.hardship]}",
			"evidence": evidence,
			"guardian_name": f"护{name}",
			"guardian_relation": "Other Guardian" if self.hardship == "Orphan" else relation,
			"guardian_phone": f"000-{self.number:08d}",
			"address": f"演示村{self.number}号",
			"payee_name": f"护{name}",
			"bank_name": "演示银行",
			"bank_account": f"{self.number:019d}",
		}


RELATIONS = ("Mother of the Pupil", "Father of the Pupil", "Grandparent")
SITUATIONS = {
	"Extreme Poverty Support": "由街道按特困人员供养",
	"Minimum Living Security": "家庭享受最低生活保障",
	"Orphan": "父母均已去世，由亲属监护",
	"De Facto Unattended Child": "父母长期无法履行抚养责任",
	"Pupil with Disability": "本人持残疾证",
	"Child of Disabled Parents": "父母一方持残疾证，收入低",
	"Serious Illness": "家庭成员患重病，支出大",
	"Sudden Family Misfortune": "家中遭遇火灾，房屋受损",
	"Monitored after Poverty Relief": "脱贫后仍在监测帮扶期",
	"Other Low Income": "家庭收入低于当地标准",
}

# (school, grade, class, the hardship of each pupil). Three groups are large enough to be counted in a report, four are not.
_GROUPS = (
	("高里街道小学", "Grade 4", "2",
		("Minimum Living Security", "Other Low Income", "Child of Disabled Parents", "Monitored after Poverty Relief",
		"De Facto Unattended Child", "Minimum Living Security")),
	("固堤街道初中", "Grade 8", "1",
		("Minimum Living Security", "Other Low Income", "Pupil with Disability", "Minimum Living Security",
		"Monitored after Poverty Relief")),
	("开元街道小学", "Grade 5", "3",
		("Minimum Living Security", "Monitored after Poverty Relief", "Child of Disabled Parents", "Other Low Income",
		"Extreme Poverty Support")),
	("寒亭街道小学", "Grade 3", "1", ("Minimum Living Security", "Serious Illness", "Other Low Income")),
	("朱里街道初中", "Grade 9", "2", ("Minimum Living Security", "Sudden Family Misfortune")),
	("高里街道初中", "Grade 8", "1", ("Orphan", "Minimum Living Security")),
	("固堤街道小学", "Grade 2", "1", ("Monitored after Poverty Relief",)),
)  # fmt: skip
PUPILS = tuple(
	Pupil(number, *group)
	for number, group in enumerate(
		((school, grade, room, hardship) for school, grade, room, kinds in _GROUPS for hardship in kinds),
		start=1,
	)
)


def build(opened_on):
	"""Makes the funds and the pupils as the session's user, whose rights are not asked; no money is booked."""
	for name, (level, community, regulations, purposes) in FUNDS.items():
		_insert(
			"Aid Fund",
			fund_name=name,
			fund_level=level,
			community=community,
			opened_on=opened_on,
			regulations=regulations,
			purposes=[
				{"purpose": purpose, "ceiling": ceiling, "special_ceiling": special}
				for purpose, (ceiling, special) in purposes.items()
			],
		)
	for pupil in PUPILS:
		_insert("Aided Pupil", **pupil.fields(evidence(pupil)))


def evidence(pupil):
	"""A private file with the invented evidence of a pupil; its address. It is attached when the pupil is saved."""
	file = _insert(
		"File",
		file_name=f"demo-evidence-{pupil.number:02}.svg",
		is_private=1,
		content=EVIDENCE.format(number=pupil.student_number, situation=SITUATIONS[pupil.hardship]),
	)
	return file.file_url


EVIDENCE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 150" width="630" height="450">
	<rect width="210" height="150" fill="#fff" stroke="#999"/>
	<g font-family="serif" text-anchor="middle" fill="#222">
		<text x="105" y="35" font-size="12">家庭经济困难证明</text>
		<text x="105" y="52" font-size="6">（演示用材料，无效力）</text>
		<text x="105" y="85" font-size="7">{number}</text>
		<text x="105" y="100" font-size="7">{situation}</text>
	</g>
</svg>
"""


def _insert(doctype, **values):
	return frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)
