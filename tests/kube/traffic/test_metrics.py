"""metrics-server, over the wire and in kubectl top."""

import json

import pytest

from playground.kube import Cluster, kubectl
from playground.kube.programs import SCHEDULING
from playground.kube.rest import Call, Reply
from tests.kube.traffic.grounds import cluster, names

ROOT = "/apis/metrics.k8s.io/v1beta1"


def get(made: Cluster, path: str, **query: str) -> Reply:
    return made.handle(Call("GET", f"{ROOT}/{path}", query))


def top(made: Cluster, *words: str) -> str:
    done = kubectl.run(made.handle, ("top", *words), {}, now=made.clock.now)
    return done.stdout + done.stderr


def test_a_new_pod_has_no_metrics_before_two_looks() -> None:
    made = cluster(replicas=1)
    made.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "new"},
                "spec": {"containers": [{"name": "c", "image": "nginx"}]}})  # fmt: skip
    made.advance(10)
    assert get(made, "namespaces/default/pods/new").code == 404
    made.advance(30)
    assert get(made, "namespaces/default/pods/new").code == 200


def test_a_pod_is_told_as_metrics_server_tells_it() -> None:
    made = cluster(replicas=1)
    made.load("web", 20)
    made.advance(60)
    found = get(made, f"namespaces/default/pods/{names(made)[0]}").body
    assert (found["kind"], found["apiVersion"], found["window"]) == ("PodMetrics", "metrics.k8s.io/v1beta1", "15s")
    assert found["containers"][0]["name"] == "web"
    assert found["containers"][0]["usage"]["cpu"] == "200000000n"
    assert found["containers"][0]["usage"]["memory"].endswith("Ki")
    json.dumps(found)


def test_lists_are_chosen_by_labels_and_namespace() -> None:
    made = cluster(replicas=2)
    made.advance(60)
    assert len(get(made, "pods").body["items"]) == 2
    assert get(made, "pods", labelSelector="app=other").body["items"] == []
    assert get(made, "namespaces/other/pods").body["items"] == []
    assert [item["metadata"]["name"] for item in get(made, "nodes").body["items"]] == ["node-1", "node-2"]


@pytest.mark.parametrize("path", ["pods/web", "services", "namespaces/default/nodes", "nodes/a/b", "nodes/nosuch"])
def test_other_paths_are_not_found(path: str) -> None:
    assert get(cluster(replicas=0), path).code == 404


def test_metrics_are_only_read() -> None:
    assert cluster(replicas=0).handle(Call("DELETE", f"{ROOT}/nodes/node-1")).code == 405


def test_without_kubelets_there_is_no_such_api() -> None:
    assert get(Cluster(profile=SCHEDULING), "pods").code == 404
    assert top(Cluster(profile=SCHEDULING), "pods") == "error: Metrics API not available\n"


def test_a_node_that_cannot_be_asked_has_no_metrics() -> None:
    made = cluster()
    made.advance(60)
    made.faults.cut_network("node-1")
    made.advance(1)
    assert get(made, "nodes/node-1").code == 404


def test_kubectl_top_shows_pods_and_nodes() -> None:
    made = cluster(replicas=1)
    assert top(made, "pods") == "error: metrics not available yet\n"
    made.load("web", 20)
    made.advance(60)
    name = names(made)[0]
    assert top(made, "pods").splitlines()[1].split() == [name, "200m", "20Mi"]
    assert top(made, "pod", name, "--containers", "--no-headers").split() == [name, "web", "200m", "20Mi"]
    lines = [line.split() for line in top(made, "nodes").splitlines()]
    assert lines[0] == ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"]
    assert ["200m", "5%", "20Mi", "0%"] in [line[1:] for line in lines]
    assert top(made, "pods", "-n", "other") == "No resources found in other namespace.\n"
    assert top(made, "nodes", "--sort-by", "disk") == "error: --sort-by accepts only cpu or memory\n"
    assert top(made, "pods", "x", "-l", "a=b") == "error: only one of NAME or selector can be provided\n"
