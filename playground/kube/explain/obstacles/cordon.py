"""NodeUnschedulable: the node is cordoned."""

from __future__ import annotations

from typing import Any

from playground.kube.explain import edits
from playground.kube.explain.scene import Mend, Obstacle, Scene
from playground.kube.scheduler.plugins.node_unschedulable import NAME, TAINT
from playground.kube.scheduler.table import Node


def read(scene: Scene, node: Node, _want: Any, _verdict: int) -> list[Obstacle]:
    """Say so; uncordon it or tolerate that."""

    def mends() -> list[Mend]:
        return [(edits.uncordon(node.object),), (edits.tolerate(scene.pod, TAINT),)]

    return [Obstacle(NAME, "is cordoned (spec.unschedulable), so it takes no new pods", mends, mends)]
