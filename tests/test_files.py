"""A private file is read by whoever reads its document: whoever knows or guesses its address gets it in no other way.

Tried for every DocType of the app: a new one is in it by itself. More of pupils' files in test_aid_privacy.py.
"""

import frappe
import pytest
from aid_papers import leaks
from approvals import as_, everybody
from frappe import client

from gongtongti.core import privacy
from gongtongti.features import DECLARED
from gongtongti.organisation import roles

WORDS = "测试附件里的话"
OURS = tuple(DECLARED.rows)


@pytest.fixture
def attachment(request, small):
	"""A document of this DocType as it stands in a table, with a private file that Administrator attached."""

	def make(doctype):
		doc = frappe.get_doc({"doctype": doctype, "owner": "Administrator"})
		doc.name = "测试有附件"
		doc.db_insert()
		return frappe.get_doc(
			{
				"doctype": "File",
				"file_name": "attached-170717.txt",
				"content": f"{WORDS} {doctype}",
				"is_private": 1,
				"attached_to_doctype": doctype,
				"attached_to_name": doc.name,
			}
		).insert()

	made = []
	yield lambda doctype: made.append(make(doctype)) or made[-1]
	frappe.set_user("Administrator")
	frappe.db.rollback()  # takes the files off the disk, too


def row(**values):
	return frappe.get_doc({"doctype": "File", "is_private": 1, **values}).insert().name


def moved_row(url):
	own = row(file_name="own.txt", content="own")
	client.set_value("File", own, "file_url", url)
	return own


def saved_row(url):
	own = frappe.get_doc("File", row(file_name="own.txt", content="own"))
	client.save({**own.as_dict(convert_dates_to_str=True), "file_url": url})
	return own.name


def copied_row(file):
	return frappe.copy_doc(frappe.get_doc("File", file.name)).insert().name


def mailed(file):
	from frappe.core.doctype.communication.email import make

	name = make(content="测试", subject="测试", recipients="x@example.com", attachments=[file.name])["name"]
	return frappe.db.get_value("File", {"attached_to_name": name})


def imported(url):
	return frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": "Contact",
			"import_type": "Insert New Records",
			"import_file": url,
		}
	).insert()


def ways(file):
	url = file.file_url
	name = url.rsplit("/", 1)[-1]
	return {
		"its URL": lambda: row(file_url=url),
		"its URL for a document of one's own": lambda: row(
			file_url=url, attached_to_doctype="User", attached_to_name=frappe.session.user
		),
		"its URL and words of one's own": lambda: row(file_url=url, content="x", file_name="x.txt"),
		"a way around": lambda: row(file_url=f"/private/files/../files//{name}"),
		"signs for letters": lambda: row(file_url=f"/private/files/%61{name[1:]}"),
		"its name alone": lambda: row(file_name=name),
		"by the client": lambda: client.insert({"doctype": "File", "is_private": 1, "file_url": url}).name,
		"many by the client": lambda: client.insert_many(
			[{"doctype": "File", "is_private": 1, "file_url": url}]
		)[0],
		"a row of one's own": lambda: moved_row(url),
		"a row of one's own, saved": lambda: saved_row(url),
		"a copy": lambda: copied_row(file),
		"a mail": lambda: mailed(file),
	}


@pytest.mark.both
@pytest.mark.parametrize("doctype", OURS)
def test_a_private_file_is_not_had_by_its_address(small, bird, attachment, doctype):
	file = attachment(doctype)
	stranger = small.outsider
	spies = [
		user
		for user in (
			stranger,
			bird.system_manager,
			small.teacher_user[small.urban],
			small.leader_user[small.rural],
			small.east_user,
			small.users[roles.VOCATIONAL],
			small.cashier,
		)
		if not as_(user, lambda: frappe.get_doc(doctype, file.attached_to_name).has_permission("read"))
	]
	assert stranger in spies and bird.system_manager in spies
	found = []
	for user in spies:
		for label, way in ways(file).items():
			frappe.set_user(user)
			frappe.db.savepoint("way")
			try:
				made = way()
			except Exception:
				made = None
				frappe.clear_messages()
			frappe.set_user("Administrator")
			if made and (WORDS in str(frappe.get_doc("File", made).get_content())):
				found.append((user, label))
			rows = frappe.get_all("File", {"file_url": file.file_url}, pluck="name")
			if rows != [file.name]:
				found.append((user, label, "a row of that address"))
			frappe.db.rollback(save_point="way")
	assert found == []


