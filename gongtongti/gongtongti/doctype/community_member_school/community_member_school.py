from gongtongti.doors import DocumentRow


class CommunityMemberSchool(DocumentRow):
	pass
