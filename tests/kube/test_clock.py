"""Virtual time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.clock import Clock, micro_of, seconds_of, stamp_of


def test_time_begins_with_2026() -> None:
    assert Clock().stamp() == "2026-01-01T00:00:00Z"
    assert Clock().micro() == "2026-01-01T00:00:00.000000Z"


def test_stamps_cut_parts_of_a_second_off() -> None:
    clock = Clock()
    clock.advance_to(clock.now + 1.75)
    assert clock.stamp() == "2026-01-01T00:00:01Z"
    assert clock.micro() == "2026-01-01T00:00:01.750000Z"


def test_time_does_not_go_back() -> None:
    clock = Clock()
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance_to(clock.now - 1)


@given(st.integers(0, 4_000_000_000))
def test_a_stamp_reads_back_as_its_second(second: int) -> None:
    assert seconds_of(stamp_of(second)) == second
    assert seconds_of(micro_of(second)) == second


@pytest.mark.parametrize("text", ["2026-01-01", "2026-01-01T00:00:00", "now", ""])
def test_a_time_without_zone_or_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        seconds_of(text)
