"""Pictures of an activity: private, upright, and without a word of where, when and with what they were taken (ACT12)."""

import io
import warnings

import frappe
import pytest
from activity_builders import ACTIVITY, activity, planned
from approvals import as_, everybody, fresh_reach, no_mails  # noqa: F401
from PIL import Image, PngImagePlugin

from gongtongti.activities import pictures
from gongtongti.core import settings

LENS = "测试镜头4711"
ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


@pytest.fixture(autouse=True)
def as_taken():
	"""The framework keeps what is uploaded as it is (it would strip JPEGs, and turn them on their side by that)."""
	frappe.db.set_single_value("System Settings", "strip_exif_metadata_from_uploaded_images", 0)
	frappe.clear_document_cache("System Settings", "System Settings")
	frappe.local.system_settings = None
	yield
	frappe.local.uploaded_file = frappe.local.uploaded_filename = None
	frappe.local.system_settings = None
	frappe.clear_document_cache("System Settings", "System Settings")


def photo(form="JPEG", size=(40, 20), orientation=6):
	"""A photo as a phone writes it: left half red, right half blue, lying on its side, with place and device."""
	image = Image.new("RGB", size, "red")
	image.paste("blue", (size[0] // 2, 0, *size))
	exif = Image.Exif()
	exif[ORIENTATION], exif[MAKE] = orientation, LENS
	exif[GPS] = {1: "N", 2: (36.0, 46.0, 12.0), 3: "E", 4: (119.0, 13.0, 5.0)}
	more = {"exif": exif.tobytes()}
	if form == "PNG":
		more["pnginfo"] = PngImagePlugin.PngInfo()
		more["pnginfo"].add_text("Comment", LENS)
		more["pnginfo"].add_itxt("XML:com.adobe.xmp", f"<x>{LENS}</x>")
	if form == "WEBP":
		more["xmp"] = f"<x>{LENS}</x>".encode()
	if form == "JPEG":
		more["comment"] = LENS.encode()
	written = io.BytesIO()
	image.save(written, form, **more)
	return written.getvalue()


def upload(content, name="IMG_4711.jpg", attached_to=None, **values):
	attached = {"attached_to_doctype": ACTIVITY, "attached_to_name": attached_to} if attached_to else {}
	doc = {"doctype": "File", "file_name": name, "content": content, "is_private": 1, **attached, **values}
	file = frappe.get_doc(doc).insert(ignore_permissions=True)
	with open(file.get_full_path(), "rb") as stored:
		assert stored.read() == content, "the test needs the file as it was taken"
	return file


def add(small, name, url, caption=None):
	doc = frappe.get_doc(ACTIVITY, name)
	doc.append("pictures", {"picture": url, "caption": caption})
	return as_(small.leader_user[small.urban], doc.save)


def stored(url):
	file = frappe.get_doc("File", {"file_url": url})
	with open(file.get_full_path(), "rb") as content:
		return file, content.read()


def refuse_traces(content):
	with warnings.catch_warnings():
		warnings.simplefilter("ignore")
		image = Image.open(io.BytesIO(content))
	assert not dict(image.getexif()) and not image.getexif().get_ifd(GPS)
	for trace in (LENS.encode(), b"Exif", b"EXIF", b"eXIf", b"xmp", b"adobe", b"GPS"):
		assert trace not in content, trace
	return image


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_keeps_its_pixels_only(small, form):
	name, taken = planned(small), photo(form)
	assert LENS.encode() in taken and Image.open(io.BytesIO(taken)).getexif().get_ifd(GPS)
	original = upload(taken, f"IMG.{form.lower()}", attached_to=name)
	path = original.get_full_path()
	row = add(small, name, original.file_url, "测试图片").pictures[0]
	file, content = stored(row.picture)
	image = refuse_traces(content)
	assert image.size == (20, 40)  # upright
	top, bottom = image.convert("RGB").getpixel((10, 4)), image.convert("RGB").getpixel((10, 36))
	assert top[0] > 200 > 60 > top[2] and bottom[2] > 200 > 60 > bottom[0]
	assert file.is_private and (file.attached_to_doctype, file.attached_to_name) == (ACTIVITY, name)
	# what was taken is nowhere any more
	assert not frappe.db.exists("File", original.name)
	with pytest.raises(FileNotFoundError), open(path, "rb"):
		pass


def test_a_picture_is_cleaned_once(small):
	name = planned(small)
	url = add(small, name, upload(photo(), attached_to=name).file_url).pictures[0].picture
	doc = frappe.get_doc(ACTIVITY, name).update({"wrap_up": "测试小结"})
	as_(small.leader_user[small.urban], doc.save)
	assert frappe.get_doc(ACTIVITY, name).pictures[0].picture == url


def test_drafts_that_bring_pictures_along_are_cleaned_too(small):
	by = small.leader_user[small.urban]
	url = as_(by, upload, photo()).file_url
	name = activity(small, pictures=[{"picture": url}])
	file, content = stored(frappe.get_doc(ACTIVITY, name).pictures[0].picture)
	refuse_traces(content)
	assert file.file_url != url and file.attached_to_name == name


def test_a_large_picture_is_made_smaller(small):
	name = planned(small)
	file = upload(photo(size=(5000, 100), orientation=1), attached_to=name)
	_file, content = stored(add(small, name, file.file_url).pictures[0].picture)
	assert max(Image.open(io.BytesIO(content)).size) == pictures.LONGEST_SIDE


@pytest.mark.parametrize(
	("content", "file_name"),
	[
		(b"<script>alert(1)</script>", "harmless.jpg"),
		(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "drawing.png"),
		(b"\xff\xd8\xff\xe0 broken", "broken.jpg"),
		(None, "moving.gif"),
	],
)
def test_what_a_file_is_says_its_content_not_its_name(small, content, file_name):
	if content is None:
		written = io.BytesIO()
		Image.new("P", (4, 4)).save(written, "GIF")
		content = written.getvalue()
	name = planned(small)
	file = upload(content, file_name, attached_to=name)
	with pytest.raises(pictures.PictureError) as refused:
		add(small, name, file.file_url)
	assert "row 1" in str(refused.value) and file_name.split(".")[0] in str(refused.value)


def test_a_picture_that_is_too_large_is_named_with_its_row(small, monkeypatch):
	name = planned(small)
	add(small, name, upload(photo(), attached_to=name).file_url)
	monkeypatch.setattr(pictures, "MB", 100)  # the setting counts megabytes; the test's pictures are small
	most = settings.get("picture_size")
	file = upload(photo(size=(400, 400)), "big.jpg", attached_to=name)
	with pytest.raises(pictures.PictureError) as refused:
		add(small, name, file.file_url)
	for what in ("row 2", "big", f"{most} MB"):
		assert what in str(refused.value)


@pytest.mark.parametrize("url", ["/private/files/nowhere.jpg", "https://example.com/a.jpg"])
def test_what_was_not_uploaded_is_no_picture(small, url):
	with pytest.raises(pictures.PictureError):
		add(small, planned(small), url)


def test_nobody_shows_by_an_activity_what_they_may_not_read(small):
	secret = as_(small.leader_user[small.other_urban], upload, photo(size=(44, 22)), "geheim.jpg")
	with pytest.raises(pictures.PictureError):
		add(small, planned(small), secret.file_url)


def test_a_public_picture_becomes_a_private_one_and_stays_where_it_was(small):
	name, public = planned(small), upload(photo(size=(48, 24)), is_private=0)
	row = add(small, name, public.file_url).pictures[0]
	file, content = stored(row.picture)
	refuse_traces(content)
	assert file.is_private and row.picture.startswith("/private/files/")
	assert frappe.db.exists("File", public.name)


# -- the uploader of the form ----------------------------------------------------------------------------------------------


def take(name, content, file_name="IMG.jpg"):
	frappe.local.form_dict = frappe._dict(doctype=ACTIVITY, docname=name)
	frappe.local.uploaded_file, frappe.local.uploaded_filename = content, file_name
	return pictures.take()


def test_the_uploader_keeps_nothing_but_the_clean_picture(small):
	name, by = planned(small), small.leader_user[small.urban]
	before = set(frappe.get_all("File", pluck="name"))
	file = as_(by, take, name, photo())
	assert set(frappe.get_all("File", pluck="name")) - before == {file.name}
	assert add(small, name, file.file_url).pictures[0].picture == file.file_url
	assert refuse_traces(stored(file.file_url)[1]).size == (20, 40)
	with pytest.raises(pictures.PictureError):
		as_(by, take, name, b"no picture")
	with pytest.raises(pictures.PictureError):
		as_(by, take, name, None)


def test_whoever_does_not_write_the_activity_uploads_nothing(small):
	name, at = planned(small), small.urban
	may = {small.leader_user[at], small.principal_user[at], small.teacher_user[at], "Administrator"}
	for user in set(everybody(small)) - may:
		with pytest.raises(frappe.PermissionError):
			as_(user, take, name, photo())
	assert not frappe.get_all("File", {"attached_to_name": name})
