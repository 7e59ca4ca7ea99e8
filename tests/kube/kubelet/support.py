"""A cluster of machines with kubelets and nothing else, and short ways to look at what they wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from playground.kube.cluster import Cluster
from playground.kube.commands.nodes import machine
from playground.kube.kubelet.kubelets import Kubelets
from playground.kube.kubelet.worker import Box, Worker
from playground.kube.objects.frozen import Map
from playground.kube.programs import Profile
from playground.kube.runtime.default import DefaultRuntime

Json = dict[str, Any]

KUBELETS: Final = Profile("kubelets", machines={"kubelet": lambda context: Kubelets(context, DefaultRuntime())})


def cluster(*, nodes: int = 1, **settings: str) -> Cluster:
    """A cluster with node-1 to node-<nodes>; settings are amounts or labels of all of them."""
    made = Cluster(seed=1, profile=KUBELETS)
    for number in range(1, nodes + 1):
        made.apply(machine(f"node-{number}", settings))
    made.advance(0)
    return made


def container(name: str = "c", does: str = "", **spec: Any) -> Json:
    """A container of a small image that sleeps; *does* are words of the runtime's behaviours instead.

    What serves is nginx, which obeys SIGTERM.
    """
    if does.startswith("serve"):
        spec = {"image": "nginx:1.27", **spec}
    sleeps = {} if does or "command" in spec else {"command": ["sleep", "infinity"]}
    return {"name": name, "image": "busybox:1.36", "does": does, **sleeps, **spec}


def pod(name: str, *containers: Json, **spec: Any) -> Json:
    """A pod of these containers (one that runs for ever if none is named)."""
    chosen = containers or (container(),)
    words = {
        f"drydock.dev/behaviour.{each['name']}": each["does"]
        for each in (*chosen, *spec.get("initContainers", ()))
        if each.get("does")
    }
    plain = {key: _plain(value) if key == "initContainers" else value for key, value in spec.items()}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "annotations": words},
        "spec": {"containers": _plain(chosen), **plain},
    }


def _plain(containers: Any) -> list[Json]:
    return [{key: value for key, value in each.items() if key != "does"} for each in containers]


def run(made: Cluster, name: str, *containers: Json, seconds: float = 5, **spec: Any) -> Map:
    """Apply a pod, let time pass, and return it."""
    made.apply(pod(name, *containers, **spec))
    made.advance(seconds)
    return made.get("pod", name)


def status(made: Cluster, name: str, container_name: str = "") -> Mapping[str, Any]:
    """The status of a pod's container, the first one if none is named."""
    told = made.get("pod", name)["status"]
    listed = [*(told.get("initContainerStatuses") or ()), *(told.get("containerStatuses") or ())]
    if not container_name:
        return cast("Map", told["containerStatuses"][0])
    return cast("Map", next(item for item in listed if item["name"] == container_name))


def state(made: Cluster, name: str, container_name: str = "") -> str:
    """The state of a container in a word: running, or the reason why it waits or has ended."""
    ((kind, told),) = status(made, name, container_name)["state"].items()
    return kind if kind == "running" else str(told["reason"])


def condition(made: Cluster, name: str, kind: str) -> Map:
    """A condition of a pod."""
    return cast("Map", next(item for item in made.get("pod", name)["status"]["conditions"] if item["type"] == kind))


def events(made: Cluster, name: str) -> list[str]:
    """What was told about a pod, in order: "Reason: message"; what was told again is there once."""
    mine = [event for event in made.list("events", namespace="default") if event["involvedObject"]["name"] == name]
    order = {
        change.key[1]: -change.revision
        for change in reversed(made.changes_since(0))
        if change.resource == "events" and change.type == "ADDED"
    }
    mine.sort(key=lambda event: -order[event["metadata"]["name"]])
    return [f"{event['reason']}: {event['message']}" for event in mine if event["reason"] != "Scheduled"]


def count(made: Cluster, name: str, reason: str) -> int:
    """How often something was told about a pod."""
    return sum(
        event.get("count", 1)
        for event in made.list("events", namespace="default")
        if event["involvedObject"]["name"] == name and event["reason"] == reason
    )


def states(made: Cluster, name: str) -> list[tuple[float, str]]:
    """When the kubelet wrote a pod's status (seconds since the pod was made), and the first container's state."""
    found: list[tuple[float, str]] = []
    began = None
    for change in made.changes_since(0):
        if change.resource != "pods" or change.key[1] != name:
            continue
        began = change.time if began is None else began
        listed = (change.object.get("status") or {}).get("containerStatuses")
        if change.actor == "kubelet" and change.type == "MODIFIED" and listed:
            ((kind, told),) = listed[0]["state"].items()
            word = kind if kind == "running" else told["reason"]
            if not found or found[-1][1] != word:
                found.append((round(change.time - began, 3), word))
    return found


def writes(made: Cluster, name: str) -> int:
    """How often the kubelet wrote a pod's status."""
    return sum(
        change.resource == "pods" and change.key[1] == name and change.actor == "kubelet"
        for change in made.changes_since(0)
    )


def kubelets(made: Cluster) -> Kubelets:
    """The actor."""
    return cast("Kubelets", made._loop.actors["kubelet"])


def worker(made: Cluster, name: str) -> Worker:
    """What the kubelet knows of a pod."""
    found = kubelets(made).worker(made.get("pod", name)["metadata"]["uid"])
    assert found is not None
    return found


def box(made: Cluster, name: str, container_name: str) -> Box:
    """What the kubelet knows of a container."""
    found = worker(made, name).box(container_name)
    assert found is not None
    return found
