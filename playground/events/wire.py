"""The closed contract between the log and its readers: every event's payload and every WebSocket frame, typed.

`log.append` refuses what is not here; `static/src/wire.ts` is the twin (`manage.py wire` writes it, a test compares).
Sizes are bytes, durations seconds, times ISO 8601 in UTC. A new event is a class here and an entry in `EVENTS`.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

StepState = Literal["waiting", "running", "cached", "done", "failed", "cancelled"]
BuildState = Literal["queued", "running", "cancelling", "succeeded", "failed", "cancelled"]
ContainerState = Literal[
    "creating", "starting", "running", "stopping", "restarting", "exited", "failed", "removing", "removed"
]
ImageState = Literal["ready", "removing"]
OutputLine = tuple[float, Literal["stdout", "stderr"], str]
"""Seconds since the step or the container started, which stream, the text without its line end."""


class Wire(BaseModel):
    """Base of all: unknown fields are refused, values are not coerced."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


# --- parts ----------------------------------------------------------------------------------------------------------


class Problem(Wire):
    """Something wrong in a Dockerfile. Lines and columns count from 1; *fix* is the smallest change, or ''."""

    code: str
    severity: Literal["error", "warning", "hint"]
    line: int
    column: int
    end_column: int
    message: str
    fix: str


class Step(Wire):
    """A cell of the build graph. *stage* is the stage's shown name; *line* its line in the Dockerfile, if any."""

    id: str
    stage: str
    kind: Literal["step", "internal", "export"]
    index: int
    total: int
    title: str
    line: int | None
    inputs: list[str]


class Failure(Wire):
    """Why a job ended badly: what happened, where, and the smallest fix. *tail* holds the last lines of output."""

    code: str
    what: str
    fix: str
    line: int | None
    step: str | None
    exit_code: int | None
    tail: list[str]


class LayerLine(Wire):
    """One instruction of an image's history, oldest first. *base*: it came with the base image."""

    instruction: str
    size: int
    empty: bool
    base: bool


class ImageSummary(Wire):
    """An image of the learner, as lists show it. *going_at*: it is removed then unless it is used before."""

    id: str
    reference: str
    digest: str
    state: ImageState
    size: int
    created_at: str
    build: str | None
    project: str | None
    command: list[str]
    ports: list[str]
    layers: list[LayerLine]
    going_at: str | None


class BuildSummary(Wire):
    """A build, as lists show it. *stream* is where its events are."""

    id: str
    stream: str
    project: str
    reference: str
    state: BuildState
    attempt: int
    ahead: int | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    image: str | None
    failure: Failure | None


class ContainerSummary(Wire):
    """A container, as lists show it. *sentence* says in words how it is, or how it ended; *going_at* as an image's."""

    id: str
    stream: str
    name: str
    image: str
    command: list[str]
    env: dict[str, str]
    memory: int
    cpus: float
    state: ContainerState
    exit_code: int | None
    sentence: str
    created_at: str
    started_at: str | None
    finished_at: str | None
    due_at: str | None
    going_at: str | None


class FileSummary(Wire):
    """A file or folder of a project. *version* grows by one with each saved change: send it back as If-Match."""

    path: str
    kind: Literal["file", "dir"]
    size: int
    version: int
    sha256: str
    binary: bool


# --- events of a build's stream ---------------------------------------------------------------------------------------


class BuildQueued(Wire):
    """The learner asked for a build."""

    build: str
    reference: str
    dockerfile: str
    files: int
    context_bytes: int
    ignored: int


class BuildPosition(Wire):
    """How many builds are before this one; 0 is next."""

    ahead: int


class BuildStarted(Wire):
    """A worker took it. A second attempt starts the graph afresh: a reader forgets the steps of the one before."""

    attempt: int
    because: str


class BuildSteps(Wire):
    """Steps that were announced; the same id again replaces it."""

    steps: list[Step]


class BuildStep(Wire):
    """A step's state moved. Times are seconds since the build started."""

    id: str
    state: StepState
    started: float | None
    completed: float | None
    error: str


class BuildOutput(Wire):
    """Lines a step wrote."""

    id: str
    lines: list[OutputLine]


class BuildProgress(Wire):
    """How far a step's inner work is; *total* 0 where it is not known."""

    id: str
    label: str
    current: int
    total: int
    done: bool


class OutputCut(Wire):
    """Output was left out from here on. *by*: our cap (*limit* bytes) or the engine's own clipping (limit 0)."""

    id: str
    by: Literal["limit", "engine"]
    limit: int
    sentence: str


class BuildCancelling(Wire):
    """Somebody asked to stop it. *by*: the learner, or a limit."""

    by: Literal["learner", "limit"]
    sentence: str


class BuildFinished(Wire):
    """The last event of a build. *seconds* from start to end; *cached* of *steps* numbered steps came from cache."""

    state: Literal["succeeded", "failed", "cancelled"]
    seconds: float
    steps: int
    cached: int
    image: ImageSummary | None
    failure: Failure | None


