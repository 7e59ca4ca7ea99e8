"""A DaemonSet's rolling update: which old pods go now, and which nodes get a new one beside the old.

After rollingUpdate of pkg/controller/daemon/update.go. Nodes are looked at in the order in which a new set gets its
pods. (The real controller takes them as they come out of a Go map.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.kube.client.pods import is_available
from playground.kube.controllers.batches import in_batches
from playground.kube.controllers.daemonset.managing import Plan, limits, min_ready_seconds
from playground.kube.controllers.daemonset.placement import Verdict, is_updated
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object

Json = dict[str, Any]
ByNode = Mapping[str, list[Object]]
Pair = tuple[Object | None, Object | None]


def pair_of(daemonset: Object, pods: Sequence[Object], digest: str) -> Pair | None:
    """Return the new pod of a node and its old one; None where there are two of a kind."""
    new: Object | None = None
    old: Object | None = None
    for pod in pods:
        if meta.deleting(pod):
            continue
        if is_updated(daemonset, pod, digest):
            if new is not None:
                return None
            new = pod
        else:
            if old is not None:
                return None
            old = pod
    return new, old


@dataclass(frozen=True, slots=True)
class Update:
    """One step of an update. *nodes*: the verdicts on them by name."""

    daemonset: Map
    digest: str
    nodes: Mapping[str, Verdict]
    now: float

    def plan(self, pods: ByNode) -> Plan:
        """Return the pods that go and the nodes that get a new one."""
        desired = [name for name, (shall, _) in self.nodes.items() if shall]
        surge, unavailable = limits(self.daemonset, len(desired))
        names = in_batches(sorted({*pods, *desired}))
        pairs = {name: pair_of(self.daemonset, pods.get(name, ()), self.digest) for name in names}
        if surge == 0:
            return self._replacing(pairs, unavailable)
        return self._surging(pairs, surge, len(desired))

    def _replacing(self, pairs: Mapping[str, Pair | None], limit: int) -> Plan:
        """Old pods go first: those that do not work at once, the others as far as the limit allows."""
        at_once: list[Object] = []
        candidates: list[Object] = []
        missing = 0
        for pair in pairs.values():
            new, old = pair or (None, None)
            if old is None or new is not None:
                missing += old is not None or new is None or not self._available(new)
            elif not self._available(old):
                at_once.append(old)
                missing += 1
            elif missing < limit:
                candidates.append(old)
        return Plan(pods=at_once + candidates[: max(0, limit - missing)])

    def _surging(self, pairs: Mapping[str, Pair | None], limit: int, desired: int) -> Plan:
        """New pods come first; an old one goes when the new one beside it is available."""
        count = _Surge()
        for name, pair in pairs.items():
            if pair is None:
                count.surging += 1
            else:
                self._one_node(name, pair, count, limit)
        spare = max(0, count.available - desired)
        allowed = count.candidates[: max(0, limit - count.surging)]
        return Plan(nodes=count.at_once + allowed, pods=count.gone + count.misplaced[:spare])

    def _one_node(self, name: str, pair: Pair, count: _Surge, limit: int) -> None:
        new, old = pair
        counted = old if old is not None else new
        count.available += counted is not None and self._available(counted)
        if old is None:
            return
        if new is not None:
            if self._available(new):
                count.gone.append(old)
            else:
                count.surging += 1
            return
        fits = self.nodes.get(name, (False, False))[0]
        if not self._available(old):
            if fits:
                count.at_once.append(name)
            else:
                count.gone.append(old)
        elif not fits:
            count.misplaced.append(old)
        elif count.surging < limit:
            count.candidates.append(name)

    def _available(self, pod: Object) -> bool:
        return is_available(pod, min_ready_seconds(self.daemonset), self.now)


@dataclass(slots=True)
class _Surge:
    """What was found on the way through the nodes."""

    available: int = 0
    surging: int = 0
    at_once: list[str] = field(default_factory=list)  # nodes whose old pod does not work
    candidates: list[str] = field(default_factory=list)  # nodes whose old pod works
    gone: list[Object] = field(default_factory=list)
    misplaced: list[Object] = field(default_factory=list)  # work, on nodes that no longer fit
