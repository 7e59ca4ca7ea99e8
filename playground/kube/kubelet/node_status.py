"""What a kubelet says of its node: conditions with their reasons, capacity, addresses, what it runs on, labels.

After pkg/kubelet/nodestatus/setters.go (ReadyCondition, MemoryPressureCondition, …) and initialNode in
pkg/kubelet/kubelet_node_status.go. Pure: an object in, the wanted one out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from playground.kube.kubelet.machine import capacity_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, EMPTY_LIST, Map, Object, put
from playground.kube.runtime.machines import Machine

Json = dict[str, Any]

PORT: Final = 10250
VERSION: Final = "v1.36.2"
ATTACH: Final = "volumes.kubernetes.io/controller-managed-attach-detach"


@dataclass(frozen=True, slots=True)
class Say:
    """One value of a condition, and the reason of the event that tells of it."""

    status: str
    reason: str
    message: str
    event: str


READY: Final = Say("True", "KubeletReady", "kubelet is posting ready status", "NodeReady")
# Of each kind of pressure: what is said without it, and under it. This is the kubelet's order; Ready comes last.
PRESSURES: Final[Mapping[str, tuple[Say, Say]]] = {
    "MemoryPressure": (
        Say(
            "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available", "NodeHasSufficientMemory"
        ),
        Say(
            "True",
            "KubeletHasInsufficientMemory",
            "kubelet has insufficient memory available",
            "NodeHasInsufficientMemory",
        ),
    ),
    "DiskPressure": (
        Say("False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure", "NodeHasNoDiskPressure"),
        Say("True", "KubeletHasDiskPressure", "kubelet has disk pressure", "NodeHasDiskPressure"),
    ),
    "PIDPressure": (
        Say("False", "KubeletHasSufficientPID", "kubelet has sufficient PID available", "NodeHasSufficientPID"),
        Say("True", "KubeletHasInsufficientPID", "kubelet has insufficient PID available", "NodeHasInsufficientPID"),
    ),
}


def wanted(pressures: frozenset[str]) -> dict[str, Say]:
    """Return what a kubelet says that runs, by type of condition, under these kinds of pressure."""
    told = {kind: says[kind in pressures] for kind, says in PRESSURES.items()}
    return {**told, "Ready": READY}


def conditions(node: Object, pressures: frozenset[str], now: str) -> tuple[list[Json], list[str]]:
    """Return the node's conditions as the kubelet writes them, and the reasons of the events to record."""
    says = wanted(pressures)
    known = (node.get("status") or EMPTY).get("conditions") or EMPTY_LIST
    told: list[Json] = []
    events: list[str] = []
    for old in known:
        say = says.pop(old["type"], None)
        told.append(dict(old) if say is None else _condition(old["type"], say, old, now))
        if say is not None and old["status"] != say.status:
            events.append(say.event)
    for kind, say in says.items():
        told.append(_condition(kind, say, EMPTY, now))
        if kind != "Ready":
            events.append(say.event)
    return told, events


def agrees(node: Object, pressures: frozenset[str]) -> bool:
    """Tell whether a node's conditions are what its kubelet would say."""
    says = wanted(pressures)
    for old in (node.get("status") or EMPTY).get("conditions") or EMPTY_LIST:
        say = says.pop(old["type"], None)
        if say is not None and old["status"] != say.status:
            return False
    return not says


def status(node: Object, machine: Machine, told: list[Json]) -> Json:
    """Return the status that a kubelet writes: these conditions, and the machine as it is."""
    old = node.get("status") or EMPTY
    capacity = capacity_of(node)
    addresses = [{"type": "InternalIP", "address": machine.address}, {"type": "Hostname", "address": meta.name(node)}]
    return {
        **old,
        "capacity": capacity,
        "allocatable": {**capacity, **(old.get("allocatable") or EMPTY)},
        "conditions": told,
        "addresses": list(old.get("addresses") or addresses),
        "daemonEndpoints": {"kubeletEndpoint": {"Port": PORT}},
        "nodeInfo": node_info(machine),
    }


def node_info(machine: Machine) -> Json:
    """Return status.nodeInfo; its ids come from the node's uid, and the boot's from the number of boots."""
    return {
        "machineID": _digest(machine.uid, "machine"),
        "systemUUID": _uuid(_digest(machine.uid, "system")),
        "bootID": _uuid(_digest(machine.uid, f"boot {machine.boots}")),
        "kernelVersion": "6.12.48",
        "osImage": "Debian GNU/Linux 13 (trixie)",
        "containerRuntimeVersion": "containerd://2.2.1",
        "kubeletVersion": VERSION,
        "kubeProxyVersion": "",
        "operatingSystem": "linux",
        "architecture": "amd64",
    }


def labelled(node: Map) -> Map:
    """Return a node with the labels and the annotation that a kubelet puts on it, where they are missing."""
    labels = {"kubernetes.io/hostname": meta.name(node), "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
    labels |= {"beta.kubernetes.io/os": "linux", "beta.kubernetes.io/arch": "amd64"}
    made = put(node, ("metadata", "labels"), {**meta.labels(node), **_lacking(labels, meta.labels(node))})
    return put(made, ("metadata", "annotations"), {**meta.annotations(node), ATTACH: "true"})


def _condition(kind: str, say: Say, old: Object, now: str) -> Json:
    if old.get("status") == say.status:
        return {**old, "lastHeartbeatTime": now, "reason": say.reason, "message": say.message} | _since(old, now)
    fresh = {"type": kind, "status": say.status, "lastHeartbeatTime": now, "lastTransitionTime": now}
    return {**fresh, "reason": say.reason, "message": say.message}


def _since(old: Object, now: str) -> Json:
    return {"lastTransitionTime": old.get("lastTransitionTime") or now}


def _lacking(wanted: Json, has: Mapping[str, str]) -> Json:
    return {key: value for key, value in wanted.items() if not has.get(key)}


def _digest(*parts: str) -> str:
    return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def _uuid(text: str) -> str:
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
