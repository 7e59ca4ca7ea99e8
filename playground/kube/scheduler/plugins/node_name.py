"""NodeName: a pod that names its node fits no other (plugins/nodename/node_name.go).

Such pods are bound already when the scheduler sees them, so this matters only to who asks about them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.scheduler.events import Action, Event, Hint, always
from playground.kube.scheduler.framework import Code, Handle, Reads, Status
from playground.kube.scheduler.pods import Shape
from playground.kube.scheduler.table import IntArray, Node, Rows

NAME: Final = "NodeName"
REASON: Final = "node(s) didn't match the requested node name"


class NodeName:
    """Refuses every node but the named one."""

    name = NAME
    reads = Reads.NODE

    def __init__(self, handle: Handle) -> None:
        self._table = handle.table

    def filter_want(self, shape: Shape) -> str | None:
        """Return the name, None when the pod names no node."""
        return shape.spec.get("nodeName") or None

    def filter_rows(self, want: str, rows: Rows) -> IntArray:
        """1 where the node has another name."""
        return self._table.facet(NAME, _name).map(lambda name: int(name != want), rows)

    def explain(self, _want: str, _verdict: int) -> Status:
        """There is one reason."""
        return Status(Code.UNRESOLVABLE, (REASON,), NAME)

    def events(self) -> tuple[tuple[Event, Hint], ...]:
        """A node that came."""
        return ((Event("nodes", Action.ADD), always),)


def _name(node: Node) -> str:
    return node.name


def new(_args: Mapping[str, Any], handle: Handle) -> NodeName:
    """Make the plugin."""
    return NodeName(handle)
