"""Tables about few people: what may be published of groups, so that nobody can work out a small one (AID4).

A pure function, without a database: `publish` takes all groups of the district and answers with the one table that every
reader gets the same rows of. If each reader's table were worked out by itself, two tables laid side by side could show what
neither shows alone.
"""

from dataclasses import dataclass, field

SHOWN, FEWER, WITHHELD = "shown", "fewer", "withheld"


@dataclass(frozen=True)
class Figures:
	"""Of a group or of several: pupils, applications granted to them, fen paid for them. Each pupil is in one group."""

	pupils: int = 0
	applications: int = 0
	paid: int = 0

	def __add__(self, other: "Figures") -> "Figures":
		return Figures(
			self.pupils + other.pupils, self.applications + other.applications, self.paid + other.paid
		)


@dataclass(frozen=True)
class Cell:
	"""What is published of a group, a school or all of them: the figures if `shown`, otherwise only that they are hidden.

	how: SHOWN; FEWER, there are fewer pupils than may be shown; WITHHELD, there are fewer, or a group with fewer could be worked
	out from it: these two are not told apart.
	"""

	how: str
	figures: Figures | None = None


@dataclass(frozen=True)
class School:
	"""What is published of a school. groups: empty where only the school as a whole is spoken of."""

	total: Cell
	groups: dict[str, Cell] = field(default_factory=dict)


def publish(table: dict[str, dict[str, Figures]], smallest: int) -> tuple[dict[str, School], Cell]:
	"""What may be published of a table school -> group -> figures.

	In: groups in which there is a pupil; `smallest`: pupils in the smallest group that is shown, at least 2.
	Out: what is published of each school (no school at all where none can be named), and of all schools together.

	Guarantee. Whoever has all that is published, and knows this rule, learns the number of pupils of no group that has fewer
	than `smallest`, and can tell its applications and its money from those of no other group hidden with it. Of such a group, or
	of a school with so few in all, these numbers remain possible: marked FEWER, each from 1 to smallest - 1; marked WITHHELD,
	also one of `smallest` or more, or again each of those; not named at all, one of these or none. Whatever can be worked out
	by subtracting belongs to at least `smallest` pupils of at least two groups.

	How. The small ones are hidden. Only they are, if their sum leaves each of them its whole range (`_leaves_all_open`).
	Otherwise the smallest of the others is hidden with them, and all that are as small as that one: the rule does not look at
	names, so the hidden figures could be exchanged among each other, and the same would have been published. Where nothing is
	left to be shown, the rows are not named, and only their sum is, if more than `smallest` pupils are in it. First the
	groups of each school are treated like this, then the schools, of which those are small that may not say their sum.

	Not covered: what tables of two days show when they are compared, and what a reader knows from elsewhere.
	"""
	if smallest < 2:
		raise ValueError("a group of one is a pupil")
	schools = {
		name: School(
			*_table(groups, smallest, [group for group in groups if groups[group].pupils < smallest])
		)
		for name, groups in table.items()
	}
	totals = {name: _sum(groups.values()) for name, groups in table.items()}
	total, cells = _table(
		totals, smallest, [name for name, school in schools.items() if school.total.how != SHOWN]
	)
	return {name: schools[name] if cell.how == SHOWN else School(cell) for name, cell in cells.items()}, total


def _table(rows: dict[str, Figures], smallest: int, small: list[str]) -> tuple[Cell, dict[str, Cell]]:
	"""What is published of rows of which the `small` ones must be hidden: of all together, and of each or of none."""
	hidden, how, total = set(small), WITHHELD, _sum(rows.values())
	if _leaves_all_open([rows[name].pupils for name in small], smallest):
		if all(rows[name].pupils < smallest for name in small):
			how = FEWER
	elif small:
		others = {name: figures.pupils for name, figures in rows.items() if name not in hidden}
		least = min(others.values(), default=0)
		hidden |= {name for name, pupils in others.items() if pupils == least}
	if how == WITHHELD and len(hidden) == len(rows):
		# that all pupils but one are in one row is possible as well: so nobody knows of any row that it is small
		return Cell(SHOWN, total) if total.pupils > smallest else Cell(WITHHELD), {}
	cells = {name: Cell(how) if name in hidden else Cell(SHOWN, figures) for name, figures in rows.items()}
	return Cell(SHOWN, total), cells


def _leaves_all_open(pupils: list[int], smallest: int) -> bool:
	"""Whether numbers known to be from 1 to smallest - 1, and their sum, leave each of them this whole range."""
	most, others = smallest - 1, len(pupils) - 1
	return most > 1 and others > 0 and most + others <= sum(pupils) <= 1 + most * others


def _sum(figures) -> Figures:
	return sum(figures, Figures())
