"""Invented staff and accounts. Every name is plainly invented: a made-up family name and a pair of the sixty-year cycle.

演甲子 … work at urban schools, 示甲子 … at rural junior middle schools, 例甲子 … at rural primary schools.
"""

from gongtongti.demo.district import JUNIOR, NINE_YEAR, PRIMARY, RURAL_SCHOOLS, URBAN_SCHOOLS

DOMAIN = "demo.invalid"  # reserved by RFC 2606: no mail can ever reach it
LOADER = f"loader@{DOMAIN}"
ADMIN = f"admin@{DOMAIN}"
CLERK = f"clerk@{DOMAIN}"
CASHIER = f"cashier@{DOMAIN}"  # of the finance section, whose chief approves

# the people on the bureau's seats, by account (district.BUREAU_SEATS)
BUREAU_NAMES = {
	"head": "演示局长",
	"deputy1": "演示党工委副书记",
	"deputy2": "演示副局长甲",
	"leader1": "演示副局长乙",
	"leader2": "演示副局长丙",
	"discipline": "演示纪工委书记",
	"research": "演示教研室主任",
	"office": "演示办公室主任",
	"personnel": "演示政工科科长",
	"finance": "演示计财科科长",
	"supervision": "演示督导室副主任",
	"basic": "演示普教科科长",
	"vocational": "演示职教科科长",
	"eedu": "演示电教站站长",
	"logistics": "演示勤管站站长",
}

_CYCLE = [a + b for a, b in zip("甲乙丙丁戊己庚辛壬癸" * 6, "子丑寅卯辰巳午未申酉戌亥" * 5, strict=True)]

SUBJECTS = {
	JUNIOR: ("语文", "数学", "英语", "物理", "化学", "历史"),
	PRIMARY: ("语文", "数学", "英语", "科学", "音乐", "体育与健康"),
	NINE_YEAR: ("语文", "数学", "英语", "科学", "美术", "体育与健康"),
}
LEADER_SUBJECTS = ("历史", "语文", "数学", "英语")

# what the first people of a school are: (position, cadre status, years at the school)
LEADERS = (
	("School Principal", "Cadre", 5),
	("Vice Principal", "Cadre", 7),  # the leader in charge
	("Vice Principal", "Cadre", 8),
	("Teacher", "Reserve Cadre", 6),
)

# Teachers, in the order of the school's subjects: (years at the school, honours). Six at an urban school, four at a
# rural one; the tables repeat with a shift from school to school, so that schools differ.
URBAN_TEACHERS = (
	(9, (("Excellent Teacher", "District Level"),)),
	(7, (("Teaching Expert", "City Level"), ("Backbone Teacher", "District Level"))),
	(3, ()),
	(12, (("Subject Leader", "City Level"), ("Backbone Teacher", "City Level"))),
	(6, (("Excellent Teacher", "School Level"),)),
	(2, ()),
)
RURAL_TEACHERS = (
	(10, (("Excellent Teacher", "District Level"),)),
	(4, ()),
	(7, (("Backbone Teacher", "District Level"),)),
	(1, ()),
)


def cycle(number):
	"""A pair of the sixty-year cycle, by its number."""
	return _CYCLE[number % len(_CYCLE)]


def account(local):
	return f"{local}@{DOMAIN}"


def principal_account(school):
	return account(f"principal.{code(school)}")


def leader_account(school):
	return account(f"leader.{code(school)}")


def code(school):
	return (URBAN_SCHOOLS.get(school) or RURAL_SCHOOLS.get(school))[2]


def staff_of(school):
	"""The invented people of a school: a list of dicts, first the principal, then the leader in charge, a further
	vice principal, a reserve cadre, and the teachers.

	Keys: staff_no (fixed, to find a person again), staff_name, gender, position, cadre_status, subject, years (at the
	school at the start of the school year), honours [(honour, level), …], user (e-mail or None).
	"""
	number = list({**URBAN_SCHOOLS, **RURAL_SCHOOLS}).index(school)
	urban = school in URBAN_SCHOOLS
	stage = (URBAN_SCHOOLS if urban else RURAL_SCHOOLS)[school][0]
	subjects = SUBJECTS[stage]
	table = URBAN_TEACHERS if urban else RURAL_TEACHERS
	shift = number % len(table)
	teachers = [("Teacher", "Not a Cadre", *table[(i + shift) % len(table)]) for i in range(len(table))]
	people = [(*leader, ()) for leader in LEADERS] + teachers
	users = [principal_account(school), leader_account(school), account(f"cadre.{code(school)}")]
	users += [account(f"reserve.{code(school)}"), account(f"teacher.{code(school)}")]
	return [
		{
			"staff_no": f"YS-{number + 1:02}-{i + 1:02}",
			"staff_name": _name(number, i, urban, stage),
			"gender": ("Female", "Male")[(number + i) % 2],
			"position": position,
			"cadre_status": cadre_status,
			"subject": LEADER_SUBJECTS[i] if i < len(LEADERS) else subjects[i - len(LEADERS)],
			"years": years,
			"honours": honours,
			"user": users[i] if i < (5 if school in _MORE_ACCOUNTS else 2) else None,
		}
		for i, (position, cadre_status, years, honours) in enumerate(people)
	]


# Schools whose vice principal, reserve cadre and first teacher have accounts too; elsewhere the two leaders have.
_MORE_ACCOUNTS = ("六中", "实验中学", "实验小学", "高里街道小学", "开元街道初中")


def _name(number, place, urban, stage):
	if urban:
		return "演" + _CYCLE[number * 10 + place]
	rural = number - len(URBAN_SCHOOLS)
	first, family = (0, "示") if stage == JUNIOR else (5, "例")
	return family + _CYCLE[(rural - first) * 8 + place]
