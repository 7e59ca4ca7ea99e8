"""The paths of metrics.k8s.io, with a source made for the test. tests/kube/traffic/test_metrics.py has the real one."""

from typing import Any

import pytest

from playground.kube import Cluster
from playground.kube.programs import SCHEDULING
from playground.kube.rest import Call


class Source:
    """Knows every node and no pod."""

    def pod(self, namespace: str, name: str) -> None:
        del namespace, name

    def node(self, name: str) -> dict[str, Any]:
        return {"kind": "NodeMetrics", "apiVersion": "metrics.k8s.io/v1beta1", "metadata": {"name": name}}


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster(profile=SCHEDULING)
    made.apply({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1", "labels": {"zone": "a"}}})
    made.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
                "spec": {"containers": [{"name": "c", "image": "nginx"}]}})  # fmt: skip
    made.api.core.streams.metrics = Source()
    return made


def get(cluster: Cluster, path: str, **query: str) -> tuple[int, Any]:
    reply = cluster.handle(Call("GET", f"/apis/metrics.k8s.io/v1beta1{path}", query))
    return reply.code, reply.body


def test_a_list_holds_what_is_known(cluster: Cluster) -> None:
    head = {"apiVersion": "metrics.k8s.io/v1beta1", "metadata": {}}
    assert get(cluster, "/nodes") == (200, {**head, "kind": "NodeMetricsList", "items": [{"metadata": {"name": "n1"}}]})
    assert get(cluster, "/pods") == (200, {**head, "kind": "PodMetricsList", "items": []})
    assert get(cluster, "/nodes", labelSelector="zone=b")[1]["items"] == []


def test_one_that_is_not_known_is_not_found(cluster: Cluster) -> None:
    code, status = get(cluster, "/namespaces/default/pods/web")
    assert (code, status["message"]) == (404, 'pods.metrics.k8s.io "default/web" not found')


@pytest.mark.parametrize("path", ["", "/", "/services", "/pods/web", "/namespaces/default/nodes"])
def test_other_paths_are_not_served(cluster: Cluster, path: str) -> None:
    assert get(cluster, path)[0] == 404


def test_nothing_is_written(cluster: Cluster) -> None:
    assert cluster.handle(Call("POST", "/apis/metrics.k8s.io/v1beta1/nodes", body={})).code == 405
