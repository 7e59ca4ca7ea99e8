"""Six real processes append at once, to one stream and to several, while a seventh reads: nothing lost or doubled."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.support import databases

ROOT = Path(__file__).resolve().parent.parent.parent
APPENDER = [sys.executable, "-m", "tests.events.appender"]
WRITERS = [f"writer-{number}" for number in range(6)]
ROUNDS = 100
PER_ROUNDS = sum(turn % 5 + 1 for turn in range(ROUNDS))
"""Events of one writer in one stream."""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """File databases of this test, with three streams that all write to and one for each writer."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("DRYDOCK_")}
    ours |= {"DRYDOCK_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "playground.config.settings"}
    ours |= {name: os.environ[name] for name in os.environ if name.startswith("DRYDOCK_DATABASE")}
    ours |= databases.settings_for(tmp_path)
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--database", "events", "--verbosity", "0"],
        cwd=ROOT, env=ours, check=True, timeout=60,
    )  # fmt: skip
    with databases.connected(databases.parts_of(ours, tmp_path)["events"]) as connection:
        for stream in ("shared", "second", "third", *WRITERS):
            connection.execute(
                "INSERT INTO events_stream (id, owner, kind, subject, seq, oldest, fence, closed, size, created_at)"
                f" VALUES ('{stream}', '', 'site', 's', 0, 1, 0, FALSE, 0, '2030-01-01')"
            )
    return ours


def start(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*APPENDER, *arguments], cwd=ROOT, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    with process:
        assert process.stdout is not None
        said: dict[str, Any] = json.loads(process.stdout.readline() or "{}")
    assert process.returncode == 0
    return said


def rows(environment: dict[str, str], stream: str) -> list[tuple[int, str, int]]:
    """(number, writer, the writer's own count) of every event of the stream."""
    log = databases.parts_of(environment, Path(environment["DRYDOCK_VAR"]))["events"]
    with databases.connected(log) as connection:
        found = connection.execute(f"SELECT seq, payload FROM events_event WHERE stream_id = '{stream}' ORDER BY seq")
        parsed = [(seq, json.loads(payload)) for seq, payload in found]
        (head,) = connection.execute(f"SELECT seq FROM events_stream WHERE id = '{stream}'").fetchone()
    assert head == len(parsed)
    return [(seq, payload["id"], int(payload["name"])) for seq, payload in parsed]


def test_six_processes_append_at_once_without_an_error_a_gap_or_a_repeat(
    environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    shared = ["shared", "second", "third"]
    writers = [start(environment, "write", name, *shared, name, str(ROUNDS)) for name in WRITERS]
    reader = start(environment, "read", "shared", str(PER_ROUNDS * len(WRITERS)))
    everybody = [*writers, reader]
    for process in everybody:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    begin = time.perf_counter()
    for process in everybody:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [finish(process) for process in writers]
    seconds = time.perf_counter() - begin
    followed = finish(reader)

    assert [writer["errors"] for writer in said] == [[]] * len(WRITERS)
    for stream in shared:
        events = rows(environment, stream)
        assert [seq for seq, _, _ in events] == list(range(1, PER_ROUNDS * len(WRITERS) + 1))
        for name in WRITERS:  # each writer's own events are all there, in the order it wrote them
            assert [count for _, writer, count in events if writer == name] == list(range(1, PER_ROUNDS + 1))
    for name in WRITERS:
        assert Counter(writer for _, writer, _ in rows(environment, name)) == {name: PER_ROUNDS}
    assert (followed["read"], followed["gaps"]) == (PER_ROUNDS * len(WRITERS), [])

    transactions = sum(writer["transactions"] for writer in said)
    with capsys.disabled():
        print(  # noqa: T201  (the figures of the issue)
            f"\n  six processes: {transactions:,} transactions with {4 * PER_ROUNDS * len(WRITERS):,} events "
            f"in {seconds:.1f} s ({transactions / seconds:,.0f} a second), 0 errors, slowest append "
            f"{max(writer['slowest'] for writer in said) * 1000:.0f} ms; "
            f"the reader took {followed['pages']} pages without a gap"
        )
