"""Invented papers of the demonstration: quotas, support teams, agreements, charters, development plans.

The wording follows the sources (寒教字[2010]55号 §4 and §5; document 4 §1 for agreements and charters); the figures, and which
bureau leader answers for which community, are invented.
"""

# the account of the bureau leader who answers for each community, in the order of district.COMMUNITIES
BUREAU_LEADERS = ("leader1", "leader1", "leader1", "leader2", "leader2", "leader2")

# places for each community in the present school year, and teachers' places by subject
QUOTAS = {"Cadre Appointment": 2, "Cadre Attachment": 2, "Acting Post": 2}
SUBJECT_QUOTAS = {"语文": 3, "数学": 3, "英语": 3, "物理": 1, "科学": 2, "音乐": 1}

ARRANGEMENTS = """<p>一、选派城区学校优秀干部到农村学校任职，选派城区学校后备干部赴农村学校挂职锻炼，促进农村学校后备干部到城区学校顶岗工作。</p>
<p>二、选派城区优秀教师组建支教团队赴农村学校支教，按年度进行学科轮换，保持交流学科的总体均衡。</p>
<p>三、城区区级以上优秀教师、教学能手优先交流。</p>"""

# (lead school, host school, subjects last year, subjects this year); the third repeats one, which is pointed out
TEAMS = (
	("六中", "高里街道初中", ("语文", "物理"), ("数学", "英语")),
	("实验中学", "开元街道初中", ("英语", "化学"), ("语文", "数学")),
	("实验小学", "高里街道小学", ("数学",), ("数学", "科学")),
)

BUREAU_DUTIES = "组织实施资源共享与交流互动；按计划安排干部交流和教师交流；督促检查协议履行情况。"
LEAD_DUTIES = "选派优秀干部和骨干教师；开放教研活动和教学资源；每月两天到成员学校指导。"
MEMBER_DUTIES = "选派品质好、能力强的教师参加交流；为交流教师安排住宿、办公用品和计算机；组织听课和研讨。"
AGREEMENT_SCAN = "/assets/gongtongti/images/demo-agreement.svg"
AGREEMENT_TERMS = """<p>一、各方地位平等，互相学习，互相帮助，共同提高。</p>
<p>二、交流人员由各校推荐，经审批后派出，期间工资关系不变。</p>
<p>三、每月第一个周六举行联席会议，检查本协议履行情况。</p>"""

# what is kept with each community: (type, title, text)
DOCUMENTS = (
	(
		"Charter",
		"章程",
		"""<p>第一条　{community}由{schools}组成，学校地位平等。</p>
<p>第二条　城区学校校长为第一责任人，农村学校校长为第二责任人，各校安排一名校级领导干部具体负责。</p>
<p>第三条　每月第一个周六举行联席会议，讨论、记录并落实共同体事务。</p>""",
	),
	(
		"Development Plan",
		"发展规划",
		"""<p>{community}以“均衡、优质、共享、共进”为主题，三年内各学科骨干教师轮岗交流一遍，逐年缩小校际差距。</p>
<p>变“输血”为“造血”，为农村学校培养学科骨干教师。</p>""",
	),
	(
		"Rotation Rules",
		"交流轮岗办法",
		"""<p>支教团队按年度进行学科轮换；城区区级以上优秀教师、教学能手优先交流；在同一学校连续任教满六年的教师纳入交流范围。</p>""",
	),
)
CHARTER_SECOND_VERSION = """<p>第一条　{community}各学校地位平等。</p>
<p>第二条　城区学校校长为第一责任人，农村学校校长为第二责任人。</p>
<p>第三条　每月第一个周六举行联席会议；遇节假日顺延一周。</p>"""

# Days until the agreements of each community end, in the order of district.COMMUNITIES; None: with the school year.
# The second comes within the notice before an agreement ends.
AGREEMENT_ENDS_IN = (None, 20, None, None, None, None)

# invented: name, whether in the second calendar year of the school year, first and last day
HOLIDAYS = (
	("国庆节", 0, "10-01", "10-07"),
	("寒假", 1, "01-20", "02-15"),
	("劳动节", 1, "05-01", "05-05"),
	("暑假", 1, "07-05", "08-31"),
)
