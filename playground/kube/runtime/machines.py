"""The machines under the kubelets, and what is broken about them: power, network, memory, the image registry, pods.

It is the world outside Kubernetes: nothing of it is in the store, no program of the cluster writes it, and a program
that crashes finds it as it was. A Node object brings its machine into being (kubelet/nodes.py); faults change it, and
each change is left as a Happening for the kubelets, who take it in their turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

What = Literal[
    "started",  # the machine was switched on: containers are gone, the kubelet lists its pods and starts them again
    "stopped",  # the machine was switched off: containers are gone, nothing is written
    "cut",  # its network is gone: containers and probes go on, nothing is heard or written
    "mended",  # its network is back: the kubelet lists anew and writes what changed meanwhile
    "memory",  # a fault took memory, or gave it back
    "gone",  # its Node object was deleted: the machine leaves the cluster
    "kill-container",  # of pod *uid*, container *container*: SIGKILL from outside
    "fail-probes",  # of pod *uid*
    "heal-probes",  # of pod *uid*
    "registry",  # *node* is "": pulls are slower, refused, or as before (see Registry)
]

GIB = 1024**3


@dataclass(slots=True)
class Machine:
    """One machine. *filled*: bytes that a fault took. *boots*: how often it was switched on."""

    name: str
    cpu: float = 4.0  # cores
    memory: int = 8 * GIB  # bytes
    disk: int = 100 * GIB  # bytes
    pods: int = 110
    running: bool = True
    connected: bool = True
    filled: int = 0
    boots: int = 1
    booted_at: float = 0.0
    uid: str = ""  # of the Node object it came with
    address: str = ""  # its IP address, given when it joins the others

    @property
    def reachable(self) -> bool:
        """Whether its kubelet hears the API server and is heard."""
        return self.running and self.connected


@dataclass(slots=True)
class Registry:
    """Where images come from. A pull takes *slowness* times as long; *broken*: every pull fails."""

    slowness: float = 1.0
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a machine or a pod from outside, by which command of a person."""

    what: What
    node: str
    uid: str = ""
    container: str = ""
    command: int | None = None


@dataclass(slots=True)
class Machines:
    """All machines by name, the registry, pods whose probes are made to fail (uid → how a person named it), and what
    happened that the kubelets have not taken in yet."""

    by_name: dict[str, Machine] = field(default_factory=dict)
    registry: Registry = field(default_factory=Registry)
    failing: dict[str, str] = field(default_factory=dict)
    joined: int = 0  # how many machines there have been, for their addresses
    waiting: list[Happening] = field(default_factory=list)

    def get(self, node: str) -> Machine | None:
        """Return a machine, or None."""
        return self.by_name.get(node)

    def add(self, machine: Machine) -> None:
        """Let a machine join; it gets the next address of 10.0.0.0/9."""
        self.joined += 1
        high, low = divmod(self.joined, 256)
        machine.address = machine.address or f"10.{high // 256 % 128}.{high % 256}.{low}"
        self.by_name[machine.name] = machine

    def happened(self, happening: Happening) -> None:
        """Leave something for the kubelets."""
        self.waiting.append(happening)

    def take(self) -> list[Happening]:
        """Return what happened since the last time, the oldest first, and forget it."""
        taken, self.waiting = self.waiting, []
        return taken

    def state(self) -> dict[str, Any]:
        """Return all of it as JSON."""
        return asdict(self)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave."""
        self.by_name = {name: Machine(**each) for name, each in state["by_name"].items()}
        self.registry = Registry(**state["registry"])
        self.failing = dict(state["failing"])
        self.joined = state["joined"]
        self.waiting = [Happening(**each) for each in state["waiting"]]
