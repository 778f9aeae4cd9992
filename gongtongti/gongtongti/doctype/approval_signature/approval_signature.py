from gongtongti.doors import DocumentRow


class ApprovalSignature(DocumentRow):
	pass
