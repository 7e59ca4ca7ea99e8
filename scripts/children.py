"""One supervised process: started, listened to, started again when it dies, ended with its group. For `supervise`.

Each child leads a session and process group of its own, so a Ctrl-C in the terminal reaches only the supervisor, and
the kernel sends a child SIGTERM when the supervisor dies (prctl(2), PR_SET_PDEATHSIG); `guard` sees to the rest.
"""

import asyncio
import contextlib
import ctypes
import os
import re
import signal
import socket
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clone import ROOT
from console import say, warn

PR_SET_PDEATHSIG = 1
FIRST_DELAY, LONGEST_DELAY = 0.2, 5.0
SETTLED = 10.0
"""Seconds: a child that lived as long starts again after the first delay, not after a longer one."""
WORRY = re.compile(r"(?<!%)\b(WARNING|ERROR|CRITICAL)\b")
TERMINAL_LINES, TERMINAL_SECONDS = 12, 10.0
LOG_LIMIT = 20 << 20
LIBC = ctypes.CDLL(None, use_errno=True)  # loaded before any fork


@dataclass(frozen=True)
class Spec:
    """What to run. *patience*: seconds it may take to end; *again*: start it anew also when it ended well.

    *farewell*: the signal that tells it that the whole site ends.
    Of what it says the terminal shows its warnings; all of it if *chatty*, nothing if *quiet*.
    """

    name: str
    command: Sequence[str | Path]
    env: Mapping[str, str]
    patience: float = 4.0
    farewell: signal.Signals = signal.SIGTERM
    again: bool = True
    chatty: bool = False
    quiet: bool = False
    door: socket.socket | None = None
    """A listening socket that it is handed, under the same number."""
    hear: Callable[[str], bool] = lambda line: False
    """Called with each line; True: it was meant for the supervisor, so it is shown to nobody."""


@dataclass
class Child:
    """A supervised process. *changed* is called whenever its pid or state has moved, *guard* is told of its group."""

    spec: Spec
    log: Path
    changed: Callable[[], None]
    guard: Callable[[str], None]
    pid: int = 0
    starts: int = 0
    since: float = 0.0
    state: str = "waiting"
    stopping: bool = False
    _task: asyncio.Task[None] | None = None
    _process: asyncio.subprocess.Process | None = None
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _shown: deque[float] = field(default_factory=deque)
    _last: str = ""

    def start(self) -> None:
        """Begin to keep it running."""
        rotate(self.log)
        self.stopping = False
        self._task = asyncio.create_task(self._keep(), name=self.spec.name)

    def renew(self, spec: Spec) -> None:
        """Go on with another command or environment: the running process is ended, the next one is started so."""
        self.spec = spec
        if self._task is None or self._task.done():
            self.start()
        elif self._process is not None:
            self._signal(signal.SIGTERM)
        self._wake.set()

    async def stop(self) -> None:
        """End it and whatever it started: its farewell, and SIGKILL when its patience is over."""
        self.stopping = True
        self._wake.set()
        if self._task is None:
            return
        if self._process is not None:
            self._signal(self.spec.farewell)
        done, _ = await asyncio.wait({self._task}, timeout=self.spec.patience)
        if not done:
            self.kill()
            await self._task

    def kill(self) -> None:
        """SIGKILL to the whole group, now."""
        self.stopping = True
        self._wake.set()
        if self._process is not None:
            self._signal(signal.SIGKILL)

    async def _keep(self) -> None:
        delay = FIRST_DELAY
        while not self.stopping:
            code = await self._once()
            if self.stopping or (code == 0 and not self.spec.again):
                break
            if time.time() - self.since > SETTLED:
                delay = FIRST_DELAY
            wait = delay if self.spec.again else LONGEST_DELAY * 6
            delay = min(delay * 2, LONGEST_DELAY)
            said = f", saying: {self._last[:200]}" if self._last and code > 0 else ""
            warn(f"{self.spec.name} ended ({ending(code)}){said}; starting again in {wait:.1f} s ({self.log})")
            self._set("waiting")
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), wait)
        self._set("ended")

    async def _once(self) -> int:
        spec = self.spec
        self.since = time.time()
        self.starts += 1
        try:
            process = await asyncio.create_subprocess_exec(
                *map(str, spec.command), cwd=ROOT, env=dict(spec.env), stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, start_new_session=True,
                preexec_fn=end_with_parent, pass_fds=[spec.door.fileno()] if spec.door else [],
            )  # fmt: skip
        except OSError as error:
            warn(f"{spec.name} cannot be started: {error}")
            return 127
        self._process = process
        self.guard(f"+{process.pid} {spec.patience}")
        self._set("running", process.pid)
        listening = asyncio.create_task(self._listen(process))
        code = await process.wait()
        self._signal(signal.SIGKILL)  # what it left behind
        await listening
        self._process = None
        self.guard(f"-{process.pid}")
        self._set("ended")
        return code

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        rest = b""
        with self.log.open("a", encoding="utf-8", errors="replace") as out:
            while chunk := await process.stdout.read(65536):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self._heard(line.decode(errors="replace").rstrip("\r"))
                    if out.tell() < LOG_LIMIT:
                        out.write(f"{self.spec.name} | {line.decode(errors='replace')}\n")
                out.flush()
                if len(rest) > LOG_LIMIT:
                    rest = b""
            if rest:
                out.write(f"{self.spec.name} | {rest.decode(errors='replace')}\n")

    def _heard(self, line: str) -> None:
        if self.spec.hear(line) or not line.strip():
            return
        self._last = line.strip()
        worry = WORRY.search(line)
        if self.spec.quiet or not (worry or self.spec.chatty):
            return
        now = time.monotonic()
        while self._shown and now - self._shown[0] > TERMINAL_SECONDS:
            self._shown.popleft()
        if len(self._shown) < TERMINAL_LINES:
            self._shown.append(now)
            (warn if worry else say)(f"{self.spec.name} | {line[:300]}")
            if len(self._shown) == TERMINAL_LINES:
                say(f"{self.spec.name} | … more in {self.log}")

    def _set(self, state: str, pid: int = 0) -> None:
        self.state, self.pid = state, pid
        self.changed()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)


def end_with_parent() -> None:
    """In the child, before it becomes its program: SIGTERM when the supervisor dies."""
    LIBC.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


def rotate(log: Path) -> None:
    """Keep the log of the run before as NAME.log.1."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_name(log.name + ".1"))


def ending(code: int) -> str:
    """How a process ended, in words."""
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"
