"""Rules on a number or a percentage."""

import pytest

from playground.kube.apiserver.validation import int_or_percent
from playground.kube.apiserver.validation.field import Path

from .support import told
from .workloads import PERCENT

SURGE = Path("maxSurge")


@pytest.mark.parametrize("value", [0, 7, "0%", "250%"])
def test_numbers_and_percentages_are_well_formed(value: int | str) -> None:
    assert int_or_percent.validate_int_or_percent(SURGE, value) == []


def test_others_are_not() -> None:
    assert told(int_or_percent.validate_int_or_percent(SURGE, "10")) == [f'maxSurge: Invalid value: "10": {PERCENT}']
    assert told(int_or_percent.validate_int_or_percent(SURGE, -1)) == [
        "maxSurge: Invalid value: -1: must be greater than or equal to 0"
    ]


def test_a_percentage_ends_at_100() -> None:
    assert int_or_percent.validate_at_most_100_percent(SURGE, 200) == []
    assert int_or_percent.validate_at_most_100_percent(SURGE, "lots") == []
    assert told(int_or_percent.validate_at_most_100_percent(SURGE, "101%")) == [
        'maxSurge: Invalid value: "101%": must not be greater than 100%'
    ]


@pytest.mark.parametrize(("value", "number"), [(3, 3), ("25%", 25), ("8", 8), ("x", 0)])
def test_an_amount_is_the_number_itself(value: int | str, number: int) -> None:
    assert int_or_percent.amount(value) == number
