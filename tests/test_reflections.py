"""Reflections: written by one person, read by those whom their author chose and found by nobody else through any door (ACT10)."""

import json

import frappe
import pytest
from activity_builders import activity, planned
from approvals import APPROVED, as_, bring, draft, everybody, fresh_reach, no_mails  # noqa: F401
from frappe import client
from frappe.desk import search

from gongtongti.activities import audience
from gongtongti.gongtongti.doctype.reflection.reflection import (
	ForeignReflectionError,
	NothingToReflectError,
	NotOfSchoolError,
)
from gongtongti.organisation import roles

REFLECTION = "Reflection"
CANARY = "雀鹀"


def reflection(small, by=None, about=None, **values):
	"""About an activity of the community, by the teacher of the urban school (or `by`); its name."""
	about = about or ("Community Activity", planned(small))
	fields = {
		"doctype": REFLECTION,
		"title": "测试心得",
		"about_type": about[0],
		"about": about[1],
		"words": "测试心得内容",
		**values,
	}
	return as_(by or small.teacher_user[small.urban], frappe.get_doc(fields).insert).name


def readers(small, name):
	"""Who of the district lists it; who lists it opens it, counts it and nobody else does."""
	found = set()
	for user in everybody(small):
		frappe.set_user(user)
		try:
			listed = name in frappe.get_list(REFLECTION, pluck="name", limit=0)
			assert listed == bool(client.get_count(REFLECTION, filters={"name": name})), user
		except frappe.PermissionError:
			listed = False
		frappe.set_user("Administrator")
		opened = frappe.get_doc(REFLECTION, name)
		assert listed == as_(user, opened.has_permission, "read"), user
		found |= {user} if listed else set()
	return found - {"Administrator"}


def at(small, *schools):
	accounts = (small.principal_user, small.leader_user, small.teacher_user, small.cadre_user)
	return {of[school] for of in accounts for school in schools}


def test_the_author_chooses_who_reads(small):
	author = small.teacher_user[small.urban]
	name = reflection(small)
	assert readers(small, name) == {author}
	offices = {small.east_user}
	for chosen, expected in (
		(audience.EVERYONE, set(everybody(small)) - {small.outsider, "Guest", "Administrator"}),
		(
			audience.COMMUNITY,
			at(small, small.urban, small.rural) | offices | {small.users[roles.BUREAU_LEADER]},
		),
		(audience.SCHOOL, at(small, small.urban)),
		(audience.ONLY_ME, {author}),
	):
		as_(author, client.set_value, REFLECTION, name, "audience", chosen)
		assert readers(small, name) == expected, chosen


def test_only_the_author_writes_and_deletes(small):
	name = reflection(small, audience=audience.SCHOOL)
	author = small.teacher_user[small.urban]
	for user in (
		small.principal_user[small.urban],
		small.leader_user[small.urban],
		small.users[roles.PERSONNEL],
	):
		for door in (
			lambda: client.set_value(REFLECTION, name, "audience", audience.EVERYONE),
			lambda: client.set_value(REFLECTION, name, "author", user),  # noqa: B023
			lambda: client.delete(REFLECTION, name),
		):
			with pytest.raises(frappe.PermissionError):
				as_(user, door)
	with pytest.raises(ForeignReflectionError):
		as_(small.principal_user[small.urban], client.set_value, REFLECTION, name, "words", "测试改写")
	as_(author, client.set_value, REFLECTION, name, "words", "测试又一稿")
	as_(author, client.delete, REFLECTION, name)
	assert not frappe.db.exists(REFLECTION, name)


def test_what_is_computed_is_not_typed_in(small):
	leader = small.leader_user[small.urban]
	name = reflection(
		small,
		author=leader,
		author_name="测试他人",
		school=small.other_urban,
		community=small.other_community,
		open_to=audience.EVERYONE,
		seen_at=small.urban,
		seen_in=small.community,
	)
	doc = frappe.get_doc(REFLECTION, name)
	assert (doc.author, doc.school) == (small.teacher_user[small.urban], small.urban)
	assert doc.community == small.community and doc.author_name != "测试他人"
	assert not (doc.open_to or doc.seen_at or doc.seen_in)


