"""Placements and changes at each step of their approval, for the tests that try the doors; and the app as it is met over HTTP.

`papers` is committed once per module that imports it and removed at its end.
"""

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import engines
import frappe
import pytest
from frappe.model.workflow import get_workflow

from gongtongti.core import approval, relations
from gongtongti.core.references import ABOUT, OTHERS
from gongtongti.organisation import roles

PLACEMENT, CHANGE = "Exchange Placement", "Placement Change"
TEACHER, CADRE, ATTACHMENT, ACTING = (
	"Teacher Exchange",
	"Cadre Appointment",
	"Cadre Attachment",
	"Acting Post",
)
KINDS = (TEACHER, CADRE, ATTACHMENT, ACTING)

DRAFT = "Placement Draft"
HOME, HOST, PERSONNEL, GROUP = (
	"Awaiting Home Principal",
	"Awaiting Host Principal",
	"Awaiting Personnel Section",
	"Awaiting Leading Group",
)
APPROVED, REFUSED, CANCELLED = "Placement Approved", "Placement Not Approved", "Placement Cancelled"
CHAIN = (DRAFT, HOME, HOST, PERSONNEL, GROUP, APPROVED)
CHANGE_DRAFT, CHANGE_PERSONNEL = "Change Draft", "Change Awaiting Personnel Section"

START, END = "2026-12-01", "2027-06-30"

# rows of the framework that speak of a document -> (DocType field, name field)
TRACES = {**ABOUT, **{doctype: OTHERS[doctype] for doctype in ("Notification Log", "DocShare")}}


def as_(user, function, *args, **kwargs):
	"""Calls as `user`; whoever was signed in before is signed in again."""
	before = frappe.session.user
	frappe.set_user(user)
	try:
		return function(*args, **kwargs)
	finally:
		frappe.set_user(before)


def values(small, kind=TEACHER, home=None, host=None, **more):
	"""The fields of a draft of that kind which passes its checks."""
	urban, rural = small.urban, small.rural
	home = home or (rural if kind == ACTING else urban)
	host = host or (urban if kind == ACTING else rural)
	community = small.community if home in (urban, rural) else small.other_community
	person = {TEACHER: small.teacher, CADRE: small.cadre, ATTACHMENT: small.reserve, ACTING: small.reserve}[
		kind
	]
	return {
		"doctype": PLACEMENT,
		"plan": small.plan,
		"community": community,
		"kind": kind,
		"mode": "Long-Term Fixed",
		"staff": person[home],
		"subject": small.subjects[0] if kind == TEACHER else None,
		"home_school": home,
		"host_school": host,
		"start_date": START,
		"end_date": END,
		**more,
	}


def draft(small, kind=TEACHER, home=None, host=None, by=None, **more):
	"""A draft written by the leader in charge of the home school (or `by`); its name."""
	fields = values(small, kind, home, host, **more)
	by = by or small.leader_user[fields["home_school"]]
	return as_(by, frappe.get_doc(fields).insert).name


def change(small, placement, change_type="Early End", by=None, **more):
	"""A draft of a change of an approved placement, written by the leader in charge of the home school; its name."""
	home = frappe.db.get_value(PLACEMENT, placement, "home_school")
	fields = {
		"doctype": CHANGE,
		"placement": placement,
		"change_type": change_type,
		"new_end_date": None if change_type == "Cancellation" else "2027-03-31",
		"reason": "测试原因",
		**more,
	}
	return as_(by or small.leader_user[home], frappe.get_doc(fields).insert).name


def sign(user, name, action="Agree", remarks=None, doctype=PLACEMENT):
	return as_(user, approval.sign, doctype, name, action, remarks)


def signer(small, name, doctype=PLACEMENT):
	"""Whose step it is, said here a second time and in other words than in approval.py."""
	state, home, host = frappe.db.get_value(doctype, name, ["workflow_state", "home_school", "host_school"])
	return {
		DRAFT: small.leader_user[home],
		HOME: small.principal_user[home],
		HOST: small.principal_user[host],
		PERSONNEL: small.users[roles.PERSONNEL],
		GROUP: small.users[roles.GROUP_HEAD],
		CHANGE_DRAFT: small.leader_user[home],
		CHANGE_PERSONNEL: small.users[roles.PERSONNEL],
		"Change Awaiting Leading Group": small.users[roles.GROUP_HEAD],
	}.get(state)


