"""What an object uses of a quota's resources, and which quotas are about it.

Source: pkg/quota/v1/evaluator/core/{pods,services,persistent_volume_claims}.go, k8s.io/apiserver/pkg/quota/v1/generic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from playground.kube.apiserver.pod_creation import qos_class
from playground.kube.apiserver.pod_usage import Amounts, amounts, pod_total
from playground.kube.objects.frozen import Object
from playground.kube.objects.kinds import Resource
from playground.kube.quantity import Quantity, parse

_ONE = Quantity(1)
PLAIN_COUNTS = frozenset({"configmaps", "secrets", "resourcequotas", "replicationcontrollers", "services"})
# A quota on these makes every container say what it wants; it has always been so.
_MUST_SAY = frozenset({"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"})
_STANDARD = ("cpu", "memory", "ephemeral-storage")


def usage(resource: Resource, obj: Object) -> Amounts:
    """Return what an object uses, under every name a quota may have for it."""
    used = {f"count/{resource.qualified}": _ONE}
    if resource.qualified in PLAIN_COUNTS:
        used[resource.qualified] = _ONE
    if resource.qualified == "pods" and not _is_over(obj):
        used |= {"pods": _ONE} | _compute(pod_total(obj["spec"], "requests"), pod_total(obj["spec"], "limits"))
    elif resource.qualified == "services":
        used |= _service(obj)
    elif resource.qualified == "persistentvolumeclaims":
        used |= _claim(obj)
    return used


def _is_over(pod: Object) -> bool:
    """A pod that has ended no longer counts."""
    return (pod.get("status") or {}).get("phase") in {"Failed", "Succeeded"}


def _compute(requests: Amounts, limits: Amounts) -> Amounts:
    found: Amounts = {}
    for name, amount in requests.items():
        if name in _STANDARD or name.startswith("hugepages-"):
            found |= {name: amount, f"requests.{name}": amount}
        elif "/" in name:
            found[f"requests.{name}"] = amount
    found |= {f"limits.{name}": amount for name, amount in limits.items() if name in _STANDARD}
    return found


def _service(service: Object) -> Amounts:
    spec = service.get("spec") or {}
    used: Amounts = {}
    ports = Quantity(len(spec.get("ports") or ()))
    if spec.get("type") == "LoadBalancer":
        used["services.loadbalancers"] = _ONE
        if spec.get("allocateLoadBalancerNodePorts") is not False:
            used["services.nodeports"] = ports
    elif spec.get("type") == "NodePort":
        used["services.nodeports"] = ports
    return used


def _claim(claim: Object) -> Amounts:
    spec = claim.get("spec") or {}
    used: Amounts = {"persistentvolumeclaims": _ONE}
    storage_class = spec.get("storageClassName")
    prefix = f"{storage_class}.storageclass.storage.k8s.io/"
    if storage_class:
        used[f"{prefix}persistentvolumeclaims"] = _ONE
    asked = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if asked:
        used["requests.storage"] = parse(asked)
        if storage_class:
            used[f"{prefix}requests.storage"] = parse(asked)
    return used


def missing_from(resource: Resource, obj: Object, names: Sequence[str]) -> str:
    """Return what a pod's containers fail to say though a quota limits it: "requests.cpu for: a,b; ...", or ""."""
    if resource.qualified != "pods" or obj["spec"].get("resources"):
        return ""
    silent: dict[str, set[str]] = {}
    for container in [*(obj["spec"].get("containers") or ()), *(obj["spec"].get("initContainers") or ())]:
        resources = container.get("resources") or {}
        said = _compute(amounts(resources.get("requests")), amounts(resources.get("limits")))
        for name in names:
            if name in _MUST_SAY and name not in said:
                silent.setdefault(name, set()).add(container.get("name", ""))
    return "; ".join(f"{name} for: {','.join(sorted(silent[name]))}" for name in sorted(silent))


def matches_scopes(resource: Resource, obj: Object, spec: Mapping[str, Any]) -> bool:
    """Tell whether an object is within all scopes of a quota; what is no pod is in none."""
    selector = (spec.get("scopeSelector") or {}).get("matchExpressions") or ()
    scopes = [{"scopeName": scope, "operator": "Exists"} for scope in spec.get("scopes") or ()]
    wanted = [*scopes, *selector]
    if not wanted:
        return True
    return resource.qualified == "pods" and all(_in_scope(obj, scope) for scope in wanted)


def _in_scope(pod: Object, scope: Mapping[str, Any]) -> bool:
    spec, name = pod["spec"], scope["scopeName"]
    if name in {"Terminating", "NotTerminating"}:
        return bool((spec.get("activeDeadlineSeconds") is not None) == (name == "Terminating"))
    if name in {"BestEffort", "NotBestEffort"}:
        return bool((qos_class(spec) == "BestEffort") == (name == "BestEffort"))
    if name == "PriorityClass":
        return _class_matches(spec.get("priorityClassName") or "", scope)
    return name == "CrossNamespacePodAffinity" and _reaches_out(spec.get("affinity") or {})


def _class_matches(name: str, scope: Mapping[str, Any]) -> bool:
    operator, values = scope.get("operator"), scope.get("values") or ()
    if operator == "DoesNotExist":
        return not name
    if operator == "NotIn":
        return name not in values
    return bool(name) and (operator == "Exists" or name in values)


def _reaches_out(affinity: Mapping[str, Any]) -> bool:
    """Tell whether any pod affinity term looks into other namespaces."""
    for kind in ("podAffinity", "podAntiAffinity"):
        part = affinity.get(kind) or {}
        terms = [item["podAffinityTerm"] for item in part.get("preferredDuringSchedulingIgnoredDuringExecution") or ()]
        terms += part.get("requiredDuringSchedulingIgnoredDuringExecution") or []
        if any(term.get("namespaces") or term.get("namespaceSelector") is not None for term in terms):
            return True
    return False
