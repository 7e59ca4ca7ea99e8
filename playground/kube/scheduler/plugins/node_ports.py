"""NodePorts: host ports the pod asks for must be free on the node (plugins/nodeports/node_ports.go)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from playground.kube.scheduler.events import Action, Event, Happening, Hint, always
from playground.kube.scheduler.framework import Code, Handle, Reads, Status
from playground.kube.scheduler.pods import Pod, Shape
from playground.kube.scheduler.table import IntArray, Node, Rows

NAME: Final = "NodePorts"
REASON: Final = "node(s) didn't have free ports for the requested pod ports"
ANY_IP: Final = "0.0.0.0"  # noqa: S104  the address Kubernetes reads an empty hostIP as; nothing is bound here


class HostPort(NamedTuple):
    """A port on a node's address."""

    ip: str
    protocol: str
    port: int

    def conflicts(self, other: HostPort) -> bool:
        """Tell whether both cannot be used on one node."""
        if (self.protocol, self.port) != (other.protocol, other.port):
            return False
        return self.ip == other.ip or ANY_IP in (self.ip, other.ip)


class NodePorts:
    """Refuses nodes on which a wanted host port is taken."""

    name = NAME
    reads = Reads.PODS

    def __init__(self, handle: Handle) -> None:
        self._table = handle.table

    def filter_want(self, shape: Shape) -> tuple[HostPort, ...] | None:
        """Return the host ports, None without any."""
        return host_ports(shape) or None

    def filter_rows(self, want: tuple[HostPort, ...], rows: Rows) -> IntArray:
        """1 where one of them is taken."""
        nodes = self._table.rows
        return np.array([_taken(want, nodes[row]) for row in rows], dtype=np.int64)

    def explain(self, _want: tuple[HostPort, ...], _verdict: int) -> Status:
        """There is one reason."""
        return Status(Code.UNSCHEDULABLE, (REASON,), NAME)

    def events(self) -> tuple[tuple[Event, Hint], ...]:
        """A pod with such a port that left, or a node that came."""
        return ((Event("assigned", Action.DELETE), _after_pod), (Event("nodes", Action.ADD), always))


def host_ports(shape: Shape) -> tuple[HostPort, ...]:
    """Return the host ports of containers and sidecars, parsed once per shape."""
    found: tuple[HostPort, ...] | None = shape.parsed.get(NAME)
    if found is None:
        found = shape.parsed[NAME] = tuple(dict.fromkeys(_read(shape.spec)))
    return found


def _read(spec: Mapping[str, Any]) -> Iterator[HostPort]:
    sidecars = [item for item in spec.get("initContainers") or () if item.get("restartPolicy") == "Always"]
    for container in (*(spec.get("containers") or ()), *sidecars):
        for port in container.get("ports") or ():
            if port.get("hostPort"):
                yield HostPort(port.get("hostIP") or ANY_IP, port.get("protocol") or "TCP", port["hostPort"])


def _taken(want: Iterable[HostPort], node: Node) -> bool:
    used = [port for pod in node.pods.values() for port in host_ports(pod.shape)]
    return bool(used) and any(port.conflicts(other) for port in want for other in used)


def _after_pod(pod: Pod, happening: Happening) -> bool:
    gone: Pod = happening.old
    return any(port.conflicts(other) for port in host_ports(pod.shape) for other in host_ports(gone.shape))


def new(_args: Mapping[str, Any], handle: Handle) -> NodePorts:
    """Make the plugin."""
    return NodePorts(handle)
