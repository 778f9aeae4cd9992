"""Open lessons, rubrics and observation sheets: versions, independence until the discussion, what the figures come to (ACT2)."""

import frappe
import pytest
from activity_builders import kind, planned
from approvals import TEACHER, as_, bring, draft, fresh_reach, http, no_mails  # noqa: F401
from frappe.utils import add_days, getdate, nowdate
from frappe.www.printview import get_html_and_style
from lesson_builders import LESSON, RUBRIC, SHEET, discuss, lesson, rubric, rubric_draft, sheet

from gongtongti.activities import holding, lessons, rubrics
from gongtongti.gongtongti.doctype.lesson_observation.lesson_observation import (
	ForeignSheetError,
	NotGivenYetError,
	OwnLessonError,
	RubricOutOfUseError,
	ScoreError,
	SheetKeptError,
	SheetTwiceError,
)
from gongtongti.gongtongti.doctype.observation_rubric.observation_rubric import (
	RubricError,
	RubricKeptError,
	VersionDraftedError,
)
from gongtongti.gongtongti.doctype.open_lesson.open_lesson import (
	DiscussionError,
	LessonDayError,
	LessonOnRecordError,
	LessonTwiceError,
	NotOfCommunityError,
	NotYourLessonError,
)
from gongtongti.organisation import roles


def observers(small):
	return small.principal_user[small.rural], small.teacher_user[small.rural], small.leader_user[small.urban]


# -- rubrics -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("title", "parts", "bonus"),
	[
		(
			"课堂教学评价表（五维二十项）",
			{
				"教学目标": (10, 2),
				"教学内容": (15, 3),
				"教学过程": (25, 5),
				"教学方法": (30, 6),
				"教师素养": (20, 4),
			},
			[2, 3],
		),
		(
			"课堂教学评价表（四维十六项）",
			{"教学理念": (10, 2), "教学设计": (20, 4), "教学活动": (40, 5), "教学效果": (30, 5)},
			[],
		),
	],
)
def test_a_new_site_has_the_two_rubrics(title, parts, bonus):
	name = frappe.db.get_value(RUBRIC, {"title": title, **rubrics.CHOSEN}, order_by="version_no")
	doc = frappe.get_doc(RUBRIC, name)
	found = {}
	for row in doc.items:
		if not row.is_bonus:
			points, items = found.get(row.part, (0, 0))
			found[row.part] = (points + row.greatest, items + 1)
	assert found == parts and doc.full_score == 100
	assert [row.greatest for row in doc.items if row.is_bonus] == bonus
	before = frappe.db.count(RUBRIC)
	rubrics.seed()
	assert frappe.db.count(RUBRIC) == before


def test_the_next_version_takes_the_place_of_the_one_before(small):
	first = rubric()
	research = small.users[roles.TEACHING_RESEARCH]
	second = as_(research, rubrics.draft_next, first)
	assert (second.version_no, second.status, len(second.items)) == (2, "Draft", 4)
	assert frappe.db.get_value(RUBRIC, first, "status") == "In Force"
	with pytest.raises(VersionDraftedError):
		as_(research, rubrics.draft_next, first)
	as_(research, second.submit)
	assert frappe.db.get_value(RUBRIC, first, "status") == "Superseded"
	assert rubric() == second.name
	with pytest.raises(frappe.PermissionError):
		as_(small.leader_user[small.urban], rubrics.draft_next, second.name)


def test_a_rubric_in_force_is_frozen():
	doc = frappe.get_doc(RUBRIC, rubric())
	with pytest.raises(RubricKeptError):
		doc.cancel()
	doc.reload()
	with pytest.raises((frappe.ValidationError, frappe.LinkExistsError)):
		doc.delete()
	doc.reload()
	doc.items[0].item = "改动"
	with pytest.raises(frappe.UpdateAfterSubmitError):
		doc.save()
	doc.reload()
	doc.out_of_use = 1
	doc.save()


