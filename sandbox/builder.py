"""The query builder on SQLite.

The fork was written for a patched pypika that is not on PyPI. It hands its own `wrapper_cls` to the builder, and
the SQLite builder of pypika 0.48.9 (pinned) sets one itself: without the repair not one query can be built. That
builder puts the parts of a union into brackets, which SQLite refuses, and its `for_update` knows neither `nowait` nor `skip_locked`, which the fork passes on every locking read.
On MariaDB the released pypika serves as it is.
"""

from sandbox.repairs import repair


@repair("before", only="sqlite")
def value_wrapper():
	from pypika import dialects

	def __init__(self, **kwargs):
		kwargs.setdefault("wrapper_cls", dialects.SQLLiteValueWrapper)
		dialects.QueryBuilder.__init__(self, dialect=dialects.Dialects.SQLLITE, **kwargs)
		self._insert_or_replace = False

	dialects.SQLLiteQueryBuilder.__init__ = __init__


@repair("before", only="sqlite")
def for_update_arguments():
	from pypika import dialects
	from pypika.utils import builder

	def for_update(self, nowait=False, skip_locked=False, of=()):
		self._for_update = True  # stays in the text; sqlite_locks.py makes a write lock of it

	dialects.SQLLiteQueryBuilder.for_update = builder(for_update)


@repair("before", only="sqlite")
def unions():
	from pypika import dialects

	initialise = dialects.SQLLiteQueryBuilder.__init__

	def __init__(self, **kwargs):
		kwargs.setdefault("wrap_set_operation_queries", False)
		initialise(self, **kwargs)

	dialects.SQLLiteQueryBuilder.__init__ = __init__
