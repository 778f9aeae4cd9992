from gongtongti.doors import DocumentRow


class LeadingGroupSeat(DocumentRow):
	pass
