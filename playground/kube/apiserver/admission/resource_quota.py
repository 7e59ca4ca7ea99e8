"""ResourceQuota: a namespace may not hold more than its quotas allow; what is admitted is added to their status.

The quota controller keeps status.hard and status.used; a quota that it has not looked at yet allows everything. Where
no such controller runs, quotas are counted here.
Source: k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go. What objects use is in quota_usage.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from playground.kube.apiserver.admission.plugin import Plugin, Request
from playground.kube.apiserver.admission.quota_usage import matches_scopes, missing_from, usage
from playground.kube.apiserver.pod_usage import Amounts, amounts
from playground.kube.objects import kinds
from playground.kube.objects.frozen import Map, Object, put
from playground.kube.quantity import Quantity

CONTROLLER = "resourcequota-controller"
_ZERO = Quantity(0)
_UPDATED = frozenset({"services", "persistentvolumeclaims"})  # kinds that are charged when they grow


@dataclass(slots=True)
class _Account:
    """A quota that has a say: what it allows, what is used."""

    quota: Map
    hard: Amounts
    used: Amounts


def validate(request: Request) -> None:
    """Refuse what would exceed a quota and charge the others; raises ApiError."""
    if not request.resource.namespaced or request.subresource or request.resource.qualified == "events":
        return
    if request.operation == "UPDATE" and request.resource.qualified not in _UPDATED:
        return
    quotas = request.core.store.list("resourcequotas", request.namespace)
    if not quotas:
        return
    accounts = [account for quota in quotas if (account := _account(request, quota)) is not None]
    delta = _delta(request)
    charges = [_charge(request, account, delta) for account in accounts]
    for account, charge in zip(accounts, charges, strict=True):
        if charge and (account.quota.get("status") or {}).get("hard") and not request.dry_run:
            used = {**account.used, **{name: account.used.get(name, _ZERO) + amount for name, amount in charge.items()}}
            written = put(account.quota, ("status", "used"), {name: str(amount) for name, amount in used.items()})
            key = (request.namespace, account.quota["metadata"]["name"])
            request.core.store.update("resourcequotas", key, written, request.by)


def _account(request: Request, quota: Map) -> _Account | None:
    """Return the quota if it is about this object; raises ApiError when the object leaves out what it must say."""
    draft = request.draft()
    status = quota.get("status") or {}
    counted = bool(status.get("hard")) or CONTROLLER in request.core.programs
    hard = amounts(status.get("hard") if counted else quota["spec"].get("hard"))
    missing = missing_from(request.resource, draft, sorted(hard))
    if not missing and not usage(request.resource, draft).keys() & hard.keys():
        return None
    if not matches_scopes(request.resource, draft, quota["spec"]):
        return None
    if missing:
        raise request.forbidden(f"failed quota: {quota['metadata']['name']}: must specify {missing}")
    return _Account(quota, hard, amounts(status.get("used")) if counted else _count(request, quota, hard))


def _count(request: Request, quota: Object, hard: Amounts) -> Amounts:
    """Return what the objects of the namespace use of what the quota limits."""
    total = dict.fromkeys(hard, _ZERO)
    for resource in kinds.RESOURCES:
        for obj in request.core.store.list(resource.qualified, request.namespace) if resource.namespaced else ():
            if matches_scopes(resource, obj, quota["spec"]):
                for name, amount in usage(resource, obj).items():
                    if name in total:
                        total[name] += amount
    return total


def _delta(request: Request) -> Amounts:
    """Return what the write adds."""
    added = usage(request.resource, request.draft())
    if request.old is not None:
        before = usage(request.resource, request.old)
        added = {name: amount - before.get(name, _ZERO) for name, amount in added.items()}
    return {name: amount for name, amount in added.items() if amount > _ZERO}


def _charge(request: Request, account: _Account, delta: Amounts) -> Amounts:
    """Return what the quota is charged with; raises ApiError when that is too much."""
    charge = {name: amount for name, amount in delta.items() if name in account.hard}
    exceeded = [name for name in sorted(charge) if account.used.get(name, _ZERO) + charge[name] > account.hard[name]]
    if exceeded:
        shown = [_listed(exceeded, amounts) for amounts in (charge, account.used, account.hard)]
        name = account.quota["metadata"]["name"]
        raise request.forbidden(f"exceeded quota: {name}, requested: {shown[0]}, used: {shown[1]}, limited: {shown[2]}")
    return charge


def _listed(names: list[str], values: Mapping[str, Quantity]) -> str:
    return ",".join(f"{name}={values.get(name, _ZERO)}" for name in names)


PLUGIN = Plugin("ResourceQuota", ("CREATE", "UPDATE"), validate=validate)
