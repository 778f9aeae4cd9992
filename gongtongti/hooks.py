from gongtongti.core.policy import hooks_of as _hooks_of
from gongtongti.core.references import ABOUT as _ABOUT
from gongtongti.features import DECLARED as _DECLARED

app_name = "gongtongti"
app_title = "Gongtongti"
app_publisher = "gongtongti contributors"
app_description = "城乡教育共同体: urban and rural schools of a county joined into communities"
app_email = "gongtongti@example.com"
app_license = "mit"

export_python_type_annotations = True

before_install = "gongtongti.setup.install.before_install"
after_install = "gongtongti.setup.install.after_install"
after_migrate = "gongtongti.organisation.wizard.after_migrate"
setup_wizard_complete = "gongtongti.organisation.wizard.after_wizard"
before_uninstall = "gongtongti.setup.uninstall.before_uninstall"
after_uninstall = "gongtongti.setup.uninstall.after_uninstall"

# what `bench export-fixtures` would write; the files come from `make declarations`
fixtures = [
	{"dt": "Role", "filters": [["name", "in", list(_DECLARED.roles)]]},
	{
		"dt": "Workflow",
		"filters": [["document_type", "in", list(_DECLARED.approvals)]],
	},
]

# what each feature declares of its own; another app adds its features to this hook (docs/architecture.md)
gongtongti_policy = [
	f"gongtongti.{_feature}.policy.POLICY" for _feature in ("organisation", "exchange", "aid", "activities")
]

_ours = _hooks_of(_DECLARED)
permission_query_conditions = {
	**_ours["permission_query_conditions"],
	**{_doctype: "gongtongti.core.about.conditions" for _doctype in _ABOUT},
	"Data Import": "gongtongti.core.spreadsheets.import_access.conditions",
	"Data Import Log": "gongtongti.core.spreadsheets.import_access.conditions",
}
has_permission = {
	**_ours["has_permission"],
	**{_doctype: "gongtongti.core.about.allows" for _doctype in _ABOUT},
	"Data Import": "gongtongti.core.spreadsheets.import_access.allows",
	"Data Import Log": "gongtongti.core.spreadsheets.import_access.allows_log",
	# v15 asks the last one first, and then only that one, which asks the others
	"File": ["gongtongti.core.privacy.note_content", "gongtongti.core.about.allows"],
	"ToDo": ["gongtongti.core.tasks.allows_task", "gongtongti.core.about.allows"],
}
override_whitelisted_methods = {
	"frappe.core.doctype.data_import.data_import.form_start_import": "gongtongti.core.spreadsheets.import_guard.form_start_import",
	"frappe.core.doctype.data_import.data_import.get_preview_from_template": "gongtongti.core.spreadsheets.import_guard.get_preview_from_template",
	"frappe.client.get_count": "gongtongti.core.overrides.get_count",
	"frappe.client.validate_link": "gongtongti.core.links.validate_link",
	"frappe.core.doctype.data_export.exporter.export_data": "gongtongti.core.spreadsheets.exports.export_data",
	"frappe.core.doctype.data_import.data_import.download_errored_template": "gongtongti.core.spreadsheets.exports.download_errored_template",
	"frappe.core.doctype.data_import.data_import.download_import_log": "gongtongti.core.spreadsheets.exports.download_import_log",
	"frappe.core.doctype.data_import.data_import.download_template": "gongtongti.core.spreadsheets.exports.download_template",
	"frappe.desk.doctype.tag.tag.add_tag": "gongtongti.core.overrides.add_tag",
	"frappe.desk.doctype.tag.tag.add_tags": "gongtongti.core.overrides.add_tags",
	"frappe.desk.doctype.tag.tag.get_tagged_docs": "gongtongti.core.overrides.get_tagged_docs",
	"frappe.desk.doctype.tag.tag.remove_tag": "gongtongti.core.overrides.remove_tag",
	"frappe.desk.form.assign_to.add": "gongtongti.core.overrides.add_assignment",
	"frappe.desk.form.assign_to.add_multiple": "gongtongti.core.overrides.add_assignments",
	"frappe.desk.form.assign_to.close": "gongtongti.core.overrides.close_assignment",
	"frappe.desk.form.assign_to.remove": "gongtongti.core.overrides.remove_assignment",
	"frappe.desk.form.assign_to.remove_multiple": "gongtongti.core.overrides.remove_assignments",
	"frappe.desk.form.load.getdoc": "gongtongti.core.links.getdoc",
	"frappe.desk.like.toggle_like": "gongtongti.core.overrides.toggle_like",
	"frappe.desk.listview.get_group_by_count": "gongtongti.core.links.get_group_by_count",
	"frappe.desk.query_report.export_query": "gongtongti.core.spreadsheets.exports.export_report",
	"frappe.desk.reportview.export_query": "gongtongti.core.spreadsheets.exports.export_list",
	"frappe.desk.search.get_link_title": "gongtongti.core.overrides.get_link_title",
	"frappe.desk.search.search_link": "gongtongti.core.links.search_link",
	"frappe.desk.search.search_widget": "gongtongti.core.links.search_widget",
	"frappe.templates.includes.comments.comments.add_comment": "gongtongti.core.overrides.add_comment",
}

