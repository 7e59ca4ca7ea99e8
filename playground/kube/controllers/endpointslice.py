"""EndpointSlices: for each Service that selects pods, slices that say where its pods are and whether they are ready.

After pkg/controller/endpointslice and k8s.io/endpointslice (reconciler.go, utils.go, trafficdist/trafficdist.go). The
annotation for hints by the amounts of zones (topology-mode) is not heeded.
A pod on a node that does not exist is left out until there is such a node, unless unready addresses are published too.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from playground.kube import errors
from playground.kube.apiserver import DeleteOptions
from playground.kube.client import pods
from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Handler
from playground.kube.client.owners import controller_ref
from playground.kube.client.podcontrol import is_namespace_ending
from playground.kube.client.workqueue import Cause, Item
from playground.kube.controllers.endpoint_packing import Group, Plan, PortsKey, identity, plan_of, ports_key
from playground.kube.controllers.port_order import in_slices
from playground.kube.controllers.service_pods import (
    HEADLESS,
    TRIGGER_TIME,
    PerPod,
    ServicePods,
    TriggerTimes,
    addresses_of,
    gets_endpoints,
    hostname_of,
    is_endpoint,
    is_headless,
    port_of,
)
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object, freeze
from playground.kube.store import By, Change

Json = dict[str, Any]

_SLICES: Final = "endpointslices.discovery.k8s.io"
_MANAGED_BY: Final = "endpointslice.kubernetes.io/managed-by"
_MANAGER: Final = "endpointslice-controller.k8s.io"
_SERVICE: Final = "kubernetes.io/service-name"
_ZONE: Final = "topology.kubernetes.io/zone"
_RESERVED: Final = frozenset({_SERVICE, _MANAGED_BY, HEADLESS})
_NEAR: Final = frozenset({"PreferClose", "PreferSameNode", "PreferSameZone"})
_RETRIES: Final = 15  # of a Service that cannot be brought to what is wanted; 1 s apart, then 2, 4…


class _Made(NamedTuple):
    """What a pod contributes: its ports, and the endpoint, or why it has none yet."""

    key: PortsKey
    ports: list[Json]
    endpoint: Map | None = None
    identity: tuple[Any, ...] = ()
    missing: str = ""


class EndpointSliceController(Controller):
    """Keys: a Service's namespace and name."""

    name = "endpointslice-controller"

    def __init__(self, context: Context) -> None:
        self._pods = ServicePods(context.informers.cache("pods"))
        self._times = TriggerTimes()
        self._made: PerPod[_Made | None] = PerPod()
        self._slices: dict[tuple[str, str], set[str]] = {}  # Service -> names of its slices
        super().__init__(context)

    def handlers(self) -> Mapping[str, Handler]:
        """Watch Services, pods, slices and nodes."""
        return {
            "services": self._service_changed,
            "pods": self._pod_changed,
            _SLICES: self._slice_changed,
            "nodes": self._node_changed,
        }

    def _service_changed(self, change: Change) -> None:
        self._pods.service_changed(change)
        self.enqueue(change.key, change)

    def _pod_changed(self, change: Change) -> None:
        for service in self._pods.pod_changed(change):
            self.enqueue(service, change)

    def _slice_changed(self, change: Change) -> None:
        """Remember whose slice it is; come back when somebody else has changed it (its tracker's generations)."""
        labels = meta.labels(change.object)
        namespace, name = change.key
        key = (namespace, labels.get(_SERVICE, ""))
        if labels.get(_MANAGED_BY) != _MANAGER or not key[1]:
            return
        if change.type == "DELETED":
            self._slices.get(key, set()).discard(name)
        else:
            self._slices.setdefault(key, set()).add(name)
        if change.actor != self.name and change.type != "ADDED":
            self.enqueue(key, change)

    def _node_changed(self, change: Change) -> None:
        """See to the Services of a node's pods when it comes, goes or moves to another zone."""
        if change.type == "MODIFIED" and change.previous is not None and _zone(change.previous) == _zone(change.object):
            return
        for pod in self.informers.cache("pods").by("node", change.key[1]):
            for service in self._pods.selecting(pod):
                self._forget(service)
                if change.type != "DELETED":
                    self.enqueue(service, change)

    def _forget(self, service: tuple[str, str]) -> None:
        for family in ("IPv4", "IPv6"):
            self._made.forget((service, family))

    def sync(self, item: Item, by: By) -> None:
        """Bring the slices of one Service to what its pods are."""
        key = (item[0], item[1])
        service = self.informers.cache("services").get(*key)
        if service is None:
            self._times.forget(key)
            self._forget(key)
            return
        if not gets_endpoints(service):
            return
        members = self._pods.of(key)
        trigger = self._times.of(key, service, members)
        existing = self._existing(key)
        missing: list[str] = []
        for family in _families(service):
            mine = [old for old in existing if old["addressType"] == family and not self._is_stray(old, service)]
            groups = self._groups(service, members, family, missing)
            self._write(service, plan_of(mine, groups, _template(service, family)), trigger, by)
        self._write(service, Plan(delete=[old for old in existing if self._is_stray(old, service)]), trigger, by)
        if missing:
            told = f"Error updating Endpoint Slices for Service {key[0]}/{key[1]}: {missing[0]}"
            self.api.record_event(service, "FailedToUpdateEndpointSlices", told, by=by, warning=True)
            raise errors.internal_error(missing[0])

    def failed(self, item: Item, error: ApiError, cause: Cause) -> None:
        """Come back after 1 s, 2 s…; give up after fifteen times (handleErr)."""
        del error
        failures = self.queue.failures(item)
        if failures >= _RETRIES:
            self.queue.forget(item)
            return
        self.queue.backoff(item)
        self.queue.add_at(item, self.clock.now + 2.0**failures, cause)

    def _existing(self, key: tuple[str, str]) -> list[Map]:
        cache = self.informers.cache(_SLICES)
        found = (cache.get(key[0], name) for name in sorted(self._slices.get(key, ())))
        return [each for each in found if each is not None and not meta.deleting(each)]

    @staticmethod
    def _is_stray(old: Object, service: Object) -> bool:
        """Tell whether a slice was made for another Service of the same name, or for addresses that are no more."""
        owners = {reference["uid"] for reference in old["metadata"].get("ownerReferences") or ()}
        return meta.uid(service) not in owners or old["addressType"] not in _families(service)

    def _groups(self, service: Map, members: list[Map], family: str, missing: list[str]) -> dict[PortsKey, Group]:
        """Return the endpoints that are wanted for one family of addresses, by their ports."""
        groups: dict[PortsKey, Group] = {}
        for made in self._made.of((meta.key(service), family), service, members, partial(self._make, service, family)):
            if made is None:
                continue
            group = groups.get(made.key)
            if group is None:
                group = groups[made.key] = Group(made.ports)
            if made.missing:
                missing.append(made.missing)
            elif made.endpoint is not None:
                group.wanted[made.identity] = made.endpoint
        return groups

    def _make(self, service: Map, family: str, pod: Map) -> _Made | None:
        """Return a pod as an endpoint, None if it is none."""
        if not is_endpoint(pod, terminating=True):
            return None
        ports = _ports(service, pod)
        at = pod["spec"].get("nodeName") or ""
        node = self.informers.cache("nodes").get("", at)
        if node is None and not service["spec"].get("publishNotReadyAddresses"):
            told = f"skipping Pod {meta.name(pod)} for Service {'/'.join(meta.key(service))}: Node {at} Not Found"
            return _Made(ports_key(ports), ports, missing=told)
        addresses = addresses_of(pod, family)
        endpoint: Map | None = freeze(_endpoint(pod, node, service, addresses)) if addresses else None
        return _Made(ports_key(ports), ports, endpoint, identity(endpoint) if endpoint is not None else ())

    def _write(self, service: Map, plan: Plan, trigger: str, by: By) -> None:
        """Carry a plan out. A Service that is going gets no new slices."""
        namespace = meta.namespace(service)
        for made in plan.create if not meta.deleting(service) else ():
            self._create(service, _with_trigger(made, trigger), by)
        for name, content in plan.update.items():
            self.api.set_content(_SLICES, namespace, name, _with_trigger(content, trigger), by=by)
        for old in plan.delete:
            self.api.delete(_SLICES, meta.name(old), namespace, by=by, options=DeleteOptions())

    def _create(self, service: Map, made: Json, by: By) -> None:
        prefix = f"{meta.name(service)}-"
        owned = {"generateName": prefix, "ownerReferences": [controller_ref(service)], **made["metadata"]}
        try:
            self.api.create({**made, "metadata": owned}, namespace=meta.namespace(service), by=by)
        except ApiError as error:
            if not is_namespace_ending(error):
                raise

    def own_state(self) -> Json:
        """Return the times that were seen last."""
        return {"times": self._times.state()}

    def restore_own(self, state: Mapping[str, Any]) -> None:
        """Take up what `own_state` gave."""
        self._times.restore(state["times"])


