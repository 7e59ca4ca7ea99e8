"""The actor: machines that stop, networks that are cut, and going on from a snapshot."""

import json
from typing import Any

import pytest

from playground.kube import log
from playground.kube.cluster import Cluster
from playground.kube.runtime.protocol import Request
from tests.kube.kubelet.support import (
    KUBELETS,
    cluster,
    condition,
    container,
    events,
    kubelets,
    pod,
    run,
    state,
    status,
    worker,
)  # fmt: skip

HTTP = {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": 3}


def story(made: Cluster, step: int) -> None:
    """One of several things that happen to a cluster."""
    serving = container(does="serve port=8080 stop=4s sick=70s", readinessProbe=HTTP, livenessProbe=HTTP)
    source = [{"configMapRef": {"name": "app"}}]
    actions: dict[int, Any] = {
        0: lambda: made.apply(pod("web", serving, container("side"))),
        1: lambda: made.apply(pod("crash", container(does="crashes=3s"))),
        2: lambda: made.apply(pod("bad", container(image="nginx:no-such-tag"))),
        3: lambda: made.apply(pod("waits", container(envFrom=source))),
        4: lambda: made.apply(
            pod("job", container(does="works=20s"), initContainers=[container("i", does="works=5s")])
        ),
        6: lambda: made.faults.cut_network("node-1"),
        7: lambda: made.delete("pod", "crash"),
        9: lambda: made.faults.mend_network("node-1"),
        10: lambda: made.apply(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "app"}, "data": {"a": "1"}}
        ),
        12: lambda: made.delete("pod", "web"),
    }
    if step in actions:
        actions[step]()
    made.advance(7.3)


@pytest.mark.parametrize("cut", [5, 8])
def test_a_restored_cluster_goes_on_exactly(cut: int) -> None:
    one = cluster(nodes=2)
    for step in range(cut):
        story(one, step)
    other = Cluster.restore(json.loads(json.dumps(one.snapshot())), KUBELETS)
    twin = one.fork()
    since = one.revision
    for made in (one, other, twin):
        for step in range(cut, 16):
            story(made, step)
    told = [list(log.lines(made.changes_since(since))) for made in (one, other, twin)]
    assert told[0] == told[1] == told[2]
    assert told[0]


def test_a_machine_that_was_off_starts_its_pods_again() -> None:
    made = cluster()
    run(made, "web", container(does="serve port=8080", readinessProbe={"tcpSocket": {"port": 8080}}))
    made.faults.stop_node("node-1")
    made.advance(30)
    assert state(made, "web") == "running"  # nobody is left to say otherwise
    made.faults.start_node("node-1")
    made.advance(10)
    told = status(made, "web")
    assert (told["restartCount"], told["lastState"]["terminated"]["exitCode"]) == (1, 255)
    assert told["lastState"]["terminated"]["reason"] == "Unknown"
    assert condition(made, "web", "Ready")["status"] == "True"
    assert "SandboxChanged: Pod sandbox changed, it will be killed and re-created." in events(made, "web")


def test_init_containers_run_again_after_the_machine_was_off() -> None:
    made = cluster()
    run(made, "web", initContainers=[container("setup", does="works=5s")], seconds=10)
    made.faults.stop_node("node-1")
    made.advance(5)
    made.faults.start_node("node-1")
    made.advance(4)
    assert state(made, "web", "setup") == "running"
    made.advance(6)
    assert (status(made, "web", "setup")["restartCount"], state(made, "web")) == (1, "running")


def test_a_pod_deleted_while_its_machine_was_off_goes_when_it_is_back() -> None:
    made = cluster()
    run(made, "web")
    made.faults.stop_node("node-1")
    made.delete("pod", "web")
    made.advance(100)
    assert len(made.list("pods")) == 1
    made.faults.start_node("node-1")
    made.advance(5)
    assert made.list("pods") == []


def test_a_network_mended_on_a_machine_that_is_off_brings_nothing_to_life() -> None:
    made = cluster()
    run(made, "web")
    made.faults.cut_network("node-1")
    made.faults.stop_node("node-1")
    made.advance(5)
    made.faults.mend_network("node-1")
    made.advance(5)
    uid = made.get("pod", "web")["metadata"]["uid"]
    assert kubelets(made).worker(uid) is None
    made.delete("pod", "web", grace=0)
    made.faults.start_node("node-1")
    made.advance(5)
    assert kubelets(made).worker(uid) is None


