"""Slow start."""

from hypothesis import given
from hypothesis import strategies as st

from playground.kube.controllers.batches import batches, in_batches


@given(count=st.integers(0, 40))
def test_batches_double_and_leave_nobody_out(count: int) -> None:
    found = batches(range(count))
    assert sorted(in_batches(range(count))) == list(range(count))
    assert [len(batch) for batch in found[:-1]] == [2**place for place in range(len(found[:-1]))]


def test_the_last_of_a_batch_comes_first() -> None:
    assert in_batches("abcdefg") == ["a", "c", "b", "g", "d", "e", "f"]
