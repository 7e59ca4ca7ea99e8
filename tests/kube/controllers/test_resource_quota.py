"""Quotas count what is there, and again when something goes, ends or shrinks."""

from __future__ import annotations

from typing import Any

import pytest

from playground.kube import ApiError, Cluster
from playground.kube.controllers.resource_quota import ResourceQuotaController
from playground.kube.programs import Profile
from playground.kube.store import By

PROFILE = Profile("quota", {ResourceQuotaController.name: ResourceQuotaController})


def limited(spec: dict[str, Any] | None = None, **hard: str) -> Cluster:
    """A cluster with a quota "q" in the default namespace."""
    cluster = Cluster(profile=PROFILE)
    pod(cluster, "before")
    made = {"hard": {name.replace("_", "."): amount for name, amount in hard.items()}, **(spec or {})}
    cluster.apply({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": made})
    return cluster


def pod(cluster: Cluster, name: str, cpu: str = "100m", **spec: Any) -> None:
    """Create a pod."""
    container = {"name": "c", "image": "nginx:1", "resources": {"requests": {"cpu": cpu}}}
    made = {"containers": [container], **spec}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": made})


def used(cluster: Cluster) -> dict[str, str]:
    """What the quota says is used."""
    return dict(cluster.get("resourcequota", "q")["status"].get("used", {}))


def test_a_new_quota_allows_everything_until_it_is_counted() -> None:
    cluster = limited(pods="1")
    assert cluster.get("resourcequota", "q")["status"] == {}
    pod(cluster, "another")
    cluster.advance(0)
    assert cluster.get("resourcequota", "q")["status"] == {"hard": {"pods": "1"}, "used": {"pods": "2"}}
    with pytest.raises(ApiError, match="exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=1"):
        pod(cluster, "third")


def test_what_goes_or_ends_gives_room() -> None:
    cluster = limited(pods="3", requests_cpu="1")
    cluster.advance(0)
    pod(cluster, "a")
    pod(cluster, "b", cpu="200m")
    assert used(cluster) == {"pods": "3", "requests.cpu": "400m"}
    cluster.delete("pod", "a")
    cluster.advance(0)
    assert used(cluster) == {"pods": "2", "requests.cpu": "300m"}
    cluster.api.set_status("pods", "default", "b", {"phase": "Succeeded"}, by=By("kubelet"))
    cluster.advance(0)
    assert used(cluster) == {"pods": "1", "requests.cpu": "100m"}


def test_a_quota_that_changes_is_counted_anew() -> None:
    cluster = limited(pods="3")
    cluster.advance(0)
    cluster.patch("resourcequota", "q", {"spec": {"hard": {"pods": "5", "configmaps": "2"}}})
    cluster.advance(0)
    assert cluster.get("resourcequota", "q")["status"] == {
        "hard": {"configmaps": "2", "pods": "5"},
        "used": {"configmaps": "0", "pods": "1"},
    }


def test_only_pods_in_scope_count() -> None:
    cluster = limited({"scopes": ["Terminating"]}, pods="3")
    cluster.advance(0)
    assert used(cluster) == {"pods": "0"}
    pod(cluster, "short", activeDeadlineSeconds=10)
    cluster.advance(0)
    assert used(cluster) == {"pods": "1"}


def test_services_and_counts_of_any_kind() -> None:
    hard = {"count/deployments.apps": "1", "services": "2", "services.nodeports": "2"}
    cluster = limited({"hard": hard})
    cluster.advance(0)
    spec = {"type": "NodePort", "selector": {"a": "b"}, "ports": [{"port": 80}]}
    cluster.apply({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": spec})
    assert used(cluster) == {"count/deployments.apps": "0", "services": "1", "services.nodeports": "1"}
    plain = {"type": "ClusterIP", "externalTrafficPolicy": None, "ports": [{"port": 80}]}
    cluster.patch("service", "s", {"spec": plain}, how="merge")
    cluster.advance(0)
    assert used(cluster) == {"count/deployments.apps": "0", "services": "1", "services.nodeports": "0"}


def test_nothing_is_written_where_nothing_is_gained() -> None:
    cluster = limited(pods="3")
    cluster.advance(0)
    before = cluster.revision
    cluster.patch("pod", "before", {"metadata": {"labels": {"a": "b"}}})
    cluster.advance(0)
    assert [change.resource for change in cluster.changes_since(before)] == ["pods"]
    assert cluster.run_until_quiet()
