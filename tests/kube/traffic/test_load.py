"""How a load spreads, and what is counted."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.runtime.capacity import Performance
from playground.kube.traffic.backends import Backend
from playground.kube.traffic.load import KEPT, Flow, Load
from playground.kube.traffic.tally import Tally


def backend(number: int) -> Backend:
    return Backend(f"uid-{number}", f"web-{number}", "node-1", f"10.0.0.{number}", 80)


def load(requests: float = 100.0, clients: int = 20) -> Load:
    return Load("default", "web", requests, clients, 0.0, 0.0)


@given(st.integers(1, 30), st.integers(1, 200), st.booleans())
def test_all_requests_go_somewhere(pods: int, clients: int, sticky: bool) -> None:
    shares = load(clients=clients).spread([backend(number) for number in range(pods)], 10800.0 if sticky else None)
    assert len(shares) == pods
    assert sum(shares.values()) == pytest.approx(100)


def test_clients_that_come_back_too_late_are_not_remembered() -> None:
    slow = load(requests=0.001, clients=20)
    assert set(slow.spread([backend(1), backend(2)], 10800.0).values()) == {0.0005}
    assert slow.stays == {}


def test_only_the_clients_of_a_pod_that_went_find_another() -> None:
    found = load()
    found.spread([backend(1), backend(2), backend(3)], 10800.0)
    before = dict(found.stays)
    found.spread([backend(1), backend(2)], 10800.0)
    assert {c: a for c, a in found.stays.items() if before[c] != "10.0.0.3"} == {
        c: a for c, a in before.items() if a != "10.0.0.3"
    }


def test_a_span_is_counted_once_whoever_asks() -> None:
    found = load()
    found.flows = {"10.0.0.1": Flow(backend(1), 100.0, Performance(200.0, answered=150.0, refused=50.0, seconds=0.1))}
    for now in (1.0, 1.0, 4.0):
        found.count(now)
    tally = found.tallies["uid-1"][1]
    assert (tally.requests, tally.answered, tally.errors) == (400, 300, 100)
    assert tally.times == {"0.1": 300}


def test_pods_of_long_ago_are_counted_together() -> None:
    found = load()
    found.tallies = {f"uid-{number}": (f"web-{number}", Tally(1.0, 1.0)) for number in range(KEPT + 50)}
    found.forget()
    assert len(found.tallies) == KEPT
    assert found.gone.requests == 50


def test_a_load_is_the_same_after_json() -> None:
    found = load()
    found.flows = {"10.0.0.1": Flow(backend(1), 100.0, Performance(200.0)), "10.0.0.2": Flow(backend(2), 1.0)}
    found.spread([backend(1)], 10800.0)
    found.count(3.0)
    assert Load.of(json.loads(json.dumps(found.state()))) == found


def test_nobody_there_is_counted_apart() -> None:
    found = load()
    found.count(2.0)
    assert (found.unserved.requests, found.unserved.unserved, found.unserved.errors) == (200, 200, 200)
