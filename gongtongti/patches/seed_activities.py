"""Sites from before the activities get the kinds and rubrics that a new one starts with."""

from gongtongti.activities import kinds, rubrics


def execute():
	kinds.seed()
	rubrics.seed()
