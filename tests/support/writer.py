"""Appends to the log as fast as it can: `python -m tests.support.writer NUMBER TIMES STREAM …`, one of several at once.

Prints `ready`, waits for a line on its standard input, appends TIMES batches to each stream in turn, prints how many
appends raised.
"""

import os
import sys


def main(number: int, times: int, streams: list[str]) -> int:
    """Append, and count what went wrong."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.config.settings")
    import django  # noqa: PLC0415  (settings have to be named first)

    django.setup()
    from django.db import DatabaseError  # noqa: PLC0415

    from playground.events import log, wire  # noqa: PLC0415

    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    errors = 0
    for turn in range(times):
        for stream in streams:
            lines: list[wire.OutputLine] = [(0.0, "stdout", f"{number}-{turn}-{line}") for line in range(3)]
            entries: list[log.Entry] = [("build.output", wire.BuildOutput(id=str(number), lines=lines))] * (
                1 + turn % 3
            )
            try:
                log.append(stream, entries)
            except DatabaseError as error:
                errors += 1
                print(error, file=sys.stderr)  # noqa: T201
    print(errors, flush=True)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
