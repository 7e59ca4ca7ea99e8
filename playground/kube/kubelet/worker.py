"""What the kubelet knows of one pod on its node: its containers, what it waits for, when it must be looked at again.

After pkg/kubelet/pod_workers.go (podSyncStatus) and container/runtime.go (Status), reduced to what decides. Plain data;
what is done with it stands in the modules beside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import Any, Literal

from playground.kube.client.workqueue import NO_CAUSE, Cause
from playground.kube.objects.frozen import Map, Object
from playground.kube.objects.meta import Key
from playground.kube.runtime.protocol import Container, Runtime, Start

Json = dict[str, Any]
Kind = Literal["main", "init", "sidecar"]
Stage = Literal[
    "new",  # just heard of
    "volumes",  # waits for its volumes
    "sandbox",  # waits for its sandbox and network
    "running",  # containers are started and kept
    "stopping",  # containers are being ended, for good
    "stopped",  # nothing runs; the final status is written
]
Doing = Literal["hook", "turn", "term", "kill"]


@dataclass(slots=True)
class Killing:
    """A container is being ended: its hook runs, it waits for others, it got SIGTERM, it got SIGKILL.

    *until*: when the step ends by itself. *left*: seconds of grace.
    """

    began: float
    left: float
    doing: Doing
    until: float


@dataclass(slots=True)
class Check:
    """A probe of a container. *result* is what was decided, None for nothing yet; *due* the next tick that matters."""

    origin: float
    result: bool | None
    last: bool | None = None
    run: int = 0
    held: bool = False
    due: float | None = None


@dataclass(slots=True)
class Pull:
    """An image on its way for a container. *error*: why it will fail."""

    box: str
    image: str
    asked: float
    starts: float
    ends: float
    size: int = 0
    error: str = ""


@dataclass(slots=True)
class Delay:
    """A back-off: its length, since when it counts, and what led to it."""

    seconds: float
    since: float
    why: str = ""


@dataclass(slots=True)
class Box:
    """One container of a pod over all its runs. *run* is the newest one, *before* the one before it."""

    spec: Map
    kind: Kind
    id: str = ""
    image: str = ""  # as the runtime names it
    image_id: str = ""
    restarts: int = 0
    run: Container | None = None
    before: Container | None = None
    ended: Json | None = None  # how the newest run ended
    last: Json | None = None  # how the one before ended
    waiting: tuple[str, str] | None = None  # reason, message
    notice: tuple[float, str, str] | None = None  # from when on it waits for another reason
    not_before: float = 0.0  # the next try to start it
    finished: float = 0.0  # when the newest run ended
    started: bool = False
    checks: dict[str, Check] = field(default_factory=dict)
    killing: Killing | None = None
    crash: Delay | None = None

    @property
    def name(self) -> str:
        """The container's name."""
        name: str = self.spec["name"]
        return name

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.run is not None and self.ended is None

    @property
    def ready(self) -> bool:
        """Whether it counts as ready."""
        if self.kind == "init":
            return self.ended is not None and self.ended["exitCode"] == 0
        if not self.alive or not self.started:
            return False
        readiness = self.checks.get("readiness")
        return readiness is None or bool(readiness.result)

    @property
    def field(self) -> str:
        """The field path that its events name."""
        return f"spec.{'containers' if self.kind == 'main' else 'initContainers'}{{{self.name}}}"

    def container_id(self, uid: str) -> str:
        """Return the id of its next run: 64 digits that the pod, the name and the attempt give."""
        return blake2b(f"{uid}/{self.name}/{self.restarts}".encode(), digest_size=32).hexdigest()


