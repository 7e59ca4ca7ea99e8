"""Numbers and durations are read as Go reads them."""

import re

import pytest

from playground.kube.apiserver.validation.go_numbers import atoi, parse_duration


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("+7", 7), ("-12", -12), ("007", 7)])
def test_whole_numbers_are_read(text: str, number: int) -> None:
    assert atoi(text) == number


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", 'strconv.Atoi: parsing "": invalid syntax'),
        ("1_0", 'strconv.Atoi: parsing "1_0": invalid syntax'),
        ("9223372036854775808", 'strconv.Atoi: parsing "9223372036854775808": value out of range'),
    ],
)
def test_other_numbers_are_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        atoi(text)


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [("0", 0), ("1h30m", 5_400_000_000_000), ("-1.5s", -1_500_000_000), (".5ms", 500_000), ("1\u00b5s", 1_000)],
)
def test_durations_are_read(text: str, nanoseconds: int) -> None:
    assert parse_duration(text) == nanoseconds


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", 'time: invalid duration ""'),
        ("5", 'time: missing unit in duration "5"'),
        ("5d", 'time: unknown unit "d" in duration "5d"'),
        ("h", 'time: invalid duration "h"'),
        ("9999999h", 'time: invalid duration "9999999h"'),
    ],
)
def test_other_durations_are_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        parse_duration(text)
