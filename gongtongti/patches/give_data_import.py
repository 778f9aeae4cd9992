from gongtongti.core.spreadsheets import import_access


def execute():
	"""The roles that may import use Data Import: installing gives it to them since."""
	import_access.give()
