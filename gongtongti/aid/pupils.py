"""Pupils in hardship: which hardship is special, and what happens to their aid when they change school or leave (AID2, AID3).

Locks: fund, pupil, applications (see ledger.py). The controller of Aided Pupil takes the first two before the framework
saves; what is here writes applications only.
"""

import frappe
from frappe import _

from gongtongti.aid import applications, ledger
from gongtongti.core import tasks

PUPIL = applications.PUPIL
AT_SCHOOL = "At School"

# kinds of hardship (options of Aided Pupil.hardship) that get special care: a higher ceiling, the fast track (document 1
# §4.3: 特困供养, 孤儿, 事实无人抚养, 残疾学生, 重大疾病, 突发变故)
SPECIAL = frozenset(
	(
		"Extreme Poverty Support",
		"Orphan",
		"De Facto Unattended Child",
		"Pupil with Disability",
		"Serious Illness",
		"Sudden Family Misfortune",
	)
)


def lock(pupil: str) -> None:
	"""Locks what a pupil's leaving touches, before the pupil's record is saved: the funds in order, then the record."""
	for fund in applications.funds_at_stake(pupil):
		ledger.lock(fund)
	frappe.db.get_value(PUPIL, pupil, "name", for_update=True)


def left(pupil: str, status: str) -> None:
	"""A pupil (locked) is no longer at school: approved aid is stopped, and nothing is proposed any more.

	The reason that the applications get is the pupil's status; what else the record says is not for their readers.
	"""
	applications.stop_all(pupil, _("The pupil is no longer at the school: {0}").format(_(status)))


def moved(pupil: str, school: str) -> None:
	"""A pupil (locked) belongs to another school: applications that are not decided go along.

	Decided ones stay with the school that applied: there the money was given.
	"""
	table = frappe.qb.DocType(applications.APPLICATION)
	(
		frappe.qb.update(table)
		.set(table.school, school)
		.set(table.modified, frappe.utils.now())
		.where((table.pupil == pupil) & (table.docstatus == 0))
		.where(table.status.isin([applications.Status.DRAFT, applications.Status.IN_APPROVAL]))
		.run()
	)
	tasks.follow_later()
