"""Events: the same one is counted, similar ones are combined, and a source that says too much is cut."""

from __future__ import annotations

from playground.kube.apiserver import ApiServer
from playground.kube.clock import Clock
from playground.kube.objects.frozen import Map
from playground.kube.store import By
from tests.kube.apiserver.manifests import BY, created, pod

SCHEDULER = By("default-scheduler", cause=3)
COMBINED = "(combined from similar events): "


def told(api: ApiServer, namespace: str = "shop") -> dict[str, int]:
    return {event["message"]: event["count"] for event in api.objects("events", namespace)}


def test_the_same_event_again_is_counted(api: ApiServer, clock: Clock) -> None:
    subject = created(api, pod())
    api.record_event(subject, "FailedScheduling", "no room", by=SCHEDULER, warning=True)
    clock.advance_to(clock.now + 5)
    again = api.record_event(subject, "FailedScheduling", "no room", by=SCHEDULER, warning=True)
    api.record_event(subject, "Scheduled", "done", by=SCHEDULER)
    assert again is not None
    assert (again["count"], again["type"], again["source"]) == (2, "Warning", {"component": "default-scheduler"})
    assert (again["firstTimestamp"], again["lastTimestamp"]) == ("2026-01-01T00:00:00Z", "2026-01-01T00:00:05Z")
    assert again["involvedObject"]["uid"] == subject["metadata"]["uid"]
    assert len(api.objects("events", "shop")) == 2


def test_an_event_about_the_cluster_lives_in_default_and_a_long_message_is_cut(api: ApiServer) -> None:
    node = api.create({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}}, by=BY).object
    event = api.record_event(node, "R", "é" * 1000, by=SCHEDULER)
    assert event is not None
    assert event["metadata"]["namespace"] == "default"
    assert len(event["message"].encode()) <= 1024


def test_an_event_of_a_node_says_which_node_and_which_container(api: ApiServer) -> None:
    subject = created(api, pod())
    event = api.record_event(subject, "Pulled", "x", by=By("kubelet"), host="n1", field="spec.containers{web}")
    other = api.record_event(subject, "Pulled", "x", by=By("kubelet"), host="n1", field="spec.containers{log}")
    assert event is not None
    assert other is not None
    assert (event["source"], event["reportingInstance"]) == ({"component": "kubelet", "host": "n1"}, "n1")
    assert event["involvedObject"]["fieldPath"] == "spec.containers{web}"
    assert event["metadata"]["name"] != other["metadata"]["name"]


def test_from_the_tenth_similar_event_on_they_are_combined(api: ApiServer) -> None:
    subject = created(api, pod())
    for number in range(1, 13):
        api.record_event(subject, "SuccessfulCreate", f"Created pod: p{number}", by=SCHEDULER)
    expected = {f"Created pod: p{number}": 1 for number in range(1, 10)}
    assert told(api) == {**expected, f"{COMBINED}Created pod: p12": 3}


def test_what_was_told_before_is_counted_on_its_own_even_among_many(api: ApiServer) -> None:
    subject = created(api, pod())
    for number in [*range(1, 11), 3]:
        api.record_event(subject, "R", f"message {number}", by=SCHEDULER)
    assert told(api)["message 3"] == 2
    assert told(api)[f"{COMBINED}message 10"] == 1


def test_other_reasons_types_objects_and_sources_are_not_similar(api: ApiServer) -> None:
    one, other = created(api, pod("a")), created(api, pod("b"))
    for number in range(9):
        api.record_event(one, "R", f"message {number}", by=SCHEDULER)
    api.record_event(one, "Q", "another reason", by=SCHEDULER)
    api.record_event(one, "R", "another type", by=SCHEDULER, warning=True)
    api.record_event(other, "R", "another object", by=SCHEDULER)
    api.record_event(one, "R", "another source", by=By("kubelet"))
    assert not any(message.startswith(COMBINED) for message in told(api))


def test_after_ten_minutes_without_a_similar_event_nothing_is_combined(api: ApiServer, clock: Clock) -> None:
    subject = created(api, pod())
    for number in range(10):
        api.record_event(subject, "R", f"message {number}", by=SCHEDULER)
    clock.advance_to(clock.now + 601)
    api.record_event(subject, "R", "message 10", by=SCHEDULER)
    assert told(api)["message 10"] == 1


def test_a_source_may_say_25_things_about_an_object_and_then_one_in_five_minutes(api: ApiServer, clock: Clock) -> None:
    subject = created(api, pod())
    said = [api.record_event(subject, "R", "again", by=SCHEDULER) for _ in range(30)]
    assert [event is not None for event in said] == [True] * 25 + [False] * 5
    clock.advance_to(clock.now + 299)
    assert api.record_event(subject, "R", "again", by=SCHEDULER) is None
    clock.advance_to(clock.now + 2)
    later = api.record_event(subject, "R", "again", by=SCHEDULER)
    assert later is not None
    assert later["count"] == 32  # those that were cut are counted


def test_a_copy_of_the_memory_goes_on_as_the_original(api: ApiServer, clock: Clock) -> None:
    subject = created(api, pod())
    for number in range(24):
        api.record_event(subject, "R", f"message {number % 12}", by=SCHEDULER)
    twin = ApiServer(api.core.store.fork(), clock, api.core.names)
    twin.core.events.restore(api.core.events.state())
    assert _said(api, subject) == _said(twin, subject)
    assert told(api) == told(twin)


def _said(server: ApiServer, subject: Map) -> list[bool]:
    return [server.record_event(subject, "R", f"m {n}", by=SCHEDULER) is not None for n in range(3)]


def test_the_memory_of_a_source_is_bounded(api: ApiServer) -> None:
    for number in range(5000):
        about = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"p{number}", "namespace": "shop"}}
        api.record_event(about, "R", "m", by=SCHEDULER)
    (memory,) = api.core.events.state()
    assert (len(memory["similar"]), len(memory["buckets"])) == (4096, 4096)
