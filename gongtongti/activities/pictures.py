"""Pictures of an activity: nothing but what is seen on them is kept (ACT12).

What a camera writes into a file (where, when, with which device) says more of pupils and teachers than the picture is to say.
Each picture is written anew from its pixels, upright, and kept as a private file of its activity.
"""

import io
from posixpath import basename, splitext

import frappe
from frappe import _
from frappe.utils import cint, cstr, escape_html
from PIL import Image, ImageOps

from gongtongti.core import settings

ACTIVITY, FILE = "Community Activity", "File"
MB = 1024 * 1024
# pixels of the longer side that are kept: enough for a page of paper, and quickly shown on a phone
LONGEST_SIDE = 2048
# what Pillow calls a format -> format in which it is kept, ending; a phone's JPEG with several pictures in it is an MPO
FORMATS = {"JPEG": ("JPEG", "jpg"), "MPO": ("JPEG", "jpg"), "PNG": ("PNG", "png"), "WEBP": ("WEBP", "webp")}
# what a reader of the file finds beside the pixels that says nothing of place, time or device
_OF_THE_FORMAT = {
	"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "loop", "background", "timestamp", "duration",
}  # fmt: skip


class PictureError(frappe.ValidationError):
	"""A file is too large, is no picture, or is somebody else's."""


@frappe.whitelist(methods=["POST"])
def take():
	"""What the form's uploader calls (its `method`) with a file: keeps it as a picture of the activity `docname`.

	The framework's own way would take the orientation off with the rest. Out: the File. Raises PermissionError, PictureError.
	"""
	activity = frappe.get_doc(ACTIVITY, cstr(frappe.form_dict.docname))
	activity.check_permission("write")
	activity.refuse_foreign_drafter()
	content = getattr(frappe.local, "uploaded_file", None)
	name = cstr(getattr(frappe.local, "uploaded_filename", None))
	if not content:
		frappe.throw(_("Choose a picture to upload."), PictureError)
	return keep(activity, name, *_clean(content, name, len(activity.pictures) + 1))


def check(activity, before=None) -> None:
	"""Each new picture of an activity (a document) that is about to be saved becomes a clean private file of it.

	before: the document as it stood. Raises PictureError. `drop_originals` is called once the document is saved.
	"""
	known = {row.picture for row in before.pictures} if before else set()
	activity.flags.originals = []
	for row in activity.pictures:
		if row.picture not in known:
			_take_over(activity, row)


def drop_originals(activity) -> None:
	"""After the save: what was uploaded to the activity itself and is replaced by a clean file is deleted."""
	for name in activity.flags.pop("originals", None) or ():
		frappe.delete_doc(FILE, name, ignore_permissions=True)


def _take_over(activity, row):
	file = _readable_file(row.picture)
	if not file:
		frappe.throw(
			_("Pictures, row {0}: there is no file {1} that you may use. Upload the picture here.").format(
				row.idx, escape_html(basename(cstr(row.picture)))
			),
			PictureError,
		)
	with open(file.get_full_path(), "rb") as stored:  # get_content() takes some pictures for text
		content = stored.read()
	clean, ending = _clean(content, file.file_name, row.idx)
	is_own = (file.attached_to_doctype, file.attached_to_name) == (activity.doctype, activity.name)
	if clean is content and is_own and cint(file.is_private):
		return
	row.picture = keep(activity, file.file_name, clean, ending).file_url
	if is_own:
		activity.flags.originals.append(file.name)


def _readable_file(url):
	"""The File of this address that the session's user may read, if it lies on the disk."""
	for name in frappe.get_all(FILE, {"file_url": url or ""}, pluck="name", order_by="creation desc"):
		file = frappe.get_doc(FILE, name)
		if file.has_permission("read") and file.exists_on_disk():
			return file
	return None


def _clean(content, name, row) -> tuple[bytes, str]:
	"""The picture in `content` without anything but its pixels, upright, and its ending; `content` itself where it is so."""
	most = cint(settings.get("picture_size"))
	if len(content) > most * MB:
		frappe.throw(
			_("Pictures, row {0}: {1} has {2} MB; {3} MB are allowed. Choose a smaller picture.").format(
				row, escape_html(cstr(name)), round(len(content) / MB, 1), most
			),
			PictureError,
		)
	try:
		image = Image.open(io.BytesIO(content))
		form, ending = FORMATS[image.format]
		image.load()
		if image.format == form and set(image.info) <= _OF_THE_FORMAT and max(image.size) <= LONGEST_SIDE:
			return content, ending
		return _written(image, form), ending
	except Exception:  # a broken or hostile file makes Pillow raise whatever it meets
		frappe.throw(
			_("Pictures, row {0}: {1} is no picture in JPEG, PNG or WebP. Choose another file.").format(
				row, escape_html(cstr(name))
			),
			PictureError,
		)


def _written(image, form) -> bytes:
	has_alpha = form != "JPEG" and ("A" in image.getbands() or "transparency" in image.info)
	image = ImageOps.exif_transpose(image).convert("RGBA" if has_alpha else "RGB")
	image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
	image.info = {}
	written = io.BytesIO()
	image.save(written, form, quality=88)
	return written.getvalue()


def keep(activity, name, content, ending):
	"""The File of a clean picture, private and of its activity."""
	file = frappe.get_doc(
		{
			"doctype": FILE,
			"file_name": f"{splitext(basename(cstr(name)))[0]}.{ending}",
			"content": content,
			"is_private": 1,
			"attached_to_doctype": activity.doctype,
			"attached_to_name": activity.name,
		}
	)
	file.flags.brought_along = (
		True  # core/privacy.py: it is no way to somebody else's file of the same content
	)
	return file.insert(ignore_permissions=True)
