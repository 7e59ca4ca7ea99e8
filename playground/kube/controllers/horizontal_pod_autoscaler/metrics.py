"""What an autoscaler asks of metrics-server: how much CPU and memory the containers of a pod used of late.

After pkg/controller/podautoscaler/metrics/client.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from playground.kube.clock import seconds_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import Object
from playground.kube.quantity import milli, value
from playground.kube.runtime.pods import MetricsSource

WINDOW: Final = 15.0  # seconds that metrics-server looks back


@dataclass(frozen=True, slots=True)
class Use:
    """What was used on the average of a window: CPU in thousandths of a core, memory in bytes."""

    cpu: int
    memory: int


@dataclass(frozen=True, slots=True)
class PodMetrics:
    """The metrics of a pod: of the *window* seconds up to *timestamp* (seconds since 1970)."""

    timestamp: float
    containers: Mapping[str, Use] = field(default_factory=dict)
    window: float = WINDOW


class Metrics(Protocol):
    """Whoever knows what pods use."""

    def of(self, pod: Object, now: float) -> PodMetrics | None:
        """Return a pod's metrics, None while there are none."""


class Served:
    """Metrics as metrics.k8s.io serves them."""

    def __init__(self, source: MetricsSource) -> None:
        self._source = source

    def of(self, pod: Object, now: float) -> PodMetrics | None:
        """Return a pod's metrics, None while there are none."""
        del now
        found = self._source.pod(meta.namespace(pod), meta.name(pod))
        if found is None:
            return None
        uses = {each["name"]: _use(each["usage"]) for each in found["containers"]}
        return PodMetrics(seconds_of(found["timestamp"]), uses, float(found["window"].removesuffix("s")))


def _use(usage: Mapping[str, str]) -> Use:
    return Use(milli(usage["cpu"]), value(usage["memory"]))
