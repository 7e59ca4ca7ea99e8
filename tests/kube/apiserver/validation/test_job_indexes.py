"""Lists of index ranges."""

import re

import pytest

from playground.kube.apiserver.validation.job_indexes import count_indexes, first_overlap


@pytest.mark.parametrize(("text", "count"), [("", 0), ("0", 1), ("0-2,4", 4), ("1,3-9", 8)])
def test_ranges_are_counted(text: str, count: int) -> None:
    assert count_indexes(text, 10) == count


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,1", "non-increasing order, previous: 1, current: 1"),
        ("3-2", "non-increasing order, previous: 3, current: 2"),
        ("a", 'cannot convert string to integer for index: "a"'),
        ("1-", 'cannot convert string to integer for index: ""'),
        ("10", 'too large index: "10"'),
        (
            "1-2-3",
            (
                'the fragment "1-2-3" violates the requirement that an index interval '
                "can have at most two parts separated by '-'"
            ),
        ),
    ],
)
def test_what_is_no_list_is_told(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        count_indexes(text, 10)


@pytest.mark.parametrize(
    ("completed", "failed", "at"),
    [("0-3", "4-5", None), ("0-3", "3", 3), ("0,5-7", "2,6", 6), ("", "1", None), ("x,4", "4", 4)],
)
def test_the_first_index_in_both_lists_is_found(completed: str, failed: str, at: int | None) -> None:
    assert first_overlap(completed, failed, 10) == at
