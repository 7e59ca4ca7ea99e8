"""An independent look at a placement: does it break a required rule? Slow, simple, with no code of the scheduler.

It works on stored objects. A placed pod is judged against the pods that were there before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Object = Mapping[str, Any]
UNITS = {"Mi": 1024**2, "Gi": 1024**3, "m": 0.001}
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def amount(text: str) -> float:
    """Return a quantity as the tests write them: 2, 700m, 1Gi, 100Mi."""
    for unit, factor in UNITS.items():
        if text.endswith(unit):
            return float(text[: -len(unit)]) * factor
    return float(text)


def requested(pod: Object, resource: str) -> float:
    """Return what a pod's only container requests."""
    requests = (pod["spec"]["containers"][0].get("resources") or {}).get("requests") or {}
    return amount(requests.get(resource, "0"))


def overcommitted(node: Object, pods: Sequence[Object]) -> list[str]:
    """Return what a node has given away more of than it has."""
    offered = node["status"]["allocatable"]
    most = {"cpu": amount(offered["cpu"]) + 1e-9, "memory": amount(offered["memory"])}
    broken = [resource for resource, limit in most.items() if sum(requested(pod, resource) for pod in pods) > limit]
    return ["pods", *broken] if len(pods) > int(offered["pods"]) else broken


def violations(
    pod: Object, node: Object, others: Sequence[tuple[Object, Object]], nodes: Sequence[Object]
) -> list[str]:
    """Return the required rules that placing `pod` on `node` broke; `others`: (pod, node) that were placed before."""
    return [
        *(["taint"] if any(_repels(taint, pod) for taint in node["spec"].get("taints") or ()) else []),
        *(["unschedulable"] if node["spec"].get("unschedulable") and not _tolerates_everything(pod) else []),
        *(["selector"] if not _selected(pod, node) else []),
        *(["port"] if any(_ports(pod) & _ports(other) for other, place in others if place is node) else []),
        *_affinity_broken(pod, node, others),
        *_spread_broken(pod, node, others, nodes),
    ]


def _repels(taint: Object, pod: Object) -> bool:
    if taint["effect"] == "PreferNoSchedule":
        return False
    return not any(_covers(toleration, taint) for toleration in pod["spec"].get("tolerations") or ())


def _covers(toleration: Object, taint: Object) -> bool:
    if toleration.get("effect") not in (None, "", taint["effect"]):
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    return toleration.get("operator") == "Exists" or toleration.get("value", "") == taint.get("value", "")


def _tolerates_everything(pod: Object) -> bool:
    return any(
        not item.get("key") and item.get("operator") == "Exists" and not item.get("effect")
        for item in pod["spec"].get("tolerations") or ()
    )


def _selected(pod: Object, node: Object) -> bool:
    labels, spec = node["metadata"]["labels"], pod["spec"]
    wanted = dict(spec.get("nodeSelector") or {})
    required = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(REQUIRED)
    if required:  # the strategies only write: disk In [ssd]
        wanted_disk = required["nodeSelectorTerms"][0]["matchExpressions"][0]["values"]
        if labels.get("disk") not in wanted_disk:
            return False
    return all(labels.get(key) == value for key, value in wanted.items())


def _ports(pod: Object) -> set[int]:
    return {port["hostPort"] for port in pod["spec"]["containers"][0].get("ports") or () if port.get("hostPort")}


def _matches(selector: Object, pod: Object) -> bool:
    labels = pod["metadata"].get("labels") or {}
    return all(labels.get(key) == value for key, value in selector["matchLabels"].items())


def _terms(pod: Object, kind: str) -> Sequence[Object]:
    return ((pod["spec"].get("affinity") or {}).get(kind) or {}).get(REQUIRED) or ()


def _same_place(key: str, one: Object, two: Object) -> bool:
    here, there = one["metadata"]["labels"].get(key), two["metadata"]["labels"].get(key)
    return here is not None and here == there


def _affinity_broken(pod: Object, node: Object, others: Sequence[tuple[Object, Object]]) -> Iterator[str]:
    for term in _terms(pod, "podAffinity"):
        key, matching = (
            term["topologyKey"],
            [place for other, place in others if _matches(term["labelSelector"], other)],
        )
        is_first = not any(key in place["metadata"]["labels"] for place in matching) and _matches(
            term["labelSelector"], pod
        )
        near = any(_same_place(key, node, place) for place in matching)
        if key not in node["metadata"]["labels"] or not (near or is_first):
            yield "affinity"
    for term in _terms(pod, "podAntiAffinity"):
        for other, place in others:
            if _matches(term["labelSelector"], other) and _same_place(term["topologyKey"], node, place):
                yield "anti-affinity"
    for other, place in others:
        for term in _terms(other, "podAntiAffinity"):
            if _matches(term["labelSelector"], pod) and _same_place(term["topologyKey"], node, place):
                yield "another's anti-affinity"


def _spread_broken(
    pod: Object, node: Object, others: Sequence[tuple[Object, Object]], nodes: Sequence[Object]
) -> Iterator[str]:
    for constraint in pod["spec"].get("topologySpreadConstraints") or ():
        if constraint["whenUnsatisfiable"] != "DoNotSchedule":
            continue
        key = constraint["topologyKey"]
        if key not in node["metadata"]["labels"]:
            yield "spread key"
            continue
        # Nodes that the pod's own selectors rule out do not count (nodeAffinityPolicy Honor); tainted ones do.
        domains = Counter(
            {n["metadata"]["labels"][key]: 0 for n in nodes if key in n["metadata"]["labels"] and _selected(pod, n)}
        )
        for other, place in others:
            if (
                key in place["metadata"]["labels"]
                and _selected(pod, place)
                and _matches(constraint["labelSelector"], other)
            ):
                domains[place["metadata"]["labels"][key]] += 1
        mine = int(_matches(constraint["labelSelector"], pod))
        if domains[node["metadata"]["labels"][key]] + mine - min(domains.values(), default=0) > constraint["maxSkew"]:
            yield "spread"