@pytest.mark.parametrize(
	("change", "error"),
	[
		({"items": [{"part": "一", "item": "甲", "greatest": 0}]}, RubricError),
		({"items": [{"part": "一", "item": "甲", "greatest": 101}]}, RubricError),
		({"items": [{"part": "一", "item": "甲", "greatest": 5}] * 2}, RubricError),
		({"items": [{"part": "一", "item": "甲", "greatest": 5, "is_bonus": 1}]}, RubricError),
		({"items": [{"part": "一", "item": "甲", "greatest": 5, "steps": "4/3"}]}, rubrics.StepsError),
		({"items": [{"part": "一", "item": "甲", "greatest": 5, "steps": "5/半"}]}, rubrics.StepsError),
		({"grades": [{"grade": "优", "least_share": 90}]}, RubricError),
		({"grades": [{"grade": "优", "least_share": 0}, {"grade": "良", "least_share": 0}]}, RubricError),
	],
)
def test_a_rubric_that_cannot_be_meant_is_refused(change, error):
	with pytest.raises(error):
		rubric_draft("测试错误评价表", **change)


# -- open lessons --------------------------------------------------------------------------------------------------------


def test_the_teacher_and_the_leaders_of_the_school_write_it_and_others_do_not(small):
	name = lesson(small, by=small.teacher_user[small.urban])
	doc = frappe.get_doc(LESSON, name)
	as_(small.principal_user[small.rural], doc.save)
	for user in (small.leader_user[small.urban], small.teacher_user[small.rural]):
		with pytest.raises(NotYourLessonError):
			as_(user, frappe.get_doc(LESSON, name).save)
		with pytest.raises(NotYourLessonError):
			lesson(small, by=user, period=5)
	with pytest.raises(frappe.PermissionError):
		as_(small.leader_user[small.other_rural], frappe.get_doc(LESSON, name).save)
	# nobody writes a lesson that is somebody else's into the own reach
	taken = frappe.get_doc(LESSON, name).update({"teacher": small.teacher[small.rural]})
	with pytest.raises(NotYourLessonError):
		as_(small.teacher_user[small.rural], taken.save)


@pytest.mark.parametrize(
	("values", "error"),
	[
		({"period": 0}, LessonDayError),
		({"given": 1, "lesson_date": "tomorrow"}, LessonDayError),
		({"discussed_on": "tomorrow", "discussion": "测试"}, LessonDayError),
		({"discussed_on": "before", "discussion": "测试"}, LessonDayError),
		({"discussed_on": "today"}, DiscussionError),
		({"discussion": "测试"}, DiscussionError),
		({"teacher": "other"}, NotOfCommunityError),
		({"community": "other"}, NotOfCommunityError),
	],
)
def test_a_lesson_that_cannot_be_is_refused(small, values, error):
	days = {"tomorrow": add_days(nowdate(), 1), "before": add_days(nowdate(), -9), "today": nowdate()}
	other = {"teacher": small.teacher[small.other_urban], "community": small.other_community}
	values = {
		fieldname: days.get(value, other[fieldname] if value == "other" else value)
		for fieldname, value in values.items()
	}
	with pytest.raises(error):
		lesson(small, day=values.pop("lesson_date", None), by="Administrator", **values)


def test_a_teacher_gives_one_open_lesson_in_a_period(small):
	first = lesson(small)
	with pytest.raises(LessonTwiceError, match=first):
		lesson(small)
	lesson(small, period=3)


def test_its_status_follows_what_is_on_record(small):
	name = lesson(small)
	assert frappe.db.get_value(LESSON, name, "status") == "Lesson Planned"
	doc = frappe.get_doc(LESSON, name).update({"status": "Discussed", "average": 99, "sheets": 7})
	as_(small.leader_user[small.rural], doc.save)
	stored = frappe.db.get_value(LESSON, name, ["status", "average", "sheets"])
	assert stored == ("Lesson Planned", 0, 0)  # what a client sends is not taken
	as_(small.leader_user[small.rural], frappe.get_doc(LESSON, name).update({"given": 1}).save)
	assert frappe.db.get_value(LESSON, name, "status") == "Given"
	discuss(small, name)
	assert frappe.db.get_value(LESSON, name, "status") == "Discussed"


