"""Rules on whole numbers."""

from playground.kube.apiserver.validation import counts
from playground.kube.apiserver.validation.field import Path

from .support import told

STATUS = Path("status")


def test_what_is_left_out_is_zero() -> None:
    assert counts.count({}, "replicas") == counts.count({"replicas": None}, "replicas") == 0


def test_numbers_below_zero_are_told_in_order() -> None:
    assert told(counts.nonnegative(STATUS, {"a": -1, "b": 0, "c": -2}, "c", "b", "a")) == [
        "status.c: Invalid value: -2: must be greater than or equal to 0",
        "status.a: Invalid value: -1: must be greater than or equal to 0",
    ]


def test_a_part_is_not_above_the_whole() -> None:
    fields = {"all": 2, "one": 3, "two": 2}
    assert told(counts.not_above(STATUS, fields, "all", "too many", "one", "two")) == [
        "status.one: Invalid value: 3: too many"
    ]


def test_a_counter_does_not_go_back() -> None:
    assert counts.not_decremented(STATUS, {"n": 2}, {"n": 2}, "n") == []
    assert counts.not_decremented(STATUS, {}, {}, "n") == []
    assert told(counts.not_decremented(STATUS, {}, {"n": 2}, "n")) == [
        "status.n: Invalid value: 0: cannot be decremented"
    ]