@dataclass(slots=True)
class Worker:
    """One pod on its node."""

    uid: str
    key: Key
    node: str
    pod: Map
    cause: Cause = NO_CAUSE
    stage: Stage = "new"
    boxes: list[Box] = field(default_factory=list)
    started_at: str = ""  # status.startTime
    ip: str = ""
    host_ip: str = ""
    sandboxes: int = 0
    sandbox_at: float = 0.0
    busy_until: float = 0.0  # a postStart hook holds up the containers after it
    retry_at: float | None = None
    retries: int = 0
    wants: tuple[str, str, str] | None = None  # the object whose coming it waits for
    stopped_at: float = 0.0  # when it was told to end
    initialized: bool = False
    pull: Pull | None = None
    pulls: dict[str, Delay] = field(default_factory=dict)  # back-offs by image
    why: tuple[str, str] | None = None  # reason and message of a failed pod
    condition: Map | None = None  # DisruptionTarget, for the final status
    grace: float = 30.0
    deadline: float | None = None
    tokens: float = 25.0  # events that may be sent in a row
    tokens_at: float = 0.0
    due: float | None = None
    changed: bool = False  # somebody changed its spec
    dirty: bool = False  # something was not written because the node is cut off

    def __post_init__(self) -> None:
        if not self.boxes:
            self.take_spec()

    @property
    def spec(self) -> Object:
        """The pod's spec."""
        spec: Object = self.pod["spec"]
        return spec

    def take_spec(self) -> None:
        """Make the containers, or give those there are the specs of a changed pod."""
        known = {box.name: box for box in self.boxes}
        found = []
        for spec, kind in specs(self.spec):
            box = known.get(spec["name"])
            if box is None:
                box = Box(spec, kind)
            box.spec = spec
            found.append(box)
        self.boxes = found

    def mains(self) -> Iterator[Box]:
        """Return the main containers."""
        return (box for box in self.boxes if box.kind == "main")

    def inits(self) -> Iterator[Box]:
        """Return init containers and sidecars, in their order."""
        return (box for box in self.boxes if box.kind != "main")

    def box(self, name: str) -> Box | None:
        """Return a container by name."""
        return next((box for box in self.boxes if box.name == name), None)

    def describe(self) -> str:
        """Return the pod as the kubelet's messages name it: name_namespace(uid)."""
        return f"{self.key[1]}_{self.key[0]}({self.uid})"

    def state(self) -> Json:
        """Return all of it as JSON, but for the pod and the specs."""
        plain: Json = {name: getattr(self, name) for name in _PLAIN}
        plain["cause"] = [self.cause.revision, self.cause.command]
        plain["pull"] = asdict(self.pull) if self.pull else None
        plain["pulls"] = {image: asdict(delay) for image, delay in self.pulls.items()}
        plain["boxes"] = {box.name: _box_state(box) for box in self.boxes}
        return plain

    @classmethod
    def restored(cls, state: Mapping[str, Any], pod: Map, runtime: Runtime) -> Worker:
        """Return what `state` described."""
        worker = cls(state["uid"], (state["key"][0], state["key"][1]), state["node"], pod)
        for name in _PLAIN:
            setattr(worker, name, state[name])
        worker.key = (state["key"][0], state["key"][1])
        worker.why = (state["why"][0], state["why"][1]) if state["why"] else None
        wants = state["wants"]
        worker.wants = (wants[0], wants[1], wants[2]) if wants else None
        worker.condition = Map(state["condition"]) if state["condition"] else None
        worker.cause = Cause(*state["cause"])
        worker.pull = Pull(**state["pull"]) if state["pull"] else None
        worker.pulls = {image: Delay(**delay) for image, delay in state["pulls"].items()}
        for box in worker.boxes:
            if box.name in state["boxes"]:
                _restore_box(box, state["boxes"][box.name], runtime)
        return worker


_PLAIN = (
    "uid", "key", "node", "stage", "started_at", "ip", "host_ip", "sandboxes", "sandbox_at", "busy_until", "retry_at",
    "retries", "wants", "stopped_at", "initialized", "why", "condition", "grace", "deadline", "tokens", "tokens_at",
    "due", "changed", "dirty",
)  # fmt: skip
_PLAIN_BOX = (
    "id", "image", "image_id", "restarts", "ended", "last", "waiting", "notice", "not_before", "finished", "started",
)  # fmt: skip


def specs(spec: Object) -> Iterator[tuple[Map, Kind]]:
    """Return a pod's containers with what they are, init containers first."""
    for container in spec.get("initContainers") or ():
        yield container, "sidecar" if container.get("restartPolicy") == "Always" else "init"
    for container in spec["containers"]:
        yield container, "main"


def _box_state(box: Box) -> Json:
    plain: Json = {name: getattr(box, name) for name in _PLAIN_BOX}
    plain["run"], plain["before"] = _run_state(box.run), _run_state(box.before)
    plain["checks"] = {kind: asdict(check) for kind, check in box.checks.items()}
    plain["killing"] = asdict(box.killing) if box.killing else None
    plain["crash"] = asdict(box.crash) if box.crash else None
    return plain


def _run_state(run: Container | None) -> Json | None:
    return None if run is None else {"start": asdict(run.start), "at": run.started_at, "state": run.state()}


def _restore_box(box: Box, state: Mapping[str, Any], runtime: Runtime) -> None:
    for name in _PLAIN_BOX:
        setattr(box, name, state[name])
    box.waiting = (state["waiting"][0], state["waiting"][1]) if state["waiting"] else None
    box.notice = (state["notice"][0], state["notice"][1], state["notice"][2]) if state["notice"] else None
    box.run, box.before = _restored(state["run"], runtime), _restored(state["before"], runtime)
    box.checks = {kind: Check(**check) for kind, check in state["checks"].items()}
    box.killing = Killing(**state["killing"]) if state["killing"] else None
    box.crash = Delay(**state["crash"]) if state["crash"] else None


def _restored(run: Mapping[str, Any] | None, runtime: Runtime) -> Container | None:
    if run is None:
        return None
    start = Start(**{**run["start"], **{name: tuple(run["start"][name]) for name in ("command", "args", "ports")}})
    return runtime.restore(start, run["at"], run["state"])
