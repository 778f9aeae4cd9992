"""The real case: the district as 寒教字[2010]55号 writes it, by school and by post. No person's name stands here.

What the document does not say is not made up in this file; it is invented, and named as invented, in `people.py` and
`papers.py`.
"""

BUREAU = "寒亭区教育局"
DOCUMENT_NO = "寒教字[2010]55号"
FOUNDED_ON = "2010-06-18"
LEADING_GROUP = "寒亭区城乡学校共同体工作领导小组"
VISION = "均衡、优质、共享、共进"  # §1

# subdistrict -> its education office (annex)
SUBDISTRICTS = {
	"寒亭街道": "寒亭街道教管办",
	"开元街道": "开元街道教管办",
	"固堤街道": "固堤街道教管办",
	"高里街道": "高里街道教管办",
	"朱里街道": "朱里街道教管办",
}

PRIMARY = "Primary School"
JUNIOR = "Junior Middle School"
NINE_YEAR = "Nine-Year School"

# §3: (lead school, stage of the community, member schools). 河西学校 and 外国语学校 each lead a primary school.
COMMUNITIES = (
	("六中", JUNIOR, ("高里街道初中", "固堤街道初中")),
	("实验中学", JUNIOR, ("寒亭街道初中", "开元街道初中", "朱里街道初中")),
	("实验小学", PRIMARY, ("高里街道小学",)),
	("实验二小", PRIMARY, ("寒亭街道小学", "开元街道小学")),
	("河西学校", PRIMARY, ("固堤街道小学",)),
	("外国语学校", PRIMARY, ("朱里街道小学",)),
)

# the lead schools: stage, how the annex writes the post of the principal, code for accounts
URBAN_SCHOOLS = {
	"六中": (JUNIOR, "寒亭六中校长", "liuzhong"),
	"实验中学": (JUNIOR, "实验中学校长", "shiyanzhongxue"),
	"实验小学": (PRIMARY, "实验小学校长", "shiyanxiaoxue"),
	"实验二小": (PRIMARY, "第二实验小学校长", "shiyanerxiao"),
	"河西学校": (NINE_YEAR, "河西学校校长", "hexi"),
	"外国语学校": (NINE_YEAR, "寒亭外国语学校校长", "waiguoyu"),
}

# the member schools: stage, subdistrict, code for accounts
RURAL_SCHOOLS = {
	"高里街道初中": (JUNIOR, "高里街道", "gaoli-chuzhong"),
	"固堤街道初中": (JUNIOR, "固堤街道", "gudi-chuzhong"),
	"寒亭街道初中": (JUNIOR, "寒亭街道", "hanting-chuzhong"),
	"开元街道初中": (JUNIOR, "开元街道", "kaiyuan-chuzhong"),
	"朱里街道初中": (JUNIOR, "朱里街道", "zhuli-chuzhong"),
	"高里街道小学": (PRIMARY, "高里街道", "gaoli-xiaoxue"),
	"寒亭街道小学": (PRIMARY, "寒亭街道", "hanting-xiaoxue"),
	"开元街道小学": (PRIMARY, "开元街道", "kaiyuan-xiaoxue"),
	"固堤街道小学": (PRIMARY, "固堤街道", "gudi-xiaoxue"),
	"朱里街道小学": (PRIMARY, "朱里街道", "zhuli-xiaoxue"),
}

# annex, in its order: (post, official title, account). The six principals sit with the account of their school.
BUREAU_SEATS = (
	("Group Head", "区教育党工委书记、区教育局局长", "head"),
	("Deputy Group Head", "区教育党工委副书记", "deputy1"),
	("Deputy Group Head", "区教育局副局长", "deputy2"),
	("Deputy Director", "区教育局副局长", "leader1"),
	("Deputy Director", "区教育局副局长", "leader2"),
	("Discipline Inspection Secretary", "区教育局纪工委书记", "discipline"),
	("Teaching Research Office Director", "区教研室主任", "research"),
	("Bureau Office Director", "区教育局办公室主任", "office"),
	("Personnel Section Chief", "区教育局政工科科长", "personnel"),
	("Finance Section Chief", "区教育局计财科科长", "finance"),
	("Supervision Office Director", "区政府教育督导室副主任", "supervision"),
	("Basic Education Section Chief", "区教育局普教科科长", "basic"),
	("Vocational Education Section Chief", "区教育局职教科科长", "vocational"),
	("E-Education Station Head", "区教育局电教站站长", "eedu"),
	("Logistics Station Head", "区教育局勤管站站长", "logistics"),
)
SUBDISTRICT_SEATS = (
	("寒亭街道", "寒亭街道教管办主任", "office.hanting"),
	("开元街道", "开元街道教管办主任", "office.kaiyuan"),
	("固堤街道", "固堤街道教管办主任", "office.gudi"),
	("高里街道", "高里街道教管办主任", "office.gaoli"),
	("朱里街道", "朱里街道教管办主任", "office.zhuli"),
)

# §2: (year, share of the rural schools in percent, clause)
COVERAGE_TARGETS = (
	(
		2010,
		60,
		"寒教字[2010]55号 二、工作目标：2010年底前使60%以上的农村中小学和城区义务教育学校建立起优质资源共享机制",
	),
	(
		2011,
		100,
		"寒教字[2010]55号 二、工作目标：2011年所有农村中小学和城区义务教育学校建立起优质资源共享机制",
	),
)


def community_of(lead):
	"""The name of the community that this urban school leads."""
	return f"{lead}城乡教育共同体"
