"""Sites from before the activities get the kinds that a new one starts with."""

from gongtongti.activities import kinds


def execute():
	kinds.seed()
