"""One attack under observation: `with siege:` around it, `siege.told(…)` or `siege.stood(…)` after it.

On the way in: what exists, the neighbour's usual time. On the way out: the engine answered, the neighbour was served,
the workers live. At the end of the test: nothing remains.
"""

import contextlib
import os
import re
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from playground.engine.docker_engine import DockerEngine
from playground.engine.labels import OWNER
from playground.engine.limits import LIMITS, limits
from tests.attacks.engine_view import EngineView
from tests.attacks.records import Records, Row
from tests.attacks.watch import Building, Neighbour, Pings, Watchdog
from tests.contracts.workbench import Workbench
from tests.support.client import Learner, dockerfile_project
from tests.support.stack import Stack
from tests.support.wait import until

OVERRIDES = {"build.seconds": 12, "run.seconds": 12}
IN_FORCE = limits(OVERRIDES)
"""Short times, so that what only a clock stops does not take minutes; all other limits are the usual ones."""
MOST_FACTOR = 2.0
MOST_PING_MS = 1000.0
GONE_WITHIN = 60.0
DISK_SLACK = 96 << 20
"""What the neighbour's builds may leave in the build cache."""
LIVE = frozenset({"creating", "starting", "running", "stopping", "restarting", "removing"})
WORKERS = ("worker-builds", "worker-short", "gateway", "web")