def bring(small, name, to, doctype=PLACEMENT):
	"""Brings the document to the state `to`, each step by the right person; its name.

	The last step is signed, with all that it does. Those before are written as they stand on record.
	"""
	for _step in CHAIN:
		state = frappe.db.get_value(doctype, name, "workflow_state")
		if state == to:
			return name
		user = signer(small, name, doctype)
		action = "Send for Approval" if state in (DRAFT, CHANGE_DRAFT) else "Agree"
		if to in (REFUSED, "Change Not Approved") and action == "Agree":
			sign(user, name, "Disagree", "测试理由", doctype)
		elif state in (DRAFT, HOME, HOST) and (next_state := CHAIN[CHAIN.index(state) + 1]) != to:
			step_on_record(doctype, name, user, action, next_state)
		else:
			sign(user, name, action, doctype=doctype)
	raise AssertionError(f"{name} did not reach {to}")


def step_on_record(doctype, name, user, action, next_state):
	"""Writes what a signature leaves in the document, and nothing else: nothing is checked, nobody is asked or told."""
	doc = frappe.get_doc(doctype, name)
	now = frappe.utils.now_datetime()
	doc.append(
		"signatures",
		{
			"step": doc.workflow_state,
			"decision": action,
			"capacity": next(
				row.allowed
				for row in get_workflow(doctype).transitions
				if (row.state, row.action, row.next_state) == (doc.workflow_state, action, next_state)
			),
			"signer": user,
			"signer_name": frappe.utils.get_fullname(user),
			"signed_on": now,
		},
	).db_insert()
	sent = {"submitted_by": user} if action == "Send for Approval" else {}
	frappe.db.set_value(doctype, name, {"workflow_state": next_state, "pending_since": now, **sent})


def stored(doctype, name):
	"""The document as it stands in the database, with its signatures: what no door may change."""
	row = frappe.db.get_value(doctype, name, "*", as_dict=True)
	if not row:
		return None
	signatures = frappe.get_all(
		"Approval Signature", filters={"parenttype": doctype, "parent": name}, fields=["*"], order_by="idx"
	)
	return {
		"row": {key: str(value) for key, value in row.items()},
		"signatures": [{key: str(value) for key, value in signature.items()} for signature in signatures],
	}


def remove(names):
	"""Takes documents away with everything that speaks of them; no rule is asked. In: [(doctype, name), …]."""
	for doctype, name in names:
		frappe.db.delete("Approval Signature", {"parenttype": doctype, "parent": name})
		frappe.db.delete(doctype, {"name": name})
		for support in frappe.get_all("Host Support", {"placement": name}, pluck="name"):
			frappe.db.delete("Host Support Item", {"parent": support})
			frappe.db.delete("Host Support", {"name": support})
		for trace, (type_field, name_field) in TRACES.items():
			frappe.db.delete(trace, {type_field: doctype, name_field: name})


def sweep_traces(since):
	"""Takes away what the tests' users were told since then."""
	for doctype in ("Notification Log", "ToDo", "Comment", "Version", "Email Queue"):
		frappe.db.delete(doctype, {"creation": (">=", since)})


@pytest.fixture(scope="module", autouse=True)
def no_mails():
	"""Notices are written; the mails that go with them take most of the time of a signature and are not looked at here."""
	from frappe.desk.doctype.notification_log import notification_log

	before, notification_log.send_notification_email = (
		notification_log.send_notification_email,
		lambda doc: None,
	)
	yield
	notification_log.send_notification_email = before


@pytest.fixture(scope="module")
def papers(small, no_mails):
	"""One teacher's placement at each state, a cadre's before the leading group, one between the other two schools, changes.

	Committed. Out: SimpleNamespace(state={state: name}, cadre, other, change={state: name}, all=[(doctype, name), …]).
	"""
	frappe.set_user("Administrator")
	relations.forget()
	frappe.clear_cache()
	began = frappe.utils.now()
	found = SimpleNamespace(state={}, change={}, all=[])
	# a person can be in one full-time placement at a time: each state gets its own stretch of the year
	months = [("2026-12-01", "2026-12-20"), ("2027-01-04", "2027-01-20"), ("2027-02-15", "2027-02-28"),
		("2027-03-01", "2027-03-20"), ("2027-04-01", "2027-04-20"), ("2027-05-01", "2027-05-20"),
		("2027-06-01", "2027-06-20")]  # fmt: skip
	dates = iter({"start_date": start, "end_date": end} for start, end in months)
	for state in (DRAFT, HOME, HOST, PERSONNEL, APPROVED, REFUSED):
		found.state[state] = bring(small, draft(small, **next(dates)), state)
	found.cadre = found.state[GROUP] = bring(small, draft(small, CADRE), GROUP)
	found.other = bring(small, draft(small, home=small.other_urban, host=small.other_rural), PERSONNEL)
	found.other_approved = bring(
		small, draft(small, CADRE, home=small.other_urban, host=small.other_rural), APPROVED
	)
	found.all = [(PLACEMENT, name) for name in [*found.state.values(), found.other, found.other_approved]]
	end = {"new_end_date": "2027-05-10"}
	found.change_of = bring(small, draft(small, ATTACHMENT, end_date="2027-05-20"), APPROVED)
	found.change[CHANGE_PERSONNEL] = bring(
		small, change(small, found.change_of, **end), "Change Awaiting Leading Group", CHANGE
	)
	found.change[CHANGE_DRAFT] = change(small, found.state[APPROVED], new_end_date="2027-04-10")
	found.other_change = change(small, found.other_approved, **end)
	found.all += [(PLACEMENT, found.change_of)]
	found.all += [(CHANGE, name) for name in [*found.change.values(), found.other_change]]
	frappe.db.commit()
	yield found
	frappe.set_user("Administrator")
	frappe.db.rollback()
	remove(found.all)
	sweep_traces(began)
	frappe.db.commit()
	frappe.clear_cache()


