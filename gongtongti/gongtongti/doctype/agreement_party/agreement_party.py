from gongtongti.doors import DocumentRow


class AgreementParty(DocumentRow):
	pass
