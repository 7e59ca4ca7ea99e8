"""What the traffic and the metrics need of the kubelets: to send requests to pods, and learn what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from playground.kube.runtime.capacity import Performance
from playground.kube.runtime.protocol import Request, Response


class Used(Protocol):
    """What a pod uses: cores, and bytes of memory."""

    @property
    def cpu(self) -> float:
        """Cores."""

    @property
    def memory(self) -> int:
        """Bytes."""


class Pods(Protocol):
    """The containers of all pods, by the pod's uid. Times are seconds since 1970."""

    def load(self, uid: str, requests: float, now: float) -> None:
        """Send a pod so many requests a second from now on."""

    def listens(self, uid: str, port: int, now: float) -> bool:
        """Whether a container of a pod takes connections on a port."""

    def performance(self, uid: str, now: float) -> Performance | None:
        """What becomes of them; None where nothing arrives: no container listens, or its machine is out of reach."""

    def performance_changes_at(self, uid: str, now: float) -> float | None:
        """When that changes next by itself, without anything being written."""

    def answer(self, uid: str, request: Request, now: float) -> Response:
        """What a pod answers to one request; status 0 where nobody does."""

    def usage(self, uid: str, now: float) -> Used | None:
        """What a pod uses; None when nothing of it runs."""

    def uses(self, uid: str, now: float) -> Mapping[str, Used]:
        """What each container of a pod uses, by its name."""


class MetricsSource(Protocol):
    """What metrics-server knows, as objects of metrics.k8s.io/v1beta1; None for what it has not measured yet."""

    def pod(self, namespace: str, name: str) -> Mapping[str, Any] | None:
        """Return a PodMetrics."""

    def node(self, name: str) -> Mapping[str, Any] | None:
        """Return a NodeMetrics."""
