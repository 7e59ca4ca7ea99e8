"""NodeUnschedulable: nodes with spec.unschedulable take only pods that tolerate that
(plugins/nodeunschedulable/node_unschedulable.go)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.scheduler.events import Action, Event, Happening, Hint
from playground.kube.scheduler.framework import Code, Handle, Reads, Status
from playground.kube.scheduler.pods import Pod, Shape
from playground.kube.scheduler.table import IntArray, Node, Rows
from playground.kube.scheduler.tolerations import Taint, tolerated, tolerations_of

NAME: Final = "NodeUnschedulable"
REASON: Final = "node(s) were unschedulable"
TAINT: Final = Taint("node.kubernetes.io/unschedulable", "", "NoSchedule")


class NodeUnschedulable:
    """Refuses cordoned nodes."""

    name = NAME
    reads = Reads.NODE

    def __init__(self, handle: Handle) -> None:
        self._table = handle.table

    def filter_want(self, shape: Shape) -> bool | None:
        """Skip pods that tolerate the taint of cordoned nodes."""
        return None if tolerated(TAINT, tolerations_of(shape)) else True

    def filter_rows(self, _want: bool, rows: Rows) -> IntArray:
        """1 where the node is cordoned."""
        return self._table.facet(NAME, _unschedulable).map(int, rows)

    def explain(self, _want: bool, _verdict: int) -> Status:
        """There is one reason."""
        return Status(Code.UNRESOLVABLE, (REASON,), NAME)

    def events(self) -> tuple[tuple[Event, Hint], ...]:
        """A node that came or was uncordoned."""
        return (
            (Event("nodes", Action.ADD | Action.UPDATE_NODE_TAINT), _after_node),
            (Event("unscheduled", Action.UPDATE_POD_TOLERATION), _after_pod),
        )


def _unschedulable(node: Node) -> bool:
    return bool((node.object.get("spec") or {}).get("unschedulable"))


def _after_node(_pod: Pod, happening: Happening) -> bool:
    return not (happening.new.get("spec") or {}).get("unschedulable")


def _after_pod(pod: Pod, _happening: Happening) -> bool:
    return tolerated(TAINT, tolerations_of(pod.shape))


def new(_args: Mapping[str, Any], handle: Handle) -> NodeUnschedulable:
    """Make the plugin."""
    return NodeUnschedulable(handle)
