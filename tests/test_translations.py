"""Every word that a user may read has a Chinese row in translations/zh.csv, and every row is used and well formed.

The collector below reads the files of the app itself, so that it says the same on every engine.
"""

import ast
import csv
import importlib
import json
import re
from collections import Counter
from pathlib import Path

import frappe
import words_of_apps

from gongtongti.organisation import roles

APP = Path(__file__).resolve().parents[1] / "gongtongti"
ROWS = [
	row for row in csv.reader((APP / "translations" / "zh.csv").open(encoding="utf-8", newline="")) if row
]
# what is said everywhere, and what is said in one place only: {text: Chinese}, {(text, context): Chinese}
CHINESE = {row[0]: row[1] for row in ROWS if len(row) == 2}
IN_CONTEXT = {(row[0], row[2]): row[1] for row in ROWS if len(row) == 3}
SAID = [*CHINESE.items(), *((text, chinese) for (text, _where), chinese in IN_CONTEXT.items())]
# words of the framework, which the app uses as they are; the file stands in for the framework on the sandbox
OF_THE_FRAMEWORK = {
	row[0]
	for row in csv.reader((APP.parent / "sandbox" / "zh.csv").open(encoding="utf-8", newline=""))
	if row
}

# Latin letters that stand in Chinese text on purpose
LATIN = re.compile(
	r"\{\w*\}|</?\w+>|\bv1[56]\b|\b(?:PDF|Excel|CSV|csv|xlsx?|UTF-8|GBK|ID|bench|GongTongTi)\b"
)
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
			if "dist" in path.parts:  # what bench has built
				continue
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
		"Nobody signs for their own placement. Another person must sign.",  # _()
		"It is your turn to sign.",  # __()
	):
		assert text in ASKED, text


def test_every_word_has_its_chinese():
	missing = {
		text: place for text, place in ASKED.items() if not CHINESE.get(text) and text not in OF_THE_FRAMEWORK
	}
	assert not missing, "\n".join(f"{place}: {text}" for text, place in sorted(missing.items()))


def test_rows_are_well_formed_and_stand_once():
	assert [row for row in ROWS if len(row) not in (2, 3) or not all(row)] == []
	assert [key for key, count in Counter((row[0], *row[2:]) for row in ROWS).items() if count > 1] == []


def test_every_row_is_used():
	assert [text for text in CHINESE if text not in STRINGS] == []


def test_a_context_is_a_doctype_that_has_the_word():
	"""The framework looks for labels and options under the name of their DocType."""
	words = {
		doc["name"]: set(words_of_document(doc))
		for _path, doc in documents()
		if doc.get("doctype") == "DocType"
	}
	assert [key for key in IN_CONTEXT if key[0] not in words.get(key[1], ())] == []


def test_framework_finds_every_row(engine):
	"""It takes "<…>" in a text for a tag, and then looks for the text without it."""
	assert [text for text, chinese in CHINESE.items() if frappe._(text, "zh") != chinese] == []


def test_placeholders_agree():
	wrong = [
		text
		for text, chinese in SAID
		if Counter(re.findall(r"\{\w*\}", text)) != Counter(re.findall(r"\{\w*\}", chinese))
	]
	assert wrong == []


def test_chinese_is_chinese():
	assert [row for row in SAID if re.search(r"[A-Za-z]", LATIN.sub("", row[1]))] == []


def test_chinese_has_chinese_punctuation():
	"""A comma, colon, semicolon, question mark or bracket between Chinese characters is a full-width one."""
	wrong = re.compile(r"[\u4e00-\u9fff”》）}][,:;?!(]|[,:;?!)][\u4e00-\u9fff“《]")
	assert [row for row in SAID if wrong.search(row[1])] == []


# -- the other apps of a site ------------------------------------------------------------------------------------------


def test_no_row_has_a_text_of_another_app():
	"""A row without a context holds for the whole site: a text that another app has too would change its words."""
	known = words_of_apps.known()
	assert len(known) > 19_000
	ours = {text for text in CHINESE if words_of_apps.hashed(text) in known}
	assert ours == set(), "give these a text of their own, or a context"
	assert {text for text in OF_THE_FRAMEWORK if words_of_apps.hashed(text) not in known} == set()


def test_not_one_word_of_the_site_changes_with_this_app(engine):
	"""What `get_all_translations` says is the same with and without this app's file, but for what is new."""
	before, after = translations(without_us=True), translations()
	assert {text: (before[text], after.get(text)) for text in before if after.get(text) != before[text]} == {}
	keys = {*CHINESE, *(f"{text}:{where}" for text, where in IN_CONTEXT)}
	assert set(after) - set(before) == keys


def test_no_code_goes_on_with_an_option_that_was_renamed():
	"""Options that other apps have as words got other names; code that compares with an old one would never be true."""
	own_words = importlib.import_module("gongtongti.patches.own_words")
	words = {
		"Warn",
		*(old for fields in own_words.RENAMED.values() for each in fields.values() for old in each),
	}
	words -= {"Open"}  # a ToDo of the framework is open as well
	pattern = re.compile(
		rf"""["'](?:{"|".join(sorted(words))})["']|[{{,\s](?:{"|".join(sorted(words))}): ["'\d]"""
	)
	wrong = [
		f"{path.relative_to(APP)}:{number}: {line.strip()}"
		for suffix in ("py", "js", "html", "json")
		for path in sorted(APP.rglob(f"*.{suffix}"))
		if path.name != "own_words.py"
		for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
		if pattern.search(line.replace('\\"', "'"))
	]
	assert wrong == [], "\n".join(wrong)


def test_our_names_are_told_from_those_of_other_apps(engine):
	"""No DocType, report, role, action, state or print format of ours reads like a word of another app."""
	others = set(translations(without_us=True).values())
	named = {name_of(doc) for _path, doc in documents() if doc.get("doctype") in NAMED}
	assert {name for name in named if CHINESE.get(name, name) in others} == set()


NAMED = ("DocType", "Report", "Role", "Workflow", "Workflow State", "Workflow Action Master", "Print Format")


def name_of(doc):
	return doc.get("name") or doc.get("workflow_state_name") or doc.get("workflow_action_name")


def translations(without_us=False):
	"""{text: Chinese} of the site, with the apps that are on it."""
	import frappe
	from frappe import translate

	apps = [app for app in frappe.get_installed_apps() if not without_us or app != "gongtongti"]
	return translate.get_translations_from_apps("zh", apps)
