"""TaintToleration: taints that the pod does not tolerate."""

from __future__ import annotations

from typing import Any

from playground.kube.explain import edits, words
from playground.kube.explain.scene import Mend, Obstacle, Scene
from playground.kube.scheduler.plugins.node_unschedulable import TAINT as CORDONED
from playground.kube.scheduler.plugins.taint_toleration import HARD, NAME
from playground.kube.scheduler.table import Node
from playground.kube.scheduler.tolerations import Taint, taints_of, tolerated, tolerations_of


def read(scene: Scene, node: Node, _want: Any, _verdict: int) -> list[Obstacle]:
    """One obstacle for each taint that counts."""
    tolerations = tolerations_of(scene.pod.shape)
    taints = [taint for taint in taints_of(node.object) if taint.effect in HARD and not tolerated(taint, tolerations)]
    return [_obstacle(scene, node, taint) for taint in dict.fromkeys(taints)]


def _obstacle(scene: Scene, node: Node, taint: Taint) -> Obstacle:
    def mends() -> list[Mend]:
        lifted = edits.uncordon(node.object) if taint == CORDONED else edits.without_taint(node.object, taint)
        return [(edits.tolerate(scene.pod, taint),), (lifted,)]

    return Obstacle(NAME, f"has the taint {words.taint(taint)}, which the pod does not tolerate", mends, mends)