def test_a_visiting_teachers_lesson_is_counted_for_the_placement_of_that_day(small):
	placement = bring(
		small, draft(small, TEACHER, start_date="2026-12-01", end_date="2026-12-20"), "Placement Approved"
	)
	frappe.db.set_value(
		"Exchange Placement", placement, {"start_date": add_days(nowdate(), -5), "end_date": nowdate()}
	)
	name = lesson(small)
	assert frappe.db.get_value(LESSON, name, "placement") == placement
	before = lesson(small, day=add_days(nowdate(), -6))
	elsewhere = lesson(
		small, by=small.leader_user[small.urban], school=small.urban, period=4, placement=placement
	)
	for other in (before, elsewhere):
		assert not frappe.db.get_value(LESSON, other, "placement")


def test_an_activity_is_of_the_community_and_of_the_day(small):
	activity = planned(small)
	lesson(small, activity=activity)
	with pytest.raises(NotOfCommunityError):
		lesson(small, day=add_days(nowdate(), -3), activity=activity)


def test_what_sheets_or_a_discussion_are_about_is_neither_changed_nor_deleted(small):
	by = small.leader_user[small.rural]
	planned_one, begun = lesson(small), lesson(small, period=3)
	sheet(begun, observers(small)[0], submit=False)
	with pytest.raises(LessonOnRecordError):
		as_(by, frappe.delete_doc, LESSON, begun)
	as_(by, frappe.delete_doc, LESSON, planned_one)
	seen = lesson(small, period=4)
	sheet(seen, observers(small)[0])
	with pytest.raises(LessonOnRecordError):
		as_(by, frappe.get_doc(LESSON, seen).update({"teacher": small.teacher2[small.urban]}).save)
	discuss(small, seen)
	for values in ({"discussed_on": None, "discussion": None}, {"discussion": " "}):
		with pytest.raises(DiscussionError):
			as_(by, frappe.get_doc(LESSON, seen).update(values).save)
	as_(by, frappe.get_doc(LESSON, seen).update({"discussion": "更正后的文字"}).save)


# -- sheets --------------------------------------------------------------------------------------------------------------


def test_totals_and_grades_follow_from_the_scores(small):
	name = sheet(lesson(small), observers(small)[0], scores=(10, "４", 5), bonus=1, total=99, grade="优")
	row = frappe.db.get_value(SHEET, name, ["total", "bonus", "share", "grade", "part_results"], as_dict=True)
	assert (row.total, row.bonus, row.share, row.grade) == (20, 1, 95, "优")
	assert row.part_results.split("\n") == ["目标 10/10 优", "过程 9/10 优"]


@pytest.mark.parametrize("score", [11, -1, 4.5, "好"])
def test_a_score_that_the_rubric_does_not_give_is_refused(small, score):
	with pytest.raises(ScoreError):
		sheet(lesson(small), observers(small)[0], scores=(score, 5, 5), submit=False)
	with pytest.raises(ScoreError):  # 5/4/3/2
		sheet(lesson(small, period=5), observers(small)[1], scores=(5, 1, 5), submit=False)


def test_nought_is_a_score_and_nothing_is_none(small):
	name = lesson(small)
	sheet(name, observers(small)[0], scores=(0, 2, 2))
	with pytest.raises(ScoreError):
		sheet(name, observers(small)[1], scores=(None, 2, 2))


def test_rows_are_the_rubrics_whatever_a_client_sends(small):
	rows = [
		{"part": "目标", "item": "目标明确", "greatest": 1000, "score": 8},
		{"part": "目标", "item": "自己加的一项", "greatest": 50, "score": 50},
	]
	name = sheet(lesson(small), observers(small)[0], submit=False, scores_given=1)
	doc = frappe.get_doc(SHEET, name)
	doc.set("scores", rows)
	as_(observers(small)[0], doc.save)
	doc.reload()
	assert [(row.item, row.greatest, row.score) for row in doc.scores][:2] == [
		("目标明确", 10, "8"),
		("衔接自然", 5, None),
	]
	assert len(doc.scores) == 4 and doc.total == 8


