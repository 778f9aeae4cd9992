from gongtongti.doors import DocumentRow


class SupportTeamSubject(DocumentRow):
	pass
