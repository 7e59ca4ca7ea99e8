"""Which pods go first when there are too many. Source: ActivePodsWithRanks, pkg/controller/controller_utils.go.

Times are compared on a logarithmic scale: a pod that is ready for a minute and one that is for 70 seconds are as good
as each other, and the uid decides, which nobody chose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cmp_to_key
from math import log2
from typing import Final

from playground.kube.client import pods
from playground.kube.clock import seconds_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map

DELETION_COST: Final = "controller.kubernetes.io/pod-deletion-cost"
_PHASES: Final = {"Pending": 0, "Unknown": 1, "Running": 2}
_NANO: Final = 1e9


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the comparison reads of one pod. *crowd*: active related pods on its node; *since*: ready since."""

    pod: Map
    uid: str
    head: tuple[bool, int, bool, int, int]  # has a node, phase, is ready, cost, and less the crowd
    since: float | None
    restarts: tuple[int, int]
    created: float


def first_to_go(active: Iterable[Map], related: Iterable[Map], now: float) -> list[Map]:
    """Return the pods in the order in which to delete them.

    *related*: the pods of all sets that the same Deployment owns; where more of them share a node, its pods go first.
    Pods that nothing tells apart stay in the order in which they were given.
    """
    crowds = Counter(_node(pod) for pod in related if pods.is_active(pod))
    candidates = [_candidate(pod, crowds[_node(pod)]) for pod in active]

    def compare(one: Candidate, other: Candidate) -> int:
        return _compare(one, other, now)

    return [candidate.pod for candidate in sorted(candidates, key=cmp_to_key(compare))]


def cost_of(pod: Map) -> int:
    """Return what deleting a pod costs; 0 where nothing, or no number, is given."""
    text = meta.annotations(pod).get(DELETION_COST)
    if not text:
        return 0
    try:
        return int(text)
    except ValueError:
        return 0


def _candidate(pod: Map, crowd: int) -> Candidate:
    head = (bool(_node(pod)), _PHASES.get(pods.phase(pod), 0), pods.is_ready(pod), cost_of(pod), -crowd)
    created = seconds_of(meta.metadata(pod)["creationTimestamp"])
    return Candidate(pod, meta.uid(pod), head, pods.ready_since(pod), _restarts(pod), created)


def _compare(one: Candidate, other: Candidate, now: float) -> int:
    """Return a negative number if *one* goes first."""
    if one.head != other.head:
        return -1 if one.head < other.head else 1
    if one.since is not None and other.since is not None and one.since != other.since:
        return _younger(one, one.since, other, other.since, now)
    if one.restarts != other.restarts:
        return -1 if one.restarts > other.restarts else 1
    if one.created != other.created:
        return _younger(one, one.created, other, other.created, now)
    return 0


def _younger(one: Candidate, time: float, other: Candidate, other_time: float, now: float) -> int:
    """Put first what is younger by a power of two, else what has the smaller uid."""
    return _magnitude(now - time) - _magnitude(now - other_time) or _by_uid(one, other)


def _magnitude(seconds: float) -> int:
    return int(log2(seconds * _NANO)) if seconds > 0 else -1


def _by_uid(one: Candidate, other: Candidate) -> int:
    return (one.uid > other.uid) - (one.uid < other.uid)


def _node(pod: Map) -> str:
    return (pod.get("spec") or EMPTY).get("nodeName") or ""


def _restarts(pod: Map) -> tuple[int, int]:
    """Return the most restarts of a container, and of a sidecar."""
    status, spec = pod.get("status") or EMPTY, pod.get("spec") or EMPTY
    sidecars = {item["name"] for item in spec.get("initContainers") or () if item.get("restartPolicy") == "Always"}
    regular = (item.get("restartCount", 0) for item in status.get("containerStatuses") or ())
    beside = (
        item.get("restartCount", 0)
        for item in status.get("initContainerStatuses") or ()
        if item["name"] in sidecars
    )  # fmt: skip
    return max(regular, default=0), max(beside, default=0)
