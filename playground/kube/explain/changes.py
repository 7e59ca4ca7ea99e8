"""A Change: what would place a pod, as data: its steps, its cost, its sentence, and the API calls that carry it out.

The costs are here, in one table. How an object is edited is in edits.py, which changes are tried in search.py.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal

from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, drop, find, freeze, put

Object = Mapping[str, Any]


class Kind(StrEnum):
    """What a step changes."""

    GATE = "gate"  # take the scheduling gates away
    REQUEST = "request"  # ask for less
    TOLERATION = "toleration"
    NODE_SELECTOR = "nodeSelector"  # without one of its labels
    HOST_PORT = "hostPort"
    SPREAD = "spread"  # a larger maxSkew
    SPREAD_SOFT = "spreadSoft"  # ScheduleAnyway
    NODE_AFFINITY = "nodeAffinity"  # without an expression, a term, or all of what is required
    POD_ANTI_AFFINITY = "podAntiAffinity"  # preferred instead of required
    POD_AFFINITY = "podAffinity"  # preferred instead of required
    UNCORDON = "uncordon"
    LABEL = "label"  # of a node
    TAINT = "taint"  # off a node
    SIZE = "size"  # a larger node
    NEW_NODE = "newNode"
    POD_GONE = "podGone"


# What a learner would rather change comes first: the own pod, then a node, then one more node, then others' pods.
COSTS: Final[Mapping[Kind, int]] = {
    Kind.GATE: 50,
    Kind.REQUEST: 100,
    Kind.TOLERATION: 120,
    Kind.NODE_SELECTOR: 140,
    Kind.HOST_PORT: 160,
    Kind.SPREAD: 180,
    Kind.SPREAD_SOFT: 220,
    Kind.NODE_AFFINITY: 230,
    Kind.POD_ANTI_AFFINITY: 240,
    Kind.POD_AFFINITY: 250,
    Kind.UNCORDON: 410,
    Kind.LABEL: 420,
    Kind.TAINT: 430,
    Kind.SIZE: 440,
    Kind.NEW_NODE: 800,
    Kind.POD_GONE: 900,
}
# On top, what share of the whole is changed: nothing costs 0, everything this much.
AMOUNT: Final[Mapping[Kind, int]] = {Kind.REQUEST: 300, Kind.SPREAD: 40, Kind.SIZE: 300, Kind.POD_GONE: 100}


def cost(kind: Kind, share: float = 0.0) -> int:
    """Return what a step costs; `share` (0..1): how much of the whole it changes."""
    return COSTS[kind] + round(AMOUNT.get(kind, 0) * min(max(share, 0.0), 1.0))


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """An object: its kind ("Pod", "Node"), its namespace ("" for nodes) and its name."""

    kind: str
    namespace: str
    name: str

    @staticmethod
    def of(kind: str, obj: Object) -> Where:
        """Return where an object is."""
        return Where(kind, meta.namespace(obj), meta.name(obj))

    def __str__(self) -> str:
        return f"{self.kind.lower()} {self.name}"


@dataclass(frozen=True, slots=True)
class Step:
    """One edit of one object. `field`: its path. `old`, `new`: JSON; None where there was or will be nothing.

    words: what stands in the sentence: "if it asked for 300m CPU instead of 500m".
    """

    kind: Kind
    where: Where
    field: str
    old: Any
    new: Any
    cost: int
    words: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A step that may be tried. Many are thought of and few are tried, so its words are made on demand.

    tag: with kind and where, what makes two edits the same. change: makes the new object of the old one; None when the
    object comes or goes whole. whole: the object that comes.
    """

    kind: Kind
    where: Where
    tag: Hashable
    cost: int = field(compare=False)
    tell: Callable[[], Step] = field(compare=False)
    change: Callable[[Map], Map] | None = field(default=None, compare=False)
    whole: Map | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the API. `resource`: qualified ("pods"). `body`: the object to create, or a JSON merge patch.

    A deletion is meant without grace. `subresource`: "status" for what a kubelet reports of its node.
    """

    verb: Literal["create", "patch", "delete"]
    resource: str
    namespace: str
    name: str
    body: Map | None = None
    subresource: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A change that would place the pod; it was tried.

    node: who would surely take it; None when several nodes would be equally good. nodes: all that would do, best first.
    operations: in this order they carry it out.
    """

    steps: tuple[Step, ...]
    node: str | None
    nodes: tuple[str, ...]
    cost: int
    sentence: str
    operations: tuple[Operation, ...]


