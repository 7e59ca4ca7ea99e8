"""Whether a node takes a pod that was bound to it: what it still has, its labels, its ports, its NoExecute taints.

After pkg/kubelet/lifecycle/predicate.go and AdmissionCheck of pkg/scheduler/schedule_one.go. The scheduler has checked
the same before; it shows where somebody named a node by hand or two schedulers raced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from playground.kube import quantity
from playground.kube.client.informers import Informers
from playground.kube.kubelet.machine import capacity_of
from playground.kube.kubelet.worker import Worker
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Object
from playground.kube.scheduler.requests import Amounts, pod_requests
from playground.kube.scheduler.tolerations import Toleration, taints_of, tolerated
from playground.kube.selectors.nodes import NodeSelector

Refusal = tuple[str, str]  # reason, message
Port = tuple[str, int, str]

_ORDER: Final = ("cpu", "memory", "ephemeral-storage")
_KNOWN: Final = frozenset(_ORDER)


@dataclass(slots=True)
class _Booked:
    """What the pods of a node ask for."""

    pods: dict[str, tuple[Amounts, tuple[Port, ...]]] = field(default_factory=dict)
    sums: Amounts = field(default_factory=dict)


class Admission:
    """What is booked on all nodes, and whether one more pod fits."""

    def __init__(self, informers: Informers) -> None:
        self._nodes = informers.cache("nodes")
        self._booked: dict[str, _Booked] = {}

    def refuse(self, worker: Worker) -> Refusal | None:
        """Return why the node does not take a pod, or None: it takes it, and the pod is booked."""
        node = self._nodes.get("", worker.node)
        booked = self._booked.setdefault(worker.node, _Booked())
        wanted, ports = pod_requests(worker.spec), tuple(_ports(worker.spec))
        if node is None:
            return "InvalidNodeInfo", "Kubelet cannot get node info."
        refusal = _os(worker.spec) or _short(node, booked, wanted) or _predicates(node, booked, worker, ports)
        if refusal is None:
            self._book(booked, worker.uid, wanted, ports)
        return refusal

    def book(self, worker: Worker) -> None:
        """Book a pod that is there already."""
        booked = self._booked.setdefault(worker.node, _Booked())
        self._book(booked, worker.uid, pod_requests(worker.spec), tuple(_ports(worker.spec)))

    @staticmethod
    def _book(booked: _Booked, uid: str, wanted: Amounts, ports: tuple[Port, ...]) -> None:
        if uid in booked.pods:
            return
        booked.pods[uid] = (wanted, ports)
        for name, amount in wanted.items():
            booked.sums[name] = booked.sums.get(name, 0) + amount

    def release(self, worker: Worker) -> None:
        """A pod has ended: what it asked for is free."""
        booked = self._booked.get(worker.node)
        taken = booked.pods.pop(worker.uid, None) if booked else None
        if booked is None or taken is None:
            return
        for name, amount in taken[0].items():
            booked.sums[name] -= amount

    def clear(self) -> None:
        """Forget everything."""
        self._booked.clear()

    def forget(self, node: str) -> None:
        """Forget a node that is gone."""
        self._booked.pop(node, None)


def _os(spec: Object) -> Refusal | None:
    if (spec.get("os") or EMPTY).get("name", "linux") != "linux":
        return "PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS"
    return None


def _short(node: Object, booked: _Booked, wanted: Amounts) -> Refusal | None:
    """Return which resource is short, the first one as the scheduler's filter lists them."""
    status = node.get("status") or EMPTY
    total: Mapping[str, Any] = {**capacity_of(node), **(status.get("allocatable") or EMPTY)}
    if len(booked.pods) + 1 > quantity.value(str(total["pods"])):
        return _insufficient("pods", 1, len(booked.pods), quantity.value(str(total["pods"])))
    names = [*_ORDER, *sorted(wanted.keys() - _KNOWN)]
    for name in names:
        asked = wanted.get(name, 0)
        if not asked or (name not in _KNOWN and name not in total):
            continue
        read = quantity.milli if name == "cpu" else quantity.value
        capacity, used = read(str(total.get(name, "0"))), booked.sums.get(name, 0)
        if asked > capacity - used:
            return _insufficient(name, asked, used, capacity)
    return None


def _insufficient(name: str, asked: int, used: int, capacity: int) -> Refusal:
    told = f"Node didn't have enough resource: {name}, requested: {asked}, used: {used}, capacity: {capacity}"
    return f"OutOf{name}", told


def _predicates(node: Object, booked: _Booked, worker: Worker, ports: tuple[Port, ...]) -> Refusal | None:
    spec, name = worker.spec, meta.name(node)
    labels = meta.labels(node)
    if not _selected(spec, labels, name):
        return _failed("NodeAffinity", "node(s) didn't match Pod's node affinity/selector")
    taken = [port for _, used in booked.pods.values() for port in used] if ports else []
    if any(_clash(port, other) for port in ports for other in taken):
        return _failed("NodePorts", "node(s) didn't have free ports for the requested pod ports")
    taints = [taint for taint in taints_of(node) if taint.effect == "NoExecute"]
    if taints:
        given = [
            Toleration(
                item.get("key") or "",
                item.get("operator") or "Equal",
                item.get("value") or "",
                item.get("effect") or "",
            )
            for item in spec.get("tolerations") or ()
        ]
        if not all(tolerated(taint, given) for taint in taints):
            return _failed("TaintToleration", "node(s) had taints that the pod didn't tolerate")
    return None


def _failed(predicate: str, why: str) -> Refusal:
    return predicate, f"Predicate {predicate} failed: {why}"


def _selected(spec: Object, labels: Mapping[str, str], name: str) -> bool:
    for key, value in (spec.get("nodeSelector") or EMPTY).items():
        if labels.get(key) != value:
            return False
    affinity = (spec.get("affinity") or EMPTY).get("nodeAffinity") or EMPTY
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    return required is None or NodeSelector.of(required).matches(labels, name)


def _ports(spec: Object) -> Iterator[Port]:
    for container in (*(spec.get("initContainers") or ()), *spec["containers"]):
        for port in container.get("ports") or ():
            if port.get("hostPort"):
                yield port.get("hostIP") or "0.0.0.0", port["hostPort"], port.get("protocol") or "TCP"  # noqa: S104


def _clash(one: Port, other: Port) -> bool:
    anywhere = "0.0.0.0"  # noqa: S104
    return one[1:] == other[1:] and (one[0] == other[0] or anywhere in {one[0], other[0]})
