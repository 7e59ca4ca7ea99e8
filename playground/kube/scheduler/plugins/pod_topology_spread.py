"""PodTopologySpread: pods of a kind are kept evenly spread over zones, nodes or other domains.

DoNotSchedule constraints refuse nodes, ScheduleAnyway ones score them; a pod without constraints gets the default ones
of its Services and its owner. Counting is topology_index.py's business, the queueing hints are in topology_hints.py.
After pkg/scheduler/framework/plugins/podtopologyspread.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from playground.kube.scheduler.events import Event, Hint
from playground.kube.scheduler.framework import MAX_NODE_SCORE, Code, Handle, Status
from playground.kube.scheduler.plugins.node_affinity import Required, required_of
from playground.kube.scheduler.pods import Shape
from playground.kube.scheduler.table import IntArray, Rows
from playground.kube.scheduler.tolerations import Toleration, tolerations_of
from playground.kube.scheduler.topology_counts import BoolArray, Tally, View
from playground.kube.scheduler.topology_hints import spread_events
from playground.kube.scheduler.topology_index import Spread, TopologyIndex
from playground.kube.scheduler.topology_masks import Eligible
from playground.kube.scheduler.topology_terms import SpreadConstraint, default_selector, spread_constraints
from playground.kube.selectors import EVERYTHING, Selector

NAME: Final = "PodTopologySpread"
REASON: Final = "node(s) didn't match pod topology spread constraints"
REASON_NO_LABEL: Final = f"{REASON} (missing required label)"
TOO_MANY, NO_LABEL = 1, 2  # verdicts

HOSTNAME: Final = "kubernetes.io/hostname"
SYSTEM_DEFAULTS: Final = (
    {"topologyKey": HOSTNAME, "whenUnsatisfiable": "ScheduleAnyway", "maxSkew": 3},
    {"topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway", "maxSkew": 5},
)
OWNERS: Final = {
    ("v1", "ReplicationController"): "replicationcontrollers",
    ("apps/v1", "ReplicaSet"): "replicasets.apps",
    ("apps/v1", "StatefulSet"): "statefulsets.apps",
}
MOST_WANTS: Final = 4096

FloatArray = npt.NDArray[np.float64]


@dataclass(eq=False, slots=True)
class Want:
    """What one kind of pod asks for. Equal wants are the same object.

    itself: whether each constraint's selector matches the pod itself.
    every_key: nodes without one of the keys do not count.
    """

    namespace: str
    constraints: tuple[SpreadConstraint, ...]
    itself: tuple[bool, ...]
    required: Required
    tolerations: tuple[Toleration, ...]
    every_key: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """A constraint and the counts it reads."""

    constraint: SpreadConstraint
    itself: bool
    tally: Tally
    view: View


class PodTopologySpread:
    """Refuses nodes whose domain has too many matching pods already; prefers those with few."""

    name = NAME

    def __init__(self, args: Mapping[str, Any], handle: Handle) -> None:
        self._objects = handle.objects
        self._table = handle.table
        self._system = args.get("defaultingType", "System") == "System"
        self._defaults: Sequence[Mapping[str, Any]] = (
            SYSTEM_DEFAULTS if self._system else args.get("defaultConstraints") or ()
        )
        self._wants: dict[Hashable, Want] = {}
        self._counted: dict[Want, tuple[int, list[Counted]]] = {}

    # Filter

    def filter_want(self, shape: Shape) -> Want | None:
        """Return the DoNotSchedule constraints; None without any."""
        return self._want(shape, self.constraints(shape, "DoNotSchedule"), every_key=True)

    def filter_all(self, want: Want) -> IntArray | None:
        """TOO_MANY, NO_LABEL or 0 for every row: what the first constraint says that is not met."""
        verdicts: IntArray | None = None
        for counted in reversed(self._count(want)):
            column = _verdicts(counted)[counted.view.codes]
            verdicts = column if verdicts is None else np.where(column, column, verdicts)
        return verdicts

    def filter_row(self, want: Want, row: int) -> int:
        """The same for one row."""
        for counted in self._count(want):
            domain = int(counted.view.codes[row])
            if domain < 0:
                return NO_LABEL
            matching = int(counted.tally.over(counted.view).counts[domain])
            if matching + counted.itself - _minimum(counted) > counted.constraint.max_skew:
                return TOO_MANY
        return 0

    def explain(self, _want: Want, verdict: int) -> Status:
        """Removing pods can mend a skew, but not a missing label."""
        if verdict == NO_LABEL:
            return Status(Code.UNRESOLVABLE, (REASON_NO_LABEL,), NAME)
        return Status(Code.UNSCHEDULABLE, (REASON,), NAME)

    # Score

    def score_want(self, shape: Shape) -> Want | None:
        """Return the ScheduleAnyway constraints; None without any.

        The system's defaults let a node without a zone take part in the spreading over hosts.
        """
        every_key = bool(shape.spec.get("topologySpreadConstraints")) or not self._system
        return self._want(shape, self.constraints(shape, "ScheduleAnyway"), every_key=every_key)

    def score_set(self, want: Want, rows: Rows) -> IntArray | None:
        """The number of matching pods around each node, rare domains weighing more; 0 for nodes that are ignored."""
        counted = self._count(want)
        ignored = _ignored(counted, rows) if want.every_key else None
        points = np.zeros(len(rows))
        for item in counted:
            points += _points(item, rows, ignored)
        if ignored is not None:
            points[ignored] = 0
        # Round half away from zero, as Go does; points are never below zero.
        whole = np.floor(points)
        return (whole + (points - whole >= 0.5)).astype(np.int64)

    def normalize(self, want: Want, raw: IntArray, rows: Rows) -> IntArray:
        """Fewer is better: the fewest get 100 when that is none; ignored nodes get 0."""
        ignored = _ignored(self._count(want), rows) if want.every_key else None
        scored = raw if ignored is None else raw[~ignored]
        highest, lowest = int(scored.max(initial=0)), int(scored.min()) if len(scored) else 0
        if highest == 0:
            scores = np.full(len(rows), MAX_NODE_SCORE, dtype=np.int64)
        else:
            scores = MAX_NODE_SCORE * (highest + lowest - raw) // highest
        if ignored is not None:
            scores[ignored] = 0
        return scores

    # Queue

    def events(self) -> tuple[tuple[Event, Hint], ...]:
        """Pods and nodes that came, went or got other labels."""
        return spread_events(lambda shape: self.constraints(shape, "DoNotSchedule"))

    # Inside

    def constraints(self, shape: Shape, when: str) -> tuple[SpreadConstraint, ...]:
        """Return the pod's own constraints of that kind or, if it has none of any kind, the default ones."""
        own = shape.spec.get("topologySpreadConstraints")
        if own:
            parsed: dict[str, tuple[SpreadConstraint, ...]] = shape.parsed.setdefault(NAME, {})
            if when not in parsed:
                parsed[when] = spread_constraints(own, shape.labels, when)
            return parsed[when]
        defaults = spread_constraints(self._defaults, {}, when)
        selector = self._default_selector(shape) if defaults else EVERYTHING
        if selector.empty:
            return ()
        return tuple(replace(constraint, selector=selector) for constraint in defaults)

    def _default_selector(self, shape: Shape) -> Selector:
        owner = shape.owner
        resource = OWNERS.get((owner["apiVersion"], owner["kind"])) if owner else None
        owning = self._objects.get(resource, shape.namespace, owner["name"]) if owner and resource else None
        plain = resource == "replicationcontrollers"
        return default_selector(
            shape.labels, self._objects.list("services", shape.namespace), owning, owner_selects_plainly=plain
        )

    def _want(self, shape: Shape, constraints: tuple[SpreadConstraint, ...], *, every_key: bool) -> Want | None:
        if not constraints:
            return None
        itself = tuple(constraint.selector.matches(shape.labels) for constraint in constraints)
        honors = any(constraint.honor_taints for constraint in constraints)
        content = (
            shape.namespace,
            constraints,
            itself,
            required_of(shape),
            tolerations_of(shape) if honors else (),
            every_key,
        )
        found = self._wants.get(content)
        if found is None:
            if len(self._wants) >= MOST_WANTS:
                self._wants.clear()
                self._counted.clear()
            found = self._wants[content] = Want(*content)
        return found

    def _count(self, want: Want) -> list[Counted]:
        """Return the want's constraints with their counts, up to date."""
        index = TopologyIndex.of(self._table)
        index.sync()
        generation, counted = self._counted.get(want, (-1, []))
        while generation != index.generation:
            generation = index.generation
            counted = [
                _counted(index, want, constraint, itself=itself)
                for constraint, itself in zip(want.constraints, want.itself, strict=True)
            ]
            self._counted[want] = generation, counted
        for item in counted:
            index.refresh(item.view)
        return counted


