"""Pods of one frozen template are what they would be if each were read for itself."""

from __future__ import annotations

from typing import Any

import pytest

from playground.kube.apiserver import ApiServer
from playground.kube.clock import Clock
from playground.kube.errors import ApiError
from playground.kube.objects.frozen import Map, freeze
from playground.kube.store import By
from tests.kube.apiserver.manifests import BY

SPEC = freeze({"containers": [{"name": "web", "image": "nginx:1.27", "resources": {"requests": {"cpu": "0.1"}}}]})


def body(spec: Any = SPEC, **metadata: Any) -> dict[str, Any]:
    """A pod as a controller sends it."""
    head = {"generateName": "web-", "labels": {"app": "web"}, **metadata}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": head, "spec": spec}


def plain() -> dict[str, Any]:
    """A spec of its own, which is always read."""
    return {"containers": [{"name": "web", "image": "nginx:1.27", "resources": {"requests": {"cpu": "0.1"}}}]}


def made(api: ApiServer, sent: Any, by: By = BY) -> Map:
    """The pod that was stored."""
    return api.create(sent, namespace="shop", by=by).object


def lasting(pod: Map) -> list[tuple[str, Any]]:
    """A pod in the order of its fields, without what is drawn for each."""
    drawn = {"name", "uid", "resourceVersion"}
    metadata = [(key, value) for key, value in pod["metadata"].items() if key not in drawn]
    return [(key, metadata if key == "metadata" else value) for key, value in pod.items()]


def test_the_next_pod_of_a_template_is_as_if_it_were_the_first(api: ApiServer) -> None:
    expected = lasting(made(api, body(plain())))
    pods = [made(api, body()) for _ in range(3)]
    assert [lasting(pod) for pod in pods] == [expected] * 3
    assert len({pod["metadata"][field] for pod in pods for field in ("name", "uid")}) == 6


def test_pods_of_a_template_share_their_spec(api: ApiServer) -> None:
    first, second = made(api, body()), made(api, body())
    assert first["spec"] is second["spec"]
    assert first["spec"]["containers"][0]["resources"]["requests"] == {"cpu": "100m"}


def test_another_writer_other_labels_or_another_time_are_seen(api: ApiServer, clock: Clock) -> None:
    made(api, body())
    other = made(api, body(), By("somebody"))
    assert other["metadata"]["managedFields"][0]["manager"] == "somebody"
    assert made(api, body(labels={"app": "db"}))["metadata"]["labels"] == {"app": "db"}
    made(api, body())
    clock.advance_to(clock.now + 60)
    later = made(api, body())["metadata"]
    assert later["managedFields"][0]["time"] == later["creationTimestamp"] == clock.stamp()


def test_admission_has_its_say_about_each_pod(api: ApiServer) -> None:
    first = made(api, body())
    defaults = {"type": "Container", "default": {"memory": "1Gi"}, "max": {"cpu": "2"}}
    limits = {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l"}, "spec": {"limits": [defaults]}}
    api.create(limits, namespace="shop", by=BY)
    second, third = made(api, body()), made(api, body())
    assert "limits" not in first["spec"]["containers"][0]["resources"]
    assert second["spec"]["containers"][0]["resources"]["limits"] == {"cpu": "2", "memory": "1Gi"}
    assert third["spec"] == second["spec"]
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": {"pods": "3"}}}
    api.create(quota, namespace="shop", by=BY)
    with pytest.raises(ApiError, match="exceeded quota"):
        made(api, body())


def test_what_is_wrong_is_refused_each_time(api: ApiServer) -> None:
    wrong = freeze({"containers": [{"name": "Web", "image": "nginx:1.27"}]})
    for _ in range(2):
        with pytest.raises(ApiError, match=r"spec\.containers"):
            made(api, body(wrong))


def test_a_pod_with_a_name_of_its_own_is_judged_by_it(api: ApiServer) -> None:
    made(api, body(name="web-a"))
    with pytest.raises(ApiError, match="already exists"):
        made(api, body(name="web-a"))
    with pytest.raises(ApiError, match=r"metadata\.name"):
        made(api, body(name="Web_b"))
