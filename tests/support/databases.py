"""The databases of one test's own processes: files in its var folder, or PostgreSQL's where the run has a server.

The phase `postgres` of scripts/test.py starts a server and names it in DRYDOCK_DATABASE; each test that starts
processes then gets a pair of databases of its own there.
"""

import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from playground.config import databases


def settings_for(var: Path) -> dict[str, str]:
    """What to set for processes that work in *var*: nothing, or the addresses of two new databases."""
    url = os.environ.get("DRYDOCK_DATABASE", "")
    if not url:
        return {}
    name = f"drydock_{secrets.token_hex(6)}"
    with connected(parts_of(os.environ, var)["default"]) as server:
        for database in (name, f"{name}_events"):
            server.execute(f'CREATE DATABASE "{database}"')
    return {"DRYDOCK_DATABASE": urlunsplit(urlsplit(url)._replace(path=f"/{name}"))}


def parts_of(env: Mapping[str, str], var: Path) -> dict[str, dict[str, Any]]:
    """DATABASES as a process with that environment has it."""
    return databases.configured(
        var, url=env.get("DRYDOCK_DATABASE", ""), events_url=env.get("DRYDOCK_DATABASE_EVENTS", ""),
        password=env.get("DRYDOCK_DATABASE_PASSWORD", ""),
    )  # fmt: skip


@contextmanager
def connected(parts: dict[str, Any]) -> Iterator[Any]:
    """A connection to one of them, without Django; each statement is its own transaction."""
    if "sqlite3" in parts["ENGINE"]:
        with closing(sqlite3.connect(parts["NAME"], isolation_level=None)) as connection:
            yield connection
        return
    with psycopg.connect(
        host=parts["HOST"], port=parts["PORT"], user=parts["USER"], password=parts["PASSWORD"], dbname=parts["NAME"],
        autocommit=True,
    ) as connection:  # fmt: skip
        yield connection
