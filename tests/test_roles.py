"""What is declared against every file that repeats it; the rights, against what users of each role can do, too."""

import csv
import json
import shutil
from pathlib import Path

import aid_builders as aid
import aid_papers
import builders
import frappe
import pytest
from frappe.core.doctype.doctype.doctype import validate_permissions

import gongtongti
from gongtongti.aid import inspection
from gongtongti.core import policy
from gongtongti.core.documents import KeptRecordError
from gongtongti.core.spreadsheets.import_access import GIVEN, importers
from gongtongti.features import DECLARED
from gongtongti.gongtongti.doctype.aid_inspection_case.aid_inspection_case import CaseKeptError
from gongtongti.organisation import roles
from tools import declarations

APP = Path(gongtongti.__file__).parent
SUBMITTABLE = (
	"Community Agreement",
	"Community Document",
	"Exchange Placement",
	"Placement Change",
	"Aid Fund Contribution",
	"Aid Disbursement",
	"Aid Application",
)
# what nobody may do: these say so before the framework asks for the right
KEPT = (KeptRecordError, CaseKeptError)


@pytest.fixture
def app_copy(tmp_path):
	"""A copy of the app's files, with a README beside it."""
	target = tmp_path / "gongtongti"
	shutil.copytree(
		APP, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "node_modules", "dist")
	)
	readme = APP.parent / "README.md"
	text = readme.read_text("utf-8") if readme.exists() else "\n".join(("# x", *declarations.MARKS, "after"))
	(tmp_path / "README.md").write_text(text, "utf-8")
	return target


# -- files -----------------------------------------------------------------------------------------------------------


def test_every_file_agrees_with_what_is_declared(app_copy):
	readme = APP.parent / "README.md"
	changed = {path.name for path in declarations.write(app_copy)}
	assert changed <= (set() if readme.exists() else {"README.md"}), "run `make declarations`"


def test_the_writer_restores_a_file_that_was_changed_and_dates_it(app_copy):
	declarations.write(app_copy)
	file = app_copy / "gongtongti" / "doctype" / "school_staff" / "school_staff.json"
	before = json.loads(file.read_text("utf-8"))
	file.write_text(json.dumps({**before, "permissions": [{"role": "All", "read": 1}]}), "utf-8")
	assert declarations.write(app_copy) == [file.resolve()]
	after = json.loads(file.read_text("utf-8"))
	assert after["permissions"] == before["permissions"] == declarations.permissions("School Staff")
	assert after["modified"] > before["modified"]
	assert declarations.write(app_copy) == []


def test_the_writer_restores_fixtures_and_dates_only_what_was_changed(app_copy):
	declarations.write(app_copy)
	file = app_copy / "fixtures" / "workflow.json"
	before = json.loads(file.read_text("utf-8"))
	changed = json.loads(file.read_text("utf-8"))
	changed[1]["transitions"][0]["condition"] = "1"
	file.write_text(json.dumps(changed), "utf-8")
	assert declarations.write(app_copy) == [file.resolve()]
	after = json.loads(file.read_text("utf-8"))
	assert [row["name"] for row in after if row not in before] == [before[1]["name"]]
	assert after[1]["modified"] > before[1]["modified"]
	assert {**after[1], "modified": before[1]["modified"]} == before[1]


def test_the_writer_restores_constants_and_choices(app_copy):
	declarations.write(app_copy)
	script = app_copy / "public" / "js" / "constants.js"
	signature = app_copy / "gongtongti" / "doctype" / "approval_signature" / "approval_signature.json"
	before = script.read_text("utf-8"), json.loads(signature.read_text("utf-8"))["fields"]
	script.write_text(before[0].replace("Disagree", "Dissent"), "utf-8")
	signature.write_text(signature.read_text("utf-8").replace("\\nAgree", "\\nConsent"), "utf-8")
	assert declarations.write(app_copy) == sorted((script.resolve(), signature.resolve()))
	assert (script.read_text("utf-8"), json.loads(signature.read_text("utf-8"))["fields"]) == before


def test_the_writer_keeps_the_readme_around_the_marks(app_copy):
	readme = app_copy.parent / "README.md"
	readme.write_text(
		"\n".join(("top", declarations.MARKS[0], "old", declarations.MARKS[1], "bottom")), "utf-8"
	)
	declarations.write(app_copy)
	text = readme.read_text("utf-8")
	assert text.startswith("top\n") and text.endswith("\nbottom") and "old" not in text
	assert all(role in text for role in roles.ROLES)
	readme.write_text("no marks", "utf-8")
	with pytest.raises(ValueError):
		declarations.write(app_copy)


def test_the_fixture_holds_each_role_once():
	held = json.loads((APP / "fixtures" / "role.json").read_text("utf-8"))
	assert [row["name"] for row in held] == list(roles.ROLES)
	assert all(row["desk_access"] == 1 and row["role_name"] == row["name"] for row in held)


