"""The fast doors of actors inside: conditions and events."""

import time

from playground.kube.apiserver import ApiServer
from playground.kube.clock import Clock
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


def test_the_same_event_again_is_counted(api: ApiServer, clock: Clock) -> None:
    subject = created(api, pod())
    api.record_event(subject, "FailedScheduling", "no room", by=SCHEDULER, warning=True)
    clock.advance_to(clock.now + 5)
    again = api.record_event(subject, "FailedScheduling", "no room", by=SCHEDULER, warning=True)
    api.record_event(subject, "Scheduled", "done", by=SCHEDULER)
    assert (again["count"], again["type"], again["source"]) == (2, "Warning", {"component": "default-scheduler"})
    assert (again["firstTimestamp"], again["lastTimestamp"]) == ("2026-01-01T00:00:00Z", "2026-01-01T00:00:05Z")
    assert again["involvedObject"]["uid"] == subject["metadata"]["uid"]
    assert len(api.objects("events", "shop")) == 2


def test_an_event_about_the_cluster_lives_in_default_and_a_long_message_is_cut(api: ApiServer) -> None:
    node = api.create({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}}, by=BY).object
    event = api.record_event(node, "R", "é" * 1000, by=SCHEDULER)
    assert event["metadata"]["namespace"] == "default"
    assert len(event["message"].encode()) <= 1024


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
