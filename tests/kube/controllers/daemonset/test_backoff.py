"""How long a failed pod is left alone."""

from playground.kube.controllers.daemonset.backoff import FIRST, LONGEST, BackOff


def test_the_wait_doubles_up_to_its_limit_and_is_forgotten() -> None:
    backoff, now, waits = BackOff(), 1000.0, []
    for _ in range(12):
        assert backoff.wait("n1", now) is None
        backoff.next("n1", now)
        wait = backoff.wait("n1", now)
        assert wait is not None
        waits.append(wait)
        now += wait
    assert waits[:3] == [FIRST, 2 * FIRST, 4 * FIRST]
    assert waits[-1] == LONGEST
    now += 2 * LONGEST
    backoff.next("n1", now)
    assert backoff.wait("n1", now) == FIRST


def test_the_state_is_all_there_is() -> None:
    backoff, other = BackOff(), BackOff()
    backoff.next("n1", 5.0)
    other.restore(backoff.state())
    assert other.wait("n1", 5.5) == FIRST
    assert other.wait("n2", 5.5) is None
