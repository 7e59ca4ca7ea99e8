"""Nodes as `kubectl describe` writes them. Source: describeNode of k8s.io/kubectl/pkg/describe/describe.go."""

from collections.abc import Iterator
from typing import Final

from playground.kube import quantity
from playground.kube.apiserver import pod_usage
from playground.kube.kubectl import cells
from playground.kube.kubectl import describe_parts as parts
from playground.kube.kubectl.durations import ago
from playground.kube.kubectl.errors import ServerError
from playground.kube.kubectl.session import Json, Session
from playground.kube.kubectl.targets import resource_for

Lines = Iterator[str]
OVER: Final = "status.phase!=Failed,status.phase!=Succeeded"


def node(session: Session, node: Json) -> Lines:
    """Tell all about a node and what its pods ask for."""
    metadata, spec, status = node["metadata"], node.get("spec") or {}, node.get("status") or {}
    yield f"Name:\t{metadata['name']}"
    yield f"Roles:\t{cells.node_roles(node, session.now)}"
    yield from parts.labels("Labels", metadata.get("labels"))
    yield from parts.annotations("Annotations", metadata.get("annotations"))
    yield f"CreationTimestamp:\t{parts.stamp(metadata.get('creationTimestamp'))}"
    yield from parts.taints("Taints", spec.get("taints"))
    yield f"Unschedulable:\t{'true' if spec.get('unschedulable') else 'false'}"
    yield from _lease(session, metadata["name"])
    if status.get("conditions"):
        yield from ("Conditions:", "  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage")
        yield "  ----\t------\t-----------------\t------------------\t------\t-------"
        for item in status["conditions"]:
            seen, turned = parts.stamp(item.get("lastHeartbeatTime")), parts.stamp(item.get("lastTransitionTime"))
            why = f"{item.get('reason', '')} \t{item.get('message', '')}"
            yield f"  {item['type']} \t{item.get('status')} \t{seen} \t{turned} \t{why}"
    yield "Addresses:"
    yield from (f"  {item['type']}:\t{item['address']}" for item in status.get("addresses") or ())
    for title in ("Capacity", "Allocatable"):
        chosen = status.get(title.lower()) or {}
        yield from [f"{title}:"] * bool(chosen)
        yield from (f"  {name}:\t{chosen[name]}" for name in sorted(chosen))
    yield "System Info:"
    yield from (f"  {title}:\t{(status.get('nodeInfo') or {}).get(field, '')}" for title, field in _SYSTEM)
    for title, text in (("PodCIDR", spec.get("podCIDR")), ("PodCIDRs", ",".join(spec.get("podCIDRs") or ()))):
        if text:
            yield f"{title}:\t{text}"
    yield from _used(session, node)


_SYSTEM: Final = (
    ("Machine ID", "machineID"),
    ("System UUID", "systemUUID"),
    ("Boot ID", "bootID"),
    ("Kernel Version", "kernelVersion"),
    ("OS Image", "osImage"),
    ("Operating System", "operatingSystem"),
    ("Architecture", "architecture"),
    ("Container Runtime Version", "containerRuntimeVersion"),
    ("Kubelet Version", "kubeletVersion"),
)


def _lease(session: Session, name: str) -> Lines:
    try:
        lease = session.get(resource_for("leases"), name, "kube-node-lease")
    except ServerError as error:
        yield f"Lease:\tFailed to get lease: {error}"
        return
    spec = lease.get("spec") or {}
    yield "Lease:"
    yield f"  HolderIdentity:\t{spec.get('holderIdentity') or '<unset>'}"
    for title, field in (("AcquireTime", "acquireTime"), ("RenewTime", "renewTime")):
        yield f"  {title}:\t{parts.stamp(spec[field]) if spec.get(field) else '<unset>'}"


def _used(session: Session, node: Json) -> Lines:
    """What the pods of a node ask for, each and together."""
    status = node.get("status") or {}
    room = status.get("allocatable") or status.get("capacity") or {}
    fields = f"spec.nodeName={node['metadata']['name']},{OVER}"
    pods = session.list(resource_for("pods"), "", fields=fields)
    yield f"Non-terminated Pods:\t({len(pods)} in total)"
    yield "  Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge"
    yield "  ---------\t----\t\t------------\t----------\t---------------\t-------------\t---"
    total: dict[tuple[str, str], quantity.Quantity] = {}
    for pod in pods:
        told = []
        for name in _SHARED:
            for side in ("requests", "limits"):
                amount = pod_usage.pod_total(pod["spec"], side).get(name, quantity.Quantity(0))
                total[name, side] = total.get((name, side), quantity.Quantity(0)) + amount
                told.append(_part(amount, room.get(name)))
        metadata = pod["metadata"]
        age = ago(metadata.get("creationTimestamp"), session.now)
        yield f"  {metadata['namespace']}\t{metadata['name']}\t\t" + "\t".join([*told[:4], age])
    yield "Allocated resources:"
    yield "  (Total limits may be over 100 percent, i.e., overcommitted.)"
    yield from ("  Resource\tRequests\tLimits", "  --------\t--------\t------")
    for name in _SHARED:
        sums = (total.get((name, side), quantity.Quantity(0)) for side in ("requests", "limits"))
        yield f"  {name}\t" + "\t".join(_part(amount, room.get(name)) for amount in sums)


_SHARED: Final = ("cpu", "memory", "ephemeral-storage")


def _part(amount: quantity.Quantity, room: str | None) -> str:
    whole = quantity.milli(room) if room else 0
    return f"{amount} ({int(amount.milli() / whole * 100) if whole else 0}%)"
