"""The checks of tools/conventions.py: each finds what it is for, and nothing in the app's own code."""

import textwrap
from pathlib import Path

import pytest

from tools import conventions

BAD = (
	("commit", "def f():\n\tfrappe.db.commit()"),
	("rollback", "def f():\n\tfrappe.db.rollback()"),
	("set-user", "def f():\n\tfrappe.set_user('Administrator')"),
	("sql", "frappe.db.sql(f'select {name}')"),
	("sql", "frappe.db.sql('select %s' % name)"),
	("sql", "frappe.db.sql('select {}'.format(name))"),
	("sql", "frappe.db.sql('select ' + name)"),
	("single", "def f():\n\treturn frappe.db.get_value('A', 'A', 'b')"),
	("single", "def f():\n\tfrappe.db.set_value('A', None, 'b', 1)"),
	("orderby", "query.orderby(table.name, Order.desc)"),
	("debug", "frappe.get_all('A', debug=True)"),
	("cache", "def f():\n\tfrappe.cache().set('a', 1)"),
	("multitenancy", "NAMES = frappe.get_all('A')"),
	("multitenancy", "TITLE = _('A')"),
	("multitenancy", "HERE = {'a': frappe.local.site}"),
	("proxy", "def f():\n\tfrappe.session = None"),
	("proxy", "def f():\n\tfrappe.flags, b = 1, 2"),
	("hook", "class A(Document):\n\tdef after_save(self): pass"),
	("unsaved", "class A(Document):\n\tdef on_update(self):\n\t\tself.a = 1"),
	("iterating", "def f(self):\n\tfor row in self.rows:\n\t\tself.remove(row)"),
	("get-doc", "def f():\n\treturn frappe.get_doc(dict(doctype='A'))"),
	("print", "def f():\n\tprint(1)"),
	("eval", "def f(a):\n\treturn eval(a)"),
	("types", "@frappe.whitelist(methods=['POST'])\ndef f(a): pass"),
	("realtime", "def f():\n\tfrappe.publish_realtime('a', {})"),
	("translate", "def f():\n\treturn _(f'a {b}')"),
	("translate", "def f():\n\treturn _('a {}'.format(b))"),
	("translate", "def f():\n\treturn _('a ' + b)"),
	("translate", "def f():\n\treturn _('a ')"),
	("translate", "def f():\n\treturn _('')"),
	("translate", "def f():\n\treturn _('a') + _('b')"),
	("translate", "def f():\n\tfrappe.throw('a')"),
	("translate", "def f():\n\tfrappe.msgprint(_('a'), title='b')"),
	("label", "def f():\n\treturn {'label': 'A'}"),
)
GOOD = """
	READ = lambda: frappe.get_all("A")

	class A(Document):
		def on_update(self):
			self.a = 1
			self.db_set("b", 2)

	@frappe.whitelist()
	def f(a: str, b: int | None = None):
		frappe.db.commit()  # each batch stands by itself
		# the job is the account's
		frappe.set_user(a)
		frappe.db.rollback(save_point=a)
		frappe.db.sql("select %s", (a,))
		frappe.local.flags = {}
		query.orderby(table.name, order=Order.desc)
		frappe.publish_realtime("a", user=a)
		frappe.throw(_("a {0}").format(a) + str(b), title=_("b"))
		return {"label": _("A"), "value": "A"}
"""
BAD_LINES = (
	"cur_frm.refresh();",
	"in_list(a, b)",
	'__("")',
	"__('a ')",
	'__(" a")',
	"__(`a ${b}`)",
	"__('a' + b)",
	'__("a") + __("b")',
	'frappe.msgprint("a")',
	"frappe.throw(`a`)",
	'frm.add_custom_button("a", () => {})',
	"frappe.utils.debounce(f, 300)();",
)
GOOD_LINES = (
	'__("a")',
	"__('a {0}', [b])",
	'frappe.msgprint(__("a"))',
	"frm.add_custom_button(__('a'))",
	"// cur_frm is gone",
)


@pytest.mark.parametrize("rule, source", BAD)
def test_what_the_framework_asks_not_to_write_is_found(rule, source):
	assert [found[1] for found in conventions.of_python(source, ("doctype", "report"))] == [rule]


def test_what_it_asks_for_is_not():
	assert list(conventions.of_python(textwrap.dedent(GOOD), ("doctype", "report"))) == []


@pytest.mark.parametrize("line", BAD_LINES)
def test_the_same_of_a_script(line):
	assert list(conventions.of_javascript(line))


@pytest.mark.parametrize("line", GOOD_LINES)
def test_a_script_as_it_is_to_be(line):
	assert not list(conventions.of_javascript(line))


def test_the_app_keeps_to_them():
	app = Path(conventions.__file__).parent.parent / "gongtongti"
	files = [*app.rglob("*.py"), *app.rglob("*.js")]
	found = [(path.name, *each) for path in files for each in conventions.of_file(path)]
	assert not found and files
