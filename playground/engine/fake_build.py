"""The builds of the scripted engine: obeys a small Dockerfile and tells it as BuildKit would. Called by `fake` only."""

import hashlib
import json
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace

from playground.engine.fake_canary import Attacked, FakeKernel
from playground.engine.fake_dockerfile import STEPS, CannotParse, Instruction, Stage, needed, parse
from playground.engine.fake_shell import Exit, Files, Shell, Sleep, Write
from playground.engine.port import (
    BuildEvent,
    BuildFailed,
    BuildSpec,
    ImageBuilt,
    Layer,
    StepChanged,
    StepOutput,
    StepProgress,
    StepSeen,
    Tick,
)

CANCELLED = "context canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeImage:
    """An image of the scripted engine."""

    id: str
    files: Files = field(default_factory=dict)
    layers: tuple[Layer, ...] = ()
    created_at: float = 0.0
    command: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    workdir: str = ""
    user: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """What its files hold."""
        return sum(len(content) for content in self.files.values())


class StepFailed(Exception):
    """A step did not end well; the message is the engine's."""


class Cancelled(Exception):
    """The build was cancelled from outside."""


def configured(image: FakeImage, instruction: Instruction) -> FakeImage:
    """*image* after an instruction that only changes its configuration."""
    match instruction.name:
        case "CMD":
            return replace(image, command=tuple(instruction.command))
        case "ENTRYPOINT":
            return replace(image, entrypoint=tuple(instruction.command))
        case "ENV":
            return replace(image, env=(*image.env, *_pairs(instruction)))
        case "LABEL":
            return replace(image, labels={**image.labels, **dict(p.split("=", 1) for p in _pairs(instruction))})
        case "EXPOSE":
            ports = (word if "/" in word else f"{word}/tcp" for word in instruction.words)
            return replace(image, ports=tuple(sorted({*image.ports, *ports})))
        case "USER":
            return replace(image, user=instruction.rest)
        case "WORKDIR":
            return replace(image, workdir=Shell(workdir=image.workdir or "/").path(instruction.rest))
    return image


def _pairs(instruction: Instruction) -> list[str]:
    words = instruction.words
    return words if "=" in words[0] else [f"{words[0]}={' '.join(words[1:])}"]


