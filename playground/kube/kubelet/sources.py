"""Where a container's variables and files come from: ConfigMaps, Secrets, and what a pod knows of itself.

After pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables, podFieldSelectorRuntimeValue), pkg/fieldpath and
pkg/api/v1/resource/helpers.go. What is missing is raised in the words that end up in the pod's status.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Final

from playground.kube import quantity
from playground.kube.client.informers import Informers
from playground.kube.kubelet.worker import Worker
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Object

Data = Mapping[str, str]

_SUBSCRIPT: Final = re.compile(r"^metadata\.(labels|annotations)\['(.+)'\]$")
_NOUN: Final = {"configmaps": "configmap", "secrets": "secret"}
# Where what is wanted of a node's resources is written in a pod without limits: the node's allocatable.
_WHOLE: Final = {"cpu": "4", "memory": "8Gi", "ephemeral-storage": "100Gi"}


class Lacking(Exception):
    """Something that a pod refers to is not there. *what*: (resource, namespace, name), for whoever waits for it."""

    def __init__(self, message: str, what: tuple[str, str, str] | None = None) -> None:
        super().__init__(message)
        self.message, self.what = message, what


class Sources:
    """Reads what pods refer to, from the watch's caches."""

    def __init__(self, informers: Informers) -> None:
        self._caches = {name: informers.cache(name) for name in ("configmaps", "secrets", "nodes")}

    def data(self, resource: str, namespace: str, name: str) -> Data:
        """Return the data of a ConfigMap or a Secret, decoded; raises Lacking."""
        found = self._caches[resource].get(namespace, name)
        if found is None:
            raise Lacking(f'{_NOUN[resource]} "{name}" not found', (resource, namespace, name))
        data: Data = found.get("data") or EMPTY
        if resource == "secrets":
            return {key: _decoded(value) for key, value in data.items()}
        binary = found.get("binaryData")
        return {**data, **{key: _decoded(value) for key, value in binary.items()}} if binary else data

    def whole(self, resource: str, namespace: str, reference: Object) -> Data | None:
        """Return what envFrom takes, None where it is optional and missing; raises Lacking."""
        try:
            return self.data(resource, namespace, reference["name"])
        except Lacking:
            if reference.get("optional"):
                return None
            raise

    def key(self, resource: str, namespace: str, reference: Object) -> str | None:
        """Return one value, None where it is optional and missing; raises Lacking."""
        data = self.whole(resource, namespace, reference)
        if data is None:
            return None
        if reference["key"] not in data:
            if reference.get("optional"):
                return None
            noun = "ConfigMap" if resource == "configmaps" else "Secret"
            told = f"couldn't find key {reference['key']} in {noun} {namespace}/{reference['name']}"
            raise Lacking(told, (resource, namespace, reference["name"]))
        return data[reference["key"]]

    def resource(self, worker: Worker, container: Object, reference: Object) -> str:
        """Return a container's request or limit in units of the divisor, rounded up."""
        name = reference.get("containerName")
        holder = container
        for other in (*(worker.spec.get("initContainers") or ()), *worker.spec["containers"]) if name else ():
            if other["name"] == name:
                holder = other
        side, _, resource = reference["resource"].partition(".")
        node = self._caches["nodes"].get("", worker.node) or EMPTY
        room = {**_WHOLE, **((node.get("status") or EMPTY).get("allocatable") or EMPTY)}
        given = ((holder.get("resources") or EMPTY).get(side) or EMPTY).get(resource)
        amount = quantity.parse(str(given or (room.get(resource, "0") if side == "limits" else "0")))
        divisor = quantity.parse(str(reference.get("divisor") or "0"))
        unit = divisor.fraction() if divisor else 1
        return str(-(-amount.fraction() // unit))


def _decoded(value: str) -> str:
    return base64.b64decode(value).decode("utf-8", "replace")


def own_field(worker: Worker, path: str) -> str:
    """Return a field of the pod as the downward API gives it."""
    pod, metadata = worker.pod, worker.pod["metadata"]
    simple = {
        "metadata.name": metadata.get("name", ""),
        "metadata.namespace": metadata.get("namespace", ""),
        "metadata.uid": metadata.get("uid", ""),
        "spec.nodeName": worker.node,
        "spec.serviceAccountName": pod["spec"].get("serviceAccountName") or "",
        "status.hostIP": worker.host_ip,
        "status.hostIPs": worker.host_ip,
        "status.podIP": worker.ip,
        "status.podIPs": worker.ip,
    }
    if path in simple:
        return str(simple[path])
    if path in {"metadata.labels", "metadata.annotations"}:
        held = meta.labels(pod) if path == "metadata.labels" else meta.annotations(pod)
        return "\n".join(f'{key}="{held[key]}"' for key in sorted(held))
    match = _SUBSCRIPT.match(path)
    if match:
        held = meta.labels(pod) if match[1] == "labels" else meta.annotations(pod)
        return held.get(match[2], "")
    return ""
