"""Sends the log's tables to the log's own database."""

from typing import Any

from django.db.models import Model


class LogRouter:
    """`events` tables live in the `events` database, all else in `default`."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        """Where to read *model*."""
        return "events" if model._meta.app_label == "events" else "default"

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        """Where to write *model*."""
        return self.db_for_read(model)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Each table in its one database only."""
        return (db == "events") == (app_label == "events")
