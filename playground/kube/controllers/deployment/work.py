"""One sync of one Deployment: what it reads, and the pen it writes with.

After pkg/controller/deployment/sync.go. A sync writes with the versions that it began with: a second write of the same
object is refused, and the next sync sees what the first has done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.kube.apiserver import ApiServer
from playground.kube.client.pods import is_active, is_over
from playground.kube.clock import Clock
from playground.kube.controllers.deployment import sizes
from playground.kube.controllers.deployment.revisions import Templates
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map
from playground.kube.store import By

Json = dict[str, Any]

DEPLOYMENTS = "deployments.apps"
REPLICA_SETS = "replicasets.apps"


def is_observed(replica_set: Map) -> bool:
    """Tell whether the controller of ReplicaSets has seen what was last asked of it."""
    observed: int = (replica_set.get("status") or EMPTY).get("observedGeneration") or 0
    generation: int = meta.metadata(replica_set).get("generation") or 0
    return observed >= generation


def is_counted(replica_set: Map, pods: list[Map]) -> bool:
    """Tell whether a ReplicaSet's status counts the pods that it has."""
    counted: int = (replica_set.get("status") or EMPTY).get("replicas") or 0
    return counted == sum(map(is_active, pods))


class Busy(Exception):
    """Others are about to write what a step needs. What they write brings the Deployment back."""


@dataclass(slots=True)
class Work:
    """A Deployment under work.

    *sets*: its ReplicaSets from old to new. *status*, *annotations*: as they are to be written. *listed* reads a
    ReplicaSet from the cache by namespace and name, *pods* the pods of a ReplicaSet; *again* brings the key back at a
    time. *side_by_side*: a step of a rollout waits for what others are about to write.
    """

    api: ApiServer
    clock: Clock
    by: By
    deployment: Map
    sets: list[Map]
    templates: Templates
    listed: Callable[[str, str], Map | None]
    pods: Callable[[Map], list[Map]]
    again: Callable[[float], None]
    side_by_side: bool = False
    status: Json = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.status = dict(self.deployment.get("status") or EMPTY)
        self.annotations = dict(meta.annotations(self.deployment))

    @property
    def name(self) -> str:
        """The Deployment's name."""
        return meta.name(self.deployment)

    @property
    def namespace(self) -> str:
        """The Deployment's namespace."""
        return meta.namespace(self.deployment)

    def write_status(self) -> None:
        """Write the status, and annotations where they changed. Raises ApiError."""
        before = self.deployment
        if self.annotations == meta.annotations(before):
            name, version = (self.namespace, self.name), meta.resource_version(before)
            self.api.set_status(DEPLOYMENTS, *name, self.status, by=self.by, version=version)
            return
        metadata = {**before["metadata"], "annotations": self.annotations}
        draft = {**before, "metadata": metadata, "status": self.status}
        self.api.update(draft, subresource="status", by=self.by)

    def update(self, replica_set: Map, annotations: Mapping[str, str], **spec: Any) -> Map:
        """Write a ReplicaSet with these annotations and with fields of its spec changed. Raises ApiError."""
        metadata = {**replica_set["metadata"], "annotations": annotations}
        draft = {**replica_set, "metadata": metadata, "spec": {**replica_set["spec"], **spec}}
        return self.api.update(draft, by=self.by).object

    def tell(self, reason: str, message: str, *, warning: bool = False) -> None:
        """Record an event about the Deployment."""
        self.api.record_event(self.deployment, reason, message, by=self.by, warning=warning)

    def step(self, replica_set: Map, size: int) -> tuple[bool, Map]:
        """Give a ReplicaSet a size as a step of a rollout. Raises ApiError, and Busy while its pods are being counted.

        The real write is refused then: the status that is written meanwhile makes its version an old one.
        """
        if self.side_by_side and size != sizes.replicas(replica_set) and not self._is_settled(replica_set):
            raise Busy
        return self.scale(replica_set, size)

    def _is_settled(self, replica_set: Map) -> bool:
        return is_observed(replica_set) and is_counted(replica_set, self.pods(replica_set))

    def await_removal(self, replica_sets: list[Map]) -> None:
        """Let pods that have ended be removed first: the kubelet has only to say so. Raises Busy while any are left."""
        if self.side_by_side and any(is_over(pod) for each in replica_sets for pod in self.pods(each)):
            raise Busy

    def scale(self, replica_set: Map, size: int, *, force: bool = False) -> tuple[bool, Map]:
        """Give a ReplicaSet a size; *force* notes the Deployment's size on it even if its own stays. Raises ApiError.

        Returns whether the size changed, and the ReplicaSet as it is then.
        """
        before = sizes.replicas(replica_set)
        if before == size and not force:
            return False, replica_set
        annotations = meta.annotations(replica_set)
        noted = {**annotations, **sizes.notes(self.deployment)}
        if before == size and noted == annotations:
            return False, replica_set
        after = self.update(replica_set, noted, replicas=size)
        if before == size:
            return False, after
        direction = "up" if before < size else "down"
        told = f"Scaled {direction} replica set {meta.name(after)} from {before} to {size}"
        self.tell("ScalingReplicaSet", told)
        return True, after
