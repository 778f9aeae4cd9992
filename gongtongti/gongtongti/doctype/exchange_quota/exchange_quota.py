from gongtongti.doors import DocumentRow


class ExchangeQuota(DocumentRow):
	pass
