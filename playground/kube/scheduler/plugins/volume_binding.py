"""VolumeBinding: claims must be bound to volumes that the node can use, or be able to get one there
(plugins/volumebinding/{volume_binding,binder}.go)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from playground.kube.objects import meta
from playground.kube.objects.frozen import put
from playground.kube.scheduler import volumes
from playground.kube.scheduler.events import Action, Event, Hint, always
from playground.kube.scheduler.framework import BindingNeeds, Code, Handle, PreFilterResult, Status
from playground.kube.scheduler.pods import Pod, Shape
from playground.kube.scheduler.table import IntArray, Node, Rows
from playground.kube.selectors import NodeSelector

NAME: Final = "VolumeBinding"
REASON_IMMEDIATE: Final = "pod has unbound immediate PersistentVolumeClaims"
NODE_CONFLICT, BIND_CONFLICT, NO_VOLUME = 1, 2, 4  # a verdict is a sum of these
REASONS: Final = {
    NODE_CONFLICT: "node(s) didn't match PersistentVolume's node affinity",
    BIND_CONFLICT: "node(s) didn't find available persistent volumes to bind",
    NO_VOLUME: "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
}

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Want:
    """The pod's claims by name, and how they stand: bound, or to be bound on the node."""

    namespace: str
    bound: tuple[str, ...]
    waiting: tuple[str, ...]
    version: int  # of the objects it was read from