def test_an_import_reads_no_file_of_a_document(small, bird, attachment):
	for doctype in ("Community Agreement", "Aid Disbursement"):
		url = attachment(doctype).file_url
		frappe.set_user(bird.system_manager)
		with pytest.raises(privacy.ForeignFileError):
			imported(url)
		frappe.set_user("Administrator")
		with pytest.raises(frappe.ValidationError):  # the file is no table; whose it is is not asked
			imported(url)


@pytest.mark.both
def test_whoever_reads_the_document_may_use_its_file(small, bird, attachment):
	"""Amending copies the attachments, a mail takes them along, another document may name them."""
	file = attachment("Community Agreement")
	reader = small.users[roles.BUREAU_OFFICE]
	for label, way in ways(file).items():
		frappe.db.savepoint("way")
		if label in ("its URL", "by the client"):
			assert as_(reader, way), label
		frappe.db.rollback(save_point="way")
	assert WORDS in str(
		as_(reader, lambda: frappe.get_doc("File", row(file_url=file.file_url)).get_content())
	)


def test_files_of_others_are_as_they_were(small, bird):
	"""What is attached to a document of the framework may be named by anybody, as ever; own files are one's own."""
	note = frappe.get_doc({"doctype": "ToDo", "description": "测试"}).insert()
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": "other-170717.txt",
			"content": "测试别的附件",
			"is_private": 1,
			"attached_to_doctype": "ToDo",
			"attached_to_name": note.name,
		}
	).insert()
	assert as_(bird.system_manager, row, file_url=file.file_url)


def test_the_same_words_may_be_brought_by_anybody(small, attachment):
	"""The framework keeps the same content once, under one address; whoever brings it knows it."""
	file = attachment("Community Agreement")
	own = as_(small.outsider, row, file_name="mine.txt", content=f"{WORDS} Community Agreement")
	assert frappe.db.get_value("File", own, "content_hash") == frappe.db.get_value(
		"File", file.name, "content_hash"
	)


def test_no_list_of_files_tells_of_one_that_is_not_read(small, attachment):
	"""Neither name nor address of an attachment is in the list of whoever may not read its document."""
	file = attachment("Community Agreement")
	for user in everybody(small):
		reads = as_(
			user,
			lambda: frappe.get_doc(file.attached_to_doctype, file.attached_to_name).has_permission("read"),
		)
		rows = as_(user, _files)
		assert reads or not leaks(rows, (file.name, file.file_url)), user


def _files():
	try:
		return frappe.get_list("File", fields=["name", "file_url"], limit=0)
	except frappe.PermissionError:
		return []


@pytest.mark.parametrize("doctype", ["Community Document", "Community Activity", "Exchange Placement"])
def test_a_file_is_attached_to_a_form_that_is_not_saved_yet(small, doctype):
	"""By whoever may write such a document, and read by nobody else until it is saved."""
	by, partner = small.principal_user[small.urban], small.principal_user[small.rural]
	place = {"attached_to_doctype": doctype, "attached_to_name": f"new-{frappe.scrub(doctype)}-abc"}
	name = as_(by, row, file_name="own.txt", content=WORDS, **place)
	file = frappe.get_doc("File", name)
	assert file.has_permission("read", user=by) and not file.has_permission("read", user=partner)
	with pytest.raises(frappe.PermissionError):
		as_(small.east_user, row, file_name="own.txt", content="x", **place)
	frappe.db.rollback()