def _zone(node: Object) -> str:
    return meta.labels(node).get(_ZONE, "")


def _families(service: Object) -> tuple[str, ...]:
    return tuple(service["spec"].get("ipFamilies") or ("IPv4",))


def _template(service: Object, family: str) -> Json:
    """Return a slice without endpoints and ports (newEndpointSlice)."""
    labels = {key: value for key, value in meta.labels(service).items() if key not in _RESERVED}
    labels |= {HEADLESS: ""} if is_headless(service) else {}
    labels |= {_SERVICE: meta.name(service), _MANAGED_BY: _MANAGER}
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"labels": labels},
        "addressType": family,
        "endpoints": [],
        "ports": [],
    }


def _with_trigger(content: Json, trigger: str) -> Json:
    """Return a slice as it is written: with the time of what it reacts to, without empty lists."""
    metadata = content["metadata"]
    annotations = {key: value for key, value in metadata.get("annotations", {}).items() if key != TRIGGER_TIME}
    annotations |= {TRIGGER_TIME: trigger} if trigger else {}
    filled = {key: value for key, value in content.items() if value}
    return {**filled, "metadata": {**metadata, "annotations": annotations}}


def _ports(service: Object, pod: Object) -> list[Json]:
    """Return where a Service's ports lead in a pod; those that lead nowhere are left out (getEndpointPorts)."""
    found = []
    for port in service["spec"].get("ports") or ():
        number = port_of(pod, port)
        if number is not None:
            made = {"name": port.get("name", ""), "protocol": port.get("protocol", "TCP"), "port": number}
            found.append(made | ({"appProtocol": port["appProtocol"]} if "appProtocol" in port else {}))
    return in_slices(found) if len(found) > 1 else found


