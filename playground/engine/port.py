"""The Docker boundary as the rest of the project sees it: one Protocol, frozen specs in, typed events out.

Nothing here imports Docker. `docker_engine.py` and `fake.py` implement `Engine` and pass the same contract tests.
Specs are made by `sandbox.py` only; an adapter sends them as they are and decides nothing.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

StepState = Literal["waiting", "running", "cached", "done", "failed", "cancelled"]
ContainerPhase = Literal["created", "running", "exited", "gone"]
OutputStream = Literal["stdout", "stderr"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose object this is. *instance* keeps installations on one engine apart; *job* is the row that asked."""

    instance: str
    learner: str
    job: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextFile:
    """One entry of a build context. *source* is a path on our disk, or None for a directory."""

    path: str
    source: Path | None
    size: int
    mode: int = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSpec:
    """What one build may do: `sandbox.build_spec` makes it, `Engine.build` sends it.

    *dockerfile* is the text after rewriting; it replaces the file named *dockerfile_path* in the context.
    *parameters* are the query parameters of `POST /build` (Docker Engine API 1.41), already closed against the learner.
    """

    build_id: str
    owner: Owner
    files: Sequence[ContextFile]
    dockerfile: str
    dockerfile_path: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerSpec:
    """What one container may do: *body* is the body of `POST /containers/create`, made by `sandbox.container_spec`."""

    name: str
    owner: Owner
    body: Mapping[str, object]
    network: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSpec:
    """A learner's own internal network: no way out, no way to other learners."""

    name: str
    owner: Owner
    body: Mapping[str, object]


