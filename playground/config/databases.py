"""Which databases there are: two SQLite files, or two PostgreSQL databases by URL. Only `settings.py` calls this, and
the health check of a container. Why as it is: docs/adr/0004-sqlite-settings.md, docs/adr/0009-postgresql-and-compose.md
"""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SCHEMES = frozenset({"postgres", "postgresql"})
IN_QUERY = frozenset({"host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey"})
LOCK_WAIT = 20
"""Seconds a writer waits for another before it gives up, in both kinds of database."""

# Measured with six writing processes: deferred transactions gave 6,395 of 9,000 "database is locked"; IMMEDIATE gave 0.
SQLITE: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": LOCK_WAIT,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
}


def configured(var: Path, *, url: str, events_url: str, password: str) -> dict[str, dict[str, Any]]:
    """Django's DATABASES. *url* and *events_url* as `postgresql://USER@HOST:PORT/NAME`; empty: files in *var*.

    Without *events_url* the log's database is on the same server, its name with `_events` behind it.
    """
    if not url:
        if events_url:
            raise ImproperlyConfigured("DRYDOCK_DATABASE_EVENTS is set, so DRYDOCK_DATABASE must be set, too.")
        # The log is a file of its own, so that a flood of output never blocks the saving of a file.
        return {"default": _sqlite(var, "drydock"), "events": _sqlite(var, "events")}
    default = _postgresql("DRYDOCK_DATABASE", url, password)
    if events_url:
        events = _postgresql("DRYDOCK_DATABASE_EVENTS", events_url, password)
    else:
        events = {**default, "NAME": f"{default['NAME']}_events"}
    if all(default[key] == events[key] for key in ("HOST", "PORT", "NAME")):
        raise ImproperlyConfigured("DRYDOCK_DATABASE and DRYDOCK_DATABASE_EVENTS must name two databases.")
    return {"default": {**default, "ENGINE": "playground.config.one_writer"}, "events": events}


def _sqlite(var: Path, name: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": var / f"{name}.sqlite3",
        "OPTIONS": SQLITE,
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": var / f"test-{name}.sqlite3"},
    }


def _postgresql(setting: str, url: str, password: str) -> dict[str, Any]:
    """One database of a URL; in its query may stand what libpq calls so, as `?host=/run/postgresql&sslmode=require`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{setting} is no address of a database: {error}.") from error
    name = unquote(parts.path.removeprefix("/"))
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if parts.scheme not in SCHEMES or not name or "/" in name:
        raise ImproperlyConfigured(f"{setting} must be like postgresql://user@host:5432/name.")
    if unknown := set(query) - IN_QUERY:
        raise ImproperlyConfigured(f"{setting} has {', '.join(sorted(unknown))} in its query, which is not understood.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or "") or password,
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": query.pop("port", "") or str(port or ""),
        "OPTIONS": {**query, "application_name": "drydock", "options": f"-c lock_timeout={LOCK_WAIT}s"},
        # The web process gives each request a thread of its own: a connection kept there is one that nobody uses again.
        "CONN_MAX_AGE": 0,
    }
