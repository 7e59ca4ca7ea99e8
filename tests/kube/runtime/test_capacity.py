"""The load model: its formulas, and that they hold together."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.runtime.capacity import TIMEOUT, Capacity, alone, cores_of, perform, quantile

HALF = Capacity(cores=0.5, cost=0.01)


def test_a_container_can_serve_its_cpu_divided_by_the_cost_of_a_request() -> None:
    assert HALF.rate == 50
    assert Capacity(1.0, 0.01, idle=0.5).rate == 50
    assert Capacity(1.0, 0.0).rate == math.inf


def test_a_limit_counts_and_without_one_the_workers_do() -> None:
    assert cores_of(0.5) == 0.5
    assert cores_of(None) == 2
    assert cores_of(4.0, workers=1) == 1


def test_little_load_is_all_answered_in_about_the_time_of_one_request() -> None:
    found = perform(HALF, 1.0)
    assert found.answered == pytest.approx(1.0)
    assert found.seconds == pytest.approx(alone(HALF), rel=0.05)
    assert alone(HALF) == 0.02  # 10 ms of CPU at half a core's speed
    assert found.cpu == pytest.approx(0.01)


def test_half_of_the_capacity_takes_twice_as_long() -> None:
    assert perform(HALF, 25.0).seconds == pytest.approx(2 * alone(HALF))


def test_what_is_beyond_the_capacity_is_refused_and_the_cpu_is_at_its_limit() -> None:
    found = perform(HALF, 200.0)
    assert found.answered + found.late == pytest.approx(50.0, rel=1e-3)
    assert found.refused == pytest.approx(150.0, rel=1e-3)
    assert found.cpu == pytest.approx(0.5)
    assert found.throttled == pytest.approx(0.75)
    assert found.inside == pytest.approx(100, abs=1)


def test_without_cpu_nothing_is_served() -> None:
    assert perform(Capacity(0.5, 0.01, idle=0.5), 10).refused == 10


@given(st.floats(0.01, 8), st.floats(1e-4, 1), st.floats(0, 1), st.integers(1, 300), st.floats(1e-3, 1e5))
def test_every_request_is_answered_refused_or_late(
    cores: float, cost: float, idle: float, room: int, load: float
) -> None:
    found = perform(Capacity(cores, cost, idle, room), load)
    assert found.answered + found.refused + found.late == pytest.approx(load)
    assert min(found.answered, found.refused, found.late, found.seconds, found.inside) >= -1e-6
    assert found.cpu <= cores + 1e-9
    assert found.inside <= room + 1e-6


@given(st.floats(0.5, 0.999999), st.floats(1.000001, 2))
def test_more_load_never_answers_less_in_the_queue_nor_faster(below: float, above: float) -> None:
    less, more = perform(HALF, 50 * below), perform(HALF, 50 * above)
    assert more.answered + more.late >= less.answered + less.late - 1e-9
    assert more.seconds >= less.seconds - 1e-9


def test_a_quantile_of_one_piece_is_that_of_an_exponential() -> None:
    assert quantile(0.5, [(0.1, 10)]) == pytest.approx(0.1 * math.log(2), rel=1e-6)
    assert quantile(0.95, [(0.1, 10)]) == pytest.approx(0.1 * math.log(20), rel=1e-6)


def test_a_quantile_of_several_pieces_lies_between_theirs_and_below_the_timeout() -> None:
    mixed = quantile(0.95, [(0.01, 90), (1.0, 10)])
    assert quantile(0.95, [(0.01, 1)]) < mixed < quantile(0.95, [(1.0, 1)])
    assert quantile(0.99, [(100.0, 1)]) <= TIMEOUT
    assert quantile(0.5, []) == 0
