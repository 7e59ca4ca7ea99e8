"""Django's PostgreSQL backend whose transactions wait for each other at their beginning, as SQLite's IMMEDIATE ones do.

The services count what a learner has and then add to it, in one transaction; that holds only if no other transaction
adds in between. SQLite sees to it by having one writer; here an advisory lock does (pg_advisory_xact_lock), which the
end of the transaction gives back. Statements outside a transaction are compare-and-swaps and need none.
"""

from django.db.backends.postgresql import base

KEY = 0x0D12_7D0C
"""Any number, the same in every process; the lock is the database's own."""


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection."""

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # django-stubs leave it out
        if autocommit:
            return
        try:
            with self.wrap_database_errors:
                self.connection.execute("SELECT pg_advisory_xact_lock(%s)", [KEY])
        except BaseException:  # Django goes on as if no transaction had begun, so none may have
            self.connection.rollback()
            super()._set_autocommit(True)  # type: ignore[misc]
            raise
