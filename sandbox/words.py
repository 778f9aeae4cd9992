"""The framework's own Chinese.

The fork ships no translations, so that what the framework translates itself on a bench (Status, Draft, User)
stays English. `zh.csv` beside this file has the words that the app's forms and lists use, and those that stand
around them in the Desk; an app has no business to translate them.
"""

from pathlib import Path

from sandbox.repairs import FORK, repair, replace

TABLE = Path(__file__).with_name("zh.csv")


@repair()
def words_of_the_framework():
	from monoframe import translate

	read = translate.get_translations_from_csv

	def get_translations_from_csv(lang, app):
		if (lang, app) == ("zh", FORK):
			return translate.get_translation_dict_from_file(str(TABLE), lang, app)
		return read(lang, app)

	replace(translate, "get_translations_from_csv", get_translations_from_csv)
