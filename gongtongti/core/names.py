"""What names and numbers are compared in: one normal form for all that identifies (staff numbers, pupils, schools, vouchers).

Nothing here needs the framework. `written` is what is stored of a text that people type, `normal_form` is what two of them
are compared in, `key` is the normal form as a unique column can hold it, `as_document_name` as the name of a document.

MariaDB's collation of the framework (utf8mb4_unicode_ci) takes all signs beyond the Basic Multilingual Plane for one and
the same: 𠮷 and 𡈽 would be one school. So neither a unique column nor a link ever holds such a sign.
"""

import hashlib
import re
import unicodedata

# the dots that stand between the parts of a name (买买提·艾力), as people and input methods write them
_DOTS = "·‧•・⋅∙･᛫●"
_MIDDLE_DOT = "·"
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_BLANKS_WITHIN = re.compile(rf"(?<=[{_HAN}]) (?=[{_HAN}])| ?([{_DOTS}]) ?")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d]")
_ESCAPED = re.compile(r"U\+([0-9A-F]{5,6})")


def written(text) -> str:
	"""A text as it is stored: what people wrote without what nobody sees.

	Taken away: signs that have no look (zero-width ones, byte order marks, direction marks, variation selectors), outer
	blanks, blanks between Han characters and around a middle dot; other runs of blanks become one. None is "".
	"""
	text = "" if text is None else str(text)
	text = "".join(
		" " if sign.isspace() else sign for sign in text if sign.isspace() or not _is_invisible(sign)
	)
	return _BLANKS_WITHIN.sub(lambda found: found.group(1) or "", " ".join(text.split()))


def normal_form(text) -> str:
	"""What two texts that identify are compared in: alike for people means equal here, and nothing else does.

	Full-width and half-width, letter case, the several dashes and middle dots, and what `written` takes away make no
	difference. Han characters stay apart, those beyond the Basic Multilingual Plane, too.
	"""
	text = unicodedata.normalize("NFKC", written(text)).casefold()
	text = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
	# once more: what was folded may have brought blanks and signs without a look along
	return written("".join(_MIDDLE_DOT if sign in _DOTS else sign for sign in text))


def without_blanks(text) -> str:
	"""The normal form of a number that people write in groups, as bank accounts: no blanks at all."""
	return normal_form(text).replace(" ", "")


def key(*parts) -> str | None:
	"""The normal form of one text or of several together, for a unique column of any database; None where the last is empty."""
	forms = [normal_form(part) for part in parts]
	return hashlib.sha256("\n".join(forms).encode()).hexdigest() if forms[-1] else None


def as_document_name(text) -> str:
	"""A text as the name of a document: signs beyond the Basic Multilingual Plane by their number, U+20BB7."""
	return "".join(sign if ord(sign) <= 0xFFFF else f"U+{ord(sign):05X}" for sign in written(text))


def from_document_name(name) -> str:
	"""The text that `as_document_name` made this of."""
	return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), str(name))


def _is_invisible(sign: str) -> bool:
	return (
		unicodedata.category(sign) in ("Cc", "Cf", "Cs")
		or "\ufe00" <= sign <= "\ufe0f"
		or "\U000e0100" <= sign <= "\U000e01ef"
	)
