"""The autoscaler in a cluster with Deployments and the recorder's kubelet; metrics are what a test says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.kube.client.controller import Context, Settings
from playground.kube.cluster import Cluster
from playground.kube.commands.recorder import recorder
from playground.kube.controllers.horizontal_pod_autoscaler import (
    HorizontalPodAutoscalerController,
    PodMetrics,
    Use,
)
from playground.kube.controllers.registry import CONTROLLERS
from playground.kube.objects.frozen import Map, Object
from playground.kube.programs import Profile
from tests.kube.clusters import add_node, events

Json = Mapping[str, Any]
CPU = "cpu resource utilization (percentage of request)"
NAME = HorizontalPodAutoscalerController.name


class Told:
    """Metrics as a test tells them: thousandths of a core that each pod uses; None for none."""

    def __init__(self, cpu: int | None = 100) -> None:
        self.cpu = cpu

    def of(self, pod: Object, now: float) -> PodMetrics | None:
        """The same of every pod that runs."""
        del pod
        return None if self.cpu is None else PodMetrics(now, {"c": Use(self.cpu, 64 * 2**20)})


def profile(told: Told | None) -> Profile:
    """Deployments and autoscalers."""

    def make(context: Context) -> HorizontalPodAutoscalerController:
        return HorizontalPodAutoscalerController(context, told)

    chosen = {name: CONTROLLERS[name] for name in ("deployment-controller", "replicaset-controller")}
    return recorder(Settings(), {**chosen, NAME: make})


def deployment(name: str = "web", replicas: int = 2) -> Json:
    """Pods that ask for 200m."""
    container = {"name": "c", "image": "web:1", "resources": {"requests": {"cpu": "200m", "memory": "128Mi"}}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}},
        },
    }


def autoscaler(name: str = "web", target: str = "web", **spec: Any) -> Json:
    """At most ten replicas, at half of the CPU they ask for."""
    aim = {"type": "Utilization", "averageUtilization": 50}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": target},
            "maxReplicas": 10,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": aim}}],
            **spec,
        },
    }


def started(told: Told | None, *objects: Json) -> Cluster:
    """A cluster whose pods have been up for a minute when the autoscaler comes."""
    cluster = Cluster(profile=profile(told))
    add_node(cluster, "node-1", cpu="64", memory="64Gi")
    cluster.apply(objects[0])
    cluster.advance(60)
    cluster.apply(list(objects[1:]))
    return cluster


def conditions(cluster: Cluster, name: str = "web") -> dict[str, tuple[str, str, str]]:
    """Status, reason and message by type."""
    found = cluster.get("hpa", name)["status"]["conditions"]
    return {each["type"]: (each["status"], each["reason"], each["message"]) for each in found}


def replicas(cluster: Cluster) -> int:
    """What the Deployment is meant to have."""
    count: int = cluster.get("deployment", "web")["spec"]["replicas"]
    return count


def test_it_scales_up_and_says_so() -> None:
    cluster = started(Told(180), deployment(), autoscaler())
    cluster.advance(14.9)
    assert replicas(cluster) == 2
    cluster.advance(0.1)
    assert replicas(cluster) == 4
    assert f"SuccessfulRescale: New size: 4; reason: {CPU} above target" in events(cluster, "web")
    status = cluster.get("hpa", "web")["status"]
    assert (status["currentReplicas"], status["desiredReplicas"]) == (2, 4)
    assert status["lastScaleTime"] == cluster.clock.stamp()
    assert status["currentMetrics"] == [
        {"type": "Resource", "resource": {"name": "cpu", "current": {"averageValue": "180m", "averageUtilization": 90}}}
    ]
    assert conditions(cluster) == {
        "AbleToScale": ("True", "SucceededRescale", "the HPA controller was able to update the target scale to 4"),
        "ScalingActive": (
            "True",
            "ValidMetricFound",
            f"the HPA was able to successfully calculate a replica count from {CPU}",
        ),
        "ScalingLimited": ("False", "DesiredWithinRange", "the desired count is within the acceptable range"),
    }


def test_it_scales_down_five_minutes_later() -> None:
    told = Told(100)
    cluster = started(told, deployment(replicas=6), autoscaler())
    cluster.advance(16)
    told.cpu = 20
    cluster.advance(285)
    assert replicas(cluster) == 6
    assert conditions(cluster)["AbleToScale"][:2] == ("True", "ScaleDownStabilized")
    cluster.advance(30)
    assert replicas(cluster) == 2
    assert "SuccessfulRescale: New size: 2; reason: All metrics below target" in events(cluster, "web")


def test_an_evaluation_that_changes_nothing_writes_nothing() -> None:
    cluster = started(Told(100), deployment(), autoscaler())
    cluster.advance(60)
    before = cluster.revision
    cluster.advance(3600)
    assert cluster.revision == before


def test_bounds_come_before_metrics() -> None:
    cluster = started(Told(None), deployment(replicas=12), autoscaler())
    cluster.advance(15)
    assert replicas(cluster) == 10
    assert "SuccessfulRescale: New size: 10; reason: Current number of replicas above Spec.MaxReplicas" in (
        events(cluster, "web")
    )
    cluster = started(Told(None), deployment(replicas=1), autoscaler(minReplicas=3))
    cluster.advance(15)
    assert replicas(cluster) == 3


def test_a_target_without_replicas_is_left_alone() -> None:
    cluster = started(Told(500), deployment(replicas=0), autoscaler())
    cluster.advance(15)
    assert conditions(cluster)["ScalingActive"] == (
        "False",
        "ScalingDisabled",
        "scaling is disabled since the replica count of the target is zero",
    )
    assert cluster.get("hpa", "web")["status"]["desiredReplicas"] == 0


def test_without_metrics_nothing_is_scaled_and_it_is_said_why() -> None:
    cluster = started(Told(None), deployment(), autoscaler())
    cluster.advance(15)
    why = "failed to get cpu utilization: unable to get metrics for resource cpu: "
    why += "no metrics returned from resource metrics API"
    assert conditions(cluster)["ScalingActive"] == (
        "False",
        "FailedGetResourceMetric",
        f"the HPA was unable to compute the replica count: {why}",
    )
    told = events(cluster, "web")
    assert f"FailedGetResourceMetric: {why}" in told
    assert (
        "FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: "
        f"failed to get cpu resource metric value: {why}"
    ) in told
    assert replicas(cluster) == 2


def test_with_one_metric_missing_the_other_may_scale_up_but_not_down() -> None:
    pods = {
        "type": "Pods",
        "pods": {"metric": {"name": "hits"}, "target": {"type": "AverageValue", "averageValue": "9"}},
    }
    metrics = [*autoscaler()["spec"]["metrics"], pods]
    told = Told(20)
    cluster = started(told, deployment(), autoscaler(metrics=metrics))
    cluster.advance(15)
    assert replicas(cluster) == 2
    assert conditions(cluster)["ScalingActive"][:2] == ("False", "FailedGetPodsMetric")
    told.cpu = 180
    cluster.advance(15)
    assert replicas(cluster) == 4
    assert cluster.get("hpa", "web")["status"]["currentMetrics"][1] == {"type": ""}


def test_a_target_that_is_not_there_or_has_no_scale_is_told() -> None:
    jobs: Any = {"scaleTargetRef": {"apiVersion": "batch/v1", "kind": "Job", "name": "job"}}
    odd: Any = {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Oddity", "name": "odd"}}
    cluster = started(
        Told(), deployment(), autoscaler(target="gone"), autoscaler("jobs", **jobs), autoscaler("odd", **odd)
    )
    cluster.advance(15)
    prefix = "the HPA controller was unable to get the target's current scale: "
    assert [conditions(cluster, name)["AbleToScale"][2] for name in ("web", "jobs", "odd")] == [
        f'{prefix}deployments.apps "gone" not found',
        f"{prefix}the server could not find the requested resource",
        f'{prefix}no matches for kind "Oddity" in group "apps"',
    ]


def test_two_autoscalers_for_the_same_pods_stop_each_other() -> None:
    cluster = started(Told(180), deployment(), autoscaler("one"), autoscaler("two"))
    cluster.advance(30)
    assert conditions(cluster, "two")["ScalingActive"] == (
        "False",
        "AmbiguousSelector",
        "pods by selector app=web are controlled by multiple HPAs: [{one default} {two default}]",
    )


def test_a_behavior_limits_each_step() -> None:
    policy = {"type": "Pods", "value": 1, "periodSeconds": 60}
    cluster = started(Told(180), deployment(), autoscaler(behavior={"scaleUp": {"policies": [policy]}}))
    cluster.advance(46)
    assert replicas(cluster) == 3
    assert conditions(cluster)["ScalingLimited"][:2] == ("True", "ScaleUpLimit")
    cluster.advance(46)
    assert replicas(cluster) == 4


def test_a_restored_cluster_remembers_what_was_recommended() -> None:
    told = Told(100)
    cluster = started(told, deployment(replicas=6), autoscaler())
    cluster.advance(31)
    told.cpu = 20
    cluster.advance(100)
    again = Cluster.restore(cluster.snapshot(), profile(told))

    def told_later(one: Cluster) -> list[tuple[float, str, Map]]:
        start = one.revision
        one.advance(400)
        return [(change.time, change.resource, change.object) for change in one.changes_since(start)]

    assert told_later(again) == told_later(cluster)
    assert replicas(again) == 2


def test_a_size_that_only_an_earlier_recommendation_asks_for_has_no_reason() -> None:
    told = Told(600)
    cluster = started(told, deployment(), autoscaler())
    cluster.advance(15)
    assert replicas(cluster) == 4
    told.cpu = 100
    cluster.advance(15)
    assert replicas(cluster) == 8
    assert "SuccessfulRescale: New size: 8; reason: " in events(cluster, "web")
