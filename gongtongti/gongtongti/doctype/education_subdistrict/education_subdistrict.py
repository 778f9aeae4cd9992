from gongtongti.organisation.names import NamedDocument, clean


class EducationSubdistrict(NamedDocument):
	def validate(self):
		clean(self, "office_name")
