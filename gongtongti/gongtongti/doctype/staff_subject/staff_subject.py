from gongtongti.doors import DocumentRow


class StaffSubject(DocumentRow):
	pass