def test_roles_posts_and_duties_have_chinese_words():
	with (APP / "translations" / "zh.csv").open(encoding="utf-8", newline="") as file:
		known = {row[0] for row in csv.reader(file) if row}
	for words in (roles.ROLES, roles.ROLES.values(), roles.GROUP_POSTS, roles.SCHOOL_POSTS):
		assert set(words) <= known


def test_each_table_names_only_what_exists():
	for table in (*DECLARED.rights.values(), *({r: () for r in v} for v in DECLARED.runners.values())):
		assert set(table) <= set(roles.ROLES)
	for given in (*roles.GROUP_POSTS.values(), *roles.SCHOOL_POSTS.values()):
		assert given and set(given) <= set(roles.ROLES)
	for rights in DECLARED.rights.values():
		for columns in rights.values():
			assert set(columns) <= set(policy.COLUMNS)


# -- the installed site ----------------------------------------------------------------------------------------------


def test_the_tables_cover_every_doctype_of_the_module():
	installed = frappe.get_all("DocType", {"module": "Gongtongti"}, ["name", "istable"])
	assert {row.name for row in installed if not row.istable} == set(DECLARED.rights)
	assert {row.name for row in installed if row.istable} == set(DECLARED.children)


@pytest.mark.parametrize("doctype", DECLARED.rights)
def test_installed_permissions_are_those_of_the_table(doctype):
	rows = frappe.get_all("DocPerm", {"parent": doctype}, ["*"], order_by="idx")
	installed = {row.role: {column for column in policy.COLUMNS if row.get(column)} for row in rows}
	assert installed == {role: set(rights) for role, rights in DECLARED.rights[doctype].items()}
	assert all(row.permlevel == 0 and not row.if_owner for row in rows)


@pytest.mark.parametrize("doctype", DECLARED.rights)
def test_the_framework_takes_the_permissions_for_valid(doctype):
	validate_permissions(frappe.get_doc("DocType", doctype))


def test_no_role_of_ours_has_rights_on_anything_else():
	ours = {"role": ["in", list(roles.ROLES)]}
	assert set(frappe.get_all("DocPerm", ours, pluck="parent")) == set(DECLARED.rights)
	# those who may import use Data Import, for their own imports: core/spreadsheets/import_access.py
	given = frappe.get_all("Custom DocPerm", ours, ["parent", "role"])
	assert {(row.parent, row.role) for row in given} == {
		(doctype, role) for doctype in GIVEN for role in importers()
	}


def test_nobody_shares_documents():
	assert not frappe.get_all("DocPerm", {"parent": ["in", list(DECLARED.rights)], "share": 1})


def test_roles_and_seats_are_installed_as_in_the_tables():
	for role in roles.ROLES:
		assert frappe.db.get_value("Role", role, ["desk_access", "disabled"]) == (1, 0)
	options = frappe.get_meta("Leading Group Seat").get_field("post").options
	assert options.split("\n") == ["", *roles.GROUP_POSTS]


@pytest.mark.parametrize("report", DECLARED.runners)
def test_installed_reports_are_run_by_the_roles_of_the_table(report):
	if not frappe.db.exists("Report", report):
		pytest.skip("the report is not built yet")
	found = frappe.get_all("Has Role", {"parenttype": "Report", "parent": report}, pluck="role")
	assert sorted(found) == sorted(DECLARED.runners[report])


# -- users of each role ----------------------------------------------------------------------------------------------


def only(role):
	"""An account that holds this role and no other of the app."""
	return builders.user(f"only.{role.lower().replace(' ', '.')}", [role])


@pytest.mark.parametrize("role", roles.ROLES)
def test_a_role_may_do_what_the_table_says_and_nothing_more(role):
	user = only(role)
	for doctype in DECLARED.rights:
		for column in policy.COLUMNS:
			if column == "select":  # reading includes it
				continue
			expected = DECLARED.may(role, doctype, column)
			assert bool(frappe.has_permission(doctype, column, user=user)) == expected, (doctype, column)


def test_who_has_no_role_of_ours_may_do_nothing():
	user = builders.user("stranger", ["Report Manager"])
	for doctype in DECLARED.rights:
		for column in policy.COLUMNS:
			assert not frappe.has_permission(doctype, column, user=user), (doctype, column)


def samples(small):
	"""A document of each DocType (without those that need an approval), made by Administrator."""
	agreement, signed = (builders.agreement(small.community, [small.urban, small.rural]) for _ in range(2))
	frappe.get_doc("Community Agreement", signed).submit()
	frappe.get_doc("Community Document", builders.kept_document(small.community, "Rotation Rules")).submit()
	target = builders.insert("Community Coverage Target", target_year=2049, target_share=60)
	team = frappe.get_doc(
		{
			"doctype": "Rural Support Team",
			"team_name": "测试支教队",
			"community": small.community,
			"school_year": small.next_year,
			"subjects": [{"subject": small.subjects[0], "headcount": 1}],
		}
	).insert()
	return {
		"Education Subdistrict": small.east,
		"Teaching Subject": small.subjects[0],
		"Community School Year": small.year,
		"Community Coverage Target": target.name,
		"Community Settings": "Community Settings",
		"Community School": small.urban,
		"School Staff": small.teacher[small.urban],
		"Education Community": small.community,
		"Community Leading Group": small.group,
		"Community Role Grant": frappe.get_all("Community Role Grant", limit=1, pluck="name")[0],
		"Community Agreement": agreement,
		"Community Document": builders.kept_document(small.community),
		"Exchange Plan": small.plan,
		"Rural Support Team": team.name,
		**aid_samples(small),
	}