def test_behind_a_cut_network_life_goes_on_and_is_written_later() -> None:
    made = cluster()
    run(made, "job", container(does="works=20s"), restartPolicy="Never")
    run(made, "old", container(does="serve"))
    made.faults.cut_network("node-1")
    since = made.revision
    made.apply(pod("new", nodeName="node-1"))
    made.delete("pod", "old", grace=0)
    made.advance(60)
    assert all(change.actor != "kubelet" for change in made.changes_since(since) if change.resource == "pods")
    assert state(made, "job") == "running"
    made.faults.mend_network("node-1")
    made.advance(5)
    assert (state(made, "job"), made.get("pod", "job")["status"]["phase"]) == ("Completed", "Succeeded")
    assert state(made, "new") == "running"
    assert [item["metadata"]["name"] for item in made.list("pods")] == ["job", "new"]


def test_a_pod_made_anew_while_nobody_hears_of_it_is_not_written_to() -> None:
    made = cluster()
    run(made, "web", container(does="crashes=20s"))
    made.faults.cut_watch()
    made.delete("pod", "web", grace=0)
    made.apply(pod("web", nodeName="node-1"))
    made.advance(60)
    assert "containerStatuses" not in made.get("pod", "web")["status"]
    made.faults.mend_watch()
    made.advance(5)
    assert (state(made, "web"), status(made, "web")["restartCount"]) == ("running", 0)


def test_a_killed_container_is_restarted_and_says_137() -> None:
    made = cluster()
    run(made, "web")
    made.faults.kill_container("web", "c")
    made.advance(3)
    assert status(made, "web")["lastState"]["terminated"]["exitCode"] == 137
    assert status(made, "web")["restartCount"] == 1


def test_pods_of_a_node_that_is_no_more_stay_as_they_were() -> None:
    made = cluster()
    web = run(made, "web")
    made.delete("node", "node-1")
    made.advance(20)
    assert state(made, "web") == "running"
    assert kubelets(made).usage(web["metadata"]["uid"], made.clock.now) is None


def test_a_pod_that_waits_for_a_node_of_its_name_starts_when_it_comes() -> None:
    made = cluster()
    run(made, "early", nodeName="node-9")
    assert "containerStatuses" not in made.get("pod", "early")["status"]
    made.apply({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-9"}})
    made.advance(5)
    assert state(made, "early") == "running"


def test_containers_outlive_a_kubelet_that_stands_still() -> None:
    made = cluster()
    run(made, "web")
    made.faults.stop("kubelet")
    made.apply(pod("later", nodeName="node-1"))
    made.advance(5)
    assert "containerStatuses" not in made.get("pod", "later")["status"]
    made.faults.start("kubelet")
    made.advance(5)
    assert (state(made, "web"), status(made, "web")["restartCount"], state(made, "later")) == ("running", 0, "running")


def test_every_write_tells_what_it_came_from() -> None:
    made = cluster()
    run(made, "web")
    changes = [change for change in made.changes_since(0) if change.resource == "pods" and change.key[1] == "web"]
    bound = next(change for change in changes if change.actor == "default-scheduler")
    assert {(change.cause, change.command) for change in changes if change.actor == "kubelet"} == {
        (bound.revision, bound.command)
    }


def test_load_use_and_requests_reach_the_container() -> None:
    made = cluster()
    web = run(made, "web", container(does="serve port=8080 cpu=10ms"))
    uid, now = web["metadata"]["uid"], made.clock.now
    idle = kubelets(made).usage(uid, now)
    kubelets(made).load(uid, 50, now)
    busy = kubelets(made).usage(uid, now)
    assert idle is not None
    assert busy is not None
    assert busy.cpu > idle.cpu + 0.4
    assert kubelets(made).answer(uid, Request(8080), now).status == 200
    assert kubelets(made).answer(uid, Request(9), now).status == 0
    assert kubelets(made).answer("nobody", Request(9), now).status == 0


def test_a_pod_may_fail_its_readiness_gates() -> None:
    made = cluster()
    run(made, "web", readinessGates=[{"conditionType": "example.com/in"}])
    ready = condition(made, "web", "Ready")
    told = 'corresponding condition of pod readiness gate "example.com/in" does not exist.'
    assert (ready["status"], ready["reason"], ready["message"]) == ("False", "ReadinessGatesNotReady", told)
    gate = {"type": "example.com/in", "status": "True"}
    made.patch("pod", "web", {"status": {"conditions": [gate]}}, subresource="status")
    made.advance(0)
    assert condition(made, "web", "Ready")["status"] == "True"


def test_a_node_short_of_memory_evicts_a_pod_with_its_reason() -> None:
    made = cluster()
    run(made, "web", container(does="serve memory=200Mi", image="busybox:1.36"))
    made.faults.fill_memory("node-1", "8000Mi")
    made.advance(60)
    told = made.get("pod", "web")["status"]
    assert (told["phase"], told["reason"]) == ("Failed", "Evicted")
    assert told["message"].startswith("The node was low on resource: memory.")
    disrupted = condition(made, "web", "DisruptionTarget")
    assert (disrupted["status"], disrupted["reason"]) == ("True", "TerminationByKubelet")
    assert worker(made, "web").stage == "stopped"
