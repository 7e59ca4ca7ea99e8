"""Six processes that write to one log at once, in databases of their own, and what must hold afterwards."""

import os
import subprocess
import sys
import time
from pathlib import Path

import clone
from tests.support import databases

WRITERS = 6
STREAMS = ("streama", "streamb", "streamc")


def surroundings(var: Path) -> dict[str, str]:
    """The environment of processes that write to databases of their own, in *var* or on the run's server."""
    ours = {"DRYDOCK_VAR": str(var), "DRYDOCK_REDIS": "", "PYTHONPATH": str(clone.ROOT)}
    return {**os.environ, **ours, **databases.settings_for(var)}


def write_at_once(env: dict[str, str], *, times: int) -> tuple[int, float]:
    """Run them; answers how many appends raised, and appends a second."""
    subprocess.run([sys.executable, "scripts/bootstrap.py", "databases"], cwd=clone.ROOT, env=env, check=True)
    make_streams(env)
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.writer", str(number), str(times), *STREAMS],
            cwd=clone.ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(WRITERS)
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    began = time.monotonic()
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    errors = [int(writer.communicate()[0].split()[-1]) for writer in writers]
    return sum(errors), WRITERS * times * len(STREAMS) / (time.monotonic() - began)


def make_streams(env: dict[str, str]) -> None:
    """The streams, made by a process of Django's."""
    code = (
        "import django; django.setup(); from playground.events import log; "
        f"[log.create_stream(owner='', kind='build', subject='x', stream_id=name) for name in {STREAMS!r}]"
    )
    env = {**env, "DJANGO_SETTINGS_MODULE": "playground.config.settings"}
    subprocess.run([sys.executable, "-c", code], cwd=clone.ROOT, env=env, check=True)


def check_numbers(env: dict[str, str], *, times: int) -> None:
    """Every stream's numbers run from 1 without gap or repeat, and each writer's own events are in its order."""
    expected = WRITERS * sum(1 + turn % 3 for turn in range(times))
    with databases.connected(databases.parts_of(env, Path(env["DRYDOCK_VAR"]))["events"]) as database:
        for stream in STREAMS:
            rows = database.execute(
                f"SELECT seq, payload FROM events_event WHERE stream_id = '{stream}' ORDER BY seq"
            ).fetchall()
            assert [seq for seq, _ in rows] == list(range(1, expected + 1))
            head = database.execute(f"SELECT seq FROM events_stream WHERE id = '{stream}'").fetchone()
            assert head == (expected,)
            for number in range(WRITERS):
                turns = [
                    int(text.split(f'"{number}-')[1].split("-")[0]) for _, text in rows if f'"id":"{number}"' in text
                ]
                assert turns == sorted(turns)