class VolumeBinding:
    """Refuses pods with claims that cannot be used, and nodes on which they cannot."""

    name = NAME

    def __init__(self, handle: Handle) -> None:
        self._table = handle.table
        self._objects = handle.objects

    def pre_filter(self, pod: Pod) -> PreFilterResult | None:
        """Refuse a pod with a missing claim, or an unbound one that does not wait for its pod."""
        shape, immediate = pod.shape, False
        for item in volumes.claim_names(shape):
            claim = self._objects.get(volumes.CLAIMS, shape.namespace, item.name)
            problem = _problem(item, claim, pod)
            if problem or claim is None:
                return _refusal(problem)
            immediate |= not volumes.is_bound(claim) and not volumes.waits_for_consumer(self._objects, claim)
        return _refusal(REASON_IMMEDIATE) if immediate else None

    def filter_want(self, shape: Shape) -> Want | None:
        """Return the claims, None without any."""
        found = list(volumes.claims(self._objects, shape))
        if not found:
            return None
        bound = tuple(meta.name(claim) for claim in found if volumes.is_bound(claim))
        waiting = tuple(meta.name(claim) for claim in found if not volumes.is_bound(claim))
        return Want(shape.namespace, bound, waiting, self._objects.version)

    def filter_all(self, want: Want) -> IntArray:
        """The sum of what is wrong with each node."""
        bound = [self._claim(want, name) for name in want.bound]
        waiting = [self._claim(want, name) for name in want.waiting]
        free = self._free()
        return np.array([self._verdict(node, bound, waiting, free) for node in self._table.rows], dtype=np.int64)

    def explain(self, _want: Want, verdict: int) -> Status:
        """Name all that is wrong."""
        reasons = tuple(reason for bit, reason in REASONS.items() if verdict & bit)
        return Status(Code.UNRESOLVABLE, reasons, NAME)

    def score_want(self, _shape: Shape) -> None:
        """Skip: nodes are scored by storage capacity only with a feature gate that is off by default."""

    def score_set(self, _want: None, _rows: Rows) -> IntArray | None:
        """Skip."""
        return None

    def events(self) -> tuple[tuple[Event, Hint], ...]:
        """Anything that may bind a claim or bring a volume within reach."""
        return (
            (Event(volumes.CLASSES, Action.ADD | Action.UPDATE), always),
            (Event(volumes.CLAIMS, Action.ADD | Action.UPDATE), always),
            (Event(volumes.VOLUMES, Action.ADD | Action.UPDATE), always),
            (Event("nodes", Action.ADD | Action.UPDATE_NODE_LABEL), always),
        )

    def pre_bind(self, pod: Pod, node: str) -> BindingNeeds:
        """Give each waiting claim its volume, or the node on which to provision one; ready when all are bound.

        Binding them for good is the volume controller's and the provisioner's work.
        """
        found = self._table.find(node)
        want = self.filter_want(pod.shape)
        if want is None or not want.waiting or found is None:
            return BindingNeeds()
        waiting = [self._claim(want, name) for name in want.waiting]
        chosen = self._match(found, waiting, self._free()) or {}
        writes = [self._written(claim, chosen.get(meta.name(claim), ""), node) for claim in waiting]
        return BindingNeeds(tuple(obj for obj in writes if obj is not None), ready=False)

    def _written(self, claim: Object, volume_name: str, node: str) -> Object | None:
        """The volume with its claim, or the claim with its node; None when that is written already."""
        if not volume_name:
            if meta.annotations(claim).get(volumes.SELECTED_NODE) == node:
                return None
            return put(claim, ("metadata", "annotations", volumes.SELECTED_NODE), node)
        volume = self._objects.get(volumes.VOLUMES, "", volume_name)
        if volume is None or volume["spec"].get("claimRef"):
            return None
        reference = {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "name": meta.name(claim),
            "namespace": meta.namespace(claim),
            "resourceVersion": claim["metadata"].get("resourceVersion"),
            "uid": meta.uid(claim),
        }
        bound = put(volume, ("metadata", "annotations", "pv.kubernetes.io/bound-by-controller"), "yes")
        return put(bound, ("spec", "claimRef"), reference)

    def _free(self) -> list[Object]:
        """All volumes, those kept for somebody first, then the smaller before the larger."""
        by_size = sorted(self._objects.list(volumes.VOLUMES), key=volumes.capacity)
        return sorted(by_size, key=lambda volume: not volume["spec"].get("claimRef"))

    def _claim(self, want: Want, name: str) -> Object:
        return self._objects.get(volumes.CLAIMS, want.namespace, name) or {}

    def _verdict(self, node: Node, bound: Sequence[Object], waiting: Sequence[Object], free: Sequence[Object]) -> int:
        verdict = 0
        for claim in bound:
            volume = self._objects.get(volumes.VOLUMES, "", volumes.volume_name(claim))
            if volume is None:
                verdict |= NO_VOLUME
            elif not volumes.node_fits(volume, node.labels, node.name):
                verdict |= NODE_CONFLICT
        if waiting and self._match(node, waiting, free) is None:
            verdict |= BIND_CONFLICT
        return verdict

    def _match(self, node: Node, waiting: Sequence[Object], free: Sequence[Object]) -> dict[str, str] | None:
        """Find the smallest fitting volume for each claim, else whether it can be provisioned; None: it cannot."""
        taken: dict[str, str] = {}
        for claim in sorted(waiting, key=volumes.request):
            found = next(
                (
                    volume
                    for volume in free
                    if meta.name(volume) not in taken.values()
                    and volumes.can_bind(volume, claim)
                    and volumes.node_fits(volume, node.labels, node.name)
                ),
                None,
            )
            if found is None and not self._can_provision(claim, node):
                return None
            taken[meta.name(claim)] = meta.name(found) if found else ""
        return taken

    def _can_provision(self, claim: Object, node: Node) -> bool:
        storage_class = self._objects.get(volumes.CLASSES, "", volumes.class_name(claim))
        if storage_class is None or storage_class.get("provisioner") in (None, "", volumes.NO_PROVISIONER):
            return False
        topologies = storage_class.get("allowedTopologies")
        if not topologies:
            return True
        terms = [
            {"matchExpressions": [{**item, "operator": "In"} for item in term.get("matchLabelExpressions") or ()]}
            for term in topologies
        ]
        return NodeSelector.of({"nodeSelectorTerms": terms}).matches(node.labels, node.name)


def _problem(item: volumes.ClaimName, claim: Object | None, pod: Pod) -> str:
    """Return why a pod with this claim cannot be scheduled anywhere, "" when it may be."""
    if claim is None:
        if item.ephemeral:
            return f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{item.name}"'
        return f'persistentvolumeclaim "{item.name}" not found'
    if (claim.get("status") or {}).get("phase") == "Lost":
        gone = volumes.volume_name(claim)
        return f'persistentvolumeclaim "{item.name}" bound to non-existent persistentvolume "{gone}"'
    if meta.deleting(claim):
        return f'persistentvolumeclaim "{item.name}" is being deleted'
    owner = meta.owner(claim) or {}
    if item.ephemeral and owner.get("uid") != pod.uid:
        return f"PVC {pod.namespace}/{item.name} was not created for pod {pod.full_name} (pod is not owner)"
    return ""


def _refusal(reason: str) -> PreFilterResult:
    return PreFilterResult(Status(Code.UNRESOLVABLE, (reason,), NAME))


def new(_args: Mapping[str, Any], handle: Handle) -> VolumeBinding:
    """Make the plugin from VolumeBindingArgs."""
    return VolumeBinding(handle)