# what no hook reaches: gongtongti/core/wrapped.py
before_request = ["gongtongti.core.wrapped.hold"]
before_job = ["gongtongti.core.wrapped.hold"]

# what forms, lists and reports share; after a change run `bench build --app gongtongti` (sandbox: `make desk`)
app_include_js = "gongtongti.bundle.js"
extend_bootinfo = ["gongtongti.core.boot.yuan", "gongtongti.core.boot.home", "gongtongti.core.boot.steps"]
# v16 leads /app on to /desk
add_to_apps_screen = [
	{
		"name": app_name,
		"logo": "/assets/gongtongti/images/gongtongti.svg",
		"title": app_title,
		"route": "/app/gongtongti",
		"has_permission": "gongtongti.core.boot.has_app",
	}
]

doc_events = {
	**_ours["doc_events"],
	# the exchange knows nothing of what the activities make of an approved placement
	"Exchange Placement": {
		**_ours["doc_events"]["Exchange Placement"],
		"on_submit": "gongtongti.activities.hosting.begin",
		"on_update_after_submit": "gongtongti.activities.hosting.follow",
	},
	"User": {
		"on_update": "gongtongti.organisation.posts.on_user_update",
		"before_rename": "gongtongti.core.documents.keep_account",
		"after_rename": "gongtongti.core.documents.keep_account",
	},
	"File": {
		"before_insert": "gongtongti.core.privacy.guard_file",
		"before_validate": "gongtongti.core.privacy.guard_file",
		"after_insert": "gongtongti.core.privacy.own_file",
		"after_delete": "gongtongti.core.privacy.forget_file",
	},
	"Data Import": {
		"before_validate": [
			"gongtongti.core.privacy.guard_import",
			"gongtongti.core.spreadsheets.import_guard.put_in_order",
		],
		# the form calls this one, too, with an address that it says itself
		"get_preview_from_template": [
			"gongtongti.core.spreadsheets.import_access.refuse_foreign_file",
			"gongtongti.core.privacy.guard_import",
		],
	},
	"ToDo": {
		"before_insert": "gongtongti.core.tasks.guard_task",
		"before_validate": "gongtongti.core.tasks.guard_task",
		"on_trash": "gongtongti.core.tasks.guard_task",
	},
	"Comment": {"before_insert": "gongtongti.core.privacy.hide_file_name"},
	"Error Log": {"before_insert": "gongtongti.core.privacy.strip_values"},
	"Auto Email Report": {"validate": "gongtongti.core.privacy.refuse_mailing"},
	"Prepared Report": {"before_insert": "gongtongti.core.privacy.refuse_keeping"},
}

# the last two parts of an address are the job's name on the whole site
scheduler_events = {
	"daily": [
		"gongtongti.gongtongti_daily.sync_posts",
		"gongtongti.gongtongti_daily.remind_of_agreements",
		"gongtongti.gongtongti_daily.begin_and_end_placements",
		"gongtongti.gongtongti_daily.verify_funds",
		"gongtongti.gongtongti_daily.propose_recurring_aid",
		"gongtongti.gongtongti_daily.watch_dropout_risks",
		"gongtongti.gongtongti_daily.close_expired_inspection_cases",
		"gongtongti.gongtongti_daily.run_reports_at_once",
		"gongtongti.gongtongti_daily.mark_missed_activities",
		"gongtongti.gongtongti_daily.remind_of_duties",
		"gongtongti.gongtongti_daily.begin_host_support",
		"gongtongti.gongtongti_daily.end_pairings",
		"gongtongti.gongtongti_daily.make_joint_meetings",
		"gongtongti.gongtongti_daily.remind_of_decisions",
	]
}
