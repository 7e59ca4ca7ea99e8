"""TaintToleration: NoSchedule and NoExecute taints have to be tolerated; PreferNoSchedule taints cost points
(plugins/tainttoleration/taint_toleration.go)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.scheduler.events import Action, Event, Happening, Hint, always
from playground.kube.scheduler.framework import Code, Handle, Reads, Status
from playground.kube.scheduler.normalize import to_highest
from playground.kube.scheduler.pods import Pod, Shape
from playground.kube.scheduler.table import IntArray, Node, Rows
from playground.kube.scheduler.tolerations import Taint, Toleration, taints_of, tolerated, tolerations_of

NAME: Final = "TaintToleration"
REASON: Final = "node(s) had untolerated taint(s)"
HARD: Final = frozenset({"NoSchedule", "NoExecute"})
SOFT: Final = "PreferNoSchedule"

Want = tuple[Toleration, ...]


class TaintToleration:
    """Refuses nodes whose taints the pod does not tolerate and marks down those it would rather avoid."""

    name = NAME
    reads = Reads.NODE

    def __init__(self, handle: Handle) -> None:
        self._table = handle.table

    def filter_want(self, shape: Shape) -> Want:
        """Return the tolerations."""
        return tolerations_of(shape)

    def filter_rows(self, want: Want, rows: Rows) -> IntArray:
        """1 where a hard taint is not tolerated."""
        return self._table.facet(NAME, _taints).map(lambda taints: int(_repelled(taints, want)), rows)

    def explain(self, _want: Want, _verdict: int) -> Status:
        """There is one reason; which taint it was is not told."""
        return Status(Code.UNRESOLVABLE, (REASON,), NAME)

    def score_want(self, shape: Shape) -> Want:
        """Return the tolerations that can cover a soft taint."""
        return tuple(item for item in tolerations_of(shape) if item.effect in ("", SOFT))

    def score_rows(self, want: Want, rows: Rows) -> IntArray:
        """The number of soft taints that are not tolerated."""
        return self._table.facet(NAME, _taints).map(
            lambda taints: sum(taint.effect == SOFT and not tolerated(taint, want) for taint in taints), rows
        )

    def normalize(self, _want: Want, raw: IntArray, _rows: Rows) -> IntArray:
        """Fewer is better."""
        return to_highest(raw, reverse=True)

    def events(self) -> tuple[tuple[Event, Hint], ...]:
        """A node that came or lost taints, a pod that tolerates more."""
        return (
            (Event("nodes", Action.ADD | Action.UPDATE_NODE_TAINT), _after_node),
            (Event("unscheduled", Action.UPDATE_POD_TOLERATION), always),
        )


def _taints(node: Node) -> tuple[Taint, ...]:
    return taints_of(node.object)


def _repelled(taints: tuple[Taint, ...], tolerations: Want) -> bool:
    return any(taint.effect in HARD and not tolerated(taint, tolerations) for taint in taints)


def _after_node(pod: Pod, happening: Happening) -> bool:
    """Worth a try when the node's taints are tolerated now and were not before."""
    wanted = tolerations_of(pod.shape)
    was_repelled = happening.old is None or _repelled(taints_of(happening.old), wanted)
    return was_repelled and not _repelled(taints_of(happening.new), wanted)


def new(_args: Mapping[str, Any], handle: Handle) -> TaintToleration:
    """Make the plugin."""
    return TaintToleration(handle)
