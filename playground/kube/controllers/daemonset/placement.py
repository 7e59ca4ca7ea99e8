"""On which nodes a DaemonSet's pods belong, and what makes a pod belong to its node.

After NodeShouldRunDaemonPod of pkg/controller/daemon/daemon_controller.go and pkg/controller/daemon/util. A pod bears a
node affinity on the node's name, so that the scheduler is the one who binds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from playground.kube.controllers.history import POD_LABEL
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Object, find
from playground.kube.scheduler.tolerations import Toleration, taints_of, tolerated
from playground.kube.selectors import NodeSelector

Json = dict[str, Any]
Verdict = tuple[bool, bool]  # whether a node shall have a pod, and whether one that is there may stay

GENERATION: Final = "deprecated.daemonset.template.generation"
GENERATION_LABEL: Final = "pod-template-generation"
_REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
_AFFINITY: Final = ("affinity", "nodeAffinity", _REQUIRED)
_BARRING: Final = frozenset({"NoSchedule", "NoExecute"})


def _endured(name: str, effect: str) -> Json:
    return {"key": f"node.kubernetes.io/{name}", "operator": "Exists", "effect": effect}


ALWAYS_ENDURED: Final = (
    _endured("not-ready", "NoExecute"),
    _endured("unreachable", "NoExecute"),
    _endured("disk-pressure", "NoSchedule"),
    _endured("memory-pressure", "NoSchedule"),
    _endured("pid-pressure", "NoSchedule"),
    _endured("unschedulable", "NoSchedule"),
)
OF_HOST_NETWORK: Final = _endured("network-unavailable", "NoSchedule")


def should_run(daemonset: Object, node: Object) -> Verdict:
    """Return the verdict on one node."""
    return _Rule(daemonset["spec"]["template"]["spec"]).verdict(node)


class _Rule:
    """What a template asks of nodes, read once."""

    def __init__(self, spec: Object) -> None:
        self._name = spec.get("nodeName") or ""
        self._labels = spec.get("nodeSelector") or EMPTY
        required = find(spec, _AFFINITY)
        self._selector = None if required is None else NodeSelector.of(required)
        self._tolerations = tuple(_toleration(item) for item in tolerations_of(spec))

    def verdict(self, node: Object) -> Verdict:
        """Return the verdict on one node."""
        if self._name not in {"", meta.name(node)} or not self._fits(node):
            return False, False
        barring = (taint for taint in taints_of(node) if taint.effect in _BARRING)
        effects = {taint.effect for taint in barring if not tolerated(taint, self._tolerations)}
        return not effects, "NoExecute" not in effects

    def _fits(self, node: Object) -> bool:
        labels = meta.labels(node)
        if any(labels.get(key) != value for key, value in self._labels.items()):
            return False
        return self._selector is None or self._selector.matches(labels, meta.name(node))


class Verdicts:
    """The verdicts on nodes for each set, kept while template and node stay the same objects."""

    def __init__(self) -> None:
        self._rules: dict[str, tuple[Object, _Rule, dict[str, tuple[Object, Verdict]]]] = {}

    def on(self, daemonset: Object, nodes: Iterable[Object]) -> dict[str, Verdict]:
        """Return the verdict on each node by name."""
        spec, uid = daemonset["spec"]["template"]["spec"], meta.uid(daemonset)
        known = self._rules.get(uid)
        if known is None or known[0] is not spec:
            known = spec, _Rule(spec), {}
        _, rule, before = known
        seen: dict[str, tuple[Object, Verdict]] = {}
        for node in nodes:
            name = meta.name(node)
            found = before.get(name)
            seen[name] = found if found is not None and found[0] is node else (node, rule.verdict(node))
        self._rules[uid] = spec, rule, seen
        return {name: verdict for name, (_, verdict) in seen.items()}

    def forget(self, uid: str) -> None:
        """Drop what is kept for a set that is gone."""
        self._rules.pop(uid, None)


def tolerations_of(spec: Object) -> list[Object]:
    """Return the tolerations of a pod of a DaemonSet: its own, and those that all of them have."""
    added = [*ALWAYS_ENDURED, *([OF_HOST_NETWORK] if spec.get("hostNetwork") else [])]
    kept = [next((item for item in added if _is_same(item, own)), own) for own in spec.get("tolerations") or ()]
    return kept + [item for item in added if not any(_is_same(item, own) for own in kept)]


def template_for(daemonset: Object, digest: str) -> Json:
    """Return the template of new pods: with the labels of this revision, and the tolerations."""
    template = daemonset["spec"]["template"]
    metadata = template.get("metadata") or EMPTY
    labels = {**(metadata.get("labels") or EMPTY), POD_LABEL: digest}
    generation = generation_of(daemonset)
    if generation is not None:
        labels[GENERATION_LABEL] = generation
    spec = {**template["spec"], "tolerations": tolerations_of(template["spec"])}
    return {**template, "metadata": {**metadata, "labels": labels}, "spec": spec}


def pinned(template: Mapping[str, Any], node: str) -> Json:
    """Return a template whose pod can only be bound to one node. What it asked of nodes holds for this one already."""
    spec = template["spec"]
    affinity = spec.get("affinity") or {}
    of_nodes = affinity.get("nodeAffinity") or {}
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}
    of_nodes = {**of_nodes, _REQUIRED: {"nodeSelectorTerms": [term]}}
    return {**template, "spec": {**spec, "affinity": {**affinity, "nodeAffinity": of_nodes}}}


def target_of(pod: Object) -> str | None:
    """Return the node that a pod is on or is meant for; None when it does not say."""
    node: str | None = pod["spec"].get("nodeName")
    if node:
        return node
    for term in find(pod["spec"], [*_AFFINITY, "nodeSelectorTerms"], ()):
        for item in term.get("matchFields") or ():
            if item["key"] == "metadata.name" and item["operator"] == "In":
                values: list[str] = list(item.get("values") or ())
                return values[0] if len(values) == 1 else None
    return None


def by_node(pods: Iterable[Object]) -> dict[str, list[Object]]:
    """Return pods by the nodes that they are on or meant for."""
    found: dict[str, list[Object]] = {}
    for pod in pods:
        node = target_of(pod)
        if node is not None:
            found.setdefault(node, []).append(pod)
    return found


def generation_of(daemonset: Object) -> str | None:
    """Return the number of the template as the API server counts it, None when the annotation is no number."""
    text: str | None = meta.annotations(daemonset).get(GENERATION)
    try:
        return None if text is None else str(int(text))
    except ValueError:
        return None


def is_updated(daemonset: Object, pod: Object, digest: str) -> bool:
    """Tell whether a pod is of the present template."""
    labels = meta.labels(pod)
    if labels.get(POD_LABEL) == digest:
        return True
    generation = generation_of(daemonset)
    return generation is not None and labels.get(GENERATION_LABEL) == generation


def age_order(pod: Object) -> tuple[bool, str, str]:
    """Sort pods by this: those on a node first, then the oldest."""
    return not pod["spec"].get("nodeName"), meta.metadata(pod).get("creationTimestamp") or "", meta.name(pod)


def _is_same(one: Object, other: Object) -> bool:
    return _toleration(one) == _toleration(other)


def _toleration(item: Object) -> Toleration:
    key, operator, value = item.get("key"), item.get("operator"), item.get("value")
    return Toleration(key or "", operator or "Equal", value or "", item.get("effect") or "")
