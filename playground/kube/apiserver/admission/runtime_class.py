"""RuntimeClass: a pod takes overhead, node selector and tolerations from its class.

Source: plugin/pkg/admission/runtimeclass/admission.go, pkg/util/tolerations/tolerations.go.
"""

from __future__ import annotations

from typing import Any

from playground.kube.apiserver.admission.plugin import Plugin, Request
from playground.kube.objects.frozen import Object, thaw


def admit(request: Request) -> None:
    """Set what the class says; raises ApiError when there is no such class or the pod contradicts it."""
    if not request.is_for("pods"):
        return
    spec = request.draft()["spec"]
    found = _class_of(request, spec)
    if found is None:
        return
    overhead = (found.get("overhead") or {}).get("podFixed")
    if overhead:
        if spec.get("overhead") and spec["overhead"] != overhead:
            raise request.forbidden("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")
        spec["overhead"] = thaw(overhead)
    _schedule(request, spec, found.get("scheduling") or {})


def _class_of(request: Request, spec: Object) -> Object | None:
    name = spec.get("runtimeClassName")
    if name is None:
        return None
    found = request.core.store.get("runtimeclasses.node.k8s.io", ("", name))
    if found is None:
        raise request.forbidden(f'pod rejected: RuntimeClass "{name}" not found')
    return found


def _schedule(request: Request, spec: dict[str, Any], scheduling: Object) -> None:
    """Merge the class's node selector and tolerations into the pod's."""
    for key, value in (scheduling.get("nodeSelector") or {}).items():
        given = spec.setdefault("nodeSelector", {}).setdefault(key, value)
        if given != value:
            both = f"runtimeClass.scheduling.nodeSelector[{key}] = {value}; pod.spec.nodeSelector[{key}] = {given}"
            raise request.forbidden(f"conflict: {both}")
    tolerations = spec.get("tolerations") or []
    added = [thaw(item) for item in scheduling.get("tolerations") or () if item not in tolerations]
    if added:
        spec["tolerations"] = [*tolerations, *added]


def validate(request: Request) -> None:
    """Refuse an overhead that no class gave; raises ApiError."""
    if not request.is_for("pods"):
        return
    spec = request.draft()["spec"]
    found = _class_of(request, spec)
    defined = (found.get("overhead") or {}).get("podFixed") if found is not None else None
    given = spec.get("overhead")
    if defined and defined != given:
        raise request.forbidden("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")
    if given and not defined:
        raise request.forbidden("pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead")


PLUGIN = Plugin("RuntimeClass", ("CREATE",), admit=admit, validate=validate)
