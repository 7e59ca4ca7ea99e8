"""Completion indexes as intervals (facts of indexed_job_utils_test.go)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.controllers.job import indexes

SETS = st.frozensets(st.integers(0, 12))


@pytest.mark.parametrize(
    ("written", "completions", "count", "canonical"),
    [
        ("", 5, 0, ""),
        ("0,3-5,9,12", 20, 6, "0,3-5,9,12"),
        ("0,3-5,9,12", 5, 3, "0,3,4"),
        ("1,2", 5, 2, "1,2"),
        ("1-3,4", 9, 4, "1-4"),
        ("x,2,3-y,4", 9, 2, "2,4"),
        ("5-9", 5, 0, ""),
    ],
)
def test_a_text_is_read_up_to_the_number_of_completions(
    written: str, completions: int, count: int, canonical: str
) -> None:
    found = indexes.parse(written, completions)
    assert (indexes.total(found), indexes.text(found)) == (count, canonical)


@given(SETS, SETS)
def test_intervals_are_sets(left: frozenset[int], right: frozenset[int]) -> None:
    one, two = indexes.of(left), indexes.of(right)
    both = indexes.merged(one, two)
    assert both == indexes.of(left | right)
    assert indexes.total(both) == len(left | right)
    assert indexes.common(one, two) == len(left & right)
    assert all(indexes.has(one, index) == (index in left) for index in range(13))
    assert indexes.parse(indexes.text(one), 13) == one


@given(SETS, st.integers(0, 12), st.integers(0, 12))
def test_the_lowest_free_indexes_are_next(taken: frozenset[int], count: int, completions: int) -> None:
    free = [index for index in range(completions) if index not in taken]
    assert indexes.pending(indexes.of(taken), count, completions) == free[:count]
