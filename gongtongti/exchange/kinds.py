"""Kinds and modes of exchange: who goes in which direction, and how (EX1, EX2).

`KINDS` and `MODES` are the only place where a rule about a kind or a mode is written. The checks of a placement, the
options of the Select fields and the reports read them; a test compares the options with these tables.
Nothing here needs the framework.
"""

from dataclasses import dataclass
from datetime import date, timedelta

URBAN, RURAL = "Urban", "Rural"
URBAN_TO_RURAL = "Urban to Rural"
RURAL_TO_URBAN = "Rural to Urban"
BETWEEN_EQUALS = "Between Equals"

CADRE, RESERVE_CADRE = "Cadre", "Reserve Cadre"

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Kind:
	"""A kind of exchange (EX1).

	direction: the only one allowed; None: any
	cadre_status: what the person must be; None: anyone
	modes: the modes allowed
	source: the words of the source that the rule comes from
	"""

	source: str
	direction: str | None = None
	cadre_status: str | None = None
	modes: tuple[str, ...] = ()
	needs_subject: bool = False

	@property
	def is_cadre(self) -> bool:
		"""Whether the leading group decides, too (EX5)."""
		return self.cadre_status is not None


@dataclass(frozen=True)
class Mode:
	"""A mode of exchange (EX2).

	full_time: the person is at the host school on all days
	on_weekdays: the days of the week are named
	takes_turns: placements of one rotation post follow one another
	is_swap: short, and may have a counterpart that goes the opposite way
	"""

	source: str
	full_time: bool = True
	on_weekdays: bool = False
	takes_turns: bool = False
	is_swap: bool = False


LONG_TERM, ROTATION, FIXED_WEEKDAYS, SHORT_SWAP = (
	"Long-Term Fixed",
	"Rotation",
	"Fixed Weekdays",
	"Short Swap",
)

MODES = {
	LONG_TERM: Mode(source="长期固定交流 (document 1 §4.2)"),
	ROTATION: Mode(source="多名教师轮换交流 (document 1 §4.2)", takes_turns=True),
	FIXED_WEEKDAYS: Mode(source="每周固定时间交流 (document 1 §4.2)", full_time=False, on_weekdays=True),
	SHORT_SWAP: Mode(source="教师代表互换对流(双方学校各有四位教师) (document 4 §3.1.3)", is_swap=True),
}

TEACHER_EXCHANGE = "Teacher Exchange"

KINDS = {
	"Cadre Appointment": Kind(
		source="选派城区学校优秀干部到农村学校任职 (document 1 §4.1)",
		direction=URBAN_TO_RURAL,
		cadre_status=CADRE,
		modes=(LONG_TERM,),
	),
	"Cadre Attachment": Kind(
		source="选派城区学校后备干部赴农村学校挂职锻炼 (document 1 §4.1)",
		direction=URBAN_TO_RURAL,
		cadre_status=RESERVE_CADRE,
		modes=(LONG_TERM,),
	),
	"Acting Post": Kind(
		source="促进农村学校后备干部到城区学校顶岗工作 (document 1 §4.1)",
		direction=RURAL_TO_URBAN,
		cadre_status=RESERVE_CADRE,
		modes=(LONG_TERM,),
	),
	TEACHER_EXCHANGE: Kind(
		source="选派城区优秀教师组建支教团队;农村学校要选择优秀教师参加交流 (document 1 §4.2)",
		modes=tuple(MODES),
		needs_subject=True,
	),
}

ENDS = {URBAN_TO_RURAL: (URBAN, RURAL), RURAL_TO_URBAN: (RURAL, URBAN)}


def for_the_form() -> dict[str, dict]:
	"""Kind -> which modes it allows, where home and host school lie and whom it takes, as far as that is said."""
	return {name: _for_the_form(kind) for name, kind in KINDS.items()}


def _for_the_form(kind):
	home, host = ENDS.get(kind.direction, (None, None))
	said = {"modes": kind.modes, "home": home, "host": host, "cadre_status": kind.cadre_status}
	return {key: value for key, value in said.items() if value}


CADRE_KINDS = tuple(name for name, kind in KINDS.items() if kind.is_cadre)


def direction(home_location: str, host_location: str) -> str:
	"""The direction from where the home school lies to where the host school lies ("Urban" or "Rural")."""
	if home_location == host_location:
		return BETWEEN_EQUALS
	return URBAN_TO_RURAL if home_location == URBAN else RURAL_TO_URBAN


def weekdays_between(first: date, last: date) -> frozenset[str]:
	"""The days of the week that occur from a day to another, both included."""
	number = min((last - first).days + 1, len(WEEKDAYS))
	return frozenset(WEEKDAYS[(first + timedelta(days=i)).weekday()] for i in range(number))


def weekdays_of(placement) -> frozenset[str]:
	"""The days of the week on which a placement (document or row) takes the person: all of them when full time."""
	if MODES[placement.mode].full_time:
		return frozenset(WEEKDAYS)
	return frozenset(day for day in WEEKDAYS if int(placement.get(day) or 0))
