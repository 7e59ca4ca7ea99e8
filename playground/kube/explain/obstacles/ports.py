"""NodePorts: ports of the node that other pods have taken."""

from __future__ import annotations

from typing import Any

from playground.kube.explain import edits
from playground.kube.explain.scene import Mend, Obstacle, Scene
from playground.kube.scheduler.plugins.node_ports import NAME, HostPort, host_ports
from playground.kube.scheduler.pods import Pod
from playground.kube.scheduler.table import Node


def read(scene: Scene, node: Node, _want: Any, _verdict: int) -> list[Obstacle]:
    """One obstacle for each wanted port that is taken by somebody."""
    return [
        _obstacle(scene, port, holder)
        for port in host_ports(scene.pod.shape)
        for holder in node.pods.values()
        if any(port.conflicts(other) for other in host_ports(holder.shape))
    ]


def _obstacle(scene: Scene, port: HostPort, holder: Pod) -> Obstacle:
    def mends() -> list[Mend]:
        without = edits.without_host_port(scene.pod, port.port, port.protocol)
        return [*([(without,)] if without else []), (scene.gone(holder),)]

    said = f"has its port {port.port}/{port.protocol} taken by pod {holder.name}; the pod asks for the same hostPort"
    return Obstacle(NAME, said, mends)
