"""The bounded log: readers get what they missed, or are told that it is gone."""

from __future__ import annotations

from playground.kube.scheduler.logs import KEPT, Log


def test_a_reader_gets_what_came_since_its_cursor() -> None:
    log: Log[str] = Log()
    log.append("a")
    cursor = log.end
    log.append("b")
    assert (log.since(0), log.since(cursor), log.since(log.end)) == (["a", "b"], ["b"], [])


def test_a_reader_that_lags_too_far_is_told_to_start_anew() -> None:
    log: Log[int] = Log()
    for number in range(KEPT + 1):
        log.append(number)
    assert log.since(0) is None
    assert log.since(log.end - 1) == [KEPT]


def test_after_a_clearing_every_old_cursor_is_too_old() -> None:
    log: Log[str] = Log()
    cursor = log.end
    log.clear()
    assert log.since(cursor) is None
    assert log.since(log.end) == []
