"""What is said of Endpoints and EndpointSlices: who a Service sends its requests to."""

from __future__ import annotations

from playground.kube.narration import plain
from playground.kube.narration.plain import capital, count, listed
from playground.kube.narration.world import World
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Object
from playground.kube.store import Change

Targets = dict[str, bool]  # pod or address -> whether requests go there


def tell_slice(change: Change, world: World) -> str:
    """Say what a change of an EndpointSlice was."""
    del world
    service = meta.labels(change.object).get("kubernetes.io/service-name")
    if service is None or change.type == "DELETED" or plain.started_deletion(change):
        return plain.tell(change)
    before, now = _of_slice(change.previous or EMPTY), _of_slice(change.object)
    told = _told(service, before, now)
    if told or change.type == "ADDED":
        return told or f"Service {service} has nobody to send to yet."
    new, gone = now.keys() - before.keys(), before.keys() - now.keys()
    parts = [f"knows of {listed(sorted(new))}, not ready yet"] if new else []
    parts += [f"has forgotten {listed(sorted(gone))}"] if gone else []
    if parts:
        return f"Service {service} {' and '.join(parts)}."
    return f"{plain.who(change)} noted new facts about the pods that Service {service} knows of; who is sent to stays."


def is_quiet(change: Change) -> bool:
    """Tell whether a change of a slice leaves who is sent to as it was."""
    before, now = _of_slice(change.previous or EMPTY), _of_slice(change.object)
    return not _told("", before, now)


def tell_endpoints(change: Change, world: World) -> str:
    """Say what a change of an Endpoints object was."""
    del world
    if change.type == "DELETED":
        return plain.tell(change)
    before, now = _of_subsets(change.previous or EMPTY), _of_subsets(change.object)
    told = _told(meta.name(change.object), before, now, " (in its Endpoints)")
    if told or change.type == "ADDED" or change.object.get("subsets") == (change.previous or EMPTY).get("subsets"):
        return told or plain.tell(change)
    return f"{plain.who(change)} noted in Endpoints {meta.name(change.object)} which pods are not ready yet."


def tell_service(change: Change, world: World) -> str:
    """Say what a change of a Service was."""
    del world
    new, old, name = plain.spec(change.object), plain.spec(change.previous), plain.called(change.object)
    if change.type != "MODIFIED" or plain.started_deletion(change) or new == old:
        return plain.tell(change)
    parts = []
    if new.get("type") != old.get("type"):
        parts.append(f"it is a {new.get('type')} now, no longer a {old.get('type')}")
    if new.get("selector") != old.get("selector"):
        pairs = (f"{key}={value}" for key, value in sorted((new.get("selector") or EMPTY).items()))
        parts.append(f"it chooses pods with {plain.listed(pairs) or 'no labels'}")
    ports = [_port(port) for port in new.get("ports") or ()]
    if ports != [_port(port) for port in old.get("ports") or ()]:
        parts.append(f"its ports are {plain.listed(ports)}")
    return f"{plain.who(change)} changed {name}: {listed(parts)}." if parts else plain.tell(change)


def _port(port: Object) -> str:
    outside = f", {port['nodePort']} on every node" if port.get("nodePort") else ""
    return f"{port.get('port')} to {port.get('targetPort', port.get('port'))}{outside}"


def _told(service: str, before: Targets, now: Targets, where: str = "") -> str:
    receiving = [name for name, receives in now.items() if receives]
    new = [name for name in receiving if not before.get(name)]
    lost = [name for name, receives in before.items() if receives and not now.get(name)]
    if not new and not lost:
        return ""
    told = f"Service {service} now sends to {count(len(receiving), 'pod')}{where}"
    told += f"; new: {listed(new)}" if new else ""
    return capital(told + (f"; no longer: {listed(lost)}." if lost else "."))


def _of_slice(obj: Object) -> Targets:
    found: Targets = {}
    for endpoint in obj.get("endpoints") or ():
        ready = (endpoint.get("conditions") or EMPTY).get("ready", True)
        found[_target(endpoint, ", ".join(endpoint.get("addresses") or ()))] = bool(ready)
    return found


def _of_subsets(obj: Object) -> Targets:
    found: Targets = {}
    for subset in obj.get("subsets") or ():
        for field, ready in (("addresses", True), ("notReadyAddresses", False)):
            for address in subset.get(field) or ():
                found[_target(address, address.get("ip", ""))] = ready
    return found


def _target(endpoint: Object, address: str) -> str:
    return (endpoint.get("targetRef") or EMPTY).get("name") or address
