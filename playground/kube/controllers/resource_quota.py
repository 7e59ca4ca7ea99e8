"""ResourceQuotas: what a namespace may hold and holds is kept in their status.

After pkg/controller/resourcequota/resource_quota_controller.go and pkg/quota/v1/install/update_filter.go. What is
created is charged by admission; here quotas are counted when they are new or changed, and again when something that
they limit goes, ends or shrinks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from playground.kube.apiserver.admission.quota_usage import PLAIN_COUNTS, matches_scopes, usage
from playground.kube.apiserver.pod_usage import Amounts, amounts
from playground.kube.client import pods
from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Handler
from playground.kube.client.workqueue import Item
from playground.kube.objects import kinds
from playground.kube.objects.frozen import EMPTY, Map, Object
from playground.kube.objects.kinds import Resource
from playground.kube.quantity import Quantity
from playground.kube.store import By, Change

Json = dict[str, Any]
_Used = tuple[Map, Amounts]

_ZERO: Final = Quantity(0)
_QUOTAS: Final = "resourcequotas"
_COUNTED: Final = tuple(
    each for each in kinds.RESOURCES if each.namespaced and each.plural not in {"bindings", "events"}
)
_COMPUTE: Final = ("cpu", "memory", "ephemeral-storage", "requests.", "limits.", "hugepages-")


class ResourceQuotaController(Controller):
    """Keys: a quota's namespace and name."""

    name = "resourcequota-controller"

    def __init__(self, context: Context) -> None:
        self._quotas = context.informers.cache(_QUOTAS)
        self._known: dict[tuple[str, str], dict[str, _Used]] = {}  # resource, namespace -> what each object uses
        super().__init__(context)

    def handlers(self) -> Mapping[str, Handler]:
        """Watch quotas and everything that they can limit."""
        return {each.qualified: self._watching(each) for each in _COUNTED}

    def _watching(self, resource: Resource) -> Handler:
        def changed(change: Change) -> None:
            if len(self._quotas):
                self._replenish(resource, change)

        return self._quota_changed if resource.qualified == _QUOTAS else changed

    def _quota_changed(self, change: Change) -> None:
        old = change.previous
        if change.type == "DELETED":
            self._replenish(kinds.by_qualified(_QUOTAS), change)
        elif old is None or old["spec"].get("hard") != change.object["spec"].get("hard"):
            self.enqueue(change.key, change)

    def _replenish(self, resource: Resource, change: Change) -> None:
        """Put the quotas in line that an object's end may give room in (replenishQuota)."""
        if change.type == "ADDED" or (change.type == "MODIFIED" and not _gives_back(resource, change)):
            return
        for quota in self._quotas.list(change.key[0]):
            if _limits(resource, (quota.get("status") or EMPTY).get("hard") or EMPTY):
                self.enqueue((change.key[0], quota["metadata"]["name"]), change)

    def sync(self, item: Item, by: By) -> None:
        """Count what a quota limits and write it down (syncResourceQuota)."""
        namespace, name = item
        quota = self._quotas.get(namespace, name)
        if quota is None:
            return
        hard = amounts(quota["spec"].get("hard"))
        status = quota.get("status") or EMPTY
        used = self._used(quota, hard)
        if amounts(status.get("hard")) == hard and amounts(status.get("used")) == used and "used" in status:
            return
        told = {"hard": _told(hard), "used": _told(used)}
        self.api.set_status(_QUOTAS, namespace, name, told, by=by)

    def _used(self, quota: Map, hard: Amounts) -> Amounts:
        total = dict.fromkeys(sorted(hard), _ZERO)
        for resource in _COUNTED:
            if not _limits(resource, hard):
                continue
            for obj, uses in self._usages(resource, quota["metadata"]["namespace"]):
                if matches_scopes(resource, obj, quota["spec"]):
                    for name in hard.keys() & uses.keys():
                        total[name] += uses[name]
        return total

    def _usages(self, resource: Resource, namespace: str) -> Iterable[_Used]:
        """Return what each object of a namespace uses; only of those that changed it is worked out anew."""
        before, after = self._known.get((resource.qualified, namespace), {}), {}
        for obj in self.informers.cache(resource.qualified).list(namespace):
            name = obj["metadata"]["name"]
            known = before.get(name)
            after[name] = known if known is not None and known[0] is obj else (obj, usage(resource, obj))
        self._known[resource.qualified, namespace] = after
        return after.values()


def _told(values: Amounts) -> Json:
    return {name: str(values[name]) for name in sorted(values)}


def _limits(resource: Resource, hard: Mapping[str, Any]) -> bool:
    """Tell whether any of a quota's limits is about objects of a resource."""
    qualified = resource.qualified
    if f"count/{qualified}" in hard or (qualified in PLAIN_COUNTS and qualified in hard):
        return True
    if qualified == "pods":
        return any(name == "pods" or name.startswith(_COMPUTE) for name in hard)
    if qualified == "services":
        return any(name.startswith("services.") for name in hard)
    return qualified == "persistentvolumeclaims" and any(
        name in {"persistentvolumeclaims", "requests.storage"} or ".storageclass." in name for name in hard
    )


def _gives_back(resource: Resource, change: Change) -> bool:
    """Tell whether a changed object uses less than it did, as far as it is looked at (DefaultUpdateFilter)."""
    old, new = change.previous or EMPTY, change.object
    if resource.qualified == "pods":
        return (pods.is_over(new) and not pods.is_over(old)) or _asks(old) != _asks(new)
    if resource.qualified == "services":
        return bool(_spec(old).get("type") != _spec(new).get("type"))
    return resource.qualified == "persistentvolumeclaims" and _spec(old).get("resources") != _spec(new).get("resources")


def _asks(pod: Object) -> list[Any]:
    return [container.get("resources") for container in _spec(pod).get("containers") or ()]


def _spec(obj: Object) -> Object:
    spec: Object = obj.get("spec") or EMPTY
    return spec
