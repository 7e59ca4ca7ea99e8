"""LimitRanger: containers get the default requests and limits of their namespace, and must keep to its bounds.

Source: plugin/pkg/admission/limitranger/admission.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from playground.kube import quantity
from playground.kube.apiserver.admission.plugin import Plugin, Request
from playground.kube.apiserver.pod_usage import Amounts, amounts, containers_total
from playground.kube.objects.frozen import Map, Object
from playground.kube.quantity import Quantity

ANNOTATION = "kubernetes.io/limit-ranger"
_ZERO = Quantity(0)


def admit(request: Request) -> None:
    """Give the containers of a new pod what the namespace's limit ranges have for those that say nothing."""
    if request.operation == "CREATE" and request.is_for("pods"):
        for limit_range in _limit_ranges(request):
            _set_defaults(request.draft(), limit_range)


def validate(request: Request) -> None:
    """Refuse what is outside a bound; raises ApiError."""
    check = None
    if request.operation == "CREATE" and request.is_for("pods"):
        check = _pod_problems
    elif request.is_for("persistentvolumeclaims"):
        check = _claim_problems
    if check is None or (request.old is not None and request.old["metadata"].get("deletionTimestamp")):
        return
    for limit_range in _limit_ranges(request):
        problems = list(dict.fromkeys(check(request.draft()["spec"], limit_range)))
        if problems:
            raise request.forbidden(problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]")


def _limit_ranges(request: Request) -> list[Map]:
    return request.core.store.list("limitranges", request.namespace)


def _set_defaults(pod: dict[str, Any], limit_range: Object) -> None:
    requests: dict[str, str] = {}
    limits: dict[str, str] = {}
    for limit in limit_range["spec"].get("limits") or ():
        if limit.get("type") == "Container":
            requests |= limit.get("defaultRequest") or {}
            limits |= limit.get("default") or {}
    notes: list[str] = []
    for field, prefix in (("containers", "container"), ("initContainers", "init container")):
        for container in pod["spec"].get(field) or ():
            resources = container.setdefault("resources", {})
            added = {"limit": _merge(resources, "limits", limits), "request": _merge(resources, "requests", requests)}
            told = f"{prefix} {container.get('name', '')}"
            notes += [f"{', '.join(added[word])} {word} for {told}" for word in ("request", "limit") if added[word]]
    if notes:
        note = f"LimitRanger plugin set: {'; '.join(notes)}"
        pod["metadata"].setdefault("annotations", {})[ANNOTATION] = note


def _merge(resources: dict[str, Any], side: str, defaults: Mapping[str, str]) -> list[str]:
    """Add what is missing; return its names, sorted."""
    missing = sorted(name for name in defaults if name not in (resources.get(side) or {}))
    if missing:
        resources[side] = {**(resources.get(side) or {}), **{name: defaults[name] for name in missing}}
    return missing


def _pod_problems(spec: Object, limit_range: Object) -> Iterator[str]:
    for limit in limit_range["spec"].get("limits") or ():
        if limit.get("type") == "Container":
            for container in [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]:
                resources = container.get("resources") or {}
                yield from _bound_problems(limit, amounts(resources.get("requests")), amounts(resources.get("limits")))
        elif limit.get("type") == "Pod":
            yield from _bound_problems(limit, containers_total(spec, "requests"), containers_total(spec, "limits"))


def _claim_problems(spec: Object, limit_range: Object) -> Iterator[str]:
    requests = amounts((spec.get("resources") or {}).get("requests"))
    for limit in limit_range["spec"].get("limits") or ():
        if limit.get("type") == "PersistentVolumeClaim":
            for name, bound in sorted((limit.get("min") or {}).items()):
                yield from _least(
                    f"minimum {name} usage per PersistentVolumeClaim is {bound}", bound, requests.get(name), None
                )
            for name, bound in sorted((limit.get("max") or {}).items()):
                told = f"maximum {name} usage per PersistentVolumeClaim is {bound}"
                asked = requests.get(name)
                if asked is None:
                    yield f"{told}.  No request is specified"
                elif asked > quantity.parse(bound):
                    yield f"{told}, but request is {asked}"


def _bound_problems(limit: Object, requests: Amounts, limits: Amounts) -> Iterator[str]:
    kind = limit["type"]
    for name, bound in sorted((limit.get("min") or {}).items()):
        told = f"minimum {name} usage per {kind} is {bound}"
        yield from _least(told, bound, requests.get(name), limits.get(name))
    for name, bound in sorted((limit.get("max") or {}).items()):
        told = f"maximum {name} usage per {kind} is {bound}"
        yield from _most(told, bound, requests.get(name), limits.get(name))
    for name, bound in sorted((limit.get("maxLimitRequestRatio") or {}).items()):
        told = f"{name} max limit to request ratio per {kind} is {bound}"
        yield from _ratio(told, bound, requests.get(name), limits.get(name))


def _least(told: str, bound: str, request: Quantity | None, limit: Quantity | None) -> Iterator[str]:
    least = quantity.parse(bound)
    if request is None:
        yield f"{told}.  No request is specified"
    elif request < least:
        yield f"{told}, but request is {request}"
    elif limit is not None and limit < least:
        yield f"{told}, but limit is {limit}"


def _most(told: str, bound: str, request: Quantity | None, limit: Quantity | None) -> Iterator[str]:
    most = quantity.parse(bound)
    if limit is None:
        yield f"{told}.  No limit is specified"
    elif limit > most:
        yield f"{told}, but limit is {limit}"
    elif request is not None and request > most:
        yield f"{told}, but request is {request}"


def _ratio(told: str, bound: str, request: Quantity | None, limit: Quantity | None) -> Iterator[str]:
    if request is None or request == _ZERO:
        yield f"{told}, but no request is specified or request is 0"
    elif limit is None or limit == _ZERO:
        yield f"{told}, but no limit is specified or limit is 0"
    elif limit.fraction() / request.fraction() > quantity.parse(bound).fraction():
        yield f"{told}, but provided ratio is {float(limit.fraction() / request.fraction()):f}"


PLUGIN = Plugin("LimitRanger", ("CREATE", "UPDATE"), admit=admit, validate=validate)
