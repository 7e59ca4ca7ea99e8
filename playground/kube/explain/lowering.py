"""Lowering what a pod requests, down to a total: in one container if that will do, else in all of them in proportion.

How requests add up is playground.kube.scheduler.requests; this is the way back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from playground.kube.explain import amounts
from playground.kube.explain.changes import Edit, Kind, Step, Where, cost
from playground.kube.explain.edits import dotted
from playground.kube.objects.frozen import Map, find, freeze, put
from playground.kube.scheduler import requests
from playground.kube.scheduler.pods import Pod

Place = tuple[str, int]  # (containers or initContainers, index)
NATIVE: Final = frozenset({"cpu", "memory", "ephemeral-storage"})
LEAST: Final = {"cpu": 10, "memory": amounts.MI, "ephemeral-storage": amounts.MI}
WHOLE: Final = ("spec", "resources", "requests")


def lower(pod: Pod, resource: str, room: int) -> Edit | None:
    """Ask for the largest pleasant amount that is at most `room`; None if that would be too little to be of use."""
    total, now = amounts.round_down(resource, room), pod.shape.requests.get(resource, 0)
    if total < LEAST.get(resource, 0) or total >= now:
        return None
    price = cost(Kind.REQUEST, 1 - total / now)
    where = Where("Pod", pod.namespace, pod.name)

    def tell() -> Step:
        old: Map = freeze(pod.object)
        new = lowered(old, resource, total) or old
        path = _first_difference(old, new, resource)
        will = requests.pod_requests(new["spec"]).get(resource, 0)
        said = f"if it asked for {amounts.named(resource, will)} instead of {amounts.text(resource, now)}"
        return Step(Kind.REQUEST, where, dotted(path), find(old, path), find(new, path), price, said)

    return Edit(Kind.REQUEST, where, (resource, total), price, tell, lambda obj: lowered(obj, resource, total) or obj)


def lowered(obj: Map, resource: str, total: int) -> Map | None:
    """Return the pod with requests that come to at most `total`; None when there is no way."""
    spec = obj["spec"]
    room = total - requests.amounts(spec.get("overhead")).get(resource, 0)
    if room < 0:
        return None
    if resource in requests.pod_level_requests(spec):
        obj = put(obj, (*WHOLE, resource), amounts.exact(resource, room))
    steady, early = _shares(spec, resource)
    for place, amount in _fitted(steady, resource, room).items():
        obj = _with_request(obj, place, resource, amount)
    for place, amount in early.items():
        beside = sum(_amount(obj["spec"], other, resource) for other in steady if other[0] == "initContainers")
        if amount + beside > room:
            obj = _with_request(obj, place, resource, max(room - beside, 0))
    return obj if requests.pod_requests(obj["spec"]).get(resource, 0) <= total else None


def _shares(spec: Mapping[str, Any], resource: str) -> tuple[dict[Place, int], dict[Place, int]]:
    """Return what the containers and sidecars ask for, which adds up, and what each init container does."""
    steady: dict[Place, int] = {}
    early: dict[Place, int] = {}
    for place, container in _containers(spec):
        asked = _amount(spec, place, resource)
        if asked:
            is_early = place[0] == "initContainers" and container.get("restartPolicy") != "Always"
            (early if is_early else steady)[place] = asked
    return steady, early


def _fitted(steady: Mapping[Place, int], resource: str, room: int) -> dict[Place, int]:
    """Return the new amounts of those that have to change."""
    over = sum(steady.values()) - room
    if over <= 0:
        return {}
    largest = max(steady, key=lambda place: steady[place])
    if over * 2 <= steady[largest] or len(steady) == 1:
        return {largest: max(steady[largest] - over, 0)}
    total = sum(steady.values())
    return {place: amounts.round_down(resource, asked * room // total) for place, asked in steady.items()}


def _containers(spec: Mapping[str, Any]) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    for part in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(part) or ()):
            yield (part, index), container


def _amount(spec: Mapping[str, Any], place: Place, resource: str) -> int:
    resources = spec[place[0]][place[1]].get("resources") or {}
    return requests.amounts(resources.get("requests")).get(resource, 0)


def _with_request(obj: Map, place: Place, resource: str, amount: int) -> Map:
    """Set a request; what cannot be overcommitted (GPUs, huge pages) has its limit set, too."""
    at = ("spec", *place, "resources")
    quantity = amounts.exact(resource, amount)
    obj = put(obj, (*at, "requests", resource), quantity)
    if resource not in NATIVE and find(obj, (*at, "limits", resource)) is not None:
        obj = put(obj, (*at, "limits", resource), quantity)
    return obj


def _first_difference(old: Map, new: Map, resource: str) -> tuple[str | int, ...]:
    """Return the path of the first request that changed: that of the pod as a whole or that of a container."""
    whole = (*WHOLE, resource)
    if find(old, whole) != find(new, whole):
        return whole
    paths = [("spec", *place, "resources", "requests", resource) for place, _ in _containers(old["spec"])]
    return next(path for path in paths if find(old, path) != find(new, path))
