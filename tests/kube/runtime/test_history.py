"""What is remembered of a container stays small and goes through JSON."""

import json

from playground.kube.runtime.history import ASKED, LOADS, History


def test_a_long_life_stays_small() -> None:
    past = History()
    for at in range(500):
        past.loaded(float(at), 1.0, 1.0)
        past.ask(float(at), "GET", "/", 200)
    assert (len(past.loads), len(past.asked)) == (LOADS, ASKED)
    assert past.loads[-1] == [499.0, 1.0, 1.0]


def test_two_loads_at_one_time_are_the_last_one() -> None:
    past = History()
    past.loaded(1.0, 5.0, 5.0)
    past.loaded(1.0, 7.0, 7.0)
    assert past.loads == [[1.0, 7.0, 7.0]]
    assert past.requests == 7.0


def test_it_is_the_same_after_json() -> None:
    past = History(leaked=1.5, settled=2.0, term=3.0, failing=True, written={"/x": None, "/y": "z"})
    past.ask(1.0, "GET", "/", 200)
    assert History.of(json.loads(json.dumps(past.state()))) == past
