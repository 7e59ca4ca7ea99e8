"""One process of `test_processes`: sets Django up on the databases in DRYDOCK_VAR, waits for a line, does its part.

`appender.py write NAME STREAM… ROUNDS` appends batches of one to five events to every stream in turn;
`appender.py read STREAM UPTO` follows a stream as a hub does. Each prints one line of JSON about it.
"""

import json
import os
import sys
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.config.settings")
django.setup()

from django.db import DatabaseError  # noqa: E402  (the line above fills the app registry)

from playground.events import log, wire  # noqa: E402


def write(name: str, streams: list[str], rounds: int) -> dict[str, Any]:
    """Append; every event says who wrote it and which one of this writer's it is."""
    errors, written, slowest, count = [], dict.fromkeys(streams, 0), 0.0, 0
    for turn in range(rounds):
        for stream in streams:
            batch = [written[stream] + at for at in range(1, turn % 5 + 2)]
            begin = time.perf_counter()
            try:
                entries = [("project.put", wire.ProjectPut(id=name, name=str(number))) for number in batch]
                log.append(stream, entries)
            except DatabaseError as error:
                errors.append(str(error))
                continue
            slowest, count = max(slowest, time.perf_counter() - begin), count + 1
            written[stream] = batch[-1]
    return {"errors": errors, "written": written, "slowest": slowest, "transactions": count}


def read(stream: str, upto: int) -> dict[str, Any]:
    """Follow the stream from its start while it is written to; *gaps*: where a page did not go on from the last."""
    cursor, gaps, pages = 0, [], 0
    deadline = time.monotonic() + 30
    while cursor < upto and time.monotonic() < deadline:
        page = log.read(stream, after=cursor)
        pages += bool(page.events)
        for event in page.events:
            if event.seq != cursor + 1:
                gaps.append((cursor, event.seq))
            cursor = event.seq
    return {"read": cursor, "gaps": gaps, "pages": pages}


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    log.head(rest[-2])  # the connection is open before the others wait for us
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    done = write(rest[0], rest[1:-1], int(rest[-1])) if what == "write" else read(rest[0], int(rest[1]))
    sys.stdout.write(json.dumps(done) + "\n")