@pytest.fixture
def posted():
	"""Functions of the framework that look at the request find a POST, without which some refuse everybody."""
	from werkzeug.test import EnvironBuilder
	from werkzeug.wrappers import Request

	before = getattr(frappe.local, "request", None)
	frappe.local.request = Request(EnvironBuilder(method="POST", path="/api/method/x").get_environ())
	yield
	if before:
		frappe.local.request = before
	else:
		del frappe.local.request


@pytest.fixture(autouse=True)
def fresh_reach():
	"""The reach of users is kept for a request; tests are many requests in one process."""
	relations.forget()
	yield
	relations.forget()


def everybody(small):
	"""Every account of the district, and those who are nobody to it."""
	found = {
		small.admin,
		small.clerk,
		small.cashier,
		small.deputy,
		small.outsider,
		small.east_user,
		small.west_user,
	}
	found |= set(small.users.values())
	for holders in (small.principal_user, small.leader_user, small.teacher_user, small.cadre_user):
		found |= set(holders.values())
	return [*sorted(found), "Guest", "Administrator"]


# -- over HTTP -------------------------------------------------------------------------------------------------------


class Http:
	"""The WSGI application, asked in a thread of its own, because a request throws away the thread's `frappe.local`.

	Requests are committed; what they are to see must be committed before.
	"""

	def __init__(self, users):
		import frappe.app
		from frappe.utils.password import set_encrypted_password
		from werkzeug.test import Client

		if engines.ENGINE.real:
			frappe.app._site, frappe.app._sites_path = engines.ENGINE.site, engines.ENGINE.sites_path
		self.tokens = {}
		for user in users:
			key, secret = secrets.token_hex(8), secrets.token_hex(8)
			frappe.db.set_value("User", user, "api_key", key, update_modified=False)
			set_encrypted_password("User", user, secret, "api_secret")
			self.tokens[user] = f"token {key}:{secret}"
		frappe.db.commit()
		frappe.clear_cache()
		self.pool = ThreadPoolExecutor(1)
		self.client = self.pool.submit(Client, frappe.app.application).result()

	def __call__(self, user, method, path, data=None, **query):
		"""One request; out: SimpleNamespace(status, text, data)."""
		frappe.db.commit()  # gives up this connection's view of the database, and its locks
		return self.pool.submit(self._ask, user, method, path, data, query).result()

	def _ask(self, user, method, path, data, query):
		headers = {"Authorization": self.tokens[user]} if user in self.tokens else {}
		headers["Accept"] = "application/json"
		query = {key: value if isinstance(value, str) else json.dumps(value) for key, value in query.items()}
		response = self.client.open(
			path, method=method, json=data if method != "GET" else None, query_string=query, headers=headers
		)
		text = response.get_data(as_text=True)
		response.close()
		try:
			parsed = json.loads(text)
		except ValueError:
			parsed = {}
		return SimpleNamespace(status=response.status_code, text=text, data=parsed)

	def close(self):
		self.pool.shutdown()
		for user in self.tokens:
			frappe.db.set_value("User", user, "api_key", None, update_modified=False)
			frappe.db.delete("__Auth", {"doctype": "User", "name": user, "fieldname": "api_secret"})
		frappe.db.commit()


@pytest.fixture(scope="module")
def http(small):
	client = Http([user for user in everybody(small) if user not in ("Guest", "Administrator")])
	yield client
	client.close()


__all__ = [name for name in dir() if not name.startswith("_") and name != "builders"]