# --- events of a container's stream ---------------------------------------------------------------------------------


class ContainerChanged(Wire):
    """Its state moved."""

    container: ContainerSummary


class ContainerOutput(Wire):
    """Lines it wrote. *cursor*: for each stream the engine's time of its last line and how many lines have that time.

    Following goes on there after a crash.
    """

    run: int
    lines: list[OutputLine]
    cursor: dict[str, tuple[str, int]]


# --- events of a learner's workspace stream ---------------------------------------------------------------------------


class ProjectPut(Wire):
    """A project was made or renamed."""

    id: str
    name: str


class ProjectGone(Wire):
    """A project was removed."""

    id: str


class FilePut(Wire):
    """A file was made or saved. *tab* is the browser tab that did it, so that it can pass over its own echo."""

    project: str
    file: FileSummary
    tab: str


class FileGone(Wire):
    """A file or folder was removed or moved away."""

    project: str
    path: str
    tab: str


class BuildPut(Wire):
    """A build is new or its state moved."""

    build: BuildSummary


class ContainerPut(Wire):
    """A container is new or its state moved."""

    container: ContainerSummary


class ContainerGone(Wire):
    """A container was removed."""

    id: str


class ImagePut(Wire):
    """An image is new or changed."""

    image: ImageSummary


class ImageGone(Wire):
    """An image was removed."""

    id: str
    reference: str


class Notice(Wire):
    """What was cleaned up of the learner's things, and why, in a sentence."""

    id: str
    at: str
    sentence: str


class NoticePut(Wire):
    """Something was cleaned up."""

    notice: Notice


# --- events of the site's stream --------------------------------------------------------------------------------------


class BaseImage(Wire):
    """A base image of this site. *progress* is 0..1 while it is being made."""

    reference: str
    about: str
    state: Literal["ready", "making", "missing"]
    progress: float
    note: str


class SiteBaseImage(Wire):
    """A base image's state moved."""

    image: BaseImage


EVENTS: dict[str, type[Wire]] = {
    "build.queued": BuildQueued,
    "build.position": BuildPosition,
    "build.started": BuildStarted,
    "build.steps": BuildSteps,
    "build.step": BuildStep,
    "build.output": BuildOutput,
    "build.progress": BuildProgress,
    "build.cut": OutputCut,
    "build.cancelling": BuildCancelling,
    "build.finished": BuildFinished,
    "container.changed": ContainerChanged,
    "container.output": ContainerOutput,
    "container.cut": OutputCut,
    "project.put": ProjectPut,
    "project.gone": ProjectGone,
    "file.put": FilePut,
    "file.gone": FileGone,
    "build.put": BuildPut,
    "container.put": ContainerPut,
    "container.gone": ContainerGone,
    "image.put": ImagePut,
    "image.gone": ImageGone,
    "notice.put": NoticePut,
    "site.image": SiteBaseImage,
}
"""Every event's type and the shape of its payload: the closed set."""


# --- WebSocket frames: GET /ws/streams/<id>/?after=<seq> --------------------------------------------------------------


class EventFrame(Wire):
    """One event on its way to a browser. *s* is its number in the stream: one more than the event before."""

    s: int
    type: str
    at: str
    data: dict[str, object]


class HelloFrame(Wire):
    """First frame. *seq* is the stream's newest number now."""

    t: Literal["hello"]
    seq: int
    closed: bool


class EventsFrame(Wire):
    """At most 200 events, in order, without gap."""

    t: Literal["events"]
    events: list[EventFrame]


class ResetFrame(Wire):
    """The events before *oldest* are no longer kept: load the page's state again."""

    t: Literal["reset"]
    oldest: int


class EndFrame(Wire):
    """The stream is closed and everything in it was sent; the server then closes with 1000."""

    t: Literal["end"]
    seq: int


class PingFrame(Wire):
    """Sent every 10 s; a client that hears nothing for 30 s reconnects."""

    t: Literal["ping"]


class AckFrame(Wire):
    """The client's only frame: it has handled everything up to *ack*. The server keeps at most 1,000 unacked ahead."""

    ack: Annotated[int, Field(ge=0)]


FRAMES: tuple[type[Wire], ...] = (HelloFrame, EventsFrame, ResetFrame, EndFrame, PingFrame)

CLOSE_BAD_REQUEST = 4400
"""`after` is not a number from 0 to the stream's newest, or the client sent a frame that is not an `AckFrame`."""
CLOSE_SIGNED_OUT = 4401
"""The cookie is missing, forged or of a learner who is gone. The client does not retry."""
CLOSE_NOT_FOUND = 4404
"""No such stream, or not this learner's: the answer is the same. The client does not retry."""
CLOSE_TOO_MANY = 4429
"""This learner has too many sockets open. The client retries slowly."""
