from gongtongti.roles import ROLES as _ROLES
from gongtongti.scope import ABOUT as _ABOUT
from gongtongti.scope import CHILDREN as _CHILDREN
from gongtongti.scope import RULES as _RULES

app_name = "gongtongti"
app_title = "Gongtongti"
app_publisher = "gongtongti contributors"
app_description = "城乡教育共同体: urban and rural schools of a county joined into communities"
app_email = "gongtongti@example.com"
app_license = "mit"

export_python_type_annotations = True

before_install = "gongtongti.setup.install.before_install"
after_install = "gongtongti.setup.install.after_install"
before_uninstall = "gongtongti.setup.uninstall.before_uninstall"

# what `bench export-fixtures` writes; role.json comes from `python gongtongti/roles.py`
fixtures = [
	{"dt": "Role", "filters": [["name", "in", list(_ROLES)]]},
	{"dt": "Workflow", "filters": [["document_type", "in", ["Exchange Placement", "Placement Change"]]]},
]

# who sees which rows: gongtongti/scope.py
permission_query_conditions = {
	**{_doctype: "gongtongti.scope.conditions" for _doctype in (*_RULES, *_CHILDREN)},
	**{_doctype: "gongtongti.scope.about_conditions" for _doctype in _ABOUT},
}
has_permission = {
	**{_doctype: "gongtongti.scope.allows" for _doctype in _RULES},
	**{_doctype: "gongtongti.scope.about_allows" for _doctype in _ABOUT},
}
override_whitelisted_methods = {
	"frappe.client.get_count": "gongtongti.doors.get_count",
	"frappe.desk.doctype.tag.tag.add_tag": "gongtongti.doors.add_tag",
	"frappe.desk.doctype.tag.tag.add_tags": "gongtongti.doors.add_tags",
	"frappe.desk.doctype.tag.tag.get_tagged_docs": "gongtongti.doors.get_tagged_docs",
	"frappe.desk.doctype.tag.tag.remove_tag": "gongtongti.doors.remove_tag",
	"frappe.desk.like.toggle_like": "gongtongti.doors.toggle_like",
	"frappe.desk.search.get_link_title": "gongtongti.doors.get_link_title",
	"frappe.templates.includes.comments.comments.add_comment": "gongtongti.doors.add_comment",
}

doc_events = {"User": {"on_update": "gongtongti.organisation.posts.on_user_update"}}

scheduler_events = {
	"daily": [
		"gongtongti.organisation.posts.sync_all",
		"gongtongti.organisation.agreements.run_daily",
		"gongtongti.exchange.lifecycle.daily",
	]
}
