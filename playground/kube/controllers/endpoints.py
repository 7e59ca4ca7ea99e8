"""Endpoints: the older list of a Service's pods, one object for each Service, ready and unready apart.

After pkg/controller/endpoint/endpoints_controller.go and pkg/api/v1/endpoints/util.go (RepackSubsets). A pod that is
going is left out at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from math import ceil
from typing import Any, Final

from playground.kube.apiserver import DeleteOptions
from playground.kube.client import pods
from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Handler
from playground.kube.client.podcontrol import is_namespace_ending
from playground.kube.client.workqueue import Item
from playground.kube.controllers.port_order import in_endpoints
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
from playground.kube.objects.frozen import EMPTY_LIST, Map, Object, freeze
from playground.kube.store import By, Change

Json = dict[str, Any]
Subsets = list[Json]
_Who = tuple[str, str, bool]  # address, uid of the pod, whether it is ready
_Port = tuple[Any, ...]
_Shown = tuple[_Who, Map, dict[_Port, Json | None]]  # with the address, and the ports that it is behind

MOST: Final = 1000  # addresses in an Endpoints object
_MANAGED_BY: Final = "endpoints.kubernetes.io/managed-by"
_OVER: Final = "endpoints.kubernetes.io/over-capacity"


class EndpointsController(Controller):
    """Keys: a Service's namespace and name."""

    name = "endpoint-controller"

    def __init__(self, context: Context) -> None:
        self._pods = ServicePods(context.informers.cache("pods"))
        self._times = TriggerTimes()
        self._shown: PerPod[_Shown | None] = PerPod()
        super().__init__(context)

    def handlers(self) -> Mapping[str, Handler]:
        """Watch Services, pods and the Endpoints that others delete."""
        return {"services": self._service_changed, "pods": self._pod_changed, "endpoints": self._endpoints_changed}

    def _service_changed(self, change: Change) -> None:
        self._pods.service_changed(change)
        self.enqueue(change.key, change)

    def _pod_changed(self, change: Change) -> None:
        for service in self._pods.pod_changed(change):
            self.enqueue(service, change)

    def _endpoints_changed(self, change: Change) -> None:
        if change.type == "DELETED" and change.actor != self.name:
            self.enqueue(change.key, change)

    def sync(self, item: Item, by: By) -> None:
        """Bring the Endpoints of one Service to what its pods are."""
        namespace, name = item
        service = self.informers.cache("services").get(namespace, name)
        current = self.informers.cache("endpoints").get(namespace, name)
        if service is None:
            self._times.forget((namespace, name))
            self._shown.forget(item)
            if current is not None:
                self._delete(namespace, name, by)
            return
        if not gets_endpoints(service):
            return
        members = self._pods.of((namespace, name))
        trigger = self._times.of((namespace, name), service, members)
        subsets = _subsets(self._shown.of(item, service, members, partial(_shown, service)))
        if current is None or _differs(current, subsets, service):
            self._write(service, current, subsets, trigger, by)

    def _write(self, service: Map, current: Map | None, subsets: Subsets, trigger: str, by: By) -> None:
        kept = meta.annotations(current) if current is not None else {}
        annotations = {key: value for key, value in kept.items() if key not in {TRIGGER_TIME, _OVER}}
        annotations |= {TRIGGER_TIME: trigger} if trigger else {}
        annotations |= {_OVER: "truncated"} if truncate(subsets) else {}
        metadata = {"name": meta.name(service), "annotations": annotations, "labels": _labels(service)}
        made: Json = {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata}
        made |= {"subsets": subsets} if subsets else {}
        if current is None:
            self._create(made, meta.namespace(service), by)
        else:
            self.api.set_content("endpoints", meta.namespace(service), meta.name(service), made, by=by)

    def _create(self, made: Json, namespace: str, by: By) -> None:
        try:
            self.api.create(made, namespace=namespace, by=by)
        except ApiError as error:
            if not is_namespace_ending(error):
                raise

    def _delete(self, namespace: str, name: str, by: By) -> None:
        try:
            self.api.delete("endpoints", name, namespace, by=by, options=DeleteOptions())
        except ApiError as error:
            if error.code != 404:
                raise

    def own_state(self) -> Json:
        """Return the times that were seen last."""
        return {"times": self._times.state()}

    def restore_own(self, state: Mapping[str, Any]) -> None:
        """Take up what `own_state` gave."""
        self._times.restore(state["times"])


def _labels(service: Object) -> Json:
    kept = {key: value for key, value in meta.labels(service).items() if key != HEADLESS}
    return kept | ({HEADLESS: ""} if is_headless(service) else {}) | {_MANAGED_BY: EndpointsController.name}


