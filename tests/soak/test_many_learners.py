"""A class of thirty presses Build at the same moment on a site with two workers: all of it is built, in fair turns."""

import itertools
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.conftest import MANY_LEARNERS
from tests.soak.test_kills import wait_for_busybox
from tests.support.client import Learner, dockerfile_project
from tests.support.stack import Stack

LEARNERS = 30
EAGER = 10
"""So many of them ask for a second build right after the first."""
BUILT_WITHIN = 1200.0
A_MOMENT = timedelta(seconds=1)
"""Between a worker's look at the queue and its taking a build, somebody may just have come."""
STEPS = ("RUN i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo {who} > /who", "RUN sleep 1; cat /who")


class Pupil:
    """One learner in a thread of its own: what was built, and what went wrong."""

    def __init__(self, url: str, number: int, together: threading.Barrier) -> None:
        self.learner = Learner(url)
        self.number = number
        self.together = together
        self.ends: list[dict[str, Any]] = []
        self.places: list[list[int]] = []
        self.problems: list[str] = []

    def work(self) -> None:
        """Ask, together with the others, and wait for the ends."""
        try:
            wishes = 2 if self.number < EAGER else 1
            steps = [step.format(who=f"pupil-{self.number}") for step in STEPS]
            project = dockerfile_project(self.learner, *steps)
            self.together.wait()
            asked = [self.learner.build(project, f"app:{wish}", no_cache=True) for wish in range(wishes)]
            for build in asked:
                with self.learner.read(build["stream"]) as reader:
                    events = reader.to_end(seconds=BUILT_WITHIN)
                self.places.append([event["data"]["ahead"] for event in events if event["type"] == "build.position"])
                self.ends.append(self.learner.build_of(build["id"]))
        except Exception as error:  # noqa: BLE001 - a thread's end has to be told to the test
            self.problems.append(f"pupil {self.number}: {type(error).__name__}: {error}")
        finally:
            self.learner.http.close()


def test_thirty_learners_build_at_once_and_nobody_waits_for_anothers_second(tmp_path: Path) -> None:
    with Stack(tmp_path / "var", env={"DRYDOCK_LIMITS": MANY_LEARNERS}) as stack:
        wait_for_busybox(stack)
        together = threading.Barrier(LEARNERS)
        pupils = [Pupil(stack.url, number, together) for number in range(LEARNERS)]
        threads = [threading.Thread(target=pupil.work, daemon=True) for pupil in pupils]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=BUILT_WITHIN + 60)
        problems = [problem for pupil in pupils for problem in pupil.problems]
        assert not problems, [*problems, stack.tail()]
    builds = [end for pupil in pupils for end in pupil.ends]
    failed = [build for build in builds if build["state"] != "succeeded"]
    report("first build of each learner", [pupil.ends[0] for pupil in pupils])
    report("second build of the eager ones", [pupil.ends[1] for pupil in pupils if len(pupil.ends) > 1])
    print(f"{len(failed)} of {len(builds)} failed")  # noqa: T201 - a figure of the report
    assert not failed, failed
    assert len(builds) == LEARNERS + EAGER
    check_turns([pupil.ends for pupil in pupils])
    for pupil in pupils:
        first = pupil.places[0]
        assert first == sorted(first, reverse=True), f"pupil {pupil.number} was told places {first}"


def check_turns(ends: Sequence[Sequence[dict[str, Any]]]) -> None:
    """No learner has two running at once, and no second build begins while somebody waits with a first one."""
    for own in ends:
        for before, after in itertools.pairwise(own):
            assert at(after, "started_at") >= at(before, "finished_at")
    firsts = [own[0] for own in ends]
    for second in (own[1] for own in ends if len(own) > 1):
        began = at(second, "started_at")
        overtaken = [one for one in firsts if at(one, "created_at") + A_MOMENT < began < at(one, "started_at")]
        assert not overtaken, f"{second} began while {len(overtaken)} waited with nothing"


def at(build: dict[str, Any], moment: str) -> datetime:
    """A moment of a build."""
    return datetime.fromisoformat(build[moment])


def report(what: str, builds: Sequence[dict[str, Any]]) -> None:
    """How long they waited and took, in seconds."""
    waits = sorted((at(build, "started_at") - at(build, "created_at")).total_seconds() for build in builds)
    took = sorted((at(build, "finished_at") - at(build, "started_at")).total_seconds() for build in builds)
    p50, p95 = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    print(  # noqa: T201 - the figures of the report
        f"{what}: {len(builds)} builds waited p50 {p50:.1f} s, p95 {p95:.1f} s, max {waits[-1]:.1f} s; "
        f"built in p50 {took[len(took) // 2]:.1f} s, max {took[-1]:.1f} s"
    )
