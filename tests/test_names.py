"""One normal form for all that identifies (gongtongti/core/names.py): what is alike for people, what stays apart."""

import pytest

from gongtongti.core import names

ALIKE = (
	("AB12", "ＡＢ１２"),
	("AB12", "ab12"),
	("AB12", " AB12\t"),
	("AB12", "AB\u200b12"),
	("AB12", "\ufeffAB12"),
	("AB12", "AB\u00ad12\u200e"),
	("2025-2026", "2025－2026"),
	("2025-2026", "2025—2026"),
	("第一 小学", "第一小学"),
	("第一　小学", "第一小学"),
	("买买提·艾力", "买买提 • 艾力"),
	("买买提·艾力", "买买提・艾力"),
	("No. 7", "No.  7"),
	("辻\U000e0100小学", "辻小学"),
)
APART = (
	("𠮷小学", "𡈽小学"),
	("第一小学", "第二小学"),
	("A B", "AB"),
	("12-3", "1-23"),
	("0", ""),
	("高里", "高裡"),
)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_people_take_for_the_same_has_one_normal_form(one, other):
	assert names.normal_form(one) == names.normal_form(other)
	assert names.key(one) == names.key(other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_what_differs_stays_apart(one, other):
	assert names.normal_form(one) != names.normal_form(other)
	assert names.key(one) != names.key(other)


def test_what_is_stored_is_what_people_wrote_without_what_nobody_sees():
	assert names.written("  Ａ校区\u200b 第 一 小学 ") == "Ａ校区第一小学"
	assert names.written("买买提 · 艾力") == "买买提·艾力"
	assert names.written("Anna  Maria") == "Anna Maria"
	assert names.written(None) == ""


def test_the_normal_form_of_a_normal_form_is_itself():
	for one, other in (*ALIKE, *APART):
		for text in (one, other):
			assert names.normal_form(names.normal_form(text)) == names.normal_form(text)
			assert names.written(names.written(text)) == names.written(text)


def test_a_number_in_groups_is_compared_without_blanks():
	assert names.without_blanks("6222 0000　１２３４") == "622200001234"


def test_a_key_belongs_to_all_its_parts_and_nothing_has_none():
	assert names.key("fund", "A1") != names.key("fun", "dA1")
	assert names.key("fund", "\u200b ") is None


def test_names_of_documents_hold_nothing_that_a_database_folds_together():
	assert names.as_document_name("𠮷小学") == "U+20BB7小学"
	assert names.from_document_name("U+20BB7小学") == "𠮷小学"
	assert names.as_document_name("第一 小学") == "第一小学"
