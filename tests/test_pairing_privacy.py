"""A two-help-one pupil whose every word is a canary: after a whole life the name stands in the record alone (ACT4, AID4)."""

import json

import frappe
import pytest
from approvals import as_, everybody, fresh_reach, no_mails  # noqa: F401
from frappe import client
from frappe.desk import search
from frappe.desk.doctype.notification_log import notification_log
from frappe.desk.form import linked_with, load
from frappe.utils import nowdate
from pairing_builders import GROUP, PAIRING, PUPIL, bring, group, pairing, pupil, session
from test_aid_privacy import ask, asked, called, places, printed, tell_now

from gongtongti.activities import helping, pupils
from gongtongti.activities.pairings import FAMILY
from gongtongti.core import privacy
from gongtongti.organisation import roles

# field of Exchange Pupil -> what stands nowhere else
CANARY = {
	"pupil_name": "测试柳莺甲",
	"student_number": "GWARBLER0017",
	"class_name": "测试柳莺班",
}
# what was written of the help: seen by the group's few, and kept in its own tables
WORDS = {
	"weak_points": "测试柳莺薄弱",
	"goals": "测试柳莺目标",
	"measures": "测试柳莺措施",
	"parents_feedback": "测试柳莺家长",
	"conclusion": "测试柳莺总结",
}
SESSION, STAGE = "测试柳莺活动", "测试柳莺评估"
EVERYTHING = (*CANARY.values(), *WORDS.values(), SESSION, STAGE)


def leader_of(small):
	return small.leader_user[small.rural]


def heard(answer, words=EVERYTHING):
	"""Which of the words stand in an answer, as text or as JSON within JSON."""
	text = answer if isinstance(answer, str) else json.dumps(answer, default=str, ensure_ascii=False)
	escaped = {word: json.dumps(word)[1:-1] for word in words}
	return {
		word
		for word in words
		if word in text or escaped[word] in text or escaped[word].replace("\\", "\\\\") in text
	}


@pytest.fixture
def bird(small):
	"""(pupil, group, pairing) after everything that people do with them, each by whoever does it."""
	leader, teacher = leader_of(small), small.teacher_user[small.rural]
	section, partner = small.users[roles.BASIC_EDUCATION], small.leader_user[small.urban]
	family = pairing(small, FAMILY)
	name = pupil(small, pairings=[{"pairing": family}], **CANARY)
	pupil(small, small.urban, pairings=[{"pairing": family}])
	bring(small, family)
	started = {field: WORDS[field] for field in ("weak_points", "goals", "measures")}
	helped = group(small, struggling_pupil=name, cause_knowledge=1, **started)
	for user, values, rows in (
		(teacher, {}, {"sessions": session(content=SESSION, reaction=SESSION)}),
		(teacher, {"parents_feedback": WORDS["parents_feedback"]}, {}),
		(leader, {}, {"stages": {"assessed_on": nowdate(), "progress": "Some Progress", "findings": STAGE}}),
		(leader, {"conclusion": WORDS["conclusion"], "status": helping.CONCLUDED}, {}),
	):
		doc = frappe.get_doc(GROUP, helped).update(values)
		for table, row in rows.items():
			doc.append(table, row)
		as_(user, doc.save)
	# refused, and written down as an error; read, talked about, assigned, tagged, printed, listed
	with pytest.raises(frappe.ValidationError) as refused:
		as_(leader, client.set_value, GROUP, helped, "goals", "另一目标")
	frappe.log_error(title=str(refused.value)[:100])
	_fails_around(name)
	for doctype, document, by in (
		(PUPIL, name, leader),
		(GROUP, helped, teacher),
		(PAIRING, family, partner),
	):
		as_(by, asked, lambda d=doctype, n=document: load.getdoc(d, n))
		about = {"reference_doctype": doctype, "reference_name": document, "content": "测试评论"}
		as_(by, called, "frappe.desk.form.utils.add_comment", comment_email=by, comment_by="测试", **about)
		as_(by, called, "frappe.desk.like.toggle_like", doctype=doctype, name=document, add="Yes")
		frappe.get_doc(doctype, document).add_viewed(force=True)
	as_(section, printed, GROUP, helped, "两帮一帮扶记录")
	as_(leader, printed, "Education Community", small.community, "结对名单")
	gone = pupil(small, pupil_name=CANARY["pupil_name"], class_name=CANARY["class_name"])
	as_(leader, frappe.delete_doc, PUPIL, gone)
	return name, helped, family


