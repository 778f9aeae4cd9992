"""These tests are for a site with both apps: on the sandbox tests/test_recipe.py makes one, on a bench install recipe_app."""


def pytest_ignore_collect(collection_path, config):
	import frappe

	return True if "recipe_app" not in frappe.get_installed_apps() else None