@dataclass(slots=True)
class Build:
    """One build. *find* answers an image by name; *wait* waits or raises `Cancelled`; *cache* outlives the build."""

    spec: BuildSpec
    find: Callable[[str], FakeImage | None]
    wait: Callable[[float], None]
    now: Callable[[], float]
    cache: dict[str, FakeImage]
    kernel: FakeKernel
    steps: dict[tuple[str, int], str] = field(default_factory=dict)
    results: dict[str, FakeImage] = field(default_factory=dict)
    last_step: dict[str, str] = field(default_factory=dict)
    image: FakeImage | None = None

    def run(self) -> Iterator[BuildEvent]:
        """All events; `image` is set if it went well."""
        try:
            stages = needed(parse(self.spec.dockerfile), self.spec.parameters.get("target", ""))
            yield from self._load(stages)
            yield from self._load_others(stages)
            yield from self._announce(stages)
            for stage in stages:
                yield from self._stage(stage)
        except (CannotParse, StepFailed) as failed:
            yield BuildFailed(message=str(failed))
            return
        except Cancelled:
            yield BuildFailed(message=CANCELLED)
            return
        yield from self._export(self.results[stages[-1].name if not self._target(stages) else self._target(stages)])

    def _target(self, stages: list[Stage]) -> str:
        wished = self.spec.parameters.get("target", "")
        return next((stage.name for stage in stages if stage.name == wished), "")

    def _load(self, stages: list[Stage]) -> Iterator[BuildEvent]:
        """The base images, each looked up once."""
        named = {stage.name for stage in stages}
        for base in dict.fromkeys(stage.base for stage in stages if stage.base not in {*named, "scratch"}):
            full = f"docker.io/library/{base}" + ("" if ":" in base else ":latest")
            step = _digest("load", full)
            yield StepSeen(id=step, name=f"[internal] load metadata for {full}")
            if self.find(base) is None:
                error = f"{full}: not found"
                yield StepChanged(id=step, state="failed", started=self.now(), completed=self.now(), error=error)
                raise StepFailed(error)
            yield StepChanged(id=step, state="done", started=self.now(), completed=self.now())

    def _load_others(self, stages: list[Stage]) -> Iterator[BuildEvent]:
        """Images that files are copied or mounted from; BuildKit shows them without a stage."""
        named = {"", *(stage.name for stage in stages), *map(str, range(len(stages)))}
        for other in dict.fromkeys(one.flag("from") for stage in stages for one in stage.instructions):
            if other not in named and self.find(other) is not None:
                step = _digest("load", other)
                yield StepSeen(id=step, name=f"FROM docker.io/{other}")
                yield StepChanged(id=step, state="done", started=self.now(), completed=self.now())

    def _announce(self, stages: list[Stage]) -> Iterator[BuildEvent]:
        for stage in stages:
            vertices = [stage.start, *(one for one in stage.instructions if one.name in STEPS)]
            previous = self.last_step.get(stage.base, "")
            for index, instruction in enumerate(vertices):
                if index == 0 and previous:  # FROM another stage is no step of its own
                    continue
                step = _digest(self.spec.build_id, stage.name, str(index), instruction.text)
                source = self.last_step.get(instruction.flag("from"), "")
                name = f"[{stage.name} {index + 1}/{len(vertices)}] {self._shown(instruction)}"
                yield StepSeen(id=step, name=name, inputs=tuple(part for part in (previous, source) if part))
                self.steps[stage.name, index] = previous = step
            self.last_step[stage.name] = previous

    def _shown(self, instruction: Instruction) -> str:
        if instruction.name == "FROM" and instruction.rest != "scratch":
            return f"FROM docker.io/library/{instruction.rest}"
        return instruction.text

    def _stage(self, stage: Stage) -> Iterator[BuildEvent]:
        base = self.results.get(stage.base) or self.find(stage.base) or FakeImage(id=_digest("scratch"))
        image = replace(base, files=dict(base.files))
        if (stage.name, 0) in self.steps:
            step = self.steps[stage.name, 0]
            yield StepChanged(id=step, state="done", started=self.now(), completed=self.now())
        index = 0
        for instruction in stage.instructions:
            if instruction.name not in STEPS:
                image = self._noted(configured(image, instruction), instruction, 0)
                continue
            index += 1
            image = yield from self._step(self.steps[stage.name, index], image, instruction)
        self.results[stage.name] = image

    def _noted(self, image: FakeImage, instruction: Instruction, size: int) -> FakeImage:
        line = Layer(created_by=instruction.text, size=size, created_at=self.now(), empty=size == 0)
        noted = replace(image, layers=(line, *image.layers))
        return replace(noted, id=_digest(image.id, instruction.text, repr(sorted(image.files.items()))))

    def _step(self, step: str, image: FakeImage, instruction: Instruction) -> Generator[BuildEvent, None, FakeImage]:
        started = self.now()
        try:
            wanted = self._wanted(image, instruction)
        except StepFailed as failed:
            yield StepChanged(id=step, state="failed", started=started, completed=self.now(), error=str(failed))
            raise
        key = _digest(image.id, instruction.text, repr(sorted(wanted.items())))
        if key in self.cache and self.spec.parameters.get("nocache") != "1":
            yield StepChanged(id=step, state="cached", started=started, completed=started)
            return self.cache[key]
        yield StepChanged(id=step, state="running", started=started)
        changed = replace(configured(image, instruction), files={**image.files, **wanted})
        if instruction.name == "RUN":
            try:
                yield from self._run(step, changed, instruction, started)
            except Cancelled:
                yield StepChanged(id=step, state="cancelled", started=started, completed=self.now(), error=CANCELLED)
                raise
        changed = self._noted(changed, instruction, changed.size - image.size)
        self.cache[key] = changed
        yield StepChanged(id=step, state="done", started=started, completed=self.now())
        return changed

    def _run(self, step: str, image: FakeImage, instruction: Instruction, started: float) -> Iterator[BuildEvent]:
        command = instruction.command
        args: dict[str, str] = json.loads(self.spec.parameters.get("buildargs", "{}"))
        env = {**args, **dict(pair.split("=", 1) for pair in image.env)}
        who = self.spec.owner.learner
        attacked = Attacked(self.kernel, "build", who, args.get("BUILDKIT_CACHE_MOUNT_NS", ""))
        shell = Shell(image.files, env, image.workdir or "/", attacked.play)
        for action in shell.run(command[-1] if command[:2] == ["/bin/sh", "-c"] else " ".join(command)):
            self.wait(0)
            match action:
                case Write(stream, text):
                    yield StepOutput(id=step, stream=stream, at=self.now(), text=text)
                case Sleep(seconds):
                    yield from self._sleep(seconds)
                case Exit(code, oom) if code:
                    if oom:
                        yield StepOutput(id=step, stream="stderr", at=self.now(), text="Killed\n")
                    error = f"executor failed running [{' '.join(command)}]: exit code: {code}"
                    yield StepChanged(id=step, state="failed", started=started, completed=self.now(), error=error)
                    raise StepFailed(error)

    def _sleep(self, seconds: float) -> Iterator[BuildEvent]:
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            self.wait(min(left, 0.2))
            yield Tick()

    def _wanted(self, image: FakeImage, instruction: Instruction) -> Files:
        """The files a COPY brings, at their place in the image."""
        if instruction.name not in {"COPY", "ADD"}:
            return {}
        *sources, target = instruction.words
        if instruction.name == "ADD" and sources[0].startswith("http://"):
            raise StepFailed(self.kernel.fetch(sources[0]))
        if instruction.name == "ADD" and sources[0].endswith(".tar.gz"):  # only the canary's, which has no end
            raise StepFailed(self.kernel.unpack())
        origin = instruction.flag("from")
        files = self._origin(origin) if origin else self._context()
        place = Shell(workdir=image.workdir or "/").path(target)
        found: Files = {}
        for source in sources:
            path = "/" + source.strip("/").removeprefix(".").strip("/")
            below = {name: data for name, data in files.items() if name.startswith(path.rstrip("/") + "/")}
            if path in files:
                into = place + path.rpartition("/")[2] if place.endswith("/") else place
                found[into] = files[path]
            elif below:
                for name, data in below.items():
                    found[f"{place.rstrip('/')}/{name.removeprefix(path.rstrip('/') + '/')}"] = data
            else:
                raise StepFailed(f'failed to compute cache key: "{path}" not found: not found')
        return found

    def _origin(self, name: str) -> Files:
        image = self.results.get(name) or self.find(name)
        if image is None:
            raise StepFailed(f"docker.io/library/{name}: not found")
        return image.files

    def _context(self) -> Files:
        files = {f"/{one.path}": one.source.read_bytes() for one in self.spec.files if one.source is not None}
        return {**files, f"/{self.spec.dockerfile_path}": self.spec.dockerfile.encode()}

    def _export(self, image: FakeImage) -> Iterator[BuildEvent]:
        step = _digest(self.spec.build_id, "export")
        labels: dict[str, str] = json.loads(self.spec.parameters.get("labels", "{}"))
        labelled = {**image.labels, **labels}
        image_id = "sha256:" + _digest(image.id, repr(sorted(labelled.items()))).removeprefix("sha256:")
        self.image = replace(image, id=image_id, labels=labelled, created_at=self.now())
        yield StepSeen(id=step, name="exporting to image")
        yield StepChanged(id=step, state="running", started=self.now())
        yield StepProgress(id=step, label="exporting layers", current=0, total=0, done=True)
        yield StepChanged(id=step, state="done", started=self.now(), completed=self.now())
        yield ImageBuilt(image_id=image_id)


def _digest(*parts: str) -> str:
    return "sha256:" + hashlib.sha256("\0".join(parts).encode()).hexdigest()
