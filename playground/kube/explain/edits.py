"""The edits that are tried: each says what it changes, what that costs, and makes the new object of the old one.

Pods are edited only where it is the waiting pod itself. Lowering requests is in lowering.py; which edits are offered is
the obstacles' business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from playground.kube.explain import amounts, words
from playground.kube.explain.changes import Edit, Kind, Step, Where, cost
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, drop, find, freeze, put
from playground.kube.scheduler.pods import Pod
from playground.kube.scheduler.tolerations import Taint

Object = Mapping[str, Any]
Path = tuple[str | int, ...]

REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"
NODE_TERMS: Final = ("spec", "affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms")
CORDONED: Final = "node.kubernetes.io/unschedulable"
HOSTNAME: Final = "kubernetes.io/hostname"
ORDINARY: Final = {"cpu": 4000, "memory": 8 << 30, "pods": 110}  # an ordinary node
TOP_WEIGHT: Final = 100  # of a preferred term that takes the place of a required one


def _edit(
    kind: Kind,
    obj: Object,
    path: Path,
    said: str,
    change: Callable[[Map], Map],
    share: float = 0.0,
) -> Edit:
    """An edit of a pod or node at a path; what stands there before and after is read off the objects."""
    where = Where.of("Node" if kind in OF_NODES else "Pod", obj)
    price = cost(kind, share)

    def tell() -> Step:
        old: Map = freeze(obj)
        return Step(kind, where, dotted(path), find(old, path), find(change(old), path), price, said)

    return Edit(kind, where, said, price, tell, change)


OF_NODES: Final = frozenset({Kind.UNCORDON, Kind.LABEL, Kind.TAINT, Kind.SIZE})


def dotted(path: Path) -> str:
    """Return a path as Kubernetes writes it: spec.containers[0].resources, metadata.labels[disktype]."""
    text, keyed = "", False
    for step in path:
        text += f"[{step}]" if isinstance(step, int) or keyed else f".{step}"
        keyed = step in {"labels", "nodeSelector", "allocatable", "requests"}
    return text.removeprefix(".")


# The waiting pod


def without_gates(pod: Pod) -> Edit:
    """Take all scheduling gates away."""
    path = ("spec", "schedulingGates")
    gates = [gate["name"] for gate in pod.shape.spec.get("schedulingGates") or ()]
    said = f"without the scheduling gate{'' if len(gates) == 1 else 's'} {words.names(gates)}"
    return _edit(Kind.GATE, pod.object, path, said, lambda obj: drop(obj, path))


def tolerate(pod: Pod, taint: Taint) -> Edit:
    """Add a toleration for exactly this taint."""
    path = ("spec", "tolerations")
    match: dict[str, str] = {"operator": "Equal", "value": taint.value} if taint.value else {"operator": "Exists"}
    toleration = {"key": taint.key, **match, "effect": taint.effect}
    said = f"with a toleration for {words.taint(taint)}"
    return _edit(
        Kind.TOLERATION, pod.object, path, said, lambda obj: put(obj, path, [*(find(obj, path) or ()), toleration])
    )


def without_node_selector(pod: Pod, key: str) -> Edit:
    """Take one label out of the nodeSelector."""
    path = ("spec", "nodeSelector", key)
    said = f"without {words.label(key, pod.shape.spec['nodeSelector'][key])} in its nodeSelector"
    return _edit(Kind.NODE_SELECTOR, pod.object, path, said, lambda obj: drop(obj, path))


def without_node_affinity(pod: Pod) -> Edit:
    """Require no node affinity at all."""
    path = NODE_TERMS[:-1]
    return _edit(
        Kind.NODE_AFFINITY, pod.object, path, "without its required node affinity", lambda obj: drop(obj, path)
    )


def without_condition(pod: Pod, term: Object, part: str, condition: Object, said: str) -> Edit:
    """Take one condition out of a node affinity term; `part`: matchExpressions or matchFields.

    An empty term would match no node, so the last condition takes its term with it, and the last term everything.
    """
    conditions = sum(len(term.get(name) or ()) for name in ("matchExpressions", "matchFields"))
    terms = find(pod.object, NODE_TERMS)
    if conditions == 1 and len(terms) == 1:
        return without_node_affinity(pod)
    rest = {**term, part: [other for other in term[part] if other != condition]}
    left = {name: value for name, value in rest.items() if value}

    def change(obj: Map) -> Map:
        kept = [left if other == term else other for other in find(obj, NODE_TERMS) or ()]
        kept = [other for other in kept if other]
        return put(obj, NODE_TERMS, kept) if kept else drop(obj, NODE_TERMS[:-1])

    return _edit(Kind.NODE_AFFINITY, pod.object, NODE_TERMS, f'without "{said}" in its node affinity', change)


def prefer(pod: Pod, name: str, index: int) -> Edit:
    """Turn a required term of podAffinity or podAntiAffinity (`name`) into a preferred one."""
    kind = Kind.POD_AFFINITY if name == "podAffinity" else Kind.POD_ANTI_AFFINITY
    path = ("spec", "affinity", name)
    terms = find(pod.object, (*path, REQUIRED))
    said = "affinity" if name == "podAffinity" else "anti-affinity"
    shown = f"{said} by {terms[index]['topologyKey']}" if len(terms) > 1 else said
    words_of_it = f"if its pod {shown} were preferred, not required"
    return _edit(kind, pod.object, path, words_of_it, lambda obj: _preferred(obj, path, terms[index]))


def _preferred(obj: Map, path: Path, term: Object) -> Map:
    rules = find(obj, path)
    weighted = {"weight": TOP_WEIGHT, "podAffinityTerm": term}
    required = [other for other in rules.get(REQUIRED) or () if other != term]
    changed = {**rules, PREFERRED: [*(rules.get(PREFERRED) or ()), weighted], REQUIRED: required}
    return put(obj, path, {name: value for name, value in changed.items() if value})


def more_skew(pod: Pod, index: int, skew: int) -> Edit:
    """Raise maxSkew of a spread constraint."""
    path = ("spec", "topologySpreadConstraints", index, "maxSkew")
    now: int = find(pod.object, path)
    key = find(pod.object, (*path[:-1], "topologyKey"))
    said = f"with maxSkew {skew} instead of {now} for {key}"
    return _edit(Kind.SPREAD, pod.object, path, said, lambda obj: put(obj, path, skew), share=1 - now / skew)


def spread_softly(pod: Pod, index: int) -> Edit:
    """Let a spread constraint score nodes instead of refusing them."""
    path = ("spec", "topologySpreadConstraints", index)
    key = find(pod.object, (*path, "topologyKey"))
    said = f"if its spread constraint for {key} said ScheduleAnyway"
    return _edit(Kind.SPREAD_SOFT, pod.object, (*path, "whenUnsatisfiable"), said, lambda obj: _soft(obj, path))


def _soft(obj: Map, path: Path) -> Map:
    """minDomains may only stand beside DoNotSchedule."""
    return drop(put(obj, (*path, "whenUnsatisfiable"), "ScheduleAnyway"), (*path, "minDomains"))


def without_host_port(pod: Pod, number: int, protocol: str) -> Edit | None:
    """Ask for no such port of the node; None for a pod in the host's network, whose ports are all the host's."""
    if pod.shape.spec.get("hostNetwork"):
        return None
    places = [
        ("spec", part, index, "ports", at)
        for part in ("containers", "initContainers")
        for index, container in enumerate(pod.shape.spec.get(part) or ())
        for at, port in enumerate(container.get("ports") or ())
        if port.get("hostPort") == number and (port.get("protocol") or "TCP") == protocol
    ]

    def change(obj: Map) -> Map:
        for place in places:
            obj = drop(drop(obj, (*place, "hostPort")), (*place, "hostIP"))
        return obj

    return _edit(Kind.HOST_PORT, pod.object, (*places[0], "hostPort"), f"without the hostPort {number}", change)


# A node


def uncordon(node: Object) -> Edit:
    """Let the node take pods again; the taint that goes with the cordon goes, too."""
    path = ("spec", "unschedulable")

    def change(obj: Map) -> Map:
        return _untainted(drop(obj, path), CORDONED)

    return _edit(Kind.UNCORDON, node, path, f"if {meta.name(node)} were uncordoned", change)


def with_label(node: Object, key: str, value: str) -> Edit:
    """Give the node a label."""
    path = ("metadata", "labels", key)
    said = f"if {meta.name(node)} had the label {words.label(key, value)}"
    return _edit(Kind.LABEL, node, path, said, lambda obj: put(obj, path, value))


def without_label(node: Object, key: str) -> Edit:
    """Take a label off the node."""
    path = ("metadata", "labels", key)
    said = f"if {meta.name(node)} had no label {words.label(key, meta.labels(node)[key])}"
    return _edit(Kind.LABEL, node, path, said, lambda obj: drop(obj, path))


def without_taint(node: Object, taint: Taint) -> Edit:
    """Take one taint off the node."""
    said = f"without the taint {words.taint(taint)} on {meta.name(node)}"
    return _edit(Kind.TAINT, node, ("spec", "taints"), said, lambda obj: _untainted(obj, taint.key, taint.effect))


def _untainted(obj: Map, key: str, effect: str = "") -> Map:
    taints = find(obj, ("spec", "taints")) or ()
    kept = [item for item in taints if item["key"] != key or (effect and item["effect"] != effect)]
    if len(kept) == len(taints):
        return obj
    return put(obj, ("spec", "taints"), kept) if kept else drop(obj, ("spec", "taints"))


def enlarge(node: Object, resource: str, now: int, to: int) -> Edit:
    """Let the node offer more of a resource: a larger machine."""
    path = ("status", "allocatable", resource)
    said = f"if {meta.name(node)} had {amounts.named(resource, to)} instead of {amounts.text(resource, now)}"
    quantity = amounts.exact(resource, to)

    def change(obj: Map) -> Map:
        obj = put(obj, path, quantity)
        return put(obj, ("status", "capacity", resource), quantity)

    return _edit(Kind.SIZE, node, path, said, change, share=1 - now / to)


# Whole objects


def gone(pod: Pod, asking: Pod, share: float = 0.0) -> Edit:
    """Another pod is no longer there. One of higher priority costs more, and one of the system most."""
    price = cost(Kind.POD_GONE, share) + 100 * (pod.priority > asking.priority) + 300 * (pod.namespace == "kube-system")
    where = Where("Pod", pod.namespace, pod.name)

    def tell() -> Step:
        shown = pod.name if pod.namespace == asking.namespace else pod.full_name
        return Step(Kind.POD_GONE, where, "", shown, None, price, f"if pod {shown} were gone")

    return Edit(Kind.POD_GONE, where, pod.uid, price, tell)


def first(pod: Pod, name: str) -> Edit:
    """A first node for a cluster without any: large enough for the pod, with the labels of its nodeSelector."""
    wanted = {"pods": 1, **pod.shape.requests}
    sizes = {resource: max(amount, ORDINARY.get(resource, 0)) for resource, amount in wanted.items()}
    offered = {resource: amounts.exact(resource, amount) for resource, amount in (ORDINARY | sizes).items()}
    node = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {**(pod.shape.spec.get("nodeSelector") or {}), HOSTNAME: name}},
        "status": {"capacity": offered, "allocatable": offered},
    }
    return _arriving(node, f"with a first node ({offered['cpu']} CPU, {offered['memory']} memory)")


def one_more(like: Object, name: str) -> Edit:
    """One more node like another one: with its labels (and its own hostname), taints and size."""
    labels = {key: name if key == HOSTNAME else value for key, value in meta.labels(like).items()}
    status = like.get("status") or {}
    node = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {key: value for key, value in (like.get("spec") or {}).items() if key in {"taints", "unschedulable"}},
        "status": {key: status[key] for key in ("capacity", "allocatable", "conditions") if key in status},
    }
    return _arriving(node, f"with one more node like {meta.name(like)}")


def _arriving(node: Object, said: str) -> Edit:
    where = Where("Node", "", meta.name(node))
    whole: Map = freeze(node)
    price = cost(Kind.NEW_NODE)
    return Edit(
        Kind.NEW_NODE, where, said, price, lambda: Step(Kind.NEW_NODE, where, "", None, whole, price, said), whole=whole
    )