def _fails_around(name):
	"""An error in the middle of what handles names."""

	def fail(record, shown):
		raise frappe.db.InternalError(1205, f"Duplicate entry '{record.student_number}' for {shown}")

	try:
		fail(frappe.get_doc(PUPIL, name), pupils.shown(name))
	except Exception as error:
		frappe.log_error(title=str(error)[:100])


def test_after_a_whole_life_the_words_stand_in_the_record_alone(small, live, bird):
	"""Every text of every table of the database is looked through."""
	stood = places(EVERYTHING)
	for word in CANARY.values():
		assert stood[word] == {f"tab{PUPIL}"}, word
	for word in WORDS.values():
		assert stood[word] == {f"tab{GROUP}"}, word
	assert stood[SESSION] == {"tabHelp Session"} and stood[STAGE] == {"tabHelp Stage"}


def test_no_list_of_any_doctype_tells_an_outsider_anything(small, bird):
	"""All DocTypes of the site, as their lists answer to people at some distance from the pupil."""
	doctypes = frappe.get_all("DocType", {"issingle": 0, "is_virtual": 0}, ["name", "istable"])
	parents = {}
	for row in frappe.get_all("DocField", {"fieldtype": "Table"}, ["parent", "options"]):
		parents.setdefault(row.options, []).append(row.parent)
	told = {}
	readers = {
		"teacher of the group": small.teacher_user[small.rural],
		"partner": small.principal_user[small.urban],
		"other community": small.leader_user[small.other_rural],
		"supervision": small.users[roles.SUPERVISION],
		"own school": leader_of(small),
	}
	for label, user in readers.items():
		frappe.set_user(user)
		heard_of = told[label] = set()
		for row in doctypes:
			for parent in parents.get(row.name, ()) if row.istable else (None,):
				try:
					rows = frappe.get_list(row.name, fields=["*"], limit=0, parent_doctype=parent)
				except (frappe.PermissionError, frappe.db.ProgrammingError):
					continue
				heard_of |= {(row.name, word) for word in heard([list(one.values()) for one in rows])}
		frappe.set_user("Administrator")
	of_help = {(GROUP, word) for word in WORDS.values()} | {("Help Session", SESSION), ("Help Stage", STAGE)}
	assert told.pop("own school") == of_help | {(PUPIL, word) for word in CANARY.values()}
	assert told.pop("teacher of the group") == of_help
	assert not any(told.values()), told


def doors(bird):
	name, helped, family = bird
	fields, star = json.dumps(list(CANARY)), json.dumps(["*"])
	by_link = ["name", *(f"struggling_pupil.{field}" for field in CANARY)]
	return {
		"get": lambda: client.get(PUPIL, name),
		"group": lambda: client.get(GROUP, helped),
		"value": lambda: client.get_value(PUPIL, fields, name),
		"form": lambda: load.getdoc(PUPIL, name),
		"form of the pairing": lambda: load.getdoc(PAIRING, family),
		"list": lambda: called("frappe.desk.reportview.get", doctype=PUPIL, fields=star, filters="[]"),
		"link": lambda: frappe.get_list(GROUP, fields=by_link, limit=0),
		"link of the row": lambda: frappe.get_list(
			"Exchange Pupil Pairing", fields=["name", "parent", "pairing.title"], parent_doctype=PUPIL, limit=0
		),
		"search": lambda: search.search_link(PUPIL, "柳莺"),
		"title": lambda: called("frappe.desk.search.get_link_title", doctype=PUPIL, docname=name),
		"linked": lambda: linked_with.get(PUPIL, name),
		"print": lambda: printed(PUPIL, name),
		"print of the group": lambda: printed(GROUP, helped, "Standard"),
		"report": lambda: called("frappe.desk.query_report.run", report_name="Pairing List", filters="{}"),
		"export of the list": lambda: called("frappe.desk.reportview.export_query"),
		"export of the report": lambda: called("frappe.desk.query_report.export_query"),
		"data export": lambda: called(
			"frappe.core.doctype.data_export.exporter.export_data",
			doctype=PUPIL, with_data=True, select_columns=json.dumps({PUPIL: list(CANARY)}), file_type="CSV",
		),
	}  # fmt: skip


