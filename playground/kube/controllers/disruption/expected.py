"""How many pods a budget counts on, and how many of them have to be healthy. After disruption.go.

A share is a share of what the pods' owners are meant to have: a Deployment's, ReplicaSet's, StatefulSet's or
ReplicationController's replicas, or what the scale subresource of any other owner says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playground.kube.apiserver import ApiServer
from playground.kube.client.informers import Informers
from playground.kube.errors import ApiError
from playground.kube.intstr import resolve
from playground.kube.objects import kinds, meta
from playground.kube.objects.frozen import Map, Object


class Uncountable(Exception):
    """What a budget counts on cannot be found out; the text says why."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is counted on. *unmanaged*: pods without an owner were left out of it."""

    pods: int
    healthy: int
    unmanaged: bool = False


def expected(budget: Object, pods: Sequence[Map], informers: Informers, api: ApiServer) -> Expected:
    """Return what a budget counts on, given the pods it selects. Raises Uncountable.

    Shares are rounded up, of those that may be missing, too.
    """
    spec = budget["spec"]
    most, least = spec.get("maxUnavailable"), spec.get("minAvailable")
    if most is None and isinstance(least, int):
        return Expected(len(pods), least)
    if most is None and least is None:
        return Expected(0, 0)
    total, unmanaged = _scale(pods, informers, api)
    try:
        if most is not None:
            return Expected(total, max(0, total - resolve(most, total, round_up=True)), unmanaged)
        return Expected(total, resolve(least, total, round_up=True), unmanaged)
    except ValueError as error:
        raise Uncountable(str(error)) from None


def _scale(pods: Sequence[Map], informers: Informers, api: ApiServer) -> tuple[int, bool]:
    """Return what the owners of pods are meant to have together, and whether there are pods without one."""
    scales: dict[str, int] = {}
    looked_at: set[str] = set()
    unmanaged = False
    for pod in pods:
        owner = meta.owner(pod)
        if owner is None:
            unmanaged = True
        elif owner["uid"] not in looked_at:
            looked_at.add(owner["uid"])
            found = _owner_scale(owner, meta.namespace(pod), informers) or _scaled(owner, meta.namespace(pod), api)
            if found is None:
                raise Uncountable(f'found no controllers for pod "{meta.name(pod)}"')
            scales[found[0]] = found[1]
    return sum(scales.values()), unmanaged


def _owner_scale(owner: Object, namespace: str, informers: Informers) -> tuple[str, int] | None:
    """Return the uid and replicas of an owner of a well-known kind; above a ReplicaSet, those of its Deployment."""
    group = owner["apiVersion"].rpartition("/")[0]
    match group, owner["kind"]:
        case "", "ReplicationController":
            return _replicas(informers, "replicationcontrollers", namespace, owner)
        case "apps", "StatefulSet":
            return _replicas(informers, "statefulsets.apps", namespace, owner)
        case "apps", "ReplicaSet":
            found = informers.cache("replicasets.apps").get(namespace, owner["name"])
            above = None if found is None or meta.uid(found) != owner["uid"] else meta.owner(found)
            if above is not None and above["kind"] == "Deployment":
                return _replicas(informers, "deployments.apps", namespace, above)
            return _replicas(informers, "replicasets.apps", namespace, owner)
        case _:
            return None


def _replicas(informers: Informers, resource: str, namespace: str, owner: Object) -> tuple[str, int] | None:
    found = informers.cache(resource).get(namespace, owner["name"])
    if found is None or meta.uid(found) != owner["uid"]:
        return None
    return meta.uid(found), found["spec"].get("replicas", 1)


def _scaled(owner: Object, namespace: str, api: ApiServer) -> tuple[str, int] | None:
    """Return the uid and replicas that an owner's scale subresource gives."""
    resource = kinds.by_kind(owner["apiVersion"], owner["kind"])
    if resource is None or not resource.plural:
        raise Uncountable(f'no matches for kind "{owner["kind"]}" in version "{owner["apiVersion"]}"')
    if "scale" not in resource.subresources:
        raise Uncountable(f"{resource.qualified} does not implement the scale subresource")
    try:
        scale = api.get(resource, owner["name"], namespace, subresource="scale").object
    except ApiError as error:
        if error.code == 404:
            return None
        raise Uncountable(error.message) from None
    if meta.uid(scale) != owner["uid"]:
        return None
    return meta.uid(scale), scale["spec"].get("replicas", 0)
