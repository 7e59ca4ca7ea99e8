"""What contract tests share: specs made as the project makes them, builds and runs collected into lists."""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playground.engine import sandbox
from playground.engine.errors import EngineError
from playground.engine.limits import LIMITS
from playground.engine.port import (
    BuildEvent,
    BuildFailed,
    BuildSpec,
    ContainerSpec,
    ContextFile,
    Engine,
    ImageBuilt,
    LogLine,
    Owner,
    StepChanged,
    StepOutput,
    StepSeen,
    Tick,
)
from playground.engine.sandbox import RunWish


@dataclass
class Story:
    """The events of one build, with the questions tests ask."""

    events: list[BuildEvent]

    @property
    def verdict(self) -> BuildEvent:
        """The last event."""
        return self.events[-1]

    @property
    def steps(self) -> dict[str, StepSeen]:
        """Steps by name, without engine's prefix for Docker Hub."""
        seen = [event for event in self.events if isinstance(event, StepSeen)]
        return {sandbox.hide_engine_names(event.name): event for event in seen}

    def step(self, part: str) -> StepSeen:
        """The one step whose name contains *part*."""
        (found,) = (step for name, step in self.steps.items() if part in name)
        return found

    def states(self, part: str) -> list[str]:
        """The states a step went through, without repeats."""
        step = self.step(part).id
        states = [e.state for e in self.events if isinstance(e, StepChanged) and e.id == step]
        return [state for i, state in enumerate(states) if i == 0 or states[i - 1] != state]

    def output(self, part: str) -> str:
        """All a step printed."""
        step = self.step(part).id
        return "".join(e.text for e in self.events if isinstance(e, StepOutput) and e.id == step)

    @property
    def image_id(self) -> str:
        """The image; fails with the engine's message if there is none."""
        assert isinstance(self.verdict, ImageBuilt), self.verdict
        return self.verdict.image_id

    @property
    def failure(self) -> str:
        """Why it failed."""
        assert isinstance(self.verdict, BuildFailed), self.verdict
        return self.verdict.message


@dataclass
class Workbench:
    """An engine and one owner's things on it."""

    engine: Engine
    owner: Owner
    count: int = 0
    names: list[str] = field(default_factory=list)

    def spec(
        self, dockerfile: str, *, tag: str = "app:1", files: Sequence[ContextFile] = (), target: str = "",
        no_cache: bool = False, build_args: dict[str, str] | None = None,
    ) -> BuildSpec:  # fmt: skip
        """A build as the project would ask for it."""
        self.count += 1
        return sandbox.build_spec(
            build_id=f"{self.owner.instance}-{self.count}",
            owner=self.owner,
            files=files,
            dockerfile_text=dockerfile,
            dockerfile_path="Dockerfile",
            tag=tag,
            target=target,
            build_args=build_args,
            no_cache=no_cache,
            limits=LIMITS,
        )

    def build(self, dockerfile: str, **wishes: object) -> Story:
        """Build to the end."""
        return Story(list(self.engine.build(self.spec(dockerfile, **wishes))))  # type: ignore[arg-type]

    def reference(self, name: str) -> str:
        """The engine's name for a learner's image."""
        return sandbox.engine_reference(self.owner.instance, self.owner.learner, name)

    def container(
        self, script: str, *, image: str = "busybox:latest", networked: bool = False, **wish: object
    ) -> ContainerSpec:
        """A container that runs *script* in a shell ('': the image's own command)."""
        self.count += 1
        command = ("sh", "-c", script) if script else ()
        return sandbox.container_spec(
            name=f"{self.owner.instance}-c{self.count}",
            owner=self.owner,
            wish=RunWish(image=image, command=command, **wish),  # type: ignore[arg-type]
            limits=LIMITS,
            networked=networked,
        )

    def start(self, script: str, **wish: object) -> str:
        """A container that has been started."""
        container_id = self.engine.create_container(self.container(script, **wish))  # type: ignore[arg-type]
        self.engine.start_container(container_id)
        return container_id

    def run(self, script: str, **wish: object) -> tuple[str, list[LogLine]]:
        """Run to the end: the id and the lines."""
        container_id = self.start(script, **wish)
        return container_id, lines(self.engine.follow_container(container_id))

    def clear(self) -> None:
        """Remove everything of this owner's instance."""
        for kind, remove in (
            ("container", self.engine.remove_container),
            ("network", self.engine.remove_network),
            ("image", self.engine.remove_image),
        ):
            for one in self.engine.list_owned(self.owner.instance):
                if one.kind == kind:
                    with contextlib.suppress(EngineError):
                        remove(one.name or one.id)


def lines(heard: Iterable[LogLine | Tick]) -> list[LogLine]:
    """Only the lines."""
    return [one for one in heard if isinstance(one, LogLine)]


def texts(heard: Iterable[LogLine | Tick]) -> list[str]:
    """Only what the lines say."""
    return [line.text for line in lines(heard)]


def context(folder: Path, files: dict[str, str]) -> tuple[ContextFile, ...]:
    """These files, written and listed as a build context."""
    listed = []
    for path, text in files.items():
        source = folder / path
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(text)
        listed.append(ContextFile(path=path, source=source, size=len(text)))
    return tuple(listed)
