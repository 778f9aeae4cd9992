from gongtongti.doors import DocumentRow


class StaffHonour(DocumentRow):
	pass