def test_it_is_about_something_approved_that_its_author_reads(small):
	with pytest.raises(frappe.PermissionError):
		reflection(
			small, by=small.teacher_user[small.other_urban], about=("Community Activity", planned(small))
		)
	with pytest.raises(NothingToReflectError):
		reflection(small, about=("Community Activity", activity(small)))
	with pytest.raises(NothingToReflectError):
		reflection(small, about=("Education Community", small.community))
	placement = bring(small, draft(small), APPROVED)
	doc = frappe.get_doc(REFLECTION, reflection(small, about=("Exchange Placement", placement)))
	assert doc.community == small.community
	with pytest.raises(NotOfSchoolError):
		reflection(small, by="Administrator")
	for user in (small.users[roles.TEACHING_RESEARCH], small.outsider):
		with pytest.raises(frappe.PermissionError):
			reflection(small, by=user)


def test_the_words_of_a_reflection_for_oneself_are_found_by_nobody(small, live):
	"""Written, read, changed, commented on, with a file, and one that is deleted: the words stand in its own table alone."""
	author = small.teacher_user[small.urban]
	about = ("Community Activity", planned(small))
	secret = {"title": f"{CANARY}题", "words": f"{CANARY}文", "about": about}
	names = [reflection(small, **secret) for _ in range(2)]
	frappe.set_user(author)
	for fieldname in ("title", "words"):
		client.set_value(REFLECTION, names[0], fieldname, f"{CANARY}再稿")
	frappe.get_doc(REFLECTION, names[0]).add_comment("Comment", "测试评论")
	client.delete(REFLECTION, names[1])
	frappe.set_user("Administrator")
	# a refusal is written down without what it refused
	try:
		as_(small.leader_user[small.urban], client.set_value, REFLECTION, names[0], "words", f"{CANARY}改")
	except frappe.PermissionError:
		frappe.log_error(title="测试")
	assert places(CANARY) == {"tabReflection"}
	found = []
	doctypes = frappe.get_all("DocType", {"issingle": 0, "is_virtual": 0, "istable": 0}, pluck="name")
	strangers = [small.users[role] for role in (roles.GROUP_HEAD, roles.DISCIPLINE, roles.BASIC_EDUCATION)]
	strangers += [
		small.principal_user[small.urban],
		small.cadre_user[small.urban],
		small.admin,
		small.outsider,
	]
	for user in strangers:
		for doctype in doctypes:
			frappe.set_user(user)
			try:
				rows = frappe.get_list(doctype, fields=["*"], limit=0)
			except (frappe.PermissionError, frappe.db.ProgrammingError):
				continue
			finally:
				frappe.set_user("Administrator")
			text = json.dumps(rows, default=str, ensure_ascii=False)
			found += [(user, doctype)] if CANARY in text or names[0] in text else []
		frappe.set_user(user)
		for door in (
			lambda: client.get(REFLECTION, names[0]),
			lambda: client.get_value(REFLECTION, "title", names[0]),
			lambda: search.search_link(REFLECTION, CANARY),
		):
			try:
				answer = door()
			except (frappe.PermissionError, frappe.DoesNotExistError):
				continue
			found += [(user, "door")] if CANARY in json.dumps(answer, default=str, ensure_ascii=False) else []
		frappe.set_user("Administrator")
	assert found == []
	assert CANARY in str(as_(author, frappe.get_list, REFLECTION, fields=["*"], limit=0))


def places(word) -> set[str]:
	"""The tables of the database in which the word stands, whatever the column."""
	escaped = word.encode("unicode_escape").decode()
	return {
		table
		for table in frappe.db.get_tables(cached=False)
		if table.startswith(("tab", "__"))
		for row in frappe.db.sql(f"select * from `{table}`")
		if word in str(row) or escaped in str(row)
	}
