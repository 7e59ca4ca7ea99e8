"""Variables that tell a container of the services of its namespace (enableServiceLinks), and of the service kubernetes.

After pkg/kubelet/envvars/envvars.go and getServiceEnvVarMap in pkg/kubelet/kubelet_pods.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from playground.kube.client.informers import Informers
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object

_MASTER: Final = ("default", "kubernetes")


class ServiceLinks:
    """Reads services from the watch's cache."""

    def __init__(self, informers: Informers) -> None:
        self._services = informers.cache("services")

    def variables(self, namespace: str, spec: Object) -> dict[str, str]:
        """Return the variables for a pod of a namespace."""
        if not len(self._services):
            return {}
        found: dict[str, str] = {}
        own = self._services.list(namespace) if spec.get("enableServiceLinks", True) else []
        master = self._services.get(*_MASTER)
        for service in [*([master] if master is not None else []), *own]:
            if service["spec"].get("clusterIP") not in {None, "", "None"} and service["spec"].get("ports"):
                found.update(_of(service))
        return found


def _of(service: Map) -> Iterator[tuple[str, str]]:
    name, ip = _upper(meta.name(service)), service["spec"]["clusterIP"]
    ports = service["spec"]["ports"]
    yield f"{name}_SERVICE_HOST", ip
    yield f"{name}_SERVICE_PORT", str(ports[0]["port"])
    for place, port in enumerate(ports):
        if port.get("name"):
            yield f"{name}_SERVICE_PORT_{_upper(port['name'])}", str(port["port"])
        protocol = port.get("protocol") or "TCP"
        url = f"{protocol.lower()}://{ip}:{port['port']}"
        if place == 0:
            yield f"{name}_PORT", url
        prefix = f"{name}_PORT_{port['port']}_{protocol}"
        yield prefix, url
        yield f"{prefix}_PROTO", protocol.lower()
        yield f"{prefix}_PORT", str(port["port"])
        yield f"{prefix}_ADDR", ip


def _upper(name: str) -> str:
    return name.replace("-", "_").upper()