def _counted(index: TopologyIndex, want: Want, constraint: SpreadConstraint, *, itself: bool) -> Counted:
    tally = index.tally(Spread(want.namespace, constraint.selector))
    return Counted(constraint, itself, tally, _view(index, want, constraint))


def _view(index: TopologyIndex, want: Want, constraint: SpreadConstraint) -> View:
    others = {other.topology_key for other in want.constraints} - {constraint.topology_key} if want.every_key else set()
    eligible = Eligible(
        keys=tuple(sorted(others)),
        required=want.required if constraint.honor_affinity else Required(),
        tolerations=want.tolerations if constraint.honor_taints else None,
    )
    return index.view(constraint.topology_key, eligible or None, absent_is_empty=not want.every_key)


def _minimum(counted: Counted) -> int:
    """Return the least count of the eligible domains; 0 when there are fewer of them than minDomains."""
    if counted.view.eligible < counted.constraint.min_domains:
        return 0
    return counted.tally.over(counted.view).minimum()


def _verdicts(counted: Counted) -> IntArray:
    """Return the verdict for each domain; the last is for nodes without the key."""
    matching = counted.tally.over(counted.view).counts
    too_many = matching > counted.constraint.max_skew + _minimum(counted) - counted.itself
    verdicts = too_many.astype(np.int64)
    verdicts[-1] = NO_LABEL
    return verdicts


