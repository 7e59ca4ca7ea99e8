"""What metrics.k8s.io serves, read."""

from __future__ import annotations

from typing import Any

from playground.kube.clock import START
from playground.kube.controllers.horizontal_pod_autoscaler import PodMetrics, Served, Use


class Source:
    """Serves the metrics of one pod."""

    def pod(self, namespace: str, name: str) -> dict[str, Any] | None:
        """A PodMetrics as metrics-server writes it."""
        if (namespace, name) != ("default", "web"):
            return None
        usage = {"cpu": "249500001n", "memory": "1024Ki"}
        times = {"timestamp": "2026-01-01T00:00:30Z", "window": "15s"}
        return {
            **times,
            "containers": [{"name": "web", "usage": usage}, {"name": "side", "usage": {"cpu": "0", "memory": "0"}}],
        }

    def node(self, name: str) -> None:
        """Nothing of nodes."""
        del name


def test_amounts_are_read_in_thousandths_and_bytes() -> None:
    found = Served(Source()).of({"metadata": {"namespace": "default", "name": "web"}}, START + 31)
    assert found == PodMetrics(START + 30, {"web": Use(250, 2**20), "side": Use(0, 0)}, 15.0)


def test_a_pod_that_is_not_served_has_none() -> None:
    assert Served(Source()).of({"metadata": {"namespace": "default", "name": "new"}}, START) is None
