"""Requests to Services: who answers them, how well, and what it costs the pods. kube-proxy, and clients."""

from __future__ import annotations

from playground.kube.client.controller import Context
from playground.kube.traffic.metrics import MetricsServer
from playground.kube.traffic.report import Counts, PodReport, Report
from playground.kube.traffic.traffic import NAME, Answer, Traffic

__all__ = ["NAME", "Answer", "Counts", "MetricsServer", "PodReport", "Report", "Traffic", "kube_proxy"]


def kube_proxy(context: Context) -> Traffic:
    """Return the program, with metrics-server beside it."""
    context.api.core.streams.metrics = MetricsServer(context)
    return Traffic(context)
