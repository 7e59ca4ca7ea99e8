"""What a kubelet asks of whatever runs its containers.

A container's life is a function of what it was started with and of what happened to it since (load, signals, faults).
So nothing here ticks: a container says when it will end and when anything visible about it changes next, and is asked
again then. Times are seconds since 1970 on the cluster's clock, memory is in bytes, CPU in cores, load in requests per
second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from playground.kube.runtime.capacity import Performance

Json = dict[str, Any]
Signal = Literal["SIGTERM", "SIGKILL"]
Why = Literal["Completed", "Error", "OOMKilled", "ContainerCannotRun"]


@dataclass(frozen=True, slots=True)
class Image:
    """What a registry knows of an image."""

    size: int  # bytes to pull
    digest: str  # "sha256:…"


@dataclass(frozen=True, slots=True)
class Start:
    """What a container is started with."""

    pod: str
    namespace: str
    uid: str
    node: str
    ip: str
    name: str
    image: str
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)  # path -> text, of mounted ConfigMaps, Secrets, downward API
    ports: tuple[int, ...] = ()
    annotations: Mapping[str, str] = field(default_factory=dict)  # the pod's
    cpu_request: float = 0.0
    cpu_limit: float | None = None
    memory_limit: int | None = None
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class Ending:
    """How a container ends. *signal*: the number of the signal that killed it, 0 for none. *message*: why it could not
    be started ("exec: "foo": executable file not found in $PATH").
    """

    at: float
    code: int
    why: Why
    signal: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a container's output."""

    at: float
    text: str
    stream: Literal["stdout", "stderr"] = "stdout"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to a container."""

    port: int
    path: str = "/"
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Response:
    """What came back. *status* 0: nobody listens on that port (connection refused)."""

    status: int
    body: str = ""
    seconds: float = 0.0


class Container(Protocol):
    """A container that was started. What is asked about the past of its last event is undefined."""

    start: Start
    started_at: float

    def ending(self) -> Ending | None:
        """How it will end as things stand; None when it will go on for good. Load, signals and faults change it."""

    def memory(self, now: float) -> int:
        """Bytes in use."""

    def cpu(self, now: float) -> float:
        """Cores in use; never more than its limit."""

    def changes_at(self, now: float) -> float | None:
        """When the answer to a probe, or the slope of memory or CPU, changes next by itself; None for never."""

    def answer(self, request: Request, now: float) -> Response:
        """Answer a request, a probe's too."""

    def accepts(self, port: int, now: float) -> bool:
        """Whether a TCP connection to a port is accepted."""

    def execute(self, command: tuple[str, ...], now: float) -> int:
        """The exit code of a command run inside, as exec probes and hooks do."""

    def takes(self, command: tuple[str, ...], now: float) -> float:
        """How many seconds a command run inside takes: a preStop hook with `sleep 10` takes ten."""

    def signal(self, signal: Signal, now: float) -> None:
        """Send it a signal; `ending` then says what comes of it."""

    def load(self, requests: float, now: float) -> None:
        """So many requests a second reach it from now on."""

    def performance(self, now: float) -> Performance:
        """What becomes of its load as things stand; a container that ended refuses all of it."""

    def disturb(self, what: str, now: float) -> None:
        """A fault from outside: "fail-probes" or "heal-probes"."""

    def lines(self, since: float, until: float) -> Iterable[Line]:
        """What it wrote in a span of time, the oldest first; computed, not kept."""

    def state(self) -> Json:
        """What happened to it since it was started, as JSON: with its Start, enough to make it again."""


class Runtime(Protocol):
    """What runs containers and knows images."""

    def image(self, reference: str) -> Image | None:
        """What the registry has under a reference; None when there is no such image."""

    def create(self, start: Start, now: float) -> Container:
        """Start a container."""

    def restore(self, start: Start, started_at: float, state: Mapping[str, Any]) -> Container:
        """A container as `state` described it."""
