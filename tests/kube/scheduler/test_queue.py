"""The queue: priority, back-off, hints, gates and the flush."""

from __future__ import annotations

from typing import Any

from playground.kube.scheduler.events import Action, Event, Happening
from playground.kube.scheduler.pods import Pod, PodReader
from playground.kube.scheduler.queue import FLUSH_AFTER, Queue
from tests.kube.scheduler.support import pod

BY = (None, None)
FREED = Happening("assigned", Action.DELETE)
REFUSED = frozenset({"Fit"})


def queue(hint: Any = lambda _pod, _event: True) -> Queue:
    hints = {"default-scheduler": {"Fit": ((Event("assigned", Action.DELETE), hint),)}}
    return Queue(lambda item: -item.priority, hints)


def waiting(name: str, **spec: Any) -> Pod:
    return PodReader().read(pod(name, uid=name, schedulerName="default-scheduler", **spec))


def names(of: Queue, now: float, count: int = 9) -> list[str]:
    taken = [of.take(now) for _ in range(count)]
    return [item.pod.name for item in taken if item is not None]


def test_the_higher_priority_goes_first_and_among_equals_the_earlier() -> None:
    found = queue()
    for name, priority in (("a", 0), ("b", 10), ("c", 0), ("d", 10)):
        found.add(waiting(name, priority=priority), 0.0, "", BY)
    assert names(found, 0.0) == ["b", "d", "a", "c"]


def test_a_refused_pod_sleeps_until_something_happens_that_its_plugin_waits_for() -> None:
    found = queue()
    found.add(waiting("a"), 0.0, "", BY)
    taken = found.take(0.0)
    assert taken is not None
    found.put_back(taken, 0.0, REFUSED)
    found.happened(Happening("nodes", Action.ADD), 20.0, BY)
    assert names(found, 20.0) == []
    found.happened(FREED, 20.0, BY)
    assert names(found, 20.0) == ["a"]


def test_a_hint_can_say_that_it_does_not_help() -> None:
    found = queue(lambda _pod, _event: False)
    found.add(waiting("a"), 0.0, "", BY)
    taken = found.take(0.0)
    assert taken is not None
    found.put_back(taken, 0.0, REFUSED)
    found.happened(FREED, 20.0, BY)
    assert names(found, 20.0) == []


def test_back_off_doubles_from_one_second_to_ten() -> None:
    found = queue()
    assert [found.backoff.after(failures) for failures in range(1, 7)] == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]


def test_a_pod_in_back_off_goes_behind_the_active_ones_but_need_not_wait_when_there_are_none() -> None:
    found = queue()
    found.add(waiting("a"), 0.0, "", BY)
    taken = found.take(0.0)
    assert taken is not None
    found.put_back(taken, 0.0, REFUSED)
    found.add(waiting("b"), 0.0, "", BY)
    found.happened(FREED, 0.0, BY)
    assert names(found, 0.0) == ["b", "a"]


def test_after_a_fault_the_back_off_is_waited_out() -> None:
    found = queue()
    found.add(waiting("a"), 0.0, "", BY)
    taken = found.take(0.0)
    assert taken is not None
    found.put_back(taken, 0.0, frozenset())
    assert (names(found, 0.5), found.next_at(0.5)) == ([], 1.0)
    assert names(found, 1.0) == ["a"]


def test_a_pod_refused_five_minutes_ago_is_tried_again_anyhow() -> None:
    found = queue()
    found.add(waiting("a"), 0.0, "", BY)
    taken = found.take(0.0)
    assert taken is not None
    found.put_back(taken, 0.0, REFUSED)
    assert found.next_at(1.0) == FLUSH_AFTER
    assert names(found, FLUSH_AFTER) == ["a"]


def test_a_gated_pod_is_held_back_until_the_gate_is_gone() -> None:
    found = queue()
    gated = waiting("a")
    found.add(gated, 0.0, "SchedulingGates", BY)
    assert names(found, 0.0) == []
    found.updated(gated, Happening("unscheduled", Action.UPDATE_POD_GATES), 1.0, "", BY)
    assert names(found, 1.0) == ["a"]


def test_a_queue_that_was_saved_goes_on_where_it_stood() -> None:
    found = queue()
    pods = {name: waiting(name) for name in "abc"}
    for item in pods.values():
        found.add(item, 0.0, "", BY)
    taken = found.take(0.0)
    assert taken is not None
    found.put_back(taken, 0.0, REFUSED)
    again = queue()
    again.restore(found.state(), pods)
    assert again.state() == found.state()
    assert names(again, 0.0) == names(found, 0.0) == ["b", "c"]
