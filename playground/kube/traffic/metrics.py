"""metrics-server: what pods and nodes use, as metrics.k8s.io/v1beta1 tells it.

It looks every 15 s and needs two looks, so a new pod has no metrics for its first 15 to 30 s; what is told bears the
time of the last look. The numbers are those of the moment at which they are read: use changes in steps here, and only
in the window of a step would an average differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.client.controller import Context
from playground.kube.clock import seconds_of, stamp_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map
from playground.kube.runtime.pods import Used

WINDOW: Final = 15.0  # seconds between two looks
API: Final = "metrics.k8s.io/v1beta1"
Json = dict[str, Any]


class MetricsServer:
    """What metrics-server serves; it keeps nothing."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def _looked(self) -> float:
        """The time of the last look."""
        now = self._context.clock.now
        return now - now % WINDOW

    def pod(self, namespace: str, name: str) -> Json | None:
        """Return a PodMetrics; None while there are none."""
        pod = self._context.informers.cache("pods").get(namespace, name)
        used = self._used(pod) if pod is not None else {}
        if pod is None or not used:
            return None
        containers = [{"name": container, "usage": _usage(use.cpu, use.memory)} for container, use in used.items()]
        return {**self._head("PodMetrics", pod), "containers": containers}

    def node(self, name: str) -> Json | None:
        """Return a NodeMetrics: all that its pods use. None for a node that cannot be asked."""
        node = self._context.informers.cache("nodes").get("", name)
        machine = self._context.machines.get(name)
        if node is None or machine is None or not machine.reachable or machine.booted_at > self._looked - WINDOW:
            return None
        pods = self._context.informers.cache("pods").by("node", name)
        uses = [use for pod in pods for use in self._asked(pod).values()]
        usage = _usage(sum(use.cpu for use in uses), sum(use.memory for use in uses) + machine.filled)
        return {**self._head("NodeMetrics", node), "usage": usage}

    def _used(self, pod: Map) -> Mapping[str, Used]:
        """Return what each container of a pod used; nothing for one that is too new or out of reach."""
        started = (pod.get("status") or EMPTY).get("startTime")
        machine = self._context.machines.get(pod["spec"].get("nodeName") or "")
        if not started or seconds_of(started) > self._looked - WINDOW or machine is None or not machine.reachable:
            return {}
        return self._asked(pod)

    def _asked(self, pod: Map) -> Mapping[str, Used]:
        pods = self._context.api.core.streams.pods
        return pods.uses(meta.uid(pod), self._context.clock.now) if pods is not None else {}

    def _head(self, kind: str, obj: Map) -> Json:
        known = {"name": meta.name(obj), "creationTimestamp": self._context.clock.stamp()}
        if meta.namespace(obj):
            known["namespace"] = meta.namespace(obj)
        labels = {"labels": dict(meta.labels(obj))} if meta.labels(obj) else {}
        return {
            "kind": kind,
            "apiVersion": API,
            "metadata": {**known, **labels},
            "timestamp": stamp_of(self._looked),
            "window": f"{WINDOW:g}s",
        }


def _usage(cpu: float, memory: int) -> Json:
    """Return amounts as metrics-server writes them: billionths of a core, kibibytes."""
    return {"cpu": f"{round(cpu * 1e9)}n" if cpu else "0", "memory": f"{-(-memory // 1024)}Ki" if memory else "0"}
