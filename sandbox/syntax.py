"""Files of the fork that Python 3.11 cannot read.

The fork says it runs from Python 3.10 on; `desk/doctype/event/event.py` has a `type X = ...` statement of 3.12, and
with it no site can be made. Where a file of the fork does not compile, that statement is read as an assignment.
"""

import importlib.machinery
import re
import sys

from sandbox.repairs import FORK, repair

TYPE_STATEMENT = re.compile(rb"^(\s*)type (\w+) = ", re.MULTILINE)


class _Loader(importlib.machinery.SourceFileLoader):
	def source_to_code(self, data, path, **kwargs):
		try:
			return super().source_to_code(data, path, **kwargs)
		except SyntaxError:
			return super().source_to_code(TYPE_STATEMENT.sub(rb"\1\2 = ", data), path, **kwargs)


class _Finder:
	@staticmethod
	def find_spec(fullname, path=None, target=None):
		if fullname != f"{FORK}.desk.doctype.event.event":
			return None
		spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
		if spec:
			spec.loader = _Loader(fullname, spec.origin)
		return spec


@repair("before")
def type_statement():
	sys.meta_path.insert(0, _Finder)
