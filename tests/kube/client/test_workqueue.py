"""A key waits once, comes back at the earliest of its times, and after failures later and later."""

import json

from hypothesis import given
from hypothesis import strategies as st

from playground.kube.client.workqueue import Cause, Item, WorkQueue

WEB, DB = ("default", "web"), ("default", "db")


def drain(queue: WorkQueue, now: float) -> list[Item]:
    """Everything that is due, in order."""
    found = []
    while (taken := queue.take(now)) is not None:
        found.append(taken[0])
    return found


def test_keys_come_in_the_order_they_went_in_and_once_each() -> None:
    queue = WorkQueue()
    for item in (WEB, DB, WEB):
        queue.add(item)
    assert drain(queue, 0.0) == [WEB, DB]


def test_a_key_keeps_the_first_cause_of_its_waiting() -> None:
    queue = WorkQueue()
    queue.add(WEB, Cause(7, 1))
    queue.add(WEB, Cause(9, 2))
    assert queue.take(0.0) == (WEB, Cause(7, 1))


def test_of_two_times_the_earlier_holds() -> None:
    queue = WorkQueue()
    queue.add_at(WEB, 10.0, Cause(3))
    queue.add_at(WEB, 5.0, Cause(4))
    queue.add_at(WEB, 20.0, Cause(5))
    assert queue.next_at() == 5.0
    assert queue.take(4.9) is None
    assert queue.take(5.0) == (WEB, Cause(4))
    assert queue.next_at() is None
    assert queue.take(30.0) is None


def test_a_failing_key_waits_twice_as_long_each_time_up_to_the_limit() -> None:
    queue = WorkQueue()
    waits = [queue.backoff(WEB) for _ in range(20)]
    assert waits[:4] == [0.005, 0.01, 0.02, 0.04]
    assert waits[-1] == 1000.0
    assert queue.failures(WEB) == 20
    queue.forget(WEB)
    assert queue.backoff(WEB) == 0.005


@given(
    st.lists(
        st.tuples(st.sampled_from(["add", "at", "fail", "take"]), st.sampled_from([WEB, DB]), st.integers(0, 20)),
        max_size=30,
    )
)
def test_a_restored_queue_goes_on_as_the_one_that_was_saved(steps: list[tuple[str, Item, int]]) -> None:
    queue = WorkQueue()
    for what, item, time in steps:
        if what == "add":
            queue.add(item, Cause(time, None))
        elif what == "at":
            queue.add_at(item, float(time))
        elif what == "fail":
            queue.add_after_failure(item, float(time))
        else:
            queue.take(float(time))
    again = WorkQueue()
    again.restore(json.loads(json.dumps(queue.state())))
    assert again.next_at() == queue.next_at()
    assert again.failures(WEB) == queue.failures(WEB)
    for now in (0.0, 7.5, 15.0, 2000.0):
        assert drain(again, now) == drain(queue, now)
