"""Finalizers that keep a claim while pods use it, and a volume while it is bound.

The protection controllers take them away when nobody uses the object. Where they do not run, a deletion does so itself
for what is not in use. Source: pkg/controller/volume/{pvcprotection,pvprotection}.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from playground.kube.apiserver.core import Core
from playground.kube.objects import meta
from playground.kube.objects.frozen import Object
from playground.kube.objects.kinds import Resource

FINALIZERS: Final[Mapping[str, str]] = {
    "persistentvolumeclaims": "kubernetes.io/pvc-protection",
    "persistentvolumes": "kubernetes.io/pv-protection",
}


_CONTROLLERS: Final[Mapping[str, str]] = {
    "persistentvolumeclaims": "persistentvolumeclaim-protection-controller",
    "persistentvolumes": "persistentvolume-protection-controller",
}


def released(core: Core, resource: Resource, obj: Object) -> str:
    """Return the finalizer that no longer protects anybody, or "" when there is none or a controller sees to it."""
    finalizer = FINALIZERS.get(resource.qualified, "")
    if finalizer and _CONTROLLERS[resource.qualified] in core.programs:
        return ""
    return finalizer if finalizer and not _in_use(core, resource, obj) else ""


def _in_use(core: Core, resource: Resource, obj: Object) -> bool:
    if resource.qualified == "persistentvolumes":
        return bool((obj.get("status") or {}).get("phase") == "Bound")
    name = meta.name(obj)
    return any(_uses(pod, name) for pod in core.store.list("pods", meta.namespace(obj)))


def _uses(pod: Object, claim: str) -> bool:
    """A pod that has ended, or that runs nowhere yet, uses no claim."""
    ended = (pod.get("status") or {}).get("phase") in {"Failed", "Succeeded"}
    if ended or not pod["spec"].get("nodeName"):
        return False
    volumes = pod["spec"].get("volumes") or ()
    return any((volume.get("persistentVolumeClaim") or {}).get("claimName") == claim for volume in volumes)