def aid_samples(small):
	"""The same for the aid fund: what can be submitted stands there as a draft and submitted."""
	fund = aid.fund(small, balance=5000)
	pupil = aid.pupil(small)
	paid, unpaid = (
		aid.application(small, pupil, fund, to=aid.APPROVED, amount=100, purpose=purpose)
		for purpose in aid.PURPOSES
	)
	aid.disbursement(small, fund, [paid])
	inspection.log([pupil], inspection.BANK_FILE)
	return {
		"Aid Fund": fund,
		"Aid Fund Contribution": aid.contribution(small, fund, 100, submit=False),
		"Aid Fund Entry": frappe.get_all("Aid Fund Entry", {"fund": fund}, pluck="name")[0],
		"Aid Disbursement": aid.disbursement(small, fund, [unpaid], submit=False),
		"Aided Pupil": pupil,
		"Dropout Risk": aid_papers.risk(small, pupil),
		"Aid Follow Up": aid_papers.visit(small, pupil),
		"Aid Inspection Case": aid_papers.case(small, pupil),
		"Pupil Account Record": frappe.get_all("Pupil Account Record", {"pupil": pupil}, pluck="name")[0],
		"Pupil Record Access": frappe.get_all("Pupil Record Access", {"pupil": pupil}, pluck="name")[0],
	}


def attempts(doctype, name):
	"""right -> a door that needs it."""
	if frappe.get_meta(doctype).issingle:
		return {
			"read": lambda: frappe.get_doc(doctype).check_permission("read"),
			"write": lambda: frappe.get_doc(doctype).save(),
		}
	doors = {
		"read": lambda: frappe.get_list(doctype, limit=1),
		"create": lambda: frappe.get_doc({"doctype": doctype}).insert(),
		"write": lambda: frappe.get_doc(doctype, name).save(),
		"delete": lambda: frappe.delete_doc(doctype, name),
	}
	if doctype in SUBMITTABLE:
		doors["submit"] = lambda: frappe.get_doc(doctype, name).submit()
		in_force = frappe.get_all(doctype, {"docstatus": 1}, pluck="name", limit=1)
		doors["cancel"] = lambda: frappe.get_doc(doctype, in_force[0]).cancel()
	return doors


@pytest.mark.parametrize("role", roles.ROLES)
def test_what_the_table_denies_is_refused_when_tried(role, small):
	documents = samples(small)
	doors = {doctype: attempts(doctype, name) for doctype, name in documents.items()}
	frappe.set_user(only(role))
	for doctype in documents:
		for right, attempt in doors[doctype].items():
			if DECLARED.may(role, doctype, right):
				continue
			frappe.db.savepoint("attempt")
			with pytest.raises((frappe.PermissionError, *KEPT)):
				attempt()
				pytest.fail(f"{role} got through: {right} {doctype}")
			frappe.db.rollback(save_point="attempt")


def test_what_the_table_grants_is_done_by_who_reaches_the_row(small):
	"""The other side of the test above: one document of each kind is written by whoever keeps it."""
	keepers = {
		"Education Subdistrict": roles.ADMINISTRATOR,
		"Teaching Subject": roles.PERSONNEL,
		"Community School Year": roles.PERSONNEL,
		"Community Coverage Target": roles.ADMINISTRATOR,
		"Community Settings": roles.ADMINISTRATOR,
		"Community School": roles.PERSONNEL,
		"School Staff": roles.SECOND_PRINCIPAL,
		"Education Community": roles.ADMINISTRATOR,
		"Community Leading Group": roles.ADMINISTRATOR,
		"Community Agreement": roles.BUREAU_OFFICE,
		"Community Document": roles.FIRST_PRINCIPAL,
		"Exchange Plan": roles.PERSONNEL,
		"Aid Fund": roles.FINANCE,
		"Aid Fund Contribution": roles.FINANCE,
		"Aided Pupil": roles.SECOND_PRINCIPAL,
		"Dropout Risk": roles.SECOND_PRINCIPAL,
		"Aid Follow Up": roles.BASIC_EDUCATION,
	}
	documents = samples(small) | {"School Staff": small.teacher[small.rural]}
	for doctype, role in keepers.items():
		frappe.set_user(small.users[role])
		doc = frappe.get_doc(doctype, documents[doctype])
		doc.save()
		assert doc.modified_by == small.users[role], (doctype, role)
