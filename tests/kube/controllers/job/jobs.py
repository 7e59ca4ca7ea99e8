"""Jobs for tests, and what can be seen of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.kube.cluster import Cluster
from playground.kube.objects.frozen import Map

Json = Mapping[str, Any]


def job(name: str = "job", *, policy: str = "Never", fake: Mapping[str, str] | None = None, **spec: Any) -> Json:
    """A Job; *fake* tells the recorder's kubelet what becomes of its pods (finish: succeed:1, fail-first: 2 …)."""
    annotations = {f"fake/{word.replace('_', '-')}": value for word, value in (fake or {"finish": "succeed:1"}).items()}
    pod = {"restartPolicy": policy, "containers": [{"name": "c", "image": "busybox:1"}]}
    template = {"metadata": {"annotations": annotations}, "spec": pod}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": {**spec, "template": template}}


def status(cluster: Cluster, name: str = "job") -> Map:
    """A Job's status."""
    found: Map = cluster.get("job", name)["status"]
    return found


def conditions(cluster: Cluster, name: str = "job") -> list[tuple[str, str]]:
    """Type and reason of the conditions that are True, in order."""
    found = status(cluster, name).get("conditions") or ()
    return [(each["type"], each["reason"]) for each in found if each["status"] == "True"]
