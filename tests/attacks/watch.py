"""What runs beside an attack: pings of the engine, another learner who builds, a watchdog for the machine."""

import os
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.attacks.engine_view import EngineView
from tests.support.client import Learner

PING_EVERY = 0.05
LEAST_DISK = 10 << 30
LEAST_MEMORY = 3 << 30
LOOK_EVERY = 0.2
USUAL_OF = 3
USUAL_FOR = 45.0
BUILD_WITHIN = 90.0
DOCKERFILE = """FROM busybox:latest
RUN echo neighbour > /n; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done
COPY greeting.txt /
"""


class Background:
    """A thread that repeats `once` until it is told to end; what went wrong in it is raised by `end`."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)

    def begin(self) -> None:
        """Start the thread."""
        self._thread.start()

    def end(self, *, within: float = BUILD_WITHIN) -> None:
        """Let it finish what it does, and end it."""
        self.over.set()
        self._thread.join(within)
        if self._error is not None:
            raise self._error
        assert not self._thread.is_alive(), f"{type(self).__name__} does not end"

    def once(self) -> None:
        """One round of the work."""
        raise NotImplementedError

    def _work(self) -> None:
        try:
            while not self.over.is_set():
                self.once()
        except BaseException as error:  # noqa: BLE001 - a thread's end has to be told to the test
            self._error = error


class Pings(Background):
    """Asks the engine for a sign of life, again and again."""

    def __init__(self, view: EngineView) -> None:
        super().__init__()
        self.view = view
        self.took: list[float] = []

    def once(self) -> None:
        """One ping and a pause."""
        self.took.append(self.view.ping())
        self.over.wait(PING_EVERY)

    @property
    def p95(self) -> float:
        """Milliseconds within which 95 of 100 were answered."""
        return sorted(self.took)[max(0, int(len(self.took) * 0.95) - 1)] * 1000


class Neighbour:
    """Another learner with a small project that is built anew each time."""

    def __init__(self, url: str) -> None:
        self.learner = Learner(url)
        self.project: str = self.learner.new_project("hello", "neighbour")["id"]
        self.learner.put_file(self.project, "Dockerfile", DOCKERFILE)
        self.id: str = self.learner.state()["learner"]["id"]
        self._usual, self._at = 0.0, -USUAL_FOR

    def build(self) -> float:
        """Seconds from the request to the last event at the reader."""
        began = time.monotonic()
        build = self.learner.build(self.project, "neighbour:1", no_cache=True)
        with self.learner.read(build["stream"]) as reader:
            end = reader.to_end(seconds=BUILD_WITHIN)[-1]["data"]
        assert end["state"] == "succeeded", f"the other learner's build failed: {end['failure']}"
        return time.monotonic() - began

    def usual(self, *, anew: bool = False) -> float:
        """The median time while nobody attacks; one that was measured a moment ago is still true."""
        if time.monotonic() - self._at > USUAL_FOR or anew:
            self._usual = statistics.median(self.build() for _ in range(USUAL_OF))
            self._at = time.monotonic()
        return self._usual


class Building(Background):
    """The neighbour at work during one attack. At least three builds are made, however soon it is over."""

    LEAST = 3

    def __init__(self, neighbour: Neighbour) -> None:
        super().__init__()
        self.neighbour = neighbour
        self.took: list[float] = []

    def once(self) -> None:
        """One build."""
        self.took.append(self.neighbour.build())
        while self.over.is_set() and len(self.took) < self.LEAST:
            self.took.append(self.neighbour.build())


class Watchdog(Background):
    """Looks after the machine that the tests run on: when disk or memory run out, whatever attacks is cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.cancel: Callable[[], None] | None = None
        self.bitten = ""

    def once(self) -> None:
        """One look."""
        disk, memory = free_disk(), free_memory()
        if self.cancel is not None and (disk < LEAST_DISK or memory < LEAST_MEMORY):
            self.bitten = f"{disk >> 20} MiB of disk and {memory >> 20} MiB of memory were left"
            self.cancel()
        self.over.wait(LOOK_EVERY)


def free_disk() -> int:
    """Bytes that can still be written where engines keep their data."""
    told = os.statvfs("/var/lib")
    return told.f_bavail * told.f_frsize


def free_memory() -> int:
    """Bytes that the kernel can still give."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) << 10
    raise AssertionError("/proc/meminfo does not say what is available")
