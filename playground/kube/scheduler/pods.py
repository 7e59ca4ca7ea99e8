"""A pod as the scheduler sees it, and its Shape: all that plugins read, parsed once for all pods that are alike."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from playground.kube.clock import seconds_of
from playground.kube.objects import meta
from playground.kube.scheduler import requests
from playground.kube.scheduler.requests import Amounts

Object = Mapping[str, Any]
REMEMBERED: Final = 4096  # shapes kept for pods to come


class Shape:
    """Namespace, labels, controller and spec (without nodeName) of a pod.

    Pods that are alike share one Shape, so it may be a key by identity; a plugin may keep what it parsed in `parsed`,
    under its own name.
    """

    def __init__(
        self, namespace: str, labels: Mapping[str, str], spec: Object, owner: Object | None, name: str = ""
    ) -> None:
        self.namespace = namespace
        self.name = name  # only of pods whose ephemeral volumes are named after them, otherwise ""
        self.labels = labels
        self.spec = spec
        self.owner = owner
        self.parsed: dict[str, Any] = {}

    @cached_property
    def requests(self) -> Amounts:
        """What the pod requests: cpu in millicores, others in units."""
        return requests.pod_requests(self.spec)

    @cached_property
    def nonzero(self) -> tuple[int, int]:
        """(millicores, bytes) it counts as in scores once it is on a node."""
        return requests.nonzero_requests(self.spec)

    @property
    def affinity(self) -> Object:
        """spec.affinity, or an empty map."""
        return self.spec.get("affinity") or {}


@dataclass(slots=True, eq=False)
class Pod:
    """One pod. Compared by identity; `uid` tells pods apart across updates.

    priority: spec.priority, 0 by default. start: status.startTime in seconds since the epoch, or None.
    order: the sequence in which the scheduler first saw the pods. terminating: a deletionTimestamp is set.
    node: where it is (or is assumed to be), "" while it waits. nominated: status.nominatedNodeName.
    """

    uid: str
    namespace: str
    name: str
    object: Object
    shape: Shape
    priority: int
    order: int
    start: float | None = None
    terminating: bool = False
    node: str = ""
    nominated: str = ""

    @property
    def labels(self) -> Mapping[str, str]:
        """metadata.labels."""
        return self.shape.labels

    @property
    def full_name(self) -> str:
        """namespace/name, as in events and logs."""
        return f"{self.namespace}/{self.name}"


class PodReader:
    """Makes Pods of objects and remembers their shapes."""

    def __init__(self) -> None:
        self._shapes: OrderedDict[tuple[str, str], Shape] = OrderedDict()
        self._seen = 0

    def read(self, obj: Object, order: int | None = None) -> Pod:
        """Return the Pod for an object. `order`: that of the same pod when it was first seen."""
        if order is None:
            self._seen += 1
            order = self._seen
        return self._make(obj, self.shape(obj), order)

    def _make(self, obj: Object, shape: Shape, order: int) -> Pod:
        spec, status, metadata = obj["spec"], obj.get("status") or {}, obj["metadata"]
        stamp = status.get("startTime")
        return Pod(
            uid=metadata.get("uid") or "",
            namespace=metadata.get("namespace") or "",
            name=metadata["name"],
            object=obj,
            shape=shape,
            priority=spec.get("priority") or 0,
            order=order,
            start=seconds_of(stamp) if stamp else None,
            terminating=bool(metadata.get("deletionTimestamp")),
            node=spec.get("nodeName") or "",
            nominated=status.get("nominatedNodeName") or "",
        )

    def again(self, pod: Pod, obj: Object) -> Pod:
        """Return the Pod for a newer state of the same pod; the shape is kept when its parts are the very same."""
        before, spec = pod.object, obj["spec"]
        old_spec, old_meta, new_meta = before["spec"], before["metadata"], obj["metadata"]
        if (
            all(old_spec.get(name) is value for name, value in spec.items() if name != "nodeName")
            and len(spec) - ("nodeName" in spec) == len(old_spec) - ("nodeName" in old_spec)
            and old_meta.get("labels") is new_meta.get("labels")
            and old_meta.get("ownerReferences") is new_meta.get("ownerReferences")
        ):
            return self._make(obj, pod.shape, pod.order)
        return self.read(obj, pod.order)

    def shape(self, obj: Object) -> Shape:
        """Return the Shape of a pod object; equal pods get the same one."""
        namespace, labels, owner = meta.namespace(obj), meta.labels(obj), meta.owner(obj)
        spec = {name: value for name, value in obj["spec"].items() if name != "nodeName"}
        own = meta.name(obj) if any(volume.get("ephemeral") for volume in spec.get("volumes") or ()) else ""
        key = (namespace, json.dumps((labels, owner, spec, own)))
        found = self._shapes.get(key)
        if found is None:
            found = self._shapes[key] = Shape(namespace, labels, spec, owner, own)
            if len(self._shapes) > REMEMBERED:
                self._shapes.popitem(last=False)
        return found
