"""Priority: a pod's priority and preemption policy come from its PriorityClass; only one class is the default.

Source: plugin/pkg/admission/priority/admission.go.
"""

from __future__ import annotations

from playground.kube.apiserver.admission.plugin import Plugin, Request
from playground.kube.objects.frozen import Object

_CLASSES = "priorityclasses.scheduling.k8s.io"
_LOWER = "PreemptLowerPriority"


def admit(request: Request) -> None:
    """Resolve a new pod's class; an update keeps what was resolved. Raises ApiError for a class that is not there."""
    if not request.is_for("pods"):
        return
    spec = request.draft()["spec"]
    if request.old is not None:
        for field in ("priority", "preemptionPolicy"):
            if field not in spec and field in request.old["spec"]:
                spec[field] = request.old["spec"][field]
        return
    found = _class_of(request, spec.get("priorityClassName") or "")
    if found is not None:
        spec["priorityClassName"] = found["metadata"]["name"]
    value = found.get("value", 0) if found is not None else 0
    policy = found.get("preemptionPolicy", _LOWER) if found is not None else _LOWER
    given = spec.get("priority")
    computed = "priority admission controller computed {} from the given PriorityClass name"
    if given is not None and given != value:
        told = computed.format(value)
        raise request.forbidden(f"the integer value of priority ({given}) must not be provided in pod spec; {told}")
    spec["priority"] = value
    wanted = spec.get("preemptionPolicy")
    if wanted is not None and wanted != policy:
        told = computed.format(policy)
        raise request.forbidden(
            f"the string value of PreemptionPolicy ({wanted}) must not be provided in pod spec; {told}"
        )
    spec["preemptionPolicy"] = policy


def _class_of(request: Request, name: str) -> Object | None:
    """Return the class a pod names, or the default one, or None."""
    if not name:
        return _default(request)
    found = request.core.store.get(_CLASSES, ("", name))
    if found is None:
        raise request.forbidden(f"no PriorityClass with name {name} was found")
    return found


def _default(request: Request) -> Object | None:
    """Return the default class; of several, the one with the lowest value."""
    marked = [item for item in request.core.store.list(_CLASSES) if item.get("globalDefault")]
    return min(marked, key=lambda item: item.get("value", 0), default=None)


def validate(request: Request) -> None:
    """Refuse a second default class; raises ApiError."""
    if not request.is_for(_CLASSES) or not request.draft().get("globalDefault"):
        return
    default = _default(request)
    if default is not None and (request.operation == "CREATE" or default["metadata"]["name"] != request.name):
        name = default["metadata"]["name"]
        raise request.forbidden(f"PriorityClass {name} is already marked as default. Only one default can exist")


PLUGIN = Plugin("Priority", ("CREATE", "UPDATE"), admit=admit, validate=validate)
