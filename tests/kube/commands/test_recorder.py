"""The recorder's fake kubelet does to pods what the recordings' README says."""

from __future__ import annotations

import json
from typing import Any

from playground.kube.cluster import Cluster
from playground.kube.commands import recorder
from playground.kube.store import By
from tests.kube import clusters

LATENCY = recorder.LATENCY

Told = tuple[float, str, str]


def pod(name: str, *, restart: str = "Always", image: str = "nginx:1", **annotations: str) -> dict[str, Any]:
    said = {f"fake/{key.replace('_', '-')}": value for key, value in annotations.items()}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "annotations": said},
        "spec": {"restartPolicy": restart, "containers": [{"name": "c", "image": image}]},
    }


def running(*pods: dict[str, Any]) -> Cluster:
    cluster = clusters.running(nodes=2)
    cluster.apply(list(pods))
    return cluster


def story(cluster: Cluster, name: str, start: float) -> list[Told]:
    """When a pod's phase or readiness changed: seconds, phase, Ready; "gone" at the end."""
    found: list[Told] = []
    for change in cluster.changes_since(0):
        if change.resource != "pods" or change.key[1] != name:
            continue
        status = change.object["status"]
        ready = next((item["status"] for item in status.get("conditions", ()) if item["type"] == "Ready"), "")
        phase = "gone" if change.type == "DELETED" else status["phase"]
        if not found or found[-1][1:] != (phase, ready):
            found.append((round(change.time - start - LATENCY, 2), phase, ready))
    return found


def test_pods_come_up_a_second_after_binding_one_at_a_time() -> None:
    cluster = running(pod("a"), pod("b"), pod("c"))
    start = cluster.clock.now
    cluster.advance(5)
    came = [story(cluster, name, start)[-1] for name in "abc"]
    assert came == [(1.0, "Running", "True"), (1.15, "Running", "True"), (1.3, "Running", "True")]
    assert len({each["status"]["podIP"] for each in clusters.pods(cluster)}) == 3


def test_namespaces_do_not_wait_for_each_other() -> None:
    cluster = running(pod("a"))
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}})
    start = cluster.clock.now
    cluster.apply(pod("b"), namespace="other")
    cluster.advance(5)
    assert story(cluster, "b", start)[-1] == (1.0, "Running", "True")


def test_a_deleted_pod_ends_half_a_second_later_and_is_gone() -> None:
    cluster = running(pod("a"), pod("b", restart="Never"))
    cluster.advance(5)
    start = cluster.clock.now
    cluster.delete("pod", "a")
    cluster.delete("pod", "b")
    cluster.advance(5)
    assert story(cluster, "a", start)[-2:] == [(0.5, "Succeeded", "False"), (0.5, "gone", "False")]
    assert story(cluster, "b", start)[-2:] == [(0.65, "Failed", "False"), (0.65, "gone", "False")]


def test_a_pod_that_was_deleted_before_it_came_up_never_has_an_address() -> None:
    cluster = running(pod("a"))
    cluster.advance(0.2)
    cluster.delete("pod", "a")
    cluster.advance(5)
    last = cluster.changes_since(0)[-1].object["status"]
    assert (last["phase"], "podIP" in last) == ("Succeeded", False)


def test_annotations_say_what_becomes_of_a_pod() -> None:
    cluster = running(
        pod("late", start_after="3"),
        pod("unready", never_ready="1"),
        pod("slow", ready_after="2"),
        pod("done", restart="Never", finish="succeed:2"),
        pod("failed", restart="Never", finish="fail:2:42"),
        pod("endless", restart="Never", finish="never:2"),
        pod("bad", image="bad:1"),
        pod("term", term="4"),
    )
    start = cluster.clock.now
    cluster.advance(8)
    ends = {name: story(cluster, name, start)[-1][1:] for name in ("late", "unready", "slow", "done", "endless", "bad")}
    assert ends == {
        "late": ("Running", "True"),
        "unready": ("Running", "False"),
        "slow": ("Running", "True"),
        "done": ("Succeeded", "False"),
        "endless": ("Running", "True"),
        "bad": ("Pending", "False"),
    }
    failed = cluster.get("pod", "failed")["status"]["containerStatuses"][0]["state"]["terminated"]
    assert (failed["exitCode"], failed["reason"]) == (42, "Error")
    waiting = cluster.get("pod", "bad")["status"]["containerStatuses"][0]["state"]["waiting"]
    assert waiting == {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "bad:1"'}
    cluster.delete("pod", "term")
    cluster.advance(3.9)
    assert cluster.get("pod", "term")["status"]["phase"] == "Running"


def test_a_container_that_fails_on_failure_is_started_again_every_time() -> None:
    cluster = running(pod("a", restart="OnFailure", finish="fail:1"))
    cluster.advance(4.5)
    status = cluster.get("pod", "a")["status"]
    assert (status["phase"], status["containerStatuses"][0]["restartCount"]) == ("Running", 3)


def test_a_crash_makes_a_pod_unready_until_it_is_back() -> None:
    cluster = running(pod("a", crash="1", crash_back="0.3", crash_times="1"))
    start = cluster.clock.now
    cluster.advance(10)
    assert [each[2] for each in story(cluster, "a", start)] == ["", "True", "False", "True"]
    assert cluster.get("pod", "a")["status"]["containerStatuses"][0]["restartCount"] == 1


def test_the_first_pods_of_a_namespace_may_fail_and_the_others_succeed() -> None:
    cluster = running(*(pod(name, restart="Never", finish="succeed:1", fail_first="2") for name in "abc"))
    cluster.advance(5)
    assert [each["status"]["phase"] for each in clusters.pods(cluster)] == ["Failed", "Failed", "Succeeded"]


def test_a_stopped_node_writes_nothing_until_it_is_back() -> None:
    cluster = running(pod("a"))
    cluster.advance(5)
    kubelet = clusters.kubelet(cluster)
    node = cluster.get("pod", "a")["spec"]["nodeName"]
    kubelet.stop_node(node)
    cluster.delete("pod", "a")
    cluster.advance(60)
    assert cluster.get("pod", "a")["status"]["phase"] == "Running"
    kubelet.start_node(node)
    cluster.advance(0.6)
    assert clusters.pods(cluster) == []


def test_readiness_is_set_by_hand_and_the_reason_stays() -> None:
    cluster = running(pod("a"))
    cluster.advance(5)
    kubelet = clusters.kubelet(cluster)
    for is_ready in (False, True):
        kubelet.set_ready("default", "a", is_ready=is_ready, by=By("test"))
        cluster.advance(0)
    ready = next(item for item in cluster.get("pod", "a")["status"]["conditions"] if item["type"] == "Ready")
    assert (ready["status"], ready["reason"]) == ("True", "ContainersNotReady")


def test_a_restored_kubelet_goes_on_as_the_saved_one() -> None:
    cluster = running(pod("a"), pod("b", restart="Never", finish="succeed:2"), pod("c", crash="1", crash_back="2"))
    cluster.advance(1.2)
    cluster.delete("pod", "a")
    twin = Cluster.restore(json.loads(json.dumps(cluster.snapshot())), cluster.profile)
    for each in (cluster, twin):
        each.advance(9.3)
    assert [change.record() for change in twin.changes_since(0)] == [
        change.record() for change in cluster.changes_since(0)
    ]
