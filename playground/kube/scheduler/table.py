"""The Table: every node as one row of numpy columns, in the order in which nodes are visited, and the pods on them.

It is the scheduler's cache and snapshot in one. It knows nothing of rules: plugins read its columns; columns.py keeps
what they worked out and refreshes it by the two logs here, which say what changed. Rows are renumbered only when nodes
come, go or change zone: then `epoch` grows and everything derived starts anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from playground.kube.objects import meta
from playground.kube.scheduler.facets import Facet
from playground.kube.scheduler.logs import Log
from playground.kube.scheduler.pods import Pod
from playground.kube.scheduler.requests import amounts
from playground.kube.scheduler.visiting import NodeTree

IntArray = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]
Object = Mapping[str, Any]


class Node:
    """A node, the pods on it by uid (in order of arrival), and the sums over them. `row` is -1 until it has one."""

    __slots__ = ("labels", "name", "nonzero", "object", "pods", "row", "used")

    def __init__(self, obj: Object) -> None:
        self.name = meta.name(obj)
        self.object = obj
        self.labels = meta.labels(obj)
        self.row = -1
        self.pods: dict[str, Pod] = {}
        self.used: dict[str, int] = {}  # by resource: requests of the pods
        self.nonzero = [0, 0]  # millicores, bytes: as counted in scores


class Move(NamedTuple):
    """A pod that came to a row (+1) or left it (-1)."""

    row: int
    pod: Pod
    sign: int


class Table:
    """Nodes in rows, pods on nodes. All changes go through add/update/remove; readers ask for columns.

    node_log: rows whose node object changed. pod_log: pods that came or went. Both are valid for the present `epoch`.
    """

    def __init__(self) -> None:
        self.epoch = 0
        self.node_log: Log[int] = Log()
        self.pod_log: Log[Move] = Log()
        self.shared: dict[str, Any] = {}  # what several plugins keep together, each group under a name of its own
        self._nodes: dict[str, Node] = {}
        self._tree = NodeTree()
        self._rows: list[Node] = []
        self._stale = False
        self._homeless: dict[str, dict[str, Pod]] = {}  # pods on nodes not known (yet)
        self._where: dict[str, str] = {}  # uid -> node name, of all pods that count
        self._facets: dict[Hashable, Facet] = {}
        self._allocatable: dict[str, IntArray] = {}
        self._requested: dict[str, IntArray] = {}
        self._nonzero: tuple[IntArray, IntArray] = (_zeros(0), _zeros(0))
        self._counts = _zeros(0)
        self._all_rows: Rows = np.zeros(0, dtype=np.intp)

    # Rows

    def __len__(self) -> int:
        """The number of rows."""
        self._settle()
        return len(self._rows)

    @property
    def rows(self) -> list[Node]:
        """The nodes in visiting order; not to be changed."""
        self._settle()
        return self._rows

    @property
    def all_rows(self) -> Rows:
        """0, 1, 2 … up to the last row: the same array as long as the epoch lasts, not to be written."""
        self._settle()
        return self._all_rows

    def find(self, name: str) -> Node | None:
        """Return the node of that name, its row valid; None when there is none."""
        self._settle()
        return self._nodes.get(name)

    def object_of(self, name: str) -> Object | None:
        """Return a node's object without renumbering the rows, for who is about to change them."""
        node = self._nodes.get(name)
        return node.object if node else None

    def by_arrival(self) -> Iterable[Node]:
        """Return the nodes in the order in which they came."""
        return self._nodes.values()

    def pods(self) -> Iterator[tuple[int, Pod]]:
        """Yield (row, pod) for every pod on a known node."""
        for node in self.rows:
            for pod in node.pods.values():
                yield node.row, pod

    def homeless(self) -> Iterator[Pod]:
        """Yield every pod that is bound to a node which is not known (yet, or any more)."""
        for pods in self._homeless.values():
            yield from pods.values()

    def pod(self, uid: str) -> Pod | None:
        """Return a pod that counts on some node, known or not."""
        name = self._where.get(uid)
        if name is None:
            return None
        node = self._nodes.get(name)
        return node.pods[uid] if node else self._homeless[name][uid]

    def state(self) -> dict[str, Any]:
        """Return, as JSON, what the objects do not tell: the order in which nodes came, over all and in their zones."""
        return {"arrival": list(self._nodes), "zones": self._tree.zones()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put the nodes into the order of `state`; those it does not name follow."""
        named = {name: self._nodes[name] for name in state["arrival"] if name in self._nodes}
        self._nodes = named | self._nodes
        self._tree.arrange(state["zones"])
        self._stale = True

    # Columns, all of shape (len(table),) and not to be written by readers

    def allocatable(self, resource: str) -> IntArray:
        """What each node offers: "cpu" in millicores, "pods" as a count, others in units; 0 where it has none."""
        self._settle()
        return self._column(self._allocatable, resource)

    def requested(self, resource: str) -> IntArray:
        """The sum of the requests of the pods on each node."""
        self._settle()
        return self._column(self._requested, resource)

    def nonzero_requested(self, resource: str) -> IntArray:
        """The same for "cpu" or "memory" with the defaults for containers that request none: only for scores."""
        self._settle()
        return self._nonzero[0 if resource == "cpu" else 1]

    @property
    def pod_counts(self) -> IntArray:
        """The number of pods on each node."""
        self._settle()
        return self._counts

    def label(self, key: str) -> Facet:
        """Return the column of a label's values; nodes without it have the code -1."""
        return self.facet(("label", key), lambda node: node.labels.get(key))

    def facet(self, name: Hashable, read: Callable[[Node], Hashable | None]) -> Facet:
        """Return the column of what `read` finds in each node object, up to date. `name` stands for `read`."""
        self._settle()
        found = self._facets.get(name)
        if found is None:
            found = self._facets[name] = Facet(read)
        found.refresh(self._rows, self.epoch, self.node_log)
        return found

    # Nodes come, change and go

    def add_node(self, obj: Object) -> None:
        """Add a node; pods that were waiting for it come with it. A node of that name is updated."""
        name = meta.name(obj)
        if name in self._nodes:
            self.update_node(obj)
            return
        node = self._nodes[name] = Node(obj)
        self._tree.add(name, node.labels)
        for pod in self._homeless.pop(name, {}).values():
            _count(node, pod, 1)
        self._stale = True

    def update_node(self, obj: Object) -> None:
        """Take over a node's new object. Rows are renumbered only when the zone changed."""
        node = self._nodes[meta.name(obj)]
        old, node.object, node.labels = node.labels, obj, meta.labels(obj)
        if self._tree.update(node.name, old, node.labels):
            self._stale = True
        elif not self._stale:
            self._write_allocatable(node)
            self.node_log.append(node.row)

    def remove_node(self, name: str) -> None:
        """Take a node away; its pods are kept aside until it comes back or they are removed."""
        node = self._nodes.pop(name)
        self._tree.remove(name, node.labels)
        if node.pods:
            self._homeless[name] = node.pods
        self._stale = True

    # So do pods

    def add_pod(self, pod: Pod, node_name: str) -> None:
        """Count a pod on a node, known or not. A pod of the same uid is replaced."""
        if pod.uid in self._where:
            self.remove_pod(pod.uid)
        pod.node = node_name
        self._where[pod.uid] = node_name
        node = self._nodes.get(node_name)
        if node is None:
            self._homeless.setdefault(node_name, {})[pod.uid] = pod
            return
        _count(node, pod, 1)
        self._moved(node, pod, 1)

    def remove_pod(self, uid: str) -> Pod | None:
        """Stop counting a pod; returns it, or None when it did not count."""
        name = self._where.pop(uid, None)
        if name is None:
            return None
        node = self._nodes.get(name)
        if node is None:
            homeless = self._homeless[name]
            pod = homeless.pop(uid)
            if not homeless:
                del self._homeless[name]
            return pod
        pod = node.pods[uid]
        _count(node, pod, -1)
        self._moved(node, pod, -1)
        return pod

    def update_pod(self, pod: Pod) -> None:
        """Take over a pod's new object. When its shape and its terminating are as before, nobody is told."""
        old = self.pod(pod.uid)
        if old is None or old.node != pod.node or old.shape is not pod.shape or old.terminating != pod.terminating:
            self.add_pod(pod, pod.node)
            return
        node = self._nodes.get(pod.node)
        (node.pods if node else self._homeless[pod.node])[pod.uid] = pod

    # Inside

    def _moved(self, node: Node, pod: Pod, sign: int) -> None:
        if self._stale:
            return
        row = node.row
        for resource in pod.shape.requests:
            self._column(self._requested, resource)[row] = node.used[resource]
        self._nonzero[0][row], self._nonzero[1][row] = node.nonzero
        self._counts[row] += sign
        self.pod_log.append(Move(row, pod, sign))

    def _column(self, columns: dict[str, IntArray], resource: str) -> IntArray:
        found = columns.get(resource)
        if found is None:
            found = columns[resource] = _zeros(len(self._rows))
        return found

    def _write_allocatable(self, node: Node) -> None:
        offered = amounts((node.object.get("status") or {}).get("allocatable"))
        for resource in offered.keys() | self._allocatable.keys():
            self._column(self._allocatable, resource)[node.row] = offered.get(resource, 0)

    def _settle(self) -> None:
        """Renumber the rows if nodes came, went or changed zone since the last time."""
        if not self._stale:
            return
        self._stale = False
        self.epoch += 1
        self.node_log.clear()
        self.pod_log.clear()
        self._rows = [self._nodes[name] for name in self._tree.order()]
        self._all_rows = np.arange(len(self._rows), dtype=np.intp)
        self._allocatable, self._requested = {}, {}
        for row, node in enumerate(self._rows):
            node.row = row
            self._write_allocatable(node)
            for resource, amount in node.used.items():
                self._column(self._requested, resource)[row] = amount
        nonzero = np.array([node.nonzero for node in self._rows], dtype=np.int64).reshape(-1, 2)
        self._nonzero = (nonzero[:, 0].copy(), nonzero[:, 1].copy())
        self._counts = np.array([len(node.pods) for node in self._rows], dtype=np.int64)


def _zeros(length: int) -> IntArray:
    return np.zeros(length, dtype=np.int64)


def _count(node: Node, pod: Pod, sign: int) -> None:
    """Add a pod to a node's sums (+1) or take it out (-1)."""
    if sign > 0:
        node.pods[pod.uid] = pod
    else:
        del node.pods[pod.uid]
    for resource, amount in pod.shape.requests.items():
        node.used[resource] = node.used.get(resource, 0) + sign * amount
    millicores, memory = pod.shape.nonzero
    node.nonzero[0] += sign * millicores
    node.nonzero[1] += sign * memory