def _ignored(counted: Sequence[Counted], rows: Rows) -> BoolArray | None:
    """Return which of `rows` are left out of the scoring, for want of one of the keys; None when none is."""
    lacking = [item.view.labelled[rows] for item in counted if not item.view.labelled_all]
    return ~np.logical_and.reduce(lacking) if lacking else None


def _points(counted: Counted, rows: Rows, ignored: BoolArray | None) -> FloatArray:
    """Return what one constraint adds: count x ln(domains + 2) + maxSkew - 1, nothing where the label is missing.

    Over hosts the count is the node's own, and the number of domains that of the nodes that take part.
    """
    view, constraint = counted.view, counted.constraint
    if constraint.topology_key == HOSTNAME:
        domains = len(rows) if ignored is None else int(np.count_nonzero(~ignored))
        points = _weigh(counted.tally.rows[rows], domains, constraint)
    else:
        codes = view.codes[rows]
        domains = int(np.count_nonzero(np.bincount(codes if ignored is None else codes[~ignored])))
        points = _weigh(counted.tally.over(view).counts, domains, constraint)[codes]
    if not view.labelled_all:
        points[~view.labelled[rows]] = 0
    return points


def _weigh(matching: IntArray, domains: int, constraint: SpreadConstraint) -> FloatArray:
    weight = np.float64(math.log(domains + 2))
    points: FloatArray = matching * weight + np.float64(constraint.max_skew - 1)
    return points


def new(args: Mapping[str, Any], handle: Handle) -> PodTopologySpread:
    """Make the plugin; args: defaultConstraints, defaultingType."""
    return PodTopologySpread(args, handle)
