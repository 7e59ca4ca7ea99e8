"""The HorizontalPodAutoscaler: every 15 s the number of replicas that brings pods to the use they should have.

After pkg/controller/podautoscaler. An evaluation asks for metrics (metrics), works out replicas for each one that is
listed (sources, calculator), holds them back by what was recommended and done lately (limits, history), and writes only
what changed.
"""

from playground.kube.controllers.horizontal_pod_autoscaler.controller import HorizontalPodAutoscalerController
from playground.kube.controllers.horizontal_pod_autoscaler.metrics import Metrics, PodMetrics, Served, Use

__all__ = ["HorizontalPodAutoscalerController", "Metrics", "PodMetrics", "Served", "Use"]
