"""The fast doors of actors inside: conditions and statuses."""

import time

import pytest

from playground.kube.apiserver import ApiServer
from playground.kube.clock import Clock
from playground.kube.errors import ApiError
from playground.kube.objects.frozen import put
from playground.kube.store import By
from tests.kube.apiserver.manifests import BY, created, pod

SCHEDULER = By("default-scheduler", cause=3)


def test_a_condition_keeps_its_time_while_its_status_stays(api: ApiServer, clock: Clock) -> None:
    created(api, pod())
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "a"}
    api.set_pod_condition("shop", "web", condition, by=SCHEDULER, nominated="n2")
    clock.advance_to(clock.now + 60)
    after = api.set_pod_condition("shop", "web", {**condition, "message": "b"}, by=SCHEDULER)
    assert after["status"]["conditions"][0]["lastTransitionTime"] == "2026-01-01T00:00:00Z"
    assert after["status"]["nominatedNodeName"] == "n2"
    moved = api.set_pod_condition("shop", "web", {**condition, "status": "True"}, by=SCHEDULER, nominated="")
    assert moved["status"]["conditions"][0]["lastTransitionTime"] == "2026-01-01T00:01:00Z"
    assert "nominatedNodeName" not in moved["status"]


def test_the_same_condition_again_is_not_written(api: ApiServer) -> None:
    created(api, pod())
    condition = {"type": "PodScheduled", "status": "False"}
    api.set_pod_condition("shop", "web", condition, by=SCHEDULER)
    before = api.revision
    api.set_pod_condition("shop", "web", condition, by=SCHEDULER)
    assert api.revision == before


def test_the_fast_doors_are_fast(api: ApiServer) -> None:
    count = 300
    for index in range(count):
        created(api, pod(f"p{index}"))
    begin = time.process_time()
    for index in range(count):
        bound = api.bind("shop", f"p{index}", "n1", by=SCHEDULER)
        api.record_event(bound, "Scheduled", "done", by=SCHEDULER)
    # A wide margin: 40 µs each is the aim, and what is bound here is that nothing is copied or validated.
    assert (time.process_time() - begin) / count < 1e-3


def test_a_nodes_taints_are_replaced_and_what_is_the_same_is_not_written(api: ApiServer) -> None:
    node = api.create({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}, "spec": {}}, by=BY).object
    taints = [{"key": "a", "effect": "NoSchedule"}]
    tainted = api.set_node(put(node, ("spec", "taints"), taints), by=BY)
    assert tainted["spec"]["taints"] == taints
    revision = api.revision
    assert api.set_node(tainted, by=BY) is tainted
    assert api.revision == revision


def test_a_node_that_changed_or_went_meanwhile_is_not_replaced(api: ApiServer) -> None:
    node = api.create({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}, "spec": {}}, by=BY).object
    api.set_node(put(node, ("spec", "podCIDR"), "10.0.0.0/24"), by=BY)
    with pytest.raises(ApiError) as refused:
        api.set_node(put(node, ("spec", "podCIDR"), "10.0.1.0/24"), by=BY)
    assert refused.value.reason == "Conflict"
    api.delete("nodes", "n1", by=BY)
    with pytest.raises(ApiError) as refused:
        api.set_node(node, by=BY)
    assert refused.value.reason == "NotFound"
