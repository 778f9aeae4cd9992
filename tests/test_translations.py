"""Every word that a user may read has a Chinese row in translations/zh.csv, and every row is used and well formed.

The collector below reads the files of the app itself, so that it says the same on every engine.
"""

import ast
import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from gongtongti import roles

APP = Path(__file__).resolve().parents[1] / "gongtongti"
ROWS = [
	row for row in csv.reader((APP / "translations" / "zh.csv").open(encoding="utf-8", newline="")) if row
]
CHINESE = {row[0]: row[1] for row in ROWS if len(row) > 1}

# Latin letters that stand in Chinese text on purpose
LATIN = re.compile(
	r"\{\w*\}|</?\w+>|\bv1[56]\b|\b(?:PDF|Excel|CSV|csv|xlsx?|UTF-8|GBK|ID|bench|GongTongTi)\b"
)
# framework words for which this app has another Chinese, and why
OTHER_THAN_CORE = {
	"Active": "core says 活动, which is an event in a school; a status is 有效",
	"Draft": "core says 草案, a bill under debate; a paper not yet sent is 草稿",
	"Published": "core says 发布时间, the time of publication; the status is 已发布",
	"Male": "core pairs 男性 with 女; here it is 男 and 女",
	"Cancelled": "core says 取消, the act; the status is 已取消",
	"Open": "core says 开, of a door; a risk or a case that is not closed is 未关闭",
	"Source": "core says 源; where money comes from is its 来源",
	"Total": "core says 总, which is no word by itself; a sum is 合计",
	"Visitor": "core means a reader of the website; here somebody visits a family",
	"No": "v15 leaves it in English",
}
# words of the framework that v15 leaves in English, seen on every form or list of this app
GAPS_OF_CORE = {
	"You created this",
	"{0} created this",
	"You last edited this",
	"{0} last edited this",
	"This form is not editable due to a Workflow.",
	"List View",
	"Add Tags",
	"Edit Filters",
	"Clear Assignment",
	"Search or type a command ({0})",
}
# in Select options, but never shown as words
NOT_WORDS = {""}


# -- collecting ------------------------------------------------------------------------------------------------------


def documents():
	"""(path, document) for every JSON file of the module and of the fixtures."""
	for folder in ("gongtongti", "fixtures"):
		for path in sorted((APP / folder).rglob("*.json")):
			content = json.loads(path.read_text("utf-8"))
			for doc in content if isinstance(content, list) else [content]:
				yield path, doc


def words_of_document(doc):
	"""What the Desk shows of a DocType, report, workspace, … ."""
	kind = doc.get("doctype")
	if kind == "DocType":
		yield doc["name"]
		yield doc.get("description")
		for field in doc["fields"]:
			yield field.get("label")
			yield field.get("description")
			if field["fieldtype"] == "Select":
				yield from (field.get("options") or "").split("\n")
	elif kind in (
		"Report",
		"Role",
		"Workflow State",
		"Workflow Action Master",
		"Print Format",
		"Notification",
	):
		yield doc.get("name") or doc.get("workflow_state_name") or doc.get("workflow_action_name")
	elif kind == "Workflow":
		yield doc["name"]
		for row in doc["states"]:
			yield row["state"]
		for row in doc["transitions"]:
			yield row["action"]
	elif kind == "Workspace":
		yield doc["title"]
		for row in (*doc["links"], *doc["shortcuts"], *doc["number_cards"], *doc["charts"]):
			yield row.get("label")
			yield (row.get("format") or "").strip("{} ")
		for block in json.loads(doc["content"]):
			yield re.sub(r"<[^>]+>", "", block["data"].get("text") or "")
	elif kind == "Number Card":
		yield doc["label"]
	elif kind == "Dashboard Chart":
		yield doc["chart_name"]


def calls_in_python(path):
	"""The texts given to _() as they stand, and every other string of the file (a row may be meant by those)."""
	tree = ast.parse(path.read_text("utf-8"))
	asked, others = set(), set()
	for node in ast.walk(tree):
		if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in (
			"_",
			"_lt",
		):
			if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
				asked.add(node.args[0].value)
		if isinstance(node, ast.Constant) and isinstance(node.value, str):
			others.add(node.value)
	return asked, others


