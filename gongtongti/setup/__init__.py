"""Installing and uninstalling mirror each other: a site is left as it was found."""

import json
from pathlib import Path

_FIXTURES = Path(__file__).parent.parent / "fixtures"

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
