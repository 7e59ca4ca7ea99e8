"""What must hold of a cluster in which everything is mended and enough time has passed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playground.kube import Cluster
from playground.kube.objects.frozen import Map

SETS = ("deployments", "statefulsets", "daemonsets")
LIVING = (
    *SETS, "pods", "replicasets", "jobs", "cronjobs", "controllerrevisions", "services", "endpointslices", "nodes",
    "namespaces", "persistentvolumeclaims", "persistentvolumes", "poddisruptionbudgets",
)  # fmt: skip
HOPELESS = ("does-not-exist", "exit 1")  # what the stories' images and commands have that never gets ready


def problems(cluster: Cluster) -> Iterator[str]:
    """Say what is not as it should be."""
    pods = cluster.list("pods")
    yield from _leftovers(cluster)
    fits = all(pod["spec"].get("nodeName") for pod in pods)
    for kind in SETS:
        for obj in cluster.list(kind):
            yield from _unseen(kind, obj)
            if fits and _is_hopeful(obj["spec"]["template"]) and not _is_crossed(obj, pods):
                yield from _unready(kind, obj, pods)
    for obj in cluster.list("jobs"):
        done = [each["type"] for each in (obj.get("status") or {}).get("conditions") or ()]
        if fits and not obj["metadata"].get("ownerReferences") and not {"Complete", "Failed"} & {*done}:
            yield f"{_called('jobs', obj)} is not over: {obj.get('status')}"
    yield from _unserved(cluster, pods)
    living = [pod for pod in pods if pod["status"]["phase"] in {"Pending", "Running"}]
    calm = fits and all(_is_hopeful(pod) for pod in living) and not cluster.list("horizontalpodautoscalers")
    calm = calm and not any(_is_crossed(obj, pods) for obj in cluster.list("statefulsets"))
    if calm and (due := cluster.next_at()) is not None:
        yield f"something is due in {due - cluster.clock.now:g} s"


def _leftovers(cluster: Cluster) -> Iterator[str]:
    """Find what should be gone: what waits for its deletion, and what belongs to nothing."""
    objects = [(kind, obj) for kind in LIVING for obj in cluster.list(kind)]
    uids = {obj["metadata"]["uid"] for _, obj in objects}
    places = {obj["metadata"]["name"] for kind, obj in objects if kind == "namespaces"}
    nodes = {obj["metadata"]["name"] for kind, obj in objects if kind == "nodes"}
    claims = {name for kind, obj in objects if kind == "pods" for name in _claims(obj)}
    for kind, obj in objects:
        metadata = obj["metadata"]
        if metadata.get("deletionTimestamp") and metadata["name"] not in claims:
            yield f"{_called(kind, obj)} does not go: {metadata.get('finalizers')}"
        for reference in metadata.get("ownerReferences") or ():
            if reference["uid"] not in uids:
                yield f"{_called(kind, obj)} belongs to {reference['kind']} {reference['name']}, which is gone"
        if metadata.get("namespace", "default") not in places:
            yield f"{_called(kind, obj)} is in a namespace that is gone"
        if kind == "pods" and obj["spec"].get("nodeName", next(iter(nodes))) not in nodes:
            yield f"{_called(kind, obj)} is on a node that is gone"


def _unseen(kind: str, obj: Map) -> Iterator[str]:
    seen = (obj.get("status") or {}).get("observedGeneration")
    if seen != obj["metadata"]["generation"]:
        yield f"{_called(kind, obj)} was not looked at: {seen} of {obj['metadata']['generation']}"


def _unready(kind: str, obj: Map, pods: list[Map]) -> Iterator[str]:
    """Find a set that has not exactly the pods that it wants, or not of the template that it has."""
    status, spec = obj["status"], obj["spec"]
    if kind == "daemonsets":
        wanted = status["desiredNumberScheduled"]
        ready, there = status.get("numberReady"), status["currentNumberScheduled"]
        updated = status.get("updatedNumberScheduled", 0)
    else:
        wanted = spec["replicas"]
        ready, there = status.get("readyReplicas", 0), status.get("replicas", 0)
        updated = status.get("updatedReplicas", 0)
    by_hand = (spec.get("updateStrategy") or {}).get("type") == "OnDelete"
    if (ready, there) != (wanted, wanted) or (updated != wanted and not by_hand):
        yield f"{_called(kind, obj)} wants {wanted}: {there} there, {ready} ready, {updated} of its template"
    if kind != "deployments":
        uid = obj["metadata"]["uid"]
        mine = [pod for pod in pods if uid in _owners(pod) and pod["status"]["phase"] == "Running"]
        if len(mine) != wanted:
            yield f"{_called(kind, obj)} wants {wanted} and has {len(mine)} pods that run"


def _unserved(cluster: Cluster, pods: list[Map]) -> Iterator[str]:
    """Find a Service whose endpoints are not the ready pods that it selects."""
    for service in cluster.list("services"):
        name, namespace = service["metadata"]["name"], service["metadata"]["namespace"]
        selector = (service["spec"].get("selector") or {}).items()
        ready = {
            pod["status"]["podIP"] for pod in pods
            if selector and pod["metadata"]["namespace"] == namespace
            and selector <= pod["metadata"].get("labels", {}).items() and _is_ready(pod)
        }  # fmt: skip
        listed = cluster.list("endpointslices", namespace=namespace, labels=f"kubernetes.io/service-name={name}")
        served = {
            address for each in listed for endpoint in each.get("endpoints") or ()
            if endpoint["conditions"]["ready"] for address in endpoint["addresses"]
        }  # fmt: skip
        if ready != served:
            yield f"{_called('services', service)} serves {sorted(served)}, ready are {sorted(ready)}"


def _is_ready(pod: Map) -> bool:
    conditions = {each["type"]: each["status"] for each in pod["status"].get("conditions") or ()}
    return conditions.get("Ready") == "True"


def _is_hopeful(pod: Any) -> bool:
    """Whether a pod of this spec gets ready, and stays as it is then."""
    told = str([(each.get("image"), each.get("command")) for each in pod["spec"]["containers"]])
    return not any(word in told for word in HOPELESS)


def _is_crossed(obj: Map, pods: list[Map]) -> bool:
    """Whether a pod that is not a StatefulSet's has the name of one of its own: it waits for ever then."""
    uid, place = obj["metadata"]["uid"], obj["metadata"]["namespace"]
    names = {f"{obj['metadata']['name']}-{number}" for number in range(obj["spec"].get("replicas", 0))}
    there = [pod for pod in pods if pod["metadata"]["namespace"] == place and pod["metadata"]["name"] in names]
    return obj["kind"] == "StatefulSet" and any(uid not in _owners(pod) for pod in there)


def _claims(pod: Map) -> list[str]:
    """The claims that a pod uses, which stay as long as it does."""
    used = [volume.get("persistentVolumeClaim") for volume in pod["spec"].get("volumes") or ()]
    return [claim["claimName"] for claim in used if claim]


def _owners(pod: Map) -> list[str]:
    return [reference["uid"] for reference in pod["metadata"].get("ownerReferences") or ()]


def _called(kind: str, obj: Map) -> str:
    return f"{kind} {obj['metadata'].get('namespace', '')}/{obj['metadata']['name']}"
