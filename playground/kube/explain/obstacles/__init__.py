"""Obstacles: what each filter plugin's refusal means on a node, in words and with what would take it away.

One small file per plugin; READERS names them. A plugin without a reader is told in the scheduler's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from playground.kube.explain.obstacles import affinity, cordon, fit, inter_pod, ports, spread, taints
from playground.kube.explain.scene import Obstacle, Scene
from playground.kube.scheduler.plugins import (
    inter_pod_affinity,
    node_affinity,
    node_ports,
    node_resources_fit,
    node_unschedulable,
    pod_topology_spread,
    taint_toleration,
)
from playground.kube.scheduler.table import Node

Reader = Callable[[Scene, Node, Any, int], list[Obstacle]]

READERS: Final[dict[str, Reader]] = {
    node_unschedulable.NAME: cordon.read,
    taint_toleration.NAME: taints.read,
    node_affinity.NAME: affinity.read,
    node_ports.NAME: ports.read,
    node_resources_fit.NAME: fit.read,
    pod_topology_spread.NAME: spread.read,
    inter_pod_affinity.NAME: inter_pod.read,
}


def on_node(scene: Scene, node: Node) -> list[Obstacle]:
    """Return what keeps the pod off a node, in the order in which the plugins are asked."""
    found: list[Obstacle] = scene.remember(("obstacles", node.row), lambda: list(_read(scene, node)))
    return found


def told_first(scene: Scene, node: Node) -> list[Obstacle]:
    """Return only what the first plugin says: the scheduler does not ask on."""
    found = on_node(scene, node)
    return [obstacle for obstacle in found if obstacle.plugin == found[0].plugin]


def _read(scene: Scene, node: Node) -> Iterator[Obstacle]:
    for refusal, verdict in scene.of_row(node.row):
        reader = READERS.get(refusal.plugin)
        read = reader(scene, node, refusal.want, verdict) if reader else []
        yield from read or [_plain(scene, refusal.plugin, refusal.want, verdict)]


def _plain(scene: Scene, plugin: str, want: Any, verdict: int) -> Obstacle:
    """Say it as the scheduler does."""
    filters = {item.name: item for item in scene.whatif.profile.filters}
    status = filters[plugin].explain(want, verdict)
    return Obstacle(plugin, f"was refused by {plugin}: {status.message}", list)
