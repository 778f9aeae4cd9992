"""What installing adds to a site besides the DocTypes and fixtures; uninstall.py takes it away again."""

import json

import frappe

from gongtongti.activities import duty_seeds, hosting, kinds, meetings, rubrics
from gongtongti.core.spreadsheets import import_access
from gongtongti.setup import OURS

# the subjects of compulsory education, so that the first clerk finds a list to choose from
SUBJECTS = (
	"语文", "数学", "英语", "道德与法治", "科学", "物理", "化学", "生物", "历史", "地理", "音乐", "美术", "体育与健康",
	"信息科技", "劳动", "综合实践活动",
)  # fmt: skip

FOUND = "gongtongti_found"
SERIES_FOUND = "gongtongti_series_found"


def before_install():
	"""Notes which of the names that the fixtures bring stood on the site already: they stay when the app goes."""
	found = {
		doctype: frappe.get_all(doctype, {"name": ("in", names)}, pluck="name")
		for doctype, names in OURS.items()
	}
	frappe.db.set_global(FOUND, json.dumps(found, ensure_ascii=False))
	series = frappe.qb.DocType("Series")
	counters = frappe.qb.from_(series).select(series.name).run(pluck=True)
	frappe.db.set_global(SERIES_FOUND, json.dumps(counters, ensure_ascii=False))


def after_install():
	for subject in SUBJECTS:
		if not frappe.db.exists("Teaching Subject", subject):
			frappe.get_doc({"doctype": "Teaching Subject", "subject_name": subject}).insert(
				ignore_permissions=True
			)
	kinds.seed()
	hosting.seed()
	rubrics.seed()
	duty_seeds.seed()
	meetings.seed()
	import_access.give()
	settings = frappe.get_single("Community Settings")
	settings.flags.ignore_permissions = True
	settings.save()