def test_a_sheet_is_the_observers_own_and_one_for_a_lesson(small):
	name, (one, two, _three) = lesson(small), observers(small)
	own = sheet(name, one, submit=False)
	with pytest.raises(SheetTwiceError, match=own):
		sheet(name, one)
	with pytest.raises((frappe.PermissionError, ForeignSheetError)):
		sheet(name, one, observer=two)
	with pytest.raises(frappe.PermissionError):
		as_(two, frappe.get_doc(SHEET, own).save)
	taken = frappe.get_doc(SHEET, own).update({"observer": two})
	with pytest.raises(frappe.PermissionError):
		as_(two, taken.save)


def test_nobody_scores_the_own_lesson_or_one_out_of_reach(small):
	name = lesson(small)
	with pytest.raises(OwnLessonError):
		sheet(name, small.teacher_user[small.urban])
	with pytest.raises(frappe.PermissionError):
		sheet(name, small.teacher_user[small.other_rural])
	for role in (roles.DISCIPLINE, roles.SUPERVISION):  # they change nothing
		with pytest.raises(frappe.PermissionError):
			sheet(name, small.users[role])
	sheet(name, small.users[roles.TEACHING_RESEARCH])


def test_what_is_still_to_come_is_prepared_but_not_handed_in(small):
	name = sheet(lesson(small, day=add_days(nowdate(), 1)), observers(small)[0], submit=False)
	with pytest.raises(NotGivenYetError):
		as_(observers(small)[0], frappe.get_doc(SHEET, name).submit)


def test_a_sheet_that_was_handed_in_is_frozen(small):
	by = observers(small)[0]
	name = lesson(small)
	own = sheet(name, by)
	assert frappe.db.get_value(LESSON, name, ["status", "sheets"]) == ("Given", 1)
	doc = frappe.get_doc(SHEET, own)
	doc.scores[0].score = 1
	with pytest.raises(frappe.UpdateAfterSubmitError):
		as_(by, doc.save)
	with pytest.raises((SheetKeptError, frappe.PermissionError)):
		as_(by, frappe.get_doc(SHEET, own).cancel)
	with pytest.raises(SheetKeptError):
		frappe.get_doc(SHEET, own).cancel()


def test_only_the_newest_version_is_chosen_and_begun_sheets_go_on(small):
	name, by = lesson(small), observers(small)[0]
	own = sheet(name, by, submit=False)
	old = frappe.db.get_value(SHEET, own, "rubric")
	rubrics.draft_next(old).submit()
	with pytest.raises(RubricOutOfUseError):
		sheet(name, observers(small)[1], rubric=old)
	as_(by, frappe.get_doc(SHEET, own).submit)
	assert frappe.db.get_value(SHEET, own, "rubric") == old


# -- independence --------------------------------------------------------------------------------------------------------


def seen_by(user, name):
	"""By how many doors a user sees a sheet."""
	doc = frappe.get_doc(SHEET, name)
	listed = as_(user, frappe.get_list, SHEET, {"name": name}, ["name", "total"])
	scored = as_(
		user, frappe.get_list, "Observation Score", {"parent": name}, ["score"], parent_doctype=SHEET
	)
	return (doc.has_permission("read", user=user), bool(listed), bool(scored), bool(as_(user, printed, name)))


def printed(name):
	try:
		return "测试课题" in get_html_and_style(SHEET, name=name, print_format="听课记录")["html"]
	except frappe.PermissionError:
		return False