@dataclass
class Siege:
    """The attackers, what is watched, and what was found."""

    stack: Stack
    view: EngineView
    neighbour: Neighbour
    watchdog: Watchdog
    records: Records
    bench: Workbench
    attack: str
    place: str
    limit: str = ""
    most_factor: float = MOST_FACTOR
    attackers: list[Learner] = field(default_factory=list)
    ping: float | None = None
    factor: float | None = None
    worst: float | None = None
    recorded: bool = False
    _usual: float = 0.0

    # --- the watch ---

    def __enter__(self) -> Self:
        self._usual = self.neighbour.usual()
        self._workers = {name: self.stack.pid(name) for name in WORKERS}
        self._pings, self._building = Pings(self.view), Building(self.neighbour)
        self.watchdog.cancel = self.cancel
        self._pings.begin()
        self._building.begin()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with contextlib.ExitStack() as ending:
            ending.callback(self._pings.end)
            ending.callback(self._building.end)
        self.watchdog.cancel = None
        if error is not None:
            return
        assert not self.watchdog.bitten, f"the watchdog had to cancel: {self.watchdog.bitten}"
        took = sorted(self._building.took)
        middle = took[len(took) // 2]
        if middle > MOST_FACTOR * self._usual:  # was it the attack, or has the machine something else to do by now?
            self._usual = max(self._usual, self.neighbour.usual(anew=True))
        self.ping = round(self._pings.p95, 1)
        self.factor, self.worst = round(middle / self._usual, 2), round(took[-1] / self._usual, 2)

    def held(self) -> None:
        """What has to be so for every attack."""
        assert {name: self.stack.pid(name) for name in WORKERS} == self._workers, "a process of the site died"
        assert self.ping is not None
        assert self.ping <= MOST_PING_MS, f"the engine answered within {self.ping} ms (p95)"
        assert self.factor is not None
        most = self.most_factor if self.view.hardened else self.factor  # a shared engine is told of, not held to it
        assert self.factor <= most, f"the other learner's builds took {self.factor} times as long"

    def cancel(self) -> None:
        """The watchdog's word: end every process that the engine runs for somebody."""
        for pid in self.view.processes():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)

    # --- what attackers do ---

    def attacker(self) -> Learner:
        """A learner who knows nobody."""
        self.attackers.append(Learner(self.stack.url))
        return self.attackers[-1]

    def project(self, *lines: str, **files: str) -> tuple[Learner, str]:
        """A new attacker with a project that begins with FROM busybox."""
        who = self.attacker()
        return who, dockerfile_project(who, *lines, **files)

    def build(self, *lines: str, seconds: float = 120) -> dict[str, Any]:
        """Build these lines; answers the last event's data, with all output as "text" and the cuts as "cuts"."""
        who, project = self.project(*lines)
        return self.build_project(who, project, seconds=seconds)

    def build_project(
        self, who: Learner, project: str, *, name: str = "evil:1", seconds: float = 120
    ) -> dict[str, Any]:
        """The same for a project that is there."""
        return self.end_of(who, who.build(project, name), seconds=seconds)

    def end_of(self, who: Learner, build: Mapping[str, Any], *, seconds: float = 120) -> dict[str, Any]:
        """The same for a build that was asked for."""
        with who.read(build["stream"]) as reader:
            events = reader.to_end(seconds=seconds)
        cuts = [event["data"]["sentence"] for event in events if event["type"] == "build.cut"]
        return {**events[-1]["data"], "text": reader.text(), "cuts": cuts}

    def refused(self, *lines: str, **files: str) -> dict[str, Any]:
        """Ask for a build that must be refused before it is queued; answers the error."""
        who, project = self.project(*lines, **files)
        answer = who.send("POST", f"/api/projects/{project}/builds/", json={"reference": "evil:1"})
        assert answer.status_code in {400, 413, 422}, (answer.status_code, answer.text)
        error: dict[str, Any] = answer.json()["error"]
        return error

    def run(
        self, script: str, *lines: str, seconds: float = 60, who: Learner | None = None, **more: Any
    ) -> dict[str, Any]:
        """Run *script* in a container of an image made with *lines*; answers how it ended, with "text", "cuts"."""
        who = who or self.attacker()
        end = self.build_project(who, dockerfile_project(who, *lines), name="carrier:1")
        assert end["state"] == "succeeded", end["failure"]
        return self.run_image(who, end["image"]["id"], script, seconds=seconds, **more)

    def run_image(self, who: Learner, image: str, script: str, *, seconds: float = 60, **more: Any) -> dict[str, Any]:
        """The same for an image that is there."""
        command = f"sh -c '{script}'" if script else ""
        container = who.run(image, command, **more)
        with who.read(container["stream"]) as reader:
            last = reader.until(
                lambda event: event["type"] == "container.changed" and event["data"]["container"]["state"] not in LIVE,
                seconds=seconds, what="the container has ended",
            )  # fmt: skip
        cuts = [event["data"]["sentence"] for event in reader.events if event["type"] == "container.cut"]
        return {**last["data"]["container"], "text": reader.text(), "cuts": cuts}

    # --- what was found ---

    def told(self, sentence: str, *numbers: str, happened: str) -> None:
        """The learner read *sentence*, in which the limit of the mark (or each of *numbers*) has to stand."""
        for number in numbers or (IN_FORCE[self.limit].text,):
            assert number in sentence, f"“{sentence}” does not name {number}"
        self.record(happened, sentence)

    def record(self, happened: str, read: str) -> None:
        """One row of the table."""
        if self.ping is not None:
            self.held()
        self.recorded = True
        self.records.add(
            Row(
                attack=self.attack,
                place=self.place,
                happened=stable(happened),
                limit=in_words(self.limit),
                read=stable(read),
                ping=self.ping,
                factor=self.factor,
                worst=self.worst,
            )
        )

    # --- the end ---

    def clear(self) -> set[str]:
        """The attackers take their things away, as a few clicks would; ours go too. Answers their networks.

        So does the build cache, as Drydock has it done when the disk is short: a failed ADD leaves a layer in it.
        """
        learners = {(who.state()["learner"] or {}).get("id", "") for who in self.attackers}
        for who in self.attackers:
            state = who.state()
            for container in state["containers"]:
                who.send("POST", f"/api/containers/{container['id']}/remove/")
            until(lambda who=who: not live(who.state()["containers"]), seconds=30, what="containers go", every=0.1)  # type: ignore[misc]
            for image in state["images"]:
                who.send("DELETE", f"/api/images/{image['id']}/")
            until(lambda who=who: not who.state()["images"], seconds=30, what="images go", every=0.1)  # type: ignore[misc]
            who.http.close()
        self.bench.clear()
        self.view.empty_cache()
        theirs = (one for one in self.view.get("/networks") if (one.get("Labels") or {}).get(OWNER) in learners)
        return {str(one["Name"]) for one in theirs}


def in_words(limit: str) -> str:
    """A limit of the table with its number; other words as they are."""
    return f"{IN_FORCE[limit].title}: {IN_FORCE[limit].text}" if limit in LIMITS else limit


CHANGES = (
    (re.compile(r" at \d\d:\d\d:\d\d UTC"), ""),
    (re.compile(r"/?\S*/docker\.sock"), "/…/docker.sock"),
    (re.compile(r"\b[0-9a-f]{12,64}\b"), "4f5a…"),
    (re.compile(r"(drydock|a)-[0-9a-z]{8}/[0-9a-z]+/"), "drydock-…/…/"),
    (re.compile(r"/\S*/subvolumes/\w+"), "…"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:…"),
)


def stable(text: str) -> str:
    """Without what is another in each run: times, ids, ports, places."""
    for pattern, plain in CHANGES:
        text = pattern.sub(plain, text)
    return text


def live(containers: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Containers that are still there."""
    return [one for one in containers if one["state"] != "removed"]


def engine_of(view: EngineView) -> DockerEngine:
    """The engine behind the port."""
    return DockerEngine(view.host, instance="attacks")