# --- what a build tells -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSeen:
    """A vertex of the build graph was announced. *inputs* are ids of other steps; *name* is BuildKit's own."""

    id: str
    name: str
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepChanged:
    """A step's state moved. Times are seconds since the epoch, by the engine's clock; *error* is BuildKit's text.

    A step may run before it turns out to be cached, and run again after it was done (BuildKit tells both).
    """

    id: str
    state: StepState
    started: float | None = None
    completed: float | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOutput:
    """A piece of a step's output, as it came: it may hold several lines or a part of one."""

    id: str
    stream: OutputStream
    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepProgress:
    """How far a step's inner work is (sending the context, exporting layers). *total* is 0 where it is not known."""

    id: str
    label: str
    current: int
    total: int
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageBuilt:
    """The last event of a build that went well. *image_id* is `sha256:…`."""

    image_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildFailed:
    """The last event of a build that did not: *message* is the engine's own, for `dockerfile.explain`."""

    message: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Nothing was heard for a moment (at most 0.25 s): the caller may look at its clock and its cancel flag."""


BuildEvent = StepSeen | StepChanged | StepOutput | StepProgress | ImageBuilt | BuildFailed | Tick


# --- what the engine knows ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineInfo:
    """Who answers. *heredocs*: its Dockerfile front end knows heredocs, COPY --link and RUN --network (API ≥ 1.44).

    *id* stays with the engine's data, *started* changes with each of its starts: together they tell whether what was
    once tried on it still holds. '' where it does not tell.
    """

    version: str
    api_version: str
    heredocs: bool
    storage_driver: str
    cgroup_version: str
    name: str
    id: str = ""
    started: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The disk under an engine's images and containers, in bytes."""

    free: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerStatus:
    """A container as the engine has it. Times are RFC 3339 text as the engine writes it, or ''."""

    id: str
    phase: ContainerPhase
    exit_code: int | None = None
    oom_killed: bool = False
    error: str = ""
    started_at: str = ""
    finished_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line a container wrote. *at* is RFC 3339 with nanoseconds, by the engine: the cursor to resume from."""

    at: str
    stream: OutputStream
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One line of an image's history, newest first. *created_by* is the instruction as noted; size in bytes."""

    created_by: str
    size: int
    created_at: float
    empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageDetail:
    """An image of the engine. *size* in bytes; *references* are the engine's names for it, not the learner's."""

    id: str
    references: tuple[str, ...]
    size: int
    created_at: float
    layers: tuple[Layer, ...]
    command: tuple[str, ...]
    entrypoint: tuple[str, ...]
    env: tuple[str, ...]
    ports: tuple[str, ...]
    workdir: str
    user: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Something of ours on the engine, found by its labels: what the sweeper compares with the rows."""

    kind: Literal["container", "network", "image"]
    id: str
    name: str
    owner: Owner
    created_at: float = 0.0
    labels: Mapping[str, str] = field(default_factory=dict)


class Engine(Protocol):
    """A Docker Engine. Every call may raise `errors.EngineDown`; those that name an object, `errors.NotFound`.

    Calls block; they are safe to make from several threads.
    """

    def ping(self) -> None:
        """Nothing but the question whether it answers, within 5 s: a hundredth of the work of `info`."""
        ...

    def info(self) -> EngineInfo:
        """Who answers, within 5 s."""
        ...

    def build(self, spec: BuildSpec) -> Generator[BuildEvent, None, None]:
        """Build with BuildKit. Ends with exactly one `ImageBuilt` or `BuildFailed`; yields a `Tick` when all is quiet.

        Closing the iterator stops the build: the RUN process is gone within a second.
        Raises `EngineError` if the engine refuses the parameters.
        """
        ...

    def cancel_build(self, build_id: str) -> None:
        """Stop a running build; its `build` then ends with `BuildFailed`. Nothing happens if there is none."""
        ...

    def ensure_network(self, spec: NetworkSpec) -> None:
        """Make the network unless one of that name exists."""
        ...

    def remove_network(self, name: str) -> None:
        """Remove a network; nothing happens if it is gone."""
        ...

    def create_container(self, spec: ContainerSpec) -> str:
        """Make a container and answer its id. One that has the same name already is answered instead of doubled."""
        ...

    def start_container(self, container_id: str) -> None:
        """Start it; nothing happens if it runs. Raises `EngineError` with the runtime's reason."""
        ...

    def stop_container(self, container_id: str, *, grace: int) -> None:
        """SIGTERM, and SIGKILL after *grace* seconds; nothing happens if it has ended."""
        ...

    def remove_container(self, container_id: str) -> None:
        """Kill and remove it with its anonymous volumes; nothing happens if it is gone."""
        ...

    def inspect_container(self, container_id: str) -> ContainerStatus:
        """How it is now; phase "gone" if the engine does not know it."""
        ...

    def follow_container(self, container_id: str, *, since: str = "") -> Generator[LogLine | Tick, None, None]:
        """Its output from *since* (inclusive, a `LogLine.at`) on, then live, until it ends. Ticks when quiet."""
        ...

    def inspect_image(self, reference: str) -> ImageDetail:
        """An image with its history. Raises `NotFound`."""
        ...

    def tag_image(self, source: str, reference: str) -> None:
        """Give *source* (an id or a name) another name."""
        ...

    def remove_image(self, reference: str, *, force: bool = False) -> None:
        """Take a name away, and the image with its last name; nothing happens if it is gone.

        Raises `Conflict` while a container uses the image. With *force* a name is taken away all the same; the image
        then stays, without it, as long as the container.
        """
        ...

    def import_image(self, archive: Path, *, reference: str, changes: Sequence[str]) -> str:
        """Make an image from a root file system's tar; *changes* are Dockerfile instructions. Answers its id."""
        ...

    def pull_image(self, reference: str) -> None:
        """Fetch an image from its registry. Raises `EngineError` if it cannot be reached or has none such."""
        ...

    def list_images(self) -> tuple[ImageDetail, ...]:
        """Every tagged image, without its history and configuration (labels are told)."""
        ...

    def list_owned(self, instance: str) -> tuple[Owned, ...]:
        """Everything on the engine that carries this installation's label; '' for any installation's."""
        ...

    def room(self) -> Room | None:
        """How much room its disk has; None where that cannot be seen from here."""
        ...

    def prune_cache(self) -> int:
        """Throw away what no build uses and no image holds of the build cache. Answers the bytes that were freed."""
        ...
