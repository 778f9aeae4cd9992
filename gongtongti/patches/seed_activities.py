"""Sites from before the activities get the kinds, rubrics and duties that a new one starts with."""

from gongtongti.activities import duty_seeds, kinds, rubrics


def execute():
	kinds.seed()
	rubrics.seed()
	duty_seeds.seed()