STRING = r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\$]|\\.)*)`"


def calls_in_text(path, function):
	"""The same for JavaScript (`__`) and Jinja (`_`)."""
	text = path.read_text("utf-8")
	asked = {_unquote(m.groups()) for m in re.finditer(rf"(?<![\w.]){function}\(\s*(?:{STRING})", text)}
	others = {_unquote(m.groups()) for m in re.finditer(STRING, text)}
	return asked, others


def _unquote(groups):
	text = next(group for group in groups if group is not None)
	return re.sub(r"\\(.)", r"\1", text)


def collect():
	"""({text: first place}, every string of the app)."""
	asked, others = {}, set()

	def put(text, path):
		if text and text.strip() and text not in NOT_WORDS and re.search(r"[A-Za-z]", text):
			asked.setdefault(text, str(path.relative_to(APP.parent)))

	for path, doc in documents():
		for text in words_of_document(doc):
			put(text, path)
	for path in sorted(APP.rglob("*.py")):
		found, strings = calls_in_python(path)
		others |= strings
		for text in found:
			put(text, path)
	for pattern, function in (("*.js", "__"), ("*.html", "_")):
		for path in sorted(APP.rglob(pattern)):
			found, strings = calls_in_text(path, function)
			others |= strings
			for text in found:
				put(text, path)
	for text in (*roles.ROLES.values(), *roles.GROUP_POSTS, *roles.SCHOOL_POSTS):
		put(text, APP / "roles.py")
	return asked, others | set(asked)


ASKED, STRINGS = collect()


# -- what is asked ---------------------------------------------------------------------------------------------------


def test_collector_finds_words_of_every_sort():
	for text in (
		"Exchange Placement",  # DocType
		"Host School",  # label
		"Cadre Attachment",  # option
		"Pending Approvals",  # report
		"Documents Waiting for Me",  # number card
		"Send for Approval",  # workflow action
		"Awaiting Home Principal",  # workflow state
		"Leading Group Head",  # role
		"Nobody signs for the own placement. Another person must sign.",  # _()
		"It is your turn to sign.",  # __()
	):
		assert text in ASKED, text


def test_every_word_has_its_chinese():
	missing = {text: place for text, place in ASKED.items() if not CHINESE.get(text)}
	assert not missing, "\n".join(f"{place}: {text}" for text, place in sorted(missing.items()))


def test_rows_are_pairs_and_stand_once():
	assert [row for row in ROWS if len(row) != 2] == []
	assert [text for text, count in Counter(row[0] for row in ROWS).items() if count > 1] == []


def test_every_row_is_used():
	assert [text for text in CHINESE if text not in STRINGS | GAPS_OF_CORE] == []


def test_placeholders_agree():
	wrong = [
		text
		for text, chinese in CHINESE.items()
		if Counter(re.findall(r"\{\w*\}", text)) != Counter(re.findall(r"\{\w*\}", chinese))
	]
	assert wrong == []


def test_chinese_is_chinese():
	assert [row for row in CHINESE.items() if re.search(r"[A-Za-z]", LATIN.sub("", row[1]))] == []


def test_chinese_has_chinese_punctuation():
	"""A comma, colon, semicolon, question mark or bracket between Chinese characters is a full-width one."""
	wrong = re.compile(r"[\u4e00-\u9fff”》}][,:;?!(]|[,:;?!)][\u4e00-\u9fff“《]")
	assert [row for row in CHINESE.items() if wrong.search(row[1])] == []


def test_words_of_the_framework_keep_its_chinese(engine):
	core = words_of_framework()
	if not core:
		pytest.skip("this engine brings no Chinese of its own")
	other = {
		text: f"{chinese} / {core[text]}"
		for text, chinese in CHINESE.items()
		if core.get(text, chinese) != chinese and text not in OTHER_THAN_CORE
	}
	assert other == {}


def words_of_framework():
	"""{text: Chinese} as the framework's own files say it; empty where it has none."""
	import frappe

	folder, words = Path(frappe.get_app_path("frappe")), {}
	catalogue = folder / "locale" / "zh.po"
	if catalogue.exists():
		from babel.messages.pofile import read_po

		with catalogue.open("rb") as file:
			words.update(
				{
					m.id: m.string
					for m in read_po(file)
					if m.string and not m.context and isinstance(m.id, str)
				}
			)
	table = folder / "translations" / "zh.csv"
	if table.exists():
		with table.open(encoding="utf-8", newline="") as file:
			words.update(
				{row[0]: row[1] for row in csv.reader(file) if len(row) == 2 or (len(row) > 2 and not row[2])}
			)
	return words
