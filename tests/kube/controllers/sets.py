"""StatefulSets, DaemonSets and CronJobs for tests, and what is read off their pods."""

from __future__ import annotations

from typing import Any

from playground.kube.cluster import Cluster
from playground.kube.objects.frozen import Map
from tests.kube.clusters import pods

Json = dict[str, Any]


def template(app: str, image: str = "nginx:1", **spec: Any) -> Json:
    """A pod template with one container."""
    return {"metadata": {"labels": {"app": app}}, "spec": {"containers": [{"name": "c", "image": image}], **spec}}


def statefulset(replicas: int = 3, image: str = "nginx:1", **spec: Any) -> Json:
    """A StatefulSet named db."""
    head = {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db"}}
    selector = {"matchLabels": {"app": "db"}}
    usual = {"replicas": replicas, "serviceName": "db", "selector": selector, "template": template("db", image)}
    return {**head, "spec": {**usual, **spec}}


def daemonset(image: str = "nginx:1", pod: Json | None = None, **spec: Any) -> Json:
    """A DaemonSet named agent; *pod* is more of its pods' spec."""
    head = {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "agent"}}
    selector = {"matchLabels": {"app": "agent"}}
    return {**head, "spec": {"selector": selector, "template": template("agent", image, **(pod or {})), **spec}}


def cronjob(schedule: str = "* * * * *", **spec: Any) -> Json:
    """A CronJob named cj."""
    made = {"spec": {"template": template("job", restartPolicy="Never")}}
    head = {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "cj"}}
    return {**head, "spec": {"schedule": schedule, "jobTemplate": made, **spec}}


def names(cluster: Cluster) -> list[str]:
    """The names of all pods."""
    return [pod["metadata"]["name"] for pod in pods(cluster)]


def images(cluster: Cluster) -> dict[str, str]:
    """Which image each pod runs."""
    return {pod["metadata"]["name"]: pod["spec"]["containers"][0]["image"] for pod in pods(cluster)}


def status(cluster: Cluster, kind: str, name: str) -> Map:
    """An object's status."""
    found: Map = cluster.get(kind, name)["status"]
    return found


def revisions(cluster: Cluster) -> dict[int, str]:
    """The image of each ControllerRevision by number."""
    listed = cluster.list("controllerrevisions")
    return {each["revision"]: each["data"]["spec"]["template"]["spec"]["containers"][0]["image"] for each in listed}