def _differs(current: Map, subsets: Subsets, service: Object) -> bool:
    """Tell whether the object has to be written; the label of headless Services alone is no reason."""
    before = {key: value for key, value in meta.labels(current).items() if key != HEADLESS}
    wanted = {key: value for key, value in _labels(service).items() if key != HEADLESS}
    many = sum(_size(subset) for subset in subsets) > MOST
    stale = not many and _OVER in meta.annotations(current)
    return before != wanted or many or stale or (current.get("subsets") or EMPTY_LIST) != subsets


def _shown(service: Object, pod: Map) -> _Shown | None:
    """Return a pod as Endpoints show it, None if they do not."""
    published = bool(service["spec"].get("publishNotReadyAddresses"))
    family = (service["spec"].get("ipFamilies") or ("IPv4",))[0]
    found = addresses_of(pod, family) if is_endpoint(pod, terminating=published) else []
    if not found:
        return None
    address: Map = freeze(_address(pod, service, found[0]))
    ports = {tuple(sorted((port or {}).items(), key=str)): port for port in _ports(service, pod)}
    return (found[0], meta.uid(pod), published or pods.is_ready(pod)), address, ports


def _subsets(shown: Iterable[_Shown | None]) -> Subsets:
    """Return the addresses of a Service's pods, together where they are behind the same ports (RepackSubsets)."""
    ports: dict[_Port, Json | None] = {}
    behind: dict[_Port, dict[_Who, Map]] = {}
    for each in shown:
        if each is not None:
            who, address, found = each
            for key, port in found.items():
                ports[key] = port
                behind.setdefault(key, {})[who] = address
    together: dict[tuple[_Who, ...], list[_Port]] = {}
    for key, addresses in behind.items():
        together.setdefault(tuple(sorted(addresses)), []).append(key)
    return [_subset(who, behind[keys[0]], [ports[key] for key in keys]) for who, keys in together.items()]


def _subset(who: Iterable[_Who], addresses: Mapping[_Who, Map], ports: list[Json | None]) -> Json:
    ready: list[Map] = []
    unready: list[Map] = []
    for key in who:
        (ready if key[2] else unready).append(addresses[key])
    listed = in_endpoints(port for port in ports if port is not None)
    made = {"addresses": ready, "notReadyAddresses": unready, "ports": listed}
    return {field: value for field, value in made.items() if value}


def _address(pod: Object, service: Object, ip: str) -> Json:
    target = {"kind": "Pod", "namespace": meta.namespace(pod), "name": meta.name(pod), "uid": meta.uid(pod)}
    made: Json = {"ip": ip, "nodeName": pod["spec"].get("nodeName", ""), "targetRef": target}
    hostname = hostname_of(pod, service)
    return made | ({"hostname": hostname} if hostname else {})


def _ports(service: Object, pod: Object) -> list[Json | None]:
    """Return where a Service's ports lead in a pod; one None for a headless Service without ports."""
    asked = service["spec"].get("ports") or ()
    if not asked:
        return [None] if service["spec"].get("clusterIP") == "None" else []
    found: list[Json | None] = []
    for port in asked:
        number = port_of(pod, port)
        if number is not None:
            named = {"name": port["name"]} if port.get("name") else {}
            protocol = {"port": number, "protocol": port.get("protocol", "TCP")}
            found.append(named | protocol | ({"appProtocol": port["appProtocol"]} if "appProtocol" in port else {}))
    return found


def _size(subset: Json) -> int:
    return len(subset.get("addresses", ())) + len(subset.get("notReadyAddresses", ()))


def truncate(subsets: Subsets) -> bool:
    """Cut down to what an object may hold, unready addresses first, each subset by its part (truncateEndpoints)."""
    ready = sum(len(subset.get("addresses", ())) for subset in subsets)
    if sum(_size(subset) for subset in subsets) <= MOST:
        return False
    field, most = ("addresses", MOST) if ready > MOST else ("notReadyAddresses", MOST - ready)
    total, left = sum(len(subset.get(field, ())) for subset in subsets), most
    for subset in subsets:
        part = min(ceil(len(subset.get(field, ())) / total * most), left)
        left -= len(subset.get(field, ())[:part])
        subset[field] = subset.get(field, [])[:part]
        if ready > MOST:
            subset["notReadyAddresses"] = []
        for name in ("addresses", "notReadyAddresses"):
            if not subset.get(name):
                subset.pop(name, None)
    return True
