"""What tests of builds share: projects, rows and streams in few words, and engines whose story a test tells."""

import contextlib
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import pytest
from django.db.models import Model
from django.utils import timezone

from playground.accounts.errors import Refused
from playground.accounts.models import Learner
from playground.builds.gateway import Follower
from playground.builds.models import BaseImage, Build, Container, File, Image, Project
from playground.builds.services import builds, containers, files
from playground.engine import port
from playground.engine.errors import EngineDown, NotFound
from playground.engine.fake import FakeEngine
from playground.events import log
from playground.events.models import Event

HELLO = "FROM busybox:latest\nRUN echo hello\n"
PATIENT = 1 << 30
Sent = list[tuple[str, str]]
SetLimits = Callable[[str], None]
Entry = tuple[str, dict[str, Any]]
Row = TypeVar("Row", bound=Model)


@contextlib.contextmanager
def refuses(code: str, status: int = 422) -> Iterator[pytest.ExceptionInfo[Refused]]:
    """What is inside is refused with this code."""
    with pytest.raises(Refused) as caught:
        yield caught
    assert (caught.value.code, caught.value.status) == (code, status)


# --- rows ---------------------------------------------------------------------------------------------------------


def base_ready(*references: str) -> None:
    """These base images are there."""
    for reference in references or ("busybox:latest",):
        BaseImage.objects.update_or_create(pk=reference, defaults={"about": "", "state": "ready"})


def project_of(learner: Learner, contents: Mapping[str, str | bytes] | None = None) -> Project:
    """A project with just these files."""
    project = Project.objects.create(workspace=learner.workspace, name="project")
    for path, content in (contents or {}).items():
        save(learner, project, path, content)
    return project


def save(
    learner: Learner, project: Project, path: str, content: str | bytes, *, expected: int | None = None, tab: str = ""
) -> File:
    """Save a file: a new one unless *expected* is its version."""
    data = content.encode() if isinstance(content, str) else content
    return files.save_file(learner=learner, project=project, path=path, content=data, expected=expected, tab=tab)


def paths_of(project: Project) -> list[str]:
    """The live paths, folders with a slash at the end."""
    rows = File.objects.filter(project=project, deleted_at=None).order_by("path")
    return [f"{row.path}/" if row.kind == "dir" else row.path for row in rows]


def ask(learner: Learner, project: Project, reference: str = "app:1", **wish: Any) -> tuple[Build, bool]:
    """Ask for a build as the API does."""
    usual = {"dockerfile": "Dockerfile", "target": "", "no_cache": False, **wish}
    return builds.request_build(learner=learner, project=project, reference=reference, **usual)


def queued(
    learner: Learner, dockerfile: str = HELLO, reference: str = "app:1", *, contents: Mapping[str, str] | None = None
) -> Build:
    """A build on the queue, of a project of its own."""
    base_ready()
    project = project_of(learner, {"Dockerfile": dockerfile, **(contents or {})})
    return ask(learner, project, reference)[0]


def image_of(learner: Learner, reference: str = "app:1", digest: str = "sha256:app", **values: Any) -> Image:
    """An image's row."""
    return Image.objects.create(
        learner=learner, reference=reference, digest=digest, size=7, created_at=timezone.now(), **values
    )


def run(learner: Learner, image: Image, command: str = "", **wish: Any) -> Container:
    """Ask for a container as the API does."""
    usual = {"env": {}, "memory": 0, "cpus": 0.0, "network": "none", **wish}
    return containers.run_image(learner=learner, image=image, command=command, **usual)


def running(learner: Learner, engine_id: str = "engine-id", **values: Any) -> Container:
    """A container's row and stream as if a worker had started it."""
    container = run(learner, image_of(learner))
    changes = {"state": "running", "engine_id": engine_id, "run": 1, "started_at": timezone.now(), **values}
    Container.objects.filter(pk=container.pk).update(**changes)
    return Container.objects.select_related("learner__workspace").get(pk=container.pk)


def fresh(row: Row) -> Row:
    """The row as it is in the database now."""
    return type(row)._default_manager.get(pk=row.pk)


def force(row: Model, **values: Any) -> None:
    """Set a row as a test needs it, past the table of moves."""
    type(row)._default_manager.filter(pk=row.pk).update(**values)
    for name, value in values.items():
        setattr(row, name, value)


# --- streams ------------------------------------------------------------------------------------------------------


def story(stream: str) -> list[Entry]:
    """A stream's events, type and payload."""
    return [(event.type, event.data) for event in Event.objects.filter(stream_id=stream).order_by("seq")]


def types(stream: str) -> list[str]:
    """The types of a stream's events."""
    return [kind for kind, _ in story(stream)]


