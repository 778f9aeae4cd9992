"""The list of repairs, and the order in which they are made.

Every repair is a function with the decorator `repair`. Those of the stage "before" run before the fork is
imported, those of the stage "after" once it is. `only` limits a repair to a database ("sqlite", "mariadb") or to
the Redis inside the process ("fakeredis").

`SANDBOX_WITHOUT=name,name` leaves repairs out: that is how tests/sandbox proves that each one is needed.
"""

import os
import sys
from dataclasses import dataclass

FORK, ALIAS = "monoframe", "frappe"


@dataclass(frozen=True)
class Repair:
	name: str
	function: callable
	stage: str
	only: str | None


REPAIRS: dict[str, Repair] = {}


def repair(stage: str = "after", only: str | None = None):
	"""Register a function as a repair; its name is the name by which a test leaves it out."""

	def decorate(function):
		REPAIRS[function.__name__] = Repair(function.__name__, function, stage, only)
		return function

	return decorate


def make(stage: str, circumstances: set[str]) -> list[str]:
	"""Make the repairs of one stage; `circumstances` names the database and the Redis in use."""
	left_out = set(filter(None, os.environ.get("SANDBOX_WITHOUT", "").split(",")))
	if unknown := left_out - set(REPAIRS):
		raise ValueError(f"SANDBOX_WITHOUT names no repair: {', '.join(sorted(unknown))}")
	made = []
	for item in REPAIRS.values():
		if item.stage == stage and item.name not in left_out and item.only in (None, *circumstances):
			item.function()
			made.append(item.name)
	return made


def replace(module, name: str, new):
	"""Put `new` in the place of `module.name`, also where other modules of the fork imported it by name."""
	old = getattr(module, name)
	for other_name, other in list(sys.modules.items()):
		if other is not None and other_name.partition(".")[0] == FORK:
			for key, value in list(vars(other).items()):
				if value is old:
					setattr(other, key, new)
	setattr(module, name, new)
	return old
