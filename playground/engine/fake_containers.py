"""The containers of the scripted engine: each runs its toy script in a thread and keeps its lines. Called by `fake`."""

import shlex
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from playground.engine.errors import EngineError
from playground.engine.fake_build import FakeImage
from playground.engine.fake_canary import Attacked, FakeKernel
from playground.engine.fake_shell import COMMANDS, Exit, Shell, Sleep, Write
from playground.engine.port import ContainerPhase, ContainerSpec, ContainerStatus, LogLine, OutputStream, Tick

QUIET = 0.25
KILLED = 137
STOPPED = 143


class Stopped(Exception):
    """The container was told to end."""


def moment(now: float, order: int) -> str:
    """RFC 3339 with nine digits; *order* makes two moments differ, as an engine's do."""
    nanos = int(now * 1e6) * 1000 + order % 1000
    whole = datetime.fromtimestamp(nanos // 1_000_000_000, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{nanos % 1_000_000_000:09d}Z"


@dataclass(slots=True)
class FakeContainer:
    """One container. *alive* says whether the engine still is; *changed* guards and announces every change."""

    id: str
    spec: ContainerSpec
    image: FakeImage
    now: Callable[[], float]
    alive: Callable[[], bool]
    kernel: FakeKernel
    changed: threading.Condition = field(default_factory=threading.Condition)
    phase: ContainerPhase = "created"
    exit_code: int = 0
    oom_killed: bool = False
    started_at: str = ""
    finished_at: str = ""
    lines: list[LogLine] = field(default_factory=list)
    open_lines: dict[OutputStream, str] = field(default_factory=dict)
    wanted: int = 0  # the exit code it is to end with, once somebody stops it
    last: str = ""

    @property
    def words(self) -> list[str]:
        """What it runs: the engine's rule for ENTRYPOINT and CMD."""
        told: Any = self.spec.body.get("Cmd") or self.image.command
        return [*self.image.entrypoint, *told]

    @property
    def script(self) -> str:
        """What it runs, as one script; a program that is not there ends as under the engine's init."""
        words = self.words
        if words[:2] in (["sh", "-c"], ["/bin/sh", "-c"]):
            return str(words[2])
        if words[0] not in COMMANDS:
            return f"echo '[FATAL tini (7)] exec {words[0]} failed: No such file or directory' >&2; exit 127"
        return shlex.join(words)

    def status(self) -> ContainerStatus:
        """As `inspect` tells it."""
        with self.changed:
            return ContainerStatus(
                id=self.id,
                phase=self.phase,
                exit_code=self.exit_code if self.phase == "exited" else None,
                oom_killed=self.oom_killed,
                started_at=self.started_at,
                finished_at=self.finished_at,
            )

    def start(self) -> None:
        """Run it in a thread."""
        if not self.words:
            raise EngineError("No command specified", status=400)
        with self.changed:
            if self.phase == "running":
                return
            self.phase, self.wanted, self.oom_killed = "running", 0, False
            self.started_at = self._moment()
            self.changed.notify_all()
        threading.Thread(target=self._run, name=f"fake-{self.spec.name}", daemon=True).start()

    def end(self, code: int) -> None:
        """Make it end with *code* and wait until it has."""
        with self.changed:
            if self.phase != "running":
                return
            self.wanted = code
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.phase != "running", timeout=5)

    def remove(self) -> None:
        """It is gone, whatever it did."""
        self.end(KILLED)
        with self.changed:
            self.phase = "gone"
            self.changed.notify_all()

    def follow(self, since: str) -> Iterator[LogLine | Tick]:
        """Its lines from *since* on, then live."""
        index = 0
        while True:
            with self.changed:
                ended = self.phase != "running"
                if index >= len(self.lines) and not ended:
                    self.changed.wait(QUIET)
                fresh = self.lines[index:]
            index += len(fresh)
            yield from (line for line in fresh if line.at >= since)
            if not fresh:
                if ended or not self.alive():
                    return
                yield Tick()

    def _run(self) -> None:
        env = dict(str(pair).split("=", 1) for pair in (*self.image.env, *self._env()))
        attacked = Attacked(self.kernel, "run", self.spec.owner.learner)
        shell = Shell(dict(self.image.files), env, self.image.workdir or "/", attacked.play)
        code, oom = 0, False
        try:
            for action in shell.run(self.script):
                match action:
                    case Write(stream, text):
                        self._write(stream, text)
                    case Sleep(seconds):
                        self._sleep(seconds)
                    case Exit():
                        code, oom = action.code, action.oom
                self._sleep(0)
        except Stopped:
            code = self.wanted
        with self.changed:
            for stream in tuple(self.open_lines):
                self._line(stream, self.open_lines.pop(stream))
            self.phase, self.exit_code, self.oom_killed = "exited", code, oom
            self.finished_at = self._moment()
            self.changed.notify_all()

    def _env(self) -> tuple[str, ...]:
        told: Any = self.spec.body.get("Env") or ()
        return tuple(told)

    def _sleep(self, seconds: float) -> None:
        with self.changed:
            if self.changed.wait_for(lambda: bool(self.wanted), timeout=seconds):
                raise Stopped

    def _write(self, stream: OutputStream, text: str) -> None:
        with self.changed:
            *whole, rest = (self.open_lines.pop(stream, "") + text).split("\n")
            for line in whole:
                self._line(stream, line)
            if rest:
                self.open_lines[stream] = rest
            self.changed.notify_all()

    def _line(self, stream: OutputStream, text: str) -> None:
        self.lines.append(LogLine(at=self._moment(), stream=stream, text=text))

    def _moment(self) -> str:
        """Never the same twice, never backwards."""
        told = moment(self.now(), len(self.lines))
        while told <= self.last:
            whole, _, nanos = self.last.removesuffix("Z").partition(".")
            told = f"{whole}.{int(nanos) + 1:09d}Z"
        self.last = told
        return told


def labels_in(spec: ContainerSpec) -> Mapping[str, str]:
    """The labels a container was made with."""
    told: Any = spec.body.get("Labels") or {}
    return dict(told)
