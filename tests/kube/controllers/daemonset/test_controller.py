"""The DaemonSet controller in a cluster."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.kube.client.pods import is_ready
from playground.kube.cluster import Cluster
from playground.kube.controllers.daemonset.controller import DaemonSetController
from playground.kube.controllers.daemonset.placement import should_run
from playground.kube.errors import ApiError
from tests.kube.clusters import add_node, again, events, pods, running
from tests.kube.controllers.sets import daemonset, images, names, revisions, status

TAINT = {"key": "dedicated", "value": "db", "effect": "NoSchedule"}


def started(*, nodes: int = 3, pod: dict[str, Any] | None = None, **spec: Any) -> Cluster:
    """A cluster whose DaemonSet is up."""
    cluster = running(DaemonSetController, nodes=nodes)
    cluster.apply(daemonset(pod=pod, **spec))
    assert cluster.run_until_quiet()
    return cluster


def where(cluster: Cluster) -> list[str]:
    """The nodes of all pods, sorted."""
    return sorted(pod["spec"].get("nodeName", "") for pod in pods(cluster))


def test_every_node_has_a_pod_that_the_scheduler_bound() -> None:
    cluster = started()
    assert where(cluster) == ["node-1", "node-2", "node-3"]
    binders = {each.actor for each in cluster.changes_since(0) if each.resource == "pods" and each.type == "MODIFIED"}
    assert binders == {"default-scheduler", "kubelet"}
    assert status(cluster, "ds", "agent") == {
        "currentNumberScheduled": 3,
        "desiredNumberScheduled": 3,
        "numberAvailable": 3,
        "numberMisscheduled": 0,
        "numberReady": 3,
        "observedGeneration": 1,
        "updatedNumberScheduled": 3,
    }


def test_a_new_node_gets_a_pod_and_a_cordoned_one_keeps_its_own() -> None:
    cluster = started(nodes=1)
    cluster.patch("node", "node-1", {"spec": {"unschedulable": True}})
    add_node(cluster, "node-2")
    cluster.run_until_quiet()
    assert where(cluster) == ["node-1", "node-2"]


def test_a_node_selector_chooses_nodes_and_follows_their_labels() -> None:
    cluster = started(pod={"nodeSelector": {"disk": "ssd"}})
    assert where(cluster) == []
    cluster.patch("node", "node-2", {"metadata": {"labels": {"disk": "ssd"}}})
    cluster.run_until_quiet()
    assert where(cluster) == ["node-2"]
    cluster.patch("node", "node-2", {"metadata": {"labels": {"disk": None}}})
    cluster.run_until_quiet()
    assert where(cluster) == []


def test_a_taint_keeps_new_pods_away_but_not_old_ones() -> None:
    cluster = started(nodes=2)
    cluster.patch("node", "node-1", {"spec": {"taints": [TAINT]}})
    cluster.run_until_quiet()
    assert where(cluster) == ["node-1", "node-2"]
    cluster.patch("ds", "agent", {"metadata": {"annotations": {"look": "again"}}})
    cluster.run_until_quiet()
    told = status(cluster, "ds", "agent")
    assert (told["desiredNumberScheduled"], told["numberMisscheduled"]) == (1, 1)
    cluster.patch("node", "node-1", {"spec": {"taints": [{**TAINT, "effect": "NoExecute"}]}})
    cluster.run_until_quiet()
    assert where(cluster) == ["node-2"]


def test_pods_are_replaced_one_node_after_the_other() -> None:
    cluster = started()
    cluster.apply(daemonset("nginx:2"))
    fewest = 3
    while cluster.step() and set(images(cluster).values()) != {"nginx:2"}:
        fewest = min(fewest, sum(is_ready(pod) and "deletionTimestamp" not in pod["metadata"] for pod in pods(cluster)))
    assert fewest == 2
    cluster.run_until_quiet()
    assert status(cluster, "ds", "agent")["updatedNumberScheduled"] == 3
    assert revisions(cluster) == {1: "nginx:1", 2: "nginx:2"}


def test_with_a_surge_the_new_pod_comes_first() -> None:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    cluster = started(updateStrategy=rolling)
    cluster.apply(daemonset("nginx:2", updateStrategy=rolling))
    counts = {4}
    while cluster.step() and set(images(cluster).values()) != {"nginx:2"}:
        counts.add(sum(is_ready(pod) and "deletionTimestamp" not in pod["metadata"] for pod in pods(cluster)))
    assert min(counts) == 3
    cluster.run_until_quiet()
    assert len(names(cluster)) == 3


def test_a_broken_image_stops_an_update_and_going_back_repairs_it() -> None:
    cluster = started()
    cluster.apply(daemonset("bad:2"))
    cluster.run_until_quiet()
    assert sorted(images(cluster).values()) == ["bad:2", "nginx:1", "nginx:1"]
    cluster.apply(daemonset("nginx:1"))
    cluster.run_until_quiet()
    assert set(images(cluster).values()) == {"nginx:1"}
    assert revisions(cluster) == {2: "bad:2", 3: "nginx:1"}


def test_on_delete_waits_for_somebody_to_delete() -> None:
    cluster = started(nodes=2, updateStrategy={"type": "OnDelete"})
    cluster.apply(daemonset("nginx:2", updateStrategy={"type": "OnDelete"}))
    cluster.run_until_quiet()
    assert set(images(cluster).values()) == {"nginx:1"}
    cluster.delete("pod", names(cluster)[0])
    cluster.run_until_quiet()
    assert sorted(images(cluster).values()) == ["nginx:1", "nginx:2"]


def test_failed_pods_are_replaced_more_and_more_slowly() -> None:
    cluster = started(nodes=1)
    times = []
    for _ in range(3):
        while not names(cluster):
            assert cluster.step()
        name = names(cluster)[0]
        cluster.patch("pod", name, {"status": {"phase": "Failed"}}, subresource="status")
        begun = cluster.clock.now
        while name in names(cluster):
            assert cluster.step()
        times.append(round(cluster.clock.now - begun, 2))
    assert times == [0, 1, 2]
    message = f"Found failed daemon pod default/{name} on node node-1, will try to kill it"
    assert f"FailedDaemonPod: {message}" in events(cluster, "agent")


def test_a_pod_that_ended_well_is_replaced_too() -> None:
    cluster = started(nodes=1)
    name = names(cluster)[0]
    cluster.patch("pod", name, {"status": {"phase": "Succeeded"}}, subresource="status")
    cluster.run_until_quiet()
    assert names(cluster) != [name]
    message = f"Found succeeded daemon pod default/{name} on node node-1, will try to delete it"
    assert f"SucceededDaemonPod: {message}" in events(cluster, "agent")


def test_pods_count_as_available_after_min_ready_seconds() -> None:
    cluster = running(DaemonSetController, nodes=1)
    cluster.apply(daemonset(minReadySeconds=10))
    cluster.advance(5)
    assert status(cluster, "ds", "agent")["numberUnavailable"] == 1
    other = again(cluster)
    for each in (cluster, other):
        each.advance(10)
        assert status(each, "ds", "agent")["numberAvailable"] == 1
    assert cluster.get("ds", "agent") == other.get("ds", "agent")


def test_history_is_kept_within_its_limit() -> None:
    cluster = started(nodes=1, revisionHistoryLimit=1)
    for number in (2, 3, 4):
        cluster.apply(daemonset(f"nginx:{number}", revisionHistoryLimit=1))
        cluster.run_until_quiet()
    assert revisions(cluster) == {3: "nginx:3", 4: "nginx:4"}


def test_a_refusal_is_told() -> None:
    cluster = running(DaemonSetController)
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": {"pods": "1"}}}
    cluster.apply(quota)
    cluster.apply(daemonset())
    cluster.advance(1)
    assert any(told.startswith("FailedCreate: Error creating: pods") for told in events(cluster, "agent"))
    cluster.delete("quota", "q")
    cluster.run_until_quiet()
    assert len(names(cluster)) == 3


DEEDS = st.lists(
    st.tuples(st.sampled_from(["label", "taint", "clear", "image", "delete", "wait"]), st.integers(1, 3)), max_size=8
)


@settings(max_examples=15)
@given(deeds=DEEDS, surge=st.booleans())
def test_whatever_happens_each_fitting_node_ends_with_one_new_pod(deeds: list[tuple[str, int]], surge: bool) -> None:
    rolling = {"maxSurge": 1, "maxUnavailable": 0} if surge else {"maxUnavailable": 2}
    strategy = {"type": "RollingUpdate", "rollingUpdate": rolling}
    cluster = running(DaemonSetController)
    cluster.apply(daemonset(updateStrategy=strategy))
    for deed, number in deeds:
        do(cluster, deed, number)
    cluster.run_until_quiet()
    wanted = cluster.get("ds", "agent")
    image = wanted["spec"]["template"]["spec"]["containers"][0]["image"]
    fitting = sorted(node["metadata"]["name"] for node in cluster.list("nodes") if should_run(wanted, node)[0])
    staying = {node["metadata"]["name"] for node in cluster.list("nodes") if should_run(wanted, node)[1]}
    kept = [pod for pod in pods(cluster) if pod["spec"]["nodeName"] in fitting]
    assert sorted(pod["spec"]["nodeName"] for pod in kept) == fitting
    assert {pod["spec"]["containers"][0]["image"] for pod in kept} <= {image}
    assert set(where(cluster)) <= staying


def do(cluster: Cluster, deed: str, number: int) -> None:
    """One of the things that happen."""
    node = f"node-{number}"
    if deed == "label":
        cluster.patch("ds", "agent", {"spec": {"template": {"spec": {"nodeSelector": {"n": "1"}}}}})
        cluster.patch("node", node, {"metadata": {"labels": {"n": "1"}}})
    elif deed in {"taint", "clear"}:
        cluster.patch("node", node, {"spec": {"taints": [TAINT] if deed == "taint" else None}})
    elif deed == "image":
        container = {"name": "c", "image": f"nginx:{number}"}
        cluster.patch("ds", "agent", {"spec": {"template": {"spec": {"containers": [container]}}}})
    elif deed == "delete":
        for name in names(cluster)[:number]:
            cluster.delete("pod", name)
    else:
        cluster.advance(number * 0.7)


def test_a_set_without_a_selector_is_refused_by_the_api_already() -> None:
    cluster = running(DaemonSetController)
    with pytest.raises(ApiError):
        cluster.apply(daemonset(selector={}))
