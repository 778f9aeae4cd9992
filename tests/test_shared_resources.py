"""Shared resources: read by those whom the author chose, used, rated, replaced, withdrawn; the same file is noticed (ACT8)."""

import frappe
import pytest
from approvals import as_, everybody, fresh_reach, no_mails  # noqa: F401
from frappe import client
from frappe.desk import search

from gongtongti.activities import audience, sharing
from gongtongti.gongtongti.doctype.shared_resource.shared_resource import (
	EarlierVersionError,
	ForeignResourceError,
	NotOfSchoolError,
	OneSourceError,
	ResourceKeptError,
	WrongAudienceError,
)
from gongtongti.organisation import roles

RESOURCE = sharing.RESOURCE
LINK = "https://resources.example.com/1"


def fields(small, **values):
	return {
		"doctype": RESOURCE,
		"title": "测试教案",
		"kind": "Lesson Plan",
		"subject": small.subjects[0],
		"grade": "Grade 3",
		"summary": "测试简介",
		"audience": audience.COMMUNITY,
		"licence": sharing.LICENCES[0],
		"link": LINK,
		**values,
	}


def resource(small, by=None, **values):
	"""By the teacher of the urban school (or `by`); its name."""
	return as_(by or small.teacher_user[small.urban], frappe.get_doc(fields(small, **values)).insert).name


def upload(user, content):
	"""As the form does before it is saved: attached to nothing yet."""
	file = {"doctype": "File", "file_name": "测试教案.txt", "content": content, "is_private": 1}
	return as_(user, frappe.get_doc(file).insert).file_url


def readers(small, name):
	"""Who of the district lists it; who lists it opens it, and nobody else does."""
	found = set()
	for user in set(everybody(small)) - {"Administrator"}:
		try:
			listed = name in as_(user, frappe.get_list, RESOURCE, pluck="name", limit=0)
		except frappe.PermissionError:
			listed = False
		assert listed == as_(user, frappe.get_doc(RESOURCE, name).has_permission, "read"), user
		found |= {user} if listed else set()
	return found


def at(small, *schools):
	accounts = (small.principal_user, small.leader_user, small.teacher_user, small.cadre_user)
	return {of[school] for of in accounts for school in schools}


def test_the_author_chooses_who_reads(small):
	author, name = small.teacher_user[small.urban], resource(small)
	for chosen, expected in (
		(
			audience.COMMUNITY,
			at(small, small.urban, small.rural) | {small.east_user, small.users[roles.BUREAU_LEADER]},
		),
		(audience.EVERYONE, set(everybody(small)) - {small.outsider, "Guest", "Administrator"}),
		(audience.SCHOOL, at(small, small.urban)),
	):
		as_(author, client.set_value, RESOURCE, name, "audience", chosen)
		assert readers(small, name) == expected, chosen
	with pytest.raises(frappe.ValidationError):
		as_(author, client.set_value, RESOURCE, name, "audience", audience.ONLY_ME)


def test_only_the_author_changes_it_and_nobody_deletes_it(small):
	name = resource(small)
	with pytest.raises(ForeignResourceError):
		as_(small.leader_user[small.urban], client.set_value, RESOURCE, name, "summary", "测试改写")
	for user in (small.leader_user[small.urban], small.teacher_user[small.urban]):
		with pytest.raises(frappe.PermissionError):
			as_(user, client.delete, RESOURCE, name)
	with pytest.raises(ResourceKeptError):
		frappe.delete_doc(RESOURCE, name)
	with pytest.raises(NotOfSchoolError):
		resource(small, by="Administrator")
	for user in (small.users[roles.TEACHING_RESEARCH], small.outsider):
		with pytest.raises(frappe.PermissionError):
			resource(small, by=user)


def test_what_is_computed_is_not_typed_in(small):
	typed = {
		"author": small.leader_user[small.urban],
		"author_name": "测试他人",
		"school": small.other_urban,
		"uses": 99,
		"average_stars": 5,
		"version": 7,
		"open_to": audience.EVERYONE,
		"seen_at": small.other_urban,
		"status": sharing.WITHDRAWN,
		"ratings": [{"rated_by": small.leader_user[small.urban], "stars": 5}],
	}
	name = resource(small, **typed)
	doc = frappe.get_doc(RESOURCE, name)
	as_(small.teacher_user[small.urban], doc.update(typed).save)
	doc = frappe.get_doc(RESOURCE, name)
	assert (doc.author, doc.school) == (small.teacher_user[small.urban], small.urban)
	assert doc.author_name != "测试他人" and doc.status == sharing.IN_USE
	assert (doc.uses, doc.average_stars, doc.version, doc.ratings) == (0, 0, 1, [])
	assert not doc.open_to and not doc.seen_at and doc.seen_in == small.community


def test_exactly_one_of_file_and_link(small):
	author = small.teacher_user[small.urban]
	url = upload(author, "测试内容一")
	for values in ({"link": None}, {"file": url}):
		with pytest.raises(OneSourceError):
			resource(small, **values)
	name = resource(small, link=None, file=url)
	assert as_(small.teacher_user[small.rural], sharing.use, name) == url
	stored = {"attached_to_doctype": RESOURCE, "attached_to_name": name, "file_url": url}
	file = frappe.get_doc("File", stored)
	assert file.is_private and as_(small.teacher_user[small.rural], file.has_permission, "read")
	assert not as_(small.teacher_user[small.other_urban], file.has_permission, "read")
	# somebody else's file is not had by naming it
	theirs = upload(small.leader_user[small.other_urban], "测试内容二")
	with pytest.raises(OneSourceError):
		resource(small, link=None, file=theirs)
	with pytest.raises(OneSourceError):
		resource(small, link=None, file="/private/files/没有.txt")


