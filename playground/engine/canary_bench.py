"""What every trial of the canary needs: two learners of its own, builds and runs by `sandbox`'s specs, what they said.

Called by `canary*` only. Nothing of a trial outlives it: what it makes is removed, and what a killed canary left is
found by its owner's name.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playground.engine import sandbox
from playground.engine.errors import EngineError
from playground.engine.limits import Limit
from playground.engine.port import (
    BuildFailed,
    BuildSpec,
    ContainerSpec,
    ContainerStatus,
    ContextFile,
    Engine,
    EngineInfo,
    LogLine,
    Owner,
    StepOutput,
    StepSeen,
)

IMAGE = "busybox:latest"
PREFIX = "canary-"
PATIENCE = 20.0  # seconds for one build or run of a trial
MARK = "@ "


class CannotTry(Exception):
    """A trial could not be made, so nothing is known; the message is one sentence."""


@dataclass(slots=True)
class Heard:
    """What a build or a run said. *facts* are its lines `@ NAME VALUE`; *error* the engine's words if it failed."""

    text: str = ""
    error: str = ""
    seconds: float = 0.0
    timed_out: bool = False
    stopped_at: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    status: ContainerStatus | None = None

    def read(self) -> "Heard":
        """Take the facts out of the text."""
        for line in self.text.splitlines():
            if line.startswith(MARK):
                name, _, value = line.removeprefix(MARK).partition(" ")
                self.facts[name] = value.strip()
        return self

    def number(self, name: str) -> int:
        """A fact that is a number. Raises `CannotTry` if it was not told."""
        told = self.facts.get(name, "")
        if not told.isdecimal():
            raise CannotTry(f"The trial did not get that far: it told no {name}. {self.error[-200:]}".strip())
        return int(told)


@dataclass(slots=True)
class Bench:
    """An engine and two made-up learners on it.

    *refuses* answers why Drydock would not even try to build a Dockerfile ('': it would). *outside*: an address and a
    port beyond the machine that answer, if the operator names one.
    """

    engine: Engine
    instance: str
    limits: Mapping[str, Limit]
    folder: Path
    refuses: Callable[[str], str] = lambda dockerfile: ""
    outside: tuple[str, int] | None = None
    info: EngineInfo = field(init=False)
    notes: dict[str, str] = field(default_factory=dict)
    """What the engine itself reaches: `canary_networks` finds it out."""
    free_disk: int = 0
    """KiB, once a step has looked."""
    _count: int = 0

    def __post_init__(self) -> None:
        """Ask the engine who it is."""
        self.info = self.engine.info()

    @property
    def ada(self) -> Owner:
        """The learner who has something."""
        return Owner(instance=self.instance, learner=f"{PREFIX}a", job="canary")

    @property
    def bob(self) -> Owner:
        """The learner who would like to have it."""
        return Owner(instance=self.instance, learner=f"{PREFIX}b", job="canary")

    def value(self, key: str) -> int:
        """A limit in force."""
        return self.limits[key].value

    # --- builds ---------------------------------------------------------------------------------------------------

    def spec(
        self, owner: Owner, dockerfile: str, *, files: Sequence[ContextFile] = (), tag: str = "canary:1",
        fresh: bool = True,
    ) -> BuildSpec:  # fmt: skip
        """A build as Drydock would ask for it, past its check of the Dockerfile."""
        self._count += 1
        return sandbox.build_spec(
            build_id=f"{PREFIX}{self.instance}-{time.time_ns()}-{self._count}",
            owner=owner,
            files=files,
            dockerfile_text=dockerfile,
            dockerfile_path="Dockerfile",
            tag=tag,
            limits=self.limits,
            no_cache=fresh,
        )

    def step(self, script: str, *, owner: Owner | None = None, mount: str = "", fresh: bool = True) -> Heard:
        """One RUN step on busybox."""
        return self.build(self.spec(owner or self.ada, f"FROM {IMAGE}\nRUN {mount}{script}\n", fresh=fresh))

    def build(self, spec: BuildSpec, *, allowed: Sequence[str] | None = None, seconds: float = PATIENCE) -> Heard:
        """Build to the end, or for *seconds*. With *allowed* it is watched and stopped as a learner's is."""
        heard, out, began = Heard(), [], time.monotonic()
        with contextlib.closing(self.engine.build(spec)) as events:
            for event in events:
                if isinstance(event, StepOutput) and event.stream == "stdout":
                    out.append(event.text)
                elif isinstance(event, BuildFailed):
                    heard.error = event.message
                elif isinstance(event, StepSeen) and allowed is not None and not heard.stopped_at:
                    heard.stopped_at = sandbox.check_trace_name(event.name, allowed) or ""
                    if heard.stopped_at:
                        self.engine.cancel_build(spec.build_id)
                if time.monotonic() - began > seconds:
                    heard.timed_out = True
                    break
        heard.text, heard.seconds = "".join(out), time.monotonic() - began
        return heard.read()

    def file(self, name: str, content: bytes) -> ContextFile:
        """A file for a build's context."""
        path = self.folder / name
        path.write_bytes(content)
        return ContextFile(path=name, source=path, size=len(content))

    # --- containers -----------------------------------------------------------------------------------------------

    def container(self, owner: Owner, script: str, *, networked: bool = False, millicpus: int = 0) -> ContainerSpec:
        """A container that runs *script*, as Drydock would ask for it."""
        self._count += 1
        wish = sandbox.RunWish(image=IMAGE, command=("sh", "-c", script), millicpus=millicpus)
        name = f"{PREFIX}{self.instance}-{time.time_ns()}-{self._count}"
        return sandbox.container_spec(name=name, owner=owner, wish=wish, limits=self.limits, networked=networked)

    @contextlib.contextmanager
    def started(self, spec: ContainerSpec) -> Iterator[str]:
        """The container runs while the block does; afterwards it is gone."""
        container = self.engine.create_container(spec)
        try:
            self.engine.start_container(container)
            yield container
        finally:
            self.engine.remove_container(container)

    def run(self, script: str, *, owner: Owner | None = None, networked: bool = False, millicpus: int = 0) -> Heard:
        """Run a script in a container to its end."""
        spec = self.container(owner or self.ada, script, networked=networked, millicpus=millicpus)
        began = time.monotonic()
        with self.started(spec) as container:
            heard = self.listen(container)
            heard.status = self.engine.inspect_container(container)
        heard.seconds = time.monotonic() - began
        return heard

    def listen(self, container: str, *, until: str = "") -> Heard:
        """What a container says, to its end or until it has told the fact *until*."""
        heard, out, began = Heard(), [], time.monotonic()
        with contextlib.closing(self.engine.follow_container(container)) as said:
            for line in said:
                if isinstance(line, LogLine) and line.stream == "stdout":
                    out.append(line.text + "\n")
                    if until and line.text.startswith(f"{MARK}{until} "):
                        break
                if time.monotonic() - began > PATIENCE:
                    heard.timed_out = True
                    break
        heard.text = "".join(out)
        return heard.read()

    # --- tidying --------------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Remove everything of the two learners, also what an earlier canary left."""
        mine = [one for one in self.engine.list_owned(self.instance) if one.owner.learner.startswith(PREFIX)]
        for kind, remove in (
            ("container", self.engine.remove_container),
            ("network", self.engine.remove_network),
            ("image", self.engine.remove_image),
        ):
            for one in mine:
                if one.kind == kind:
                    with contextlib.suppress(EngineError):  # the sweeper takes what is left
                        remove(one.id if kind == "container" else one.name or one.id)
