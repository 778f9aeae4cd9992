"""Sites from before the activities get the kinds, rubrics and duties that a new one starts with."""

from gongtongti.activities import duty_seeds, hosting, kinds, rubrics


def execute():
	kinds.seed()
	hosting.seed()
	rubrics.seed()
	duty_seeds.seed()