ARGUMENTS = {
	"list": {"doctype": PUPIL, "fields": json.dumps(["*"]), "filters": "[]"},
	"export of the list": {
		"doctype": PUPIL,
		"fields": json.dumps([f"`tab{PUPIL}`.`pupil_name`"]),
		"file_format_type": "CSV",
		"title": "x",
		"filters": "[]",
	},
	"export of the report": {"report_name": "Pairing List", "filters": "{}", "file_format_type": "CSV"},
}
# nobody comes out with anything there, not even the pupil's own school
SHUT = {"print", "export of the list", "export of the report", "data export", "title"}


@pytest.mark.both
def test_no_door_lets_an_outsider_know_who_it_is(small, bird):
	mine = {leader_of(small), small.principal_user[small.rural], small.users[roles.BASIC_EDUCATION]}
	teacher = small.teacher_user[small.rural]
	found, opened = [], set()
	for label, door in doors(bird).items():
		for user in everybody(small):
			if user == "Administrator":
				continue
			told = heard(ask(user, ("", door, ARGUMENTS.get(label, {}))))
			if label in SHUT or user not in mine:
				known = set() if user != teacher else set(EVERYTHING) - set(CANARY.values())
				told -= known
				found += [(label, user, word) for word in told]
			elif told & set(CANARY.values()):
				opened.add(label)
	assert not found
	assert {
		"get",
		"value",
		"form",
		"list",
		"search",
		"report",
	} <= opened  # doors that are shut to all prove nothing


def test_a_key_for_prints_opens_no_record(small, bird):
	name, helped, _family = bird
	for doctype, document in ((PUPIL, name), (GROUP, helped)):
		key = frappe.get_doc(doctype, document).get_document_share_key(no_expiry=True)
		for user in ("Guest", small.outsider, small.leader_user[small.urban]):
			frappe.set_user(user)
			frappe.local.form_dict.key = key
			with pytest.raises((frappe.PermissionError, frappe.DoesNotExistError)):
				printed(doctype, document)
		frappe.set_user("Administrator")
	frappe.local.form_dict.pop("key", None)


def test_files_of_pupils_pairings_and_groups_are_private(small, bird):
	for doctype, name in zip((PUPIL, GROUP, PAIRING), bird, strict=True):
		fields = {"doctype": "File", "attached_to_doctype": doctype, "attached_to_name": name}
		with pytest.raises(privacy.PublicFileError):
			as_(
				leader_of(small),
				frappe.get_doc({**fields, "file_name": "x.txt", "content": "测试", "is_private": 0}).insert,
			)


def test_notices_of_a_pairing_name_no_pupil(small, monkeypatch):
	queue = frappe.enqueue
	monkeypatch.setattr(frappe, "enqueue", lambda method, **job: tell_now(queue, method, **job))
	monkeypatch.setattr(notification_log, "send_notification_email", lambda doc: None)
	frappe.db.delete("Notification Log")
	family = pairing(small, FAMILY)
	pupil(small, pairings=[{"pairing": family}], **CANARY)
	pupil(small, small.urban, pairings=[{"pairing": family}])
	bring(small, family)
	rows = frappe.get_all("Notification Log", {"document_name": family}, ["subject", "email_content"])
	assert rows and not heard([dict(row) for row in rows])