def _endpoint(pod: Map, node: Map | None, service: Object, addresses: list[str]) -> Json:
    """Return a pod as an endpoint (podToEndpoint)."""
    serving, terminating = pods.is_ready(pod), meta.deleting(pod)
    ready = bool(service["spec"].get("publishNotReadyAddresses")) or (serving and not terminating)
    target = {"kind": "Pod", "namespace": meta.namespace(pod), "name": meta.name(pod), "uid": meta.uid(pod)}
    zone = _zone(node) if node is not None else ""
    hostname, at = hostname_of(pod, service), pod["spec"].get("nodeName")
    return {
        "addresses": addresses,
        "conditions": {"ready": ready, "serving": serving, "terminating": terminating},
        **({"hostname": hostname} if hostname else {}),
        "targetRef": target,
        **({"nodeName": at} if at else {}),
        **({"zone": zone} if zone else {}),
        **(_hints(service, at, zone) if ready else {}),
    }


def _hints(service: Object, node: str | None, zone: str) -> Json:
    """Return for whom a ready endpoint is meant, if the Service prefers near ones (trafficdist.ReconcileHints)."""
    wish = service["spec"].get("trafficDistribution")
    if wish not in _NEAR:
        return {}
    hints = {"forZones": [{"name": zone}]} if zone else {}
    hints |= {"forNodes": [{"name": node}]} if node and wish == "PreferSameNode" else {}
    return {"hints": hints} if hints else {}
