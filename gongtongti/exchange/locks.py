"""The order in which rows are locked when something that counts changes (EX6, EX7).

Whoever sends, signs or changes a placement locks the person's row, then the plan's row, then the placement, then the
change. All who do so in this order wait for one another instead of running into a deadlock. The framework locks a
document at the start of `save`, so the controllers of placements and changes call this *before* it.
"""

from gongtongti.core.locks import lock_rows


def lock(staff: str | None = None, plan: str | None = None, placement: str | None = None) -> None:
	"""Locks the rows given, until the end of the transaction. Waits for other holders."""
	lock_rows(("School Staff", staff), ("Exchange Plan", plan), ("Exchange Placement", placement))
