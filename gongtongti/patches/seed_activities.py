"""Sites from before the activities get the kinds, rubrics, duties and rule of meetings that a new one starts with."""

from gongtongti.activities import duty_seeds, hosting, kinds, meetings, rubrics


def execute():
	kinds.seed()
	hosting.seed()
	rubrics.seed()
	duty_seeds.seed()
	meetings.seed()
