"""Which pods a Service sends requests to: from its EndpointSlices, as kube-proxy reads them.

After pkg/proxy/topology.go (CategorizeEndpoints) and endpointslicecache.go: ready endpoints; where there are
none, those that still serve while they terminate. Topology and the Local traffic policy are left out: clients have no
node here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.kube.client.informers import Informers
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY

Json = Mapping[str, Any]
SERVICE_LABEL: Final = "kubernetes.io/service-name"
SLICES: Final = "endpointslices.discovery.k8s.io"


@dataclass(frozen=True, slots=True)
class Backend:
    """One endpoint of a port. *uid* "": no pod of this cluster stands behind the address."""

    uid: str
    pod: str
    node: str
    address: str
    port: int


@dataclass(frozen=True, slots=True)
class Target:
    """One port of a Service: where its requests go, and whether a client stays with its endpoint."""

    service: Json
    port: Json
    backends: tuple[Backend, ...]

    @property
    def sticky(self) -> float | None:
        """For how many seconds of silence a client's endpoint is remembered; None: each request goes anywhere."""
        spec = self.service["spec"]
        if spec.get("sessionAffinity") != "ClientIP" or is_headless(self.service):
            return None
        asked = (spec.get("sessionAffinityConfig") or EMPTY).get("clientIP") or EMPTY
        return float(asked.get("timeoutSeconds") or 10800)


def is_headless(service: Json) -> bool:
    """Tell whether a Service has no address of its own: names lead to the pods themselves."""
    return bool(service["spec"].get("clusterIP") == "None")


def target(informers: Informers, namespace: str, name: str, port: int | None = None) -> Target | None:
    """Return where a Service's port (the first, if none is named) leads; None without such a Service or port."""
    service = informers.cache("services").get(namespace, name)
    if service is None:
        return None
    ports = [each for each in service["spec"].get("ports") or () if port is None or each["port"] == port]
    if not ports:
        return None
    return Target(service, ports[0], tuple(_backends(informers, service, ports[0])))


def slices_of(informers: Informers, namespace: str, name: str) -> list[Json]:
    """Return the EndpointSlices of a Service."""
    listed = informers.cache(SLICES).list(namespace)
    return [each for each in listed if meta.labels(each).get(SERVICE_LABEL) == name]


def _backends(informers: Informers, service: Json, port: Json) -> list[Backend]:
    families = service["spec"].get("ipFamilies") or ("IPv4",)
    ready: dict[str, Backend] = {}
    ending: dict[str, Backend] = {}
    for each in slices_of(informers, *meta.key(service)):
        number = _number(each, port)
        if each.get("addressType", "IPv4") != families[0] or number is None:
            continue
        for endpoint in each.get("endpoints") or ():
            conditions = endpoint.get("conditions") or EMPTY
            found = _backend(informers, meta.namespace(service), endpoint, number)
            if conditions.get("ready") is not False:
                ready[found.address] = found
            elif conditions.get("serving") and conditions.get("terminating") and not is_headless(service):
                ending[found.address] = found
    chosen = ready or ending
    return [chosen[address] for address in sorted(chosen)]


def _number(endpoint_slice: Json, port: Json) -> int | None:
    """Return the number that a Service's port has in a slice: named target ports differ from pod to pod."""
    for each in endpoint_slice.get("ports") or ():
        if (each.get("name") or "") == (port.get("name") or ""):
            number = each.get("port")
            return int(number) if number else int(port["port"])
    return None


def _backend(informers: Informers, namespace: str, endpoint: Json, port: int) -> Backend:
    address = endpoint["addresses"][0]
    reference = endpoint.get("targetRef") or EMPTY
    pod = informers.cache("pods").get(namespace, reference["name"]) if reference.get("kind") == "Pod" else None
    if pod is None:
        pod = _by_address(informers.cache("pods").list(namespace), address) if not reference else None
    if pod is None:
        return Backend("", reference.get("name") or "", "", address, port)
    return Backend(meta.uid(pod), meta.name(pod), pod["spec"].get("nodeName") or "", address, port)


def _by_address(pods: Iterable[Any], address: str) -> Any:
    """Return the pod with an address: slices that people write name no pods."""
    return next((pod for pod in pods if (pod.get("status") or EMPTY).get("podIP") == address), None)
