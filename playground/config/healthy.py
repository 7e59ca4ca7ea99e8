"""Whether a part of the site is alive: `python -m playground.config.healthy web`, or a pulse's name.

The web process is asked itself; the others write a pulse into the database every few seconds, and that is looked at.
"""

import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

from playground.config import databases, env

SITE = "http://127.0.0.1:8000/health.json"
FRESH = 30
"""Seconds since the last pulse."""


def main(part: str) -> int:
    """0: alive."""
    return 0 if (web() if part == "web" else pulse(part)) else 1


def web() -> bool:
    """Any answer will do: it says 503 when another part is down."""
    try:
        with urllib.request.urlopen(SITE, timeout=5):
            return True
    except urllib.error.HTTPError as error:
        return error.code == 503
    except OSError:
        return False


def pulse(part: str) -> bool:
    """Without Django's start, which takes longer than all the rest."""
    import psycopg  # noqa: PLC0415 - the web process is asked without it

    found = databases.configured(
        Path(os.devnull), url=env.text("DRYDOCK_DATABASE", ""), events_url=env.text("DRYDOCK_DATABASE_EVENTS", ""),
        password=env.text("DRYDOCK_DATABASE_PASSWORD", ""),
    )["default"]  # fmt: skip
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    with psycopg.connect(**{key: found[name] for key, name in names.items()}, connect_timeout=5) as connection:
        row = connection.execute(
            "SELECT at > now() - make_interval(secs => %s) FROM builds_pulse WHERE part = %s", [FRESH, part]
        ).fetchone()
    return bool(row and row[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