def test_an_address_leads_to_a_page(small):
	for link in ("javascript://resources.example.com/%0aalert(1)", "data://a.b/c", "ftp://a.b/c"):
		with pytest.raises(OneSourceError):
			resource(small, link=link)
	for link in ("http://resources.example.com", LINK):
		resource(small, link=link)


def test_the_community_is_one_of_the_school(small):
	with pytest.raises(WrongAudienceError):
		resource(small, community=small.other_community)
	assert frappe.db.get_value(RESOURCE, resource(small), "community") == small.community


def test_uses_are_counted_for_whoever_reads_it(small):
	name = resource(small)
	for user in (small.teacher_user[small.rural], small.leader_user[small.urban]):
		assert as_(user, sharing.use, name) == LINK
	for user in (small.teacher_user[small.other_urban], small.users[roles.TEACHING_RESEARCH]):
		with pytest.raises(frappe.PermissionError):
			as_(user, sharing.use, name)
	assert frappe.db.get_value(RESOURCE, name, "uses") == 2


def test_one_rating_for_each_account(small):
	name = resource(small)
	reader, other = small.teacher_user[small.rural], small.leader_user[small.urban]
	for user, stars in ((reader, 1), (other, 4), (reader, 5)):
		as_(user, sharing.rate, name, stars)
	doc = frappe.get_doc(RESOURCE, name)
	assert {row.rated_by: row.stars for row in doc.ratings} == {reader: 5, other: 4}
	assert doc.average_stars == 4.5
	for stars in (0, 6, -1):
		with pytest.raises(sharing.RatingError):
			as_(reader, sharing.rate, name, stars)
	with pytest.raises(sharing.RatingError):
		as_(small.teacher_user[small.urban], sharing.rate, name, 5)
	with pytest.raises(frappe.PermissionError):
		as_(small.teacher_user[small.other_urban], sharing.rate, name, 5)
	# what colleagues gave is kept when the author writes
	as_(small.teacher_user[small.urban], client.set_value, RESOURCE, name, "summary", "测试又一稿")
	assert len(frappe.get_doc(RESOURCE, name).ratings) == 2


def test_a_new_version_marks_the_one_before(small):
	first = resource(small)
	second = resource(small, replaces=first)
	doc = frappe.get_doc(RESOURCE, first)
	assert (doc.status, doc.replaced_by) == (sharing.REPLACED, second)
	assert frappe.db.get_value(RESOURCE, second, "version") == 2
	with pytest.raises(sharing.NotInUseError):
		as_(small.teacher_user[small.urban], client.set_value, RESOURCE, first, "summary", "测试改写")
	with pytest.raises(EarlierVersionError):
		resource(small, replaces=first)
	with pytest.raises(EarlierVersionError):
		resource(small, by=small.leader_user[small.urban], replaces=second)
	assert frappe.db.get_value(RESOURCE, second, "status") == sharing.IN_USE


def test_withdrawn_with_a_reason_it_stays_where_links_lead(small):
	name = resource(small)
	with pytest.raises(sharing.ForeignWithdrawalError):
		as_(small.teacher_user[small.rural], sharing.withdraw, name, "测试原因")
	with pytest.raises(frappe.PermissionError):
		as_(small.leader_user[small.other_urban], sharing.withdraw, name, "测试原因")
	with pytest.raises(sharing.WithdrawalReasonError):
		as_(small.teacher_user[small.urban], sharing.withdraw, name, "  ")
	as_(small.leader_user[small.urban], sharing.withdraw, name, "测试原因")
	doc = as_(small.teacher_user[small.rural], client.get, RESOURCE, name)
	assert (doc["status"], doc["withdrawal_reason"]) == (sharing.WITHDRAWN, "测试原因")
	reader = small.teacher_user[small.rural]
	for call in ((sharing.use, name), (sharing.rate, name, 3)):
		with pytest.raises(sharing.NotInUseError):
			as_(reader, *call)
	for function, args in (
		(sharing.withdraw, (name, "测试二")),
		(client.set_value, (RESOURCE, name, "title", "测试")),
	):
		with pytest.raises(sharing.NotInUseError):
			as_(small.teacher_user[small.urban], function, *args)


def told(user, small, content, **values):
	frappe.clear_messages()
	name = resource(small, by=user, link=None, file=upload(user, content), **values)
	messages = " ".join(str(message) for message in frappe.get_message_log())
	frappe.clear_messages()
	return name, messages


def test_the_same_file_is_noticed(small):
	name, messages = told(small.teacher_user[small.urban], small, "测试同一份内容")
	assert "shared already" not in messages
	# of the community: told where; of another one: told that it is there, and nothing else
	_name, messages = told(small.teacher_user[small.rural], small, "测试同一份内容")
	assert "shared already" in messages and name in messages
	_name, messages = told(
		small.teacher_user[small.other_urban], small, "测试同一份内容", audience=audience.SCHOOL
	)
	assert "shared already" in messages and "SR-" not in messages
	_name, messages = told(small.teacher_user[small.urban], small, "测试另一份内容")
	assert "shared already" not in messages


def test_it_is_found_by_title_summary_and_subject(small):
	name = resource(small, title="测试鹳雀楼", summary="测试讲授古诗")
	hidden = resource(
		small, by=small.teacher_user[small.other_urban], title="测试鹳雀楼", audience=audience.SCHOOL
	)
	for word in ("鹳雀", "讲授古", small.subjects[0]):
		frappe.set_user(small.teacher_user[small.rural])
		answer = search.search_link(RESOURCE, word)
		frappe.set_user("Administrator")
		found = {row["value"] for row in (answer or frappe.response.get("results") or ())}
		assert name in found and hidden not in found, word
