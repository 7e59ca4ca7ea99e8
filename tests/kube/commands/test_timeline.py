"""The timeline tells changes as a story."""

from typing import Any

from playground.kube.clock import Clock
from playground.kube.commands.timeline import timeline
from playground.kube.objects.frozen import put
from playground.kube.store import By, Store

POD: dict[str, Any] = {"kind": "Pod", "metadata": {"name": "web", "namespace": "default"}, "spec": {}, "status": {}}


SCHEDULED = {"type": "PodScheduled", "status": "True"}


def told(*paths: tuple[list[str], Any], resource: str = "pods") -> list[str]:
    """What is said about a pod that gets these fields one after the other, a second between them."""
    clock = Clock(100.0)
    store = Store(clock)
    obj = store.create(resource, ("default", "web"), POD, By("kubectl"))
    for path, value in paths:
        clock.advance_to(clock.now + 1)
        obj = store.update(resource, ("default", "web"), put(obj, path, value), By("default-scheduler"))
    return [line.split("default/web ", 1)[1] for line in timeline(store.changes(0), 100.0)]


def test_a_line_says_when_who_and_what() -> None:
    store = Store(Clock(101.5))
    store.create("pods", ("default", "web"), POD, By("kubectl"))
    assert list(timeline(store.changes(0), 100.0)) == ["    +1.500s  kubectl            pod default/web created"]


def test_a_binding_reads_as_one() -> None:
    assert told((["spec", "nodeName"], "node-1")) == ["created", "bound to node-1"]


def test_a_binding_says_by_itself_that_the_pod_is_scheduled() -> None:
    store = Store(Clock(0.0))
    pod = store.create("pods", ("default", "web"), POD, By("kubectl"))
    bound = put(put(pod, ["spec", "nodeName"], "n1"), ["status", "conditions"], [SCHEDULED])
    store.update("pods", ("default", "web"), bound, By("default-scheduler"))
    assert list(timeline(store.changes(0), 0.0))[1].endswith("default/web bound to n1")


def test_a_condition_is_told_with_its_reason() -> None:
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes"}
    assert told((["status"], {"conditions": [condition]}))[1] == "PodScheduled=False (Unschedulable: 0/1 nodes)"


def test_a_condition_that_did_not_turn_is_not_told_again() -> None:
    first = {"type": "Ready", "status": "True"}
    second = {"type": "Initialized", "status": "True"}
    path = ["status", "conditions"]
    assert told((path, [first]), (path, [first, second]))[2] == "Initialized=True"


def test_a_deletion_mark_and_a_nomination_are_told() -> None:
    lines = told((["metadata", "deletionTimestamp"], "2026-01-01T00:00:00Z"), (["status", "nominatedNodeName"], "n1"))
    assert lines[1:] == ["marked for deletion (grace 0s)", "nominated for n1"]


def test_other_fields_are_named() -> None:
    assert told((["spec", "priority"], 5), (["metadata", "labels"], {"a": "b"}))[1:] == [
        "changed spec.priority",
        "changed metadata.labels",
    ]


def test_many_fields_are_counted() -> None:
    clock = Clock(0.0)
    store = Store(clock)
    store.create("pods", ("default", "web"), POD, By("kubectl"))
    store.update("pods", ("default", "web"), {**POD, "spec": dict.fromkeys("abcde", 1)}, By("kubectl"))
    assert list(timeline(store.changes(0), 0.0))[1].endswith("changed spec.a, spec.b, spec.c and 2 more")


def test_events_are_told_only_when_asked_for() -> None:
    event = {
        "kind": "Event", "metadata": {"name": "e"}, "reason": "FailedScheduling", "message": "no room", "count": 3,
        "involvedObject": {"kind": "Pod", "namespace": "default", "name": "web"},
    }  # fmt: skip
    store = Store(Clock(0.0))
    store.create("events", ("default", "e"), event, By("default-scheduler"))
    assert list(timeline(store.changes(0), 0.0)) == []
    [line] = timeline(store.changes(0), 0.0, events=True)
    assert line.endswith("pod default/web event FailedScheduling (x3): no room")


def test_what_is_gone_is_told() -> None:
    store = Store(Clock(0.0))
    store.create("nodes", ("", "n1"), {"kind": "Node", "metadata": {"name": "n1"}}, By("kubectl"))
    store.delete("nodes", ("", "n1"), By("kubectl"))
    assert list(timeline(store.changes(0), 0.0))[1].endswith("node n1 is gone")
