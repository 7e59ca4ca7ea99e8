"""How long a line takes from the program that prints it to every browser that watches, with 50 of them.

The program prints the kernel's uptime, which containers share, so both ends read one clock (to 10 ms).
"""

import threading
import time
from collections.abc import Sequence

from benchmarks.report import Line, percentile
from tests.support.client import Learner, dockerfile_project
from tests.support.stack import Stack
from tests.support.stream import StreamReader

VIEWERS = 50
LINES = 200
TALK = f"i=0; while [ $i -lt {LINES} ]; do read now rest < /proc/uptime; echo at-$now; i=$((i+1)); sleep 0.05; done"


def watch(reader: StreamReader, delays: list[float], closing: str) -> None:
    """Read to the end, noting for each line how old it was when it came."""
    while not reader.ended and closing not in {event["type"] for event in reader.events[-1:]}:
        before = len(reader.events)
        if not reader.step(timeout=60):
            continue
        now = time.clock_gettime(time.CLOCK_BOOTTIME)
        delays += [
            max(0.0, now - float(line[2][3:]))
            for event in reader.events[before:]
            for line in event["data"].get("lines", ())
            if line[2].startswith("at-")
        ]
        if any(ended(event) for event in reader.events[before:]):
            return


def ended(event: dict[str, dict[str, dict[str, str]]]) -> bool:
    """A container's last news."""
    return event["data"].get("container", {}).get("state") == "exited"


def of_streams(watched: Sequence[tuple[Learner, str]]) -> list[float]:
    """The delays that all viewers saw, the viewers shared out evenly among the streams."""
    readers = [learner.read(stream) for learner, stream in watched for _ in range(VIEWERS // len(watched))]
    delays: list[list[float]] = [[] for _ in readers]
    pairs = zip(readers, delays, strict=True)
    threads = [threading.Thread(target=watch, args=(reader, seen, "build.finished")) for reader, seen in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    for reader in readers:
        reader.close()
    assert all(len(seen) == LINES for seen in delays), sorted({len(seen) for seen in delays})
    return [delay for seen in delays for delay in seen]


def measure(stack: Stack) -> list[Line]:
    """Lines of build steps, then of containers: two learners with one each at the same time."""
    learners = [Learner(stack.url), Learner(stack.url)]
    builds = []
    for learner in learners:
        project = dockerfile_project(learner, f"RUN {TALK}", f'CMD ["sh", "-c", "{TALK}"]')
        builds.append(learner.build(project, "delay:1", no_cache=True))
    found = of_streams([(learner, build["stream"]) for learner, build in zip(learners, builds, strict=True)])
    lines = figures("a build's line", found)
    images = [learner.built(build["id"])["image"] for learner, build in zip(learners, builds, strict=True)]
    containers = [learner.run(image) for learner, image in zip(learners, images, strict=True)]
    found = of_streams([(learner, one["stream"]) for learner, one in zip(learners, containers, strict=True)])
    return lines + figures("a container's line", found)


def figures(what: str, delays: list[float]) -> list[Line]:
    """The two figures of the target."""
    milliseconds = [delay * 1000 for delay in delays]
    note = f"{len(delays):,} arrivals at {VIEWERS} viewers"
    return [
        Line(what=f"{what} to the viewer, p50", value=percentile(milliseconds, 50), unit="ms", note=note),
        Line(what=f"{what} to the viewer, p95", value=percentile(milliseconds, 95), unit="ms", most=250),
    ]
