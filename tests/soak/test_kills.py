"""Twenty processes are killed at random moments while learners save, build and run: nothing lost, nothing doubled."""

import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from pathlib import Path

from tests.conftest import MANY_LEARNERS
from tests.soak.busy_learner import BusyLearner
from tests.support.client import Learner
from tests.support.stack import Stack
from tests.support.wait import until

KILLS = 20
LEARNERS = 3
TARGETS = ("web", "worker-builds", "worker-builds", "worker-short", "gateway", "redis")
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM)


def test_twenty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    seed = int(os.environ.get("DRYDOCK_SOAK_SEED") or random.SystemRandom().randrange(10**6))
    print(f"seed {seed} (DRYDOCK_SOAK_SEED repeats it)")  # noqa: T201 - wanted when it fails
    chance = random.Random(seed)
    over = threading.Event()
    with Stack(
        tmp_path / "var", env={"DRYDOCK_LIMITS": MANY_LEARNERS + ",rate.builds=100000,rate.writes=100000"}
    ) as stack:
        wait_for_busybox(stack)
        learners = [BusyLearner(stack.url, over) for _ in range(LEARNERS)]
        threads = [threading.Thread(target=learner.work, daemon=True) for learner in learners]
        for thread in threads:
            thread.start()
        killed = Counter(kill_one(stack, chance, learners) for _ in range(KILLS))
        over.set()
        for thread in threads:
            thread.join(timeout=240)
        rounds, attempts = sum(one.rounds for one in learners), sum(one.attempts for one in learners)
        drops = sum(one.drops for one in learners)
        print(f"killed {dict(killed)}; {rounds} rounds, {attempts} attempts at a build, {drops} reconnections")  # noqa: T201
        problems = [problem for learner in learners for problem in learner.problems]
        assert not problems, [*problems, stack.tail()]
        assert not any(thread.is_alive() for thread in threads), "a learner still waits for something"
        assert rounds >= LEARNERS
        check_log(stack.var / "events.sqlite3")


def wait_for_busybox(stack: Stack) -> None:
    """The base image that every build here starts from."""
    visitor = Learner(stack.url)
    until(
        lambda: [image for image in visitor.call("GET", "/api/images/")["base"]
                 if image["reference"] == "busybox:latest" and image["state"] == "ready"],
        seconds=300, what="busybox is ready", every=0.2,
    )  # fmt: skip


def kill_one(stack: Stack, chance: random.Random, learners: list[BusyLearner]) -> str:
    """Let some seconds of work pass, kill somebody, wait until the supervisor has put another in the place."""
    rest = time.monotonic() + chance.uniform(1.0, 6.0)
    until(
        lambda: time.monotonic() > rest or any(one.problems for one in learners), seconds=30, what="some work was done"
    )
    assert not any(one.problems for one in learners), [one.problems for one in learners] + [stack.tail()]
    name, number = chance.choice(TARGETS), chance.choice(SIGNALS)
    stack.wait_new(name, stack.kill(name, number), seconds=60)
    return name


def check_log(path: Path) -> None:
    """In every stream the numbers run without gap or repeat up to the head, and what has ended has one end."""
    database = sqlite3.connect(path)
    try:
        for stream, kind, seq, oldest, closed in database.execute(
            "SELECT id, kind, seq, oldest, closed FROM events_stream"
        ).fetchall():
            rows = database.execute(
                "SELECT seq, type FROM events_event WHERE stream_id = ? ORDER BY seq", [stream]
            ).fetchall()
            assert [row[0] for row in rows] == list(range(oldest, seq + 1)), f"stream {stream} ({kind})"
            if kind == "build":
                assert closed, f"build stream {stream} has no end"
                assert [row[1] for row in rows].count("build.finished") == 1
    finally:
        database.close()
