"""The cluster's DNS: what CoreDNS answers for Services and pods, from the objects there are.

After the DNS specification for Kubernetes (kubernetes/dns, 1.1): a Service's name leads to its address, a headless
one's to its ready pods; pods of a headless Service that have a hostname have names of their own.
"""

from __future__ import annotations

from typing import Any, Final

from playground.kube.client.informers import Informers
from playground.kube.objects.frozen import EMPTY
from playground.kube.traffic.backends import is_headless, slices_of

ZONE: Final = "cluster.local"


def resolve(informers: Informers, name: str, namespace: str) -> list[str]:
    """Return the addresses of a name as a pod of a namespace asks for it; none where there is no such name."""
    asked = name.rstrip(".")
    if not name.endswith("."):  # the search list of a pod's resolv.conf
        for suffix in (f".{namespace}.svc.{ZONE}", f".svc.{ZONE}", f".{ZONE}"):
            found = _absolute(informers, asked + suffix)
            if found:
                return found
    return _absolute(informers, asked)


def _absolute(informers: Informers, name: str) -> list[str]:
    parts = name.removesuffix(f".{ZONE}").split(".")
    if not name.endswith(f".{ZONE}") or len(parts) < 3:
        return []
    *host, place, kind = parts
    if kind == "pod" and len(host) == 1:
        return _pod(informers, host[0].replace("-", "."), place)
    if kind != "svc" or len(host) > 2:
        return []
    service: Any = informers.cache("services").get(place, host[-1])
    if service is None:
        return []
    if not is_headless(service) and len(host) == 1:
        outside = service["spec"].get("externalName")
        return [outside] if outside else [address for address in (service["spec"].get("clusterIP"),) if address]
    return _endpoints(informers, service, host[0] if len(host) == 2 else "")


def _endpoints(informers: Informers, service: Any, hostname: str) -> list[str]:
    """Return the addresses of a Service's ready endpoints, or of the one with a hostname."""
    meta = service["metadata"]
    found = [
        endpoint["addresses"][0]
        for each in slices_of(informers, meta["namespace"], meta["name"])
        for endpoint in each.get("endpoints") or ()
        if (endpoint.get("conditions") or EMPTY).get("ready") is not False
        and (not hostname or endpoint.get("hostname") == hostname)
    ]
    return sorted(dict.fromkeys(found))


def _pod(informers: Informers, address: str, namespace: str) -> list[str]:
    pods = informers.cache("pods").list(namespace)
    return [address] if any((pod.get("status") or EMPTY).get("podIP") == address for pod in pods) else []
