"""Clusters for tests of controllers: the controllers that a test names, ready nodes, the recorder's kubelet.

    cluster = running(Deployments, ReplicaSets)
    cluster.apply(...)
    cluster.run_until_quiet()

A pod comes up a second after it was bound (the pods of a namespace 0.15 s apart) and is gone half a second after it was
deleted; annotations fake/… on it say otherwise (tests/golden/README.md, "The fake kubelet").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from playground.kube.client.controller import Controller, Settings
from playground.kube.cluster import Cluster
from playground.kube.commands import nodes as shapes
from playground.kube.commands.recorder import Recorder, recorder
from playground.kube.controllers.registry import CONTROLLERS
from playground.kube.objects.frozen import Map
from playground.kube.store import By

Json = Mapping[str, Any]


def running(
    *controllers: type[Controller] | str, nodes: int = 3, seed: int = 0, settings: Settings | None = None
) -> Cluster:
    """A cluster with these controllers (classes, or names of the registry), in this order; node-1 to node-<nodes>."""
    chosen = {
        each if isinstance(each, str) else each.name: CONTROLLERS[each] if isinstance(each, str) else each
        for each in controllers
    }
    cluster = Cluster(seed, profile=recorder(settings or Settings(), chosen))
    for number in range(1, nodes + 1):
        add_node(cluster, f"node-{number}")
    cluster.advance(0)
    return cluster


def everything(*, nodes: int = 3, seed: int = 0) -> Cluster:
    """A cluster with all controllers there are."""
    return running(*CONTROLLERS, nodes=nodes, seed=seed)


def add_node(cluster: Cluster, name: str, **settings: str) -> None:
    """Add a ready node; a setting is an amount (cpu="8") or a label, as in commands/nodes.py. It beats from now on."""
    cluster.api.create(shapes.node(name, settings), by=By("kubelet"))
    cluster.api.core.heartbeats.begin(name, cluster.clock.now)


def kubelet(cluster: Cluster) -> Recorder:
    """The recorder's kubelet: stop_node, start_node, set_ready."""
    return cast("Recorder", cluster._loop.actors[Recorder.name])


def pods(cluster: Cluster, namespace: str = "default", labels: str = "") -> list[Map]:
    """The pods of a namespace by name."""
    return cluster.list("pods", namespace=namespace, labels=labels)


def events(cluster: Cluster, name: str | None = None) -> list[str]:
    """What events say, the oldest first, as "Reason: message"; of one object or of all."""
    told = sorted(cluster.list("events"), key=lambda event: int(event["metadata"]["resourceVersion"]))
    return [
        f"{event['reason']}: {event['message']}" for event in told if name in {None, event["involvedObject"]["name"]}
    ]


def written(cluster: Cluster, resource: str, after: int = 0) -> Iterable[tuple[str, Map]]:
    """Each change of a resource after a revision: its type and the object."""
    return ((change.type, change.object) for change in cluster.changes_since(after) if change.resource == resource)


def again(cluster: Cluster) -> Cluster:
    """The same cluster after a snapshot and its restoration."""
    return Cluster.restore(cluster.snapshot(), cluster.profile)
