"""The cluster in which scenarios of controllers begin: it has run for a while, with four nodes or with none."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Final

from playground.kube.client.controller import Context
from playground.kube.clock import START
from playground.kube.cluster import Cluster
from playground.kube.commands.golden_controllers_actions import Stage
from playground.kube.commands.recorder import RECORDER, Recorder

NODES: Final = ("n1", "n2", "n3", "n4")
WARM_UP: Final = 120.0  # seconds


class _Latest:
    """A maker of kubelets that knows the one it made last: a cluster tells nobody who runs in it."""

    def __init__(self) -> None:
        self.made: list[Recorder] = []

    def __call__(self, context: Context) -> Recorder:
        self.made[:] = [Recorder(context)]
        return self.made[0]


_KUBELETS: Final = _Latest()


def stage(namespace: str, *, with_nodes: bool) -> Stage:
    """A stage of its own; *with_nodes*: n1 to n4 are there."""
    cluster = _ground(with_nodes=with_nodes).fork()
    return Stage(cluster, namespace, _KUBELETS.made[0])


@functools.cache
def _ground(*, with_nodes: bool) -> Cluster:
    """The cluster that every scenario starts from; forked, never written to."""
    cluster = Cluster(start=START, profile=replace(RECORDER, machines={Recorder.name: _KUBELETS}))
    building = Stage(cluster, "", _KUBELETS.made[0])
    for name in NODES if with_nodes else ():
        building.act({"op": "addNode", "name": name})
    cluster.advance(WARM_UP)
    return cluster
