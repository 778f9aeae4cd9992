"""Type coercion of whitelisted functions.

The framework turns what comes over HTTP into the types a function is annotated with. The fork put
`from __future__ import annotations` into 815 files, annotations became texts, and texts are skipped: "0" stays a
text, and a true one, for a parameter `bool`. Here they are resolved when a function is called for the first time.
"""

import inspect

from sandbox.repairs import repair, replace


@repair()
def coercion():
	from monoframe.utils import typing_validations

	transform = typing_validations.transform_parameter_types
	resolved = set()

	def transform_parameter_types(func, args, kwargs):
		if func not in resolved:
			resolved.add(func)
			names = inspect.unwrap(func).__globals__
			for name, annotation in list(getattr(func, "__annotations__", {}).items()):
				if isinstance(annotation, str):
					try:
						func.__annotations__[name] = eval(annotation, names)
					except (
						Exception
					):  # a name imported for type checkers only: left as a text, that is, unchecked
						pass
		return transform(func, args, kwargs)

	replace(typing_validations, "transform_parameter_types", transform_parameter_types)
