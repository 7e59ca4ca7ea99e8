"""What must hold at every change of a log, whatever happens in the cluster."""

from __future__ import annotations

from playground.kube import Cluster, log, quantity
from playground.kube.objects.frozen import Map
from playground.kube.store import Change

Uid = str
Objects = dict[tuple[str, str, str], Map]
WORKLOADS = ("replicasets.apps", "deployments.apps", "statefulsets.apps", "replicationcontrollers")
ENDED = ("Succeeded", "Failed")


class Auditor:
    """Reads a log change by change, and says what it never should have held."""

    def __init__(self) -> None:
        self.objects: Objects = {}
        self.gone: set[Uid] = set()
        self.uids: set[Uid] = set()
        self.revision = 0
        self.faults: list[str] = []

    def read(self, change: Change) -> None:
        """Take one change in."""
        where = (change.resource, *change.key)
        metadata = change.object["metadata"]
        self.claim(change.revision > self.revision, "revisions grow", change)
        self.revision = change.revision
        self.claim(metadata["uid"] not in self.gone, "a deleted object's uid never comes back", change)
        if change.type == "DELETED":
            self.gone.add(self.objects.pop(where)["metadata"]["uid"])
            return
        self.claim(int(metadata["resourceVersion"]) == change.revision, "the object carries its revision", change)
        before = self.objects.get(where)
        self.claim((before is None) == (change.type == "ADDED"), "only what is there changes", change)
        if before is not None:
            self.claim(before["metadata"]["uid"] == metadata["uid"], "an object keeps its uid", change)
        self.uids.add(metadata["uid"])
        owners = {reference["uid"] for reference in metadata.get("ownerReferences") or ()}
        self.claim(owners <= self.uids, "owners are, or were", change)
        self.objects[where] = change.object
        if change.resource == "pods":
            self._pod(change, before)
        elif change.resource in WORKLOADS:
            status = change.object.get("status") or {}
            ready = status.get("readyReplicas") or 0
            self.claim(ready <= (status.get("replicas") or 0), "no more are ready than there are", change)
            self.claim((status.get("availableReplicas") or 0) <= ready, "no more are available than ready", change)

    def _pod(self, change: Change, before: Map | None) -> None:
        pod = change.object
        name = pod["spec"].get("nodeName")
        was = before["spec"].get("nodeName") if before is not None else None
        self.claim(was in (None, name), "a pod keeps its node", change)
        if name and not was and ("nodes", "", name) in self.objects:
            self._room(change, self.objects[("nodes", "", name)])
        if before is not None:
            old, new = _restarts(before), _restarts(pod)
            grow = all(new.get(each, count) >= count for each, count in old.items())
            self.claim(grow, "restarts only grow", change)
            phases = (_phase(before), _phase(pod))
            self.claim(phases[0] not in ENDED or phases[0] == phases[1], "an ended pod stays ended", change)

    def _room(self, change: Change, node: Map) -> None:
        room = node["status"]["allocatable"]
        name = node["metadata"]["name"]
        there = [
            pod for (resource, *_), pod in self.objects.items()
            if resource == "pods" and pod["spec"].get("nodeName") == name and _phase(pod) not in ENDED
        ]  # fmt: skip
        self.claim(len(there) <= int(room["pods"]), "a node has room for its pods", change)
        cpu = sum(quantity.milli(_requests(pod).get("cpu", "0")) for pod in there)
        self.claim(cpu <= quantity.milli(room["cpu"]), "a node has the CPU that its pods ask for", change)

    def claim(self, holds: bool, what: str, change: Change) -> None:
        """Note what does not hold."""
        if not holds:
            self.faults.append(f"{what}: revision {change.revision} {change.type} {change.resource} {change.key}")


def check(cluster: Cluster) -> None:
    """Read a cluster's whole log."""
    changes = cluster.changes_since(0)
    auditor = Auditor()
    for change in changes:
        auditor.read(change)
    assert not auditor.faults, auditor.faults[:5]
    folded = log.fold(log.lines(changes))
    assert folded == auditor.objects
    for resource in {key[0] for key in folded}:
        now = {(resource, *_key(obj)): obj for obj in cluster.api.objects(resource)}
        assert now == {key: obj for key, obj in folded.items() if key[0] == resource}
    sentences = cluster.narrate(0)
    assert len(sentences) == len(changes)
    bad = [each.text for each in sentences if not well_said(each.text)]
    assert not bad, bad[:5]


def well_said(text: str) -> bool:
    """Whether a sentence is one: it has words, and an end."""
    return text == text.strip() and text.endswith((".", '"')) and not text.endswith((" .", ".."))


def _key(obj: Map) -> tuple[str, str]:
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def _phase(pod: Map) -> str:
    return str((pod.get("status") or {}).get("phase", ""))


def _requests(pod: Map) -> dict[str, str]:
    """What the story's pods ask for: one container, and others that ask for nothing."""
    return dict((pod["spec"]["containers"][0].get("resources") or {}).get("requests") or {})


def _restarts(pod: Map) -> dict[str, int]:
    status = pod.get("status") or {}
    listed = [*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ())]
    return {each["name"]: each["restartCount"] for each in listed}