def test_until_the_discussion_a_sheet_is_its_observers_alone(small):
	name, (one, two, three) = lesson(small), observers(small)
	first, second = sheet(name, one, (10, 5, 5)), sheet(name, two, (6, 3, 3))
	begun = sheet(name, three, submit=False)
	readers = [
		small.teacher_user[small.urban],
		small.principal_user[small.urban],
		small.users[roles.TEACHING_RESEARCH],
		small.users[roles.DISCIPLINE],
		small.users[roles.BUREAU_LEADER],
		small.admin,
		small.east_user,
	]
	assert seen_by(one, first) == seen_by(two, second) == (True,) * 4
	for user, of_other in ((one, second), (two, first), *((user, first) for user in readers)):
		assert seen_by(user, of_other) == (False,) * 4, user
	stored = frappe.db.get_value(LESSON, name, ["average", "least", "greatest", "deviation"])
	assert not any(stored)
	discuss(small, name)
	for user in (one, two, three, *readers):
		assert seen_by(user, first) == seen_by(user, second) == (True,) * 4, user
	for user in (one, *readers):
		assert seen_by(user, begun) == (False,) * 4, user  # what was not handed in stays its observer's
	for user in (small.principal_user[small.other_urban], small.teacher_user[small.other_rural]):
		assert seen_by(user, first) == (False,) * 4, user
	row = frappe.db.get_value(LESSON, name, ["average", "least", "greatest", "deviation"], as_dict=True)
	assert (row.average, row.least, row.greatest, row.deviation) == (80, 60, 100, 20)


def test_a_sheet_after_the_discussion_is_marked_and_left_out_of_the_summary(small):
	name, (one, two, _three) = lesson(small), observers(small)
	sheet(name, one, (10, 5, 5))
	discuss(small, name)
	late = sheet(name, two, (0, 2, 2))
	assert frappe.db.get_value(SHEET, late, ["late", "seen_in"]) == (1, small.community)
	assert seen_by(one, late) == (True,) * 4
	as_(small.leader_user[small.rural], frappe.get_doc(LESSON, name).save)
	assert frappe.db.get_value(LESSON, name, ["average", "sheets"]) == (100, 2)


def test_a_client_cannot_let_others_see_a_draft_or_say_it_is_in_time(small):
	by = observers(small)[0]
	forged = {"seen_in": small.community, "disclosed": lessons.DISCLOSED, "late": 1}
	own = sheet(lesson(small), by, submit=False, **forged)
	assert frappe.db.get_value(SHEET, own, ["seen_in", "disclosed", "late"]) == (None, None, 0)


# -- what counts them ----------------------------------------------------------------------------------------------------


def test_an_activity_that_needs_sheets_counts_those_handed_in(small):
	by = small.leader_user[small.urban]
	activity = planned(small, kind("测试要求记录表", needs_wrap_up=0, least_observations=1))
	name = lesson(small, activity=activity)
	sheet(name, observers(small)[0], submit=False)
	with pytest.raises(holding.NotHeldYetError, match="observation sheets"):
		as_(by, holding.record_held, activity)
	sheet(name, observers(small)[1])
	as_(by, holding.record_held, activity)


def test_only_what_was_given_is_counted_and_where_it_is_asked_for(small):
	day = getdate(add_days(nowdate(), -1))
	lesson(small)
	given = lesson(small, period=3, given=1)
	(found,) = lessons.occurrences(day, day, [small.community])
	assert (found["doctype"], found["name"], found["community"]) == (LESSON, given, small.community)
	assert (found["day"], found["kind"], found["schools"], found["placement"]) == (
		day,
		None,
		(small.rural,),
		None,
	)
	assert not lessons.occurrences(day, day, [small.other_community])
	assert not lessons.occurrences(add_days(day, 1), add_days(day, 1), [small.community])


def test_teachers_are_offered_from_all_schools_of_the_own_community(small):
	ask = (lessons.search_teachers, "School Staff", "教师一", "name", 0, 20)
	found = as_(small.leader_user[small.rural], *ask, {"community": small.community, "day": nowdate()})
	assert {row[0] for row in found} == {small.teacher[small.urban], small.teacher[small.rural]}
	with pytest.raises(frappe.PermissionError):
		as_(small.leader_user[small.other_rural], *ask, {"community": small.community})
