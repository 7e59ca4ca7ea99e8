"""InterPodAffinity: pods that should be near and are not, pods that should not be near and are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from playground.kube.explain import edits, words
from playground.kube.explain.scene import Mend, Obstacle, Scene
from playground.kube.scheduler.plugins.inter_pod_affinity import NAME, Want
from playground.kube.scheduler.pods import Pod, Shape
from playground.kube.scheduler.table import Node
from playground.kube.scheduler.topology_index import Near, terms_of
from playground.kube.scheduler.topology_terms import AffinityTerm


def read(scene: Scene, node: Node, want: Any, _verdict: int) -> list[Obstacle]:
    """Obstacles of the pod's own terms, then those of pods that mind it."""
    return [*_missing(scene, node, want), *_own_enemies(scene, node, want), *_minding(scene, node, want)]


def _missing(scene: Scene, node: Node, want: Want) -> Iterator[Obstacle]:
    """Required affinity: a pod that matches all terms has to be in the domain of each of them."""

    def near(shape: Shape) -> bool:
        return Near(want.affinity).matches(shape.namespace, shape.labels)

    groups = [scene.pods_by_value(term.topology_key, "near", near) for term in want.affinity]
    may_be_first = want.first and not any(groups)
    for index, (term, found) in enumerate(zip(want.affinity, groups, strict=True)):
        key = term.topology_key
        if key not in node.labels:
            yield Obstacle(
                NAME,
                f"has no label {key}, which the pod's affinity speaks of",
                partial(_labelling, scene, node, key, index),
            )
        elif not may_be_first and not found.get(node.labels[key]):
            said = f"has no pod with {term.selector} {_around(node, key)}, and the pod's affinity asks for one"
            where = sorted(found)
            said += (
                f" (there are such pods in {words.names([words.label(key, value) for value in where])})"
                if where
                else ""
            )
            yield Obstacle(NAME, said, _preferring(scene, "podAffinity", index))


def _own_enemies(scene: Scene, node: Node, want: Want) -> Iterator[Obstacle]:
    """Required anti-affinity of the pod itself."""
    for index, term in enumerate(want.anti_affinity):
        enemies = _of_domain(scene, node, term)
        if enemies:
            said = (
                f"has pod {_shown(enemies)} {_around(node, term.topology_key)}; "
                f"the pod's anti-affinity keeps it away from {term.selector}"
            )
            yield Obstacle(NAME, said, _preferring(scene, "podAntiAffinity", index, enemies))


def _of_domain(scene: Scene, node: Node, term: AffinityTerm) -> list[Pod]:
    value = node.labels.get(term.topology_key)
    if value is None:
        return []
    found = scene.pods_by_value(
        term.topology_key, term, lambda shape: Near((term,)).matches(shape.namespace, shape.labels)
    )
    return found.get(value, [])


def _minding(scene: Scene, node: Node, want: Want) -> Iterator[Obstacle]:
    """Required anti-affinity of pods that are there."""

    for key in scene.remember("minding keys", lambda: _keys(scene)):
        value = node.labels.get(key)
        if value is None:
            continue
        pods = scene.pods_by_value(key, "minding", partial(_minds, want, key)).get(value)
        if pods:
            said = f"has pod {_shown(pods)} {_around(node, key)}, whose anti-affinity keeps this pod away"
            yield Obstacle(NAME, said, partial(_gone, scene, pods))


def _minds(want: Want, key: str, shape: Shape) -> bool:
    return any(
        term.topology_key == key and term.matches(want.namespace, want.labels, want.namespace_labels)
        for term in terms_of(shape).anti_affinity
    )


def _keys(scene: Scene) -> list[str]:
    """Return the topology keys of all required anti-affinity of pods on nodes."""
    shapes = {pod.shape for _, pod in scene.table.pods()}
    return sorted({term.topology_key for shape in shapes for term in terms_of(shape).anti_affinity})


def _preferring(scene: Scene, name: str, index: int, enemies: list[Pod] | None = None) -> Any:
    def mends() -> list[Mend]:
        return [(edits.prefer(scene.pod, name, index),), *_gone(scene, enemies or [])]

    return mends


def _labelling(scene: Scene, node: Node, key: str, index: int) -> list[Mend]:
    return [(edits.prefer(scene.pod, "podAffinity", index),), *scene.labelling(node, key)]


def _gone(scene: Scene, pods: list[Pod]) -> list[Mend]:
    """One or two pods may go; more of them is no small change."""
    return [tuple(scene.gone(pod) for pod in pods)] if 0 < len(pods) <= 2 else []


def _shown(pods: list[Pod]) -> str:
    return words.names([pod.name for pod in pods])


def _around(node: Node, key: str) -> str:
    """Return where "near" is: on the node itself, or in its zone or whatever the key says."""
    return "on it" if key == edits.HOSTNAME else f"in {words.label(key, node.labels[key])}"
