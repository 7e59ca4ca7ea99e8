"""A Scene: one pod that no node takes, and what may be asked about it: the verdicts, who is where, who is in the way.

The obstacles read it. It looks at the what-if table and remembers what it worked out.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from playground.kube.explain.changes import Edit, Where
from playground.kube.explain.edits import HOSTNAME, gone, with_label
from playground.kube.explain.whatif import Refusal, WhatIf
from playground.kube.scheduler.pods import Pod, Shape
from playground.kube.scheduler.table import Node
from playground.kube.scheduler.topology_index import terms_of

Mend = tuple[Edit, ...]  # edits that together take an obstacle away: one, or two
VALUES: Final = 3  # of a label that a node might get
FEW: Final = 4  # pods of a node that are tried as being in the way


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing on one node that keeps the pod away. `words` go on after the node's name: "has 300m CPU left of 2; …".

    mends: asked for only when changes are searched. empty: what would help on an empty node of the same sort; None: it
    would not be in the way there.
    """

    plugin: str
    words: str
    mends: Callable[[], list[Mend]] = field(compare=False)
    empty: Callable[[], list[Mend]] | None = field(default=None, compare=False)


class Scene:
    """The pod, the table, and the filters' verdicts."""

    def __init__(self, whatif: WhatIf, pod: Pod) -> None:
        self.whatif = whatif
        self.pod = pod
        self.of_pod = Where("Pod", pod.namespace, pod.name)
        self.table = whatif.table
        self.refusals: list[Refusal] = whatif.refusals(pod)
        self._memory: dict[Hashable, Any] = {}

    def of_row(self, row: int) -> list[tuple[Refusal, int]]:
        """Return the plugins that refuse a row, with their verdicts, in the order in which they are asked."""
        return [(refusal, int(refusal.verdicts[row])) for refusal in self.refusals if refusal.verdicts[row]]

    def distances(self) -> list[tuple[int, float]]:
        """Return for each row how far it is from taking the pod: refusing plugins, then the share of requests that is
        short; (0, 0.0) where nothing refuses."""
        refusing = np.zeros(len(self.table), dtype=np.int64)
        for refusal in self.refusals:
            refusing += refusal.verdicts != 0
        short = np.zeros(len(self.table))
        for resource, asked in self.pod.shape.requests.items():
            left = self.table.allocatable(resource) - self.table.requested(resource)
            short += np.maximum(asked - left, 0) / max(asked, 1)
        return list(zip(refusing.tolist(), short.tolist(), strict=True))

    def remember(self, key: Hashable, work: Callable[[], Any]) -> Any:
        """Return what `work` gives, worked out once."""
        if key not in self._memory:
            self._memory[key] = work()
        return self._memory[key]

    def pods_by_value(self, topology_key: str, name: Hashable, counts: Callable[[Shape], bool]) -> dict[str, list[Pod]]:
        """Return the pods whose shape counts, by the value of their node's label. `name` stands for `counts`."""
        found: dict[str, list[Pod]] = self.remember(
            ("pods", topology_key, name), lambda: self._group(topology_key, counts)
        )
        return found

    def _group(self, topology_key: str, counts: Callable[[Shape], bool]) -> dict[str, list[Pod]]:
        known: dict[Shape, bool] = {}
        groups: dict[str, list[Pod]] = {}
        for node in self.table.rows:
            value = node.labels.get(topology_key)
            if value is None:
                continue
            for pod in node.pods.values():
                wanted = known.get(pod.shape)
                if wanted is None:
                    wanted = known[pod.shape] = counts(pod.shape)
                if wanted:
                    groups.setdefault(value, []).append(pod)
        return groups

    def making_room(self, node: Node, short: Mapping[str, int]) -> list[Mend]:
        """Return the pods of which one alone frees as much of each resource as is short: a few, the best first."""
        enough = [pod for pod in node.pods.values() if _frees(pod, short)]
        ranked = sorted(enough, key=lambda pod: _worth(pod, self.pod, short))
        return [(self.gone(pod, short),) for pod in ranked[:FEW]]

    def has_label(self, key: str) -> bool:
        """Tell whether any node has a label of that key."""
        return bool((self.table.label(key).codes >= 0).any())

    def topology_keys(self) -> frozenset[str]:
        """Return the topology keys that the pod's own rules about other pods speak of."""
        spec, terms = self.pod.shape.spec, terms_of(self.pod.shape)
        spread = [item["topologyKey"] for item in spec.get("topologySpreadConstraints") or ()]
        return frozenset([*spread, *(term.topology_key for term in (*terms.affinity, *terms.anti_affinity))])

    def labelling(self, node: Node, key: str) -> list[Mend]:
        """Return how a node without a topology key may get it: the values that other nodes have, else its own name."""
        values = dict.fromkeys(other.labels[key] for other in self.table.rows if key in other.labels)
        if key == HOSTNAME or not values:
            values = dict.fromkeys([node.name])
        return [(with_label(node.object, key, value),) for value in list(values)[:VALUES]]

    def gone(self, pod: Pod, short: Mapping[str, int] | None = None) -> Edit:
        """Return the edit that lets a pod go; the more it holds beyond what is short, the more that costs."""
        return gone(pod, self.pod, _excess(pod, short or {}))


def _worth(pod: Pod, asking: Pod, short: Mapping[str, int]) -> tuple[bool, int, float, int]:
    """Whom one would rather see go: less important pods first, then those that hold no more than is short."""
    return pod.namespace == "kube-system", max(pod.priority - asking.priority, 0), _excess(pod, short), pod.order


def _frees(pod: Pod, short: Mapping[str, int]) -> bool:
    return all(pod.shape.requests.get(name, 0) >= need for name, need in short.items())


def _excess(pod: Pod, short: Mapping[str, int]) -> float:
    """Return the share (0..1) of what the pod holds that is not needed."""
    held = [(pod.shape.requests.get(name, 0), need) for name, need in short.items()]
    return max((1 - need / amount for amount, need in held if amount > need), default=0.0)