def merge_patch(old: Object, new: Object) -> dict[str, Any]:
    """Return the JSON merge patch (RFC 7386) that makes `new` of `old`; lists are replaced whole."""
    patch: dict[str, Any] = {}
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            patch[key] = merge_patch(before, after)
        else:
            patch[key] = after
    return patch


def operations(edits: Iterable[Edit], objects: Mapping[Where, tuple[Map, Map]]) -> Iterator[Operation]:
    """Yield the calls that carry edits out. `objects`: each edited object as it is and as it will be."""
    for edit in edits:
        where = edit.where
        if edit.kind is Kind.POD_GONE:
            yield Operation("delete", "pods", where.namespace, where.name)
        elif edit.kind is Kind.NEW_NODE:
            yield Operation("create", "nodes", "", where.name, edit.whole)
    for where, (old, new) in sorted(objects.items(), key=lambda item: item[0].kind):
        if where.kind == "Node":
            yield from _node_patches(where, old, new)
        else:
            yield from _pod_calls(where, old, new)


def _node_patches(where: Where, old: Map, new: Map) -> Iterator[Operation]:
    patch = merge_patch(old, new)
    status = patch.pop("status", None)
    if patch:
        yield Operation("patch", "nodes", "", where.name, freeze(patch))
    if status:
        yield Operation("patch", "nodes", "", where.name, freeze({"status": status}), subresource="status")


def _pod_calls(where: Where, old: Map, new: Map) -> Iterator[Operation]:
    """A pod is patched where the API server allows it, else it is made anew."""
    if may_patch(old, new):
        yield Operation("patch", "pods", where.namespace, where.name, freeze(merge_patch(old, new)))
        return
    yield Operation("delete", "pods", where.namespace, where.name)
    yield Operation("create", "pods", where.namespace, where.name, manifest(new))


def may_patch(old: Map, new: Map) -> bool:
    """Tell whether a pod may be changed in place: it may get tolerations and lose gates, and nothing else."""
    patch = merge_patch(old, new)
    return patch.keys() <= {"spec"} and patch.get("spec", {}).keys() <= {"tolerations", "schedulingGates"}


# What the API server and others filled in, and a new object must not bring along.
FILLED_IN: Final = ("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink")


def manifest(pod: Map) -> Map:
    """Return a stored pod as one would create it again."""
    metadata = {key: value for key, value in pod["metadata"].items() if key not in FILLED_IN}
    fresh: Map = freeze({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod["spec"]})
    for path in _selecting(fresh["spec"]):
        fresh = _unmerged(fresh, path)
    return fresh


def _selecting(spec: Object) -> Iterator[tuple[str | int, ...]]:
    """Yield the paths of everything with matchLabelKeys: the API server merges them into the selector once more."""
    for index in range(len(spec.get("topologySpreadConstraints") or ())):
        yield "spec", "topologySpreadConstraints", index
    for name in ("podAffinity", "podAntiAffinity"):
        rules = (spec.get("affinity") or {}).get(name) or {}
        for index in range(len(rules.get("requiredDuringSchedulingIgnoredDuringExecution") or ())):
            yield "spec", "affinity", name, "requiredDuringSchedulingIgnoredDuringExecution", index
        for index in range(len(rules.get("preferredDuringSchedulingIgnoredDuringExecution") or ())):
            yield "spec", "affinity", name, "preferredDuringSchedulingIgnoredDuringExecution", index, "podAffinityTerm"


def _unmerged(pod: Map, path: tuple[str | int, ...]) -> Map:
    part = find(pod, path)
    keys = {*(part.get("matchLabelKeys") or ()), *(part.get("mismatchLabelKeys") or ())}
    expressions = find(part, ("labelSelector", "matchExpressions")) or ()
    kept = [item for item in expressions if item["key"] not in keys]
    if len(kept) == len(expressions):
        return pod
    at = (*path, "labelSelector", "matchExpressions")
    return put(pod, at, kept) if kept else drop(pod, at)