def told(learner: Learner, kind: str) -> list[dict[str, Any]]:
    """What the learner's pages heard of one type."""
    return [data for seen, data in story(learner.workspace.stream) if seen == kind]


def output(stream: str, kind: str = "container.output") -> list[str]:
    """Every line of output in a stream."""
    return [text for seen, data in story(stream) if seen == kind for _, _, text in data["lines"]]


def closed(stream: str) -> bool:
    """The stream has had its last event."""
    return log.read(stream, after=0).closed


def finished(build: Build) -> dict[str, Any]:
    """The last event of a build, which there is once."""
    assert types(build.stream).count("build.finished") == 1
    kind, data = story(build.stream)[-1]
    assert kind == "build.finished"
    assert closed(build.stream)
    assert fresh(build).sealed
    return data


def failure(build: Build) -> dict[str, Any]:
    """Why a build failed, the same in the row, on its stream and on the pages."""
    last = finished(build)
    assert (last["state"], fresh(build).state) == ("failed", "failed")
    stored: dict[str, Any] = last["failure"]
    assert fresh(build).failure == stored
    return stored


def states(build: Build, step: str) -> list[str]:
    """The states a step went through."""
    return [data["state"] for kind, data in story(build.stream) if kind == "build.step" and data["id"] == step]


# --- engines ------------------------------------------------------------------------------------------------------


class WatchedEngine(FakeEngine):
    """The scripted engine, with a test looking at every event of a build before the runner gets it.

    What *during* answers is told as well. It may raise, too: then the build breaks off there.
    """

    during: Callable[[port.BuildEvent], Sequence[port.BuildEvent] | None]
    calls: list[str]

    def build(self, spec: port.BuildSpec) -> Generator[port.BuildEvent, None, None]:
        """The events, each shown to *during* first."""
        events = super().build(spec)
        try:
            for event in events:
                extra = self.during(event) or ()
                self._alive("build")
                yield event
                yield from extra
        finally:
            events.close()


def watched(during: Callable[[port.BuildEvent], Sequence[port.BuildEvent] | None] | None = None) -> WatchedEngine:
    """A scripted engine with *during*; `calls` are the methods called."""
    engine = WatchedEngine()
    engine.during = during or (lambda event: None)
    engine.calls = []
    engine.before = engine.calls.append
    return engine


def on_output(text: str, do: Callable[[], object]) -> Callable[[port.BuildEvent], None]:
    """Once a step prints *text*: do this, once."""
    done: list[str] = []

    def during(event: port.BuildEvent) -> None:
        if isinstance(event, port.StepOutput) and text in event.text and not done:
            done.append(text)
            do()

    return during


class TalkingEngine(FakeEngine):
    """An engine with one container that says what the test wrote down, and is as the test says.

    *breaks_after*: so many lines are told, then the engine is gone. *during* sees each line before it is told.
    """

    said: list[port.LogLine]
    status: port.ContainerStatus
    breaks_after: int
    during: Callable[[port.LogLine], object]

    def follow_container(
        self, container_id: str, *, since: str = ""
    ) -> Generator[port.LogLine | port.Tick, None, None]:
        """The lines from *since* on."""
        if self.status.phase == "gone":
            raise NotFound("No such container")
        for number, line in enumerate(line for line in self.said if line.at >= since):
            if number >= self.breaks_after:
                raise EngineDown("the engine went away")
            self.during(line)
            yield line
            yield port.Tick()

    def inspect_container(self, container_id: str) -> port.ContainerStatus:
        """As the test says."""
        self._called("inspect_container")
        return self.status


def talking(said: Sequence[tuple[int, str]], *, phase: port.ContainerPhase = "exited", code: int = 0) -> TalkingEngine:
    """An engine with one container: *said* are moments (any number) and lines."""
    engine = TalkingEngine()
    engine.said = [port.LogLine(at=at(moment), stream="stdout", text=text) for moment, text in said]
    engine.status = port.ContainerStatus(id="engine-id", phase=phase, exit_code=code, finished_at=at(99))
    engine.breaks_after = PATIENT
    engine.during = lambda line: None
    return engine


def at(moment: int) -> str:
    """A moment as the engine writes it."""
    return f"2026-01-02T03:{moment // 60:02d}:{moment % 60:02d}.000000001Z"


# --- following ----------------------------------------------------------------------------------------------------

SAID = [(1, "a"), (1, "b"), (1, "c"), (2, "d"), (3, "e"), (3, "f"), (3, "g"), (3, "h"), (4, "i")]
"""What a container says: moments and lines."""
LINES = [text for _, text in SAID]


def follow(container: Container, engine: port.Engine) -> None:
    """A gateway follows the container, as it finds it, to the end or as far as it gets."""
    row = Container.objects.select_related("learner__workspace").get(pk=container.pk)
    Follower(row, engine, threading.Event()).run()
