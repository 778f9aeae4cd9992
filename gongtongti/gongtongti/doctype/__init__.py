# gongtongti/doctype is a link to this folder: nothing is imported by it, or there would be two of each class
if not __name__.startswith("gongtongti.gongtongti."):
	raise ImportError(f"{__name__} is a link. Import from gongtongti.gongtongti.doctype.")
