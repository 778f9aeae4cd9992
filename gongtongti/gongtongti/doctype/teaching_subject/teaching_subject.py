from gongtongti.organisation.names import NamedDocument


class TeachingSubject(NamedDocument):
	pass
