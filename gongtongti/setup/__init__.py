"""Installing and uninstalling mirror each other: a site is left as it was found."""

import json
import re
from pathlib import Path

_FIXTURES = Path(__file__).parent.parent / "fixtures"
_MODULE = Path(__file__).parent.parent / "gongtongti"

# DocType -> names that the fixtures bring to a site
OURS = {
	doctype: [row["name"] for row in json.loads((_FIXTURES / f"{file}.json").read_text(encoding="utf-8"))]
	for doctype, file in (
		("Role", "role"),
		("Workflow", "workflow"),
		("Workflow State", "workflow_state"),
		("Workflow Action Master", "workflow_action_master"),
	)
}


def _shipped() -> dict[str, set[str]]:
	"""{DocType: names} of every document that the app's files bring to a site."""
	found = {doctype: set(names) for doctype, names in OURS.items()}
	for path in _MODULE.glob("*/*/*.json"):
		doc = json.loads(path.read_text(encoding="utf-8"))
		found.setdefault(doc["doctype"], set()).add(doc["name"])
	found["Module Def"] = {"Gongtongti"}
	return found


SHIPPED = _shipped()


def autonames() -> set[str]:
	"""What the framework's counters of our DocTypes are called, as regular expressions."""
	patterns = set()
	for path in _MODULE.glob("doctype/*/*.json"):
		autoname = json.loads(path.read_text(encoding="utf-8")).get("autoname") or ""
		if "#" in autoname:
			parts = re.split(r"[.{}]+", autoname.removeprefix("format:").partition("#")[0])
			patterns.add("".join(r"\d{4}" if part == "YYYY" else re.escape(part) for part in parts))
	return patterns
