"""NodeResourcesFit: too little of something is left on the node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from playground.kube.explain import amounts, edits, lowering, words
from playground.kube.explain.scene import Mend, Obstacle, Scene
from playground.kube.scheduler.plugins.node_resources_fit import NAME, PODS, RESOURCE, Want
from playground.kube.scheduler.table import Node


class Shortage(NamedTuple):
    """What the pod asks for of a resource, what the node has in all, and what is left of it (never below 0)."""

    resource: str
    asked: int
    total: int
    left: int


def read(scene: Scene, node: Node, want: Any, verdict: int) -> list[Obstacle]:
    """One obstacle for each resource that is short, and one if there are too many pods."""
    shortages = _shortages(scene, node, want, verdict)
    missing = {item.resource: item.asked - item.left for item in shortages}
    found = [_of_resource(scene, node, item, missing) for item in shortages]
    return [_of_pods(scene, node, missing), *found] if verdict & PODS else found


def _shortages(scene: Scene, node: Node, want: Want, verdict: int) -> list[Shortage]:
    found = []
    for index, (resource, asked) in enumerate(want):
        if verdict & (RESOURCE << index):
            total = int(scene.table.allocatable(resource)[node.row])
            left = max(total - int(scene.table.requested(resource)[node.row]), 0)
            found.append(Shortage(resource, asked, total, left))
    return found


def _of_resource(scene: Scene, node: Node, item: Shortage, missing: Mapping[str, int]) -> Obstacle:
    def mends() -> list[Mend]:
        lower = lowering.lower(scene.pod, item.resource, item.left)
        needed = item.total + item.asked - item.left
        larger = edits.enlarge(node.object, item.resource, item.total, amounts.round_up(item.resource, needed))
        room = scene.making_room(node, missing) if item.asked <= item.total else []
        return [*([(lower,)] if lower else []), (larger,), *room]

    def empty() -> list[Mend]:
        lower = lowering.lower(scene.pod, item.resource, item.total)
        return [(lower,)] if lower else []

    return Obstacle(NAME, _said(item), mends, empty if item.asked > item.total else None)


def _said(item: Shortage) -> str:
    asks = f"the pod asks for {amounts.text(item.resource, item.asked)}"
    if item.total == 0:
        return f"has no {amounts.name(item.resource)}; {asks}"
    if item.asked > item.total:
        return f"has {amounts.named(item.resource, item.total)} in all, even when it is empty; {asks}"
    if item.left == 0:
        return f"has no {amounts.name(item.resource)} left of {amounts.text(item.resource, item.total)}; {asks}"
    return f"has {amounts.named(item.resource, item.left)} left of {amounts.text(item.resource, item.total)}; {asks}"


def _of_pods(scene: Scene, node: Node, missing: Mapping[str, int]) -> Obstacle:
    most = int(scene.table.allocatable("pods")[node.row])
    said = (
        f"runs {words.count(len(node.pods), 'pod')} already, as many as it may ({most})"
        if most
        else "offers no room for pods"
    )

    def mends() -> list[Mend]:
        larger = edits.enlarge(node.object, "pods", most, len(node.pods) + 1)
        return [(larger,), *(scene.making_room(node, missing) if node.pods else [])]

    return Obstacle(NAME, said, mends)
