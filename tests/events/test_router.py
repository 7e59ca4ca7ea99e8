"""Which table is in which database."""

import pytest
from django.contrib.auth.models import User
from django.db import connections

from playground.accounts.models import Learner
from playground.builds.models import Build
from playground.events.models import Event, Stream
from playground.events.router import LogRouter


@pytest.mark.parametrize("model", [Stream, Event])
def test_the_logs_tables_are_in_the_logs_database(model: type[Stream | Event]) -> None:
    router = LogRouter()
    assert (router.db_for_read(model), router.db_for_write(model)) == ("events", "events")


@pytest.mark.parametrize("model", [Learner, Build, User])
def test_all_else_is_in_the_default_database(model: type[Learner | Build | User]) -> None:
    router = LogRouter()
    assert (router.db_for_read(model), router.db_for_write(model)) == ("default", "default")


@pytest.mark.django_db(databases=["default", "events"])
def test_each_database_has_its_own_tables_only() -> None:
    tables = {alias: set(connections[alias].introspection.table_names()) for alias in ("default", "events")}
    assert tables["events"] - {"django_migrations"} == {"events_stream", "events_event"}
    assert {"accounts_learner", "builds_build", "auth_user"} <= tables["default"]
    assert not {name for name in tables["default"] if name.startswith("events_")}


@pytest.mark.django_db(databases=["default", "events"])
@pytest.mark.parametrize("alias", ["default", "events"])
def test_both_databases_write_ahead_and_wait_for_each_other(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        if connections[alias].vendor == "postgresql":
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("20s",)
            return
        said = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "busy_timeout")}
    assert said == {"journal_mode": "wal", "busy_timeout": 20_000}
    assert connections[alias].settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
