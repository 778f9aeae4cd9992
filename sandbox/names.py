"""The name `frappe` inside expressions and templates.

Conditions of workflows and notifications, server scripts and Jinja templates are evaluated with a namespace of
their own. The fork put `monoframe` there and took `frappe` away, so an app's `frappe.session.user` in a
workflow condition is an unknown name.
"""

from sandbox.repairs import ALIAS, FORK, repair, replace


def _with_alias(function):
	def namespace(*args):
		names = function(*args)
		if FORK in names:
			names[ALIAS] = names[FORK]
		return names

	return namespace


@repair()
def names_in_scripts_and_templates():
	from monoframe.utils import safe_exec

	replace(safe_exec, "get_safe_globals", _with_alias(safe_exec.get_safe_globals))


@repair()
def names_in_workflow_conditions():
	from monoframe.model import workflow

	replace(workflow, "get_workflow_safe_globals", _with_alias(workflow.get_workflow_safe_globals))


@repair()
def names_in_notifications():
	from monoframe.email.doctype.notification import notification

	replace(notification, "get_context", _with_alias(notification.get_context))
