"""Lengths of time are read as people write them."""

import pytest

from playground.kube.commands import durations


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5s", 5.0), ("1m30s", 90.0), ("250ms", 0.25), ("1h", 3600.0), ("1.5s", 1.5), ("2d", 172800.0)],
)
def test_a_length_of_time_is_read(text: str, seconds: float) -> None:
    assert durations.parse(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "s", "5 s", "five", "-5s", "5sec"])
def test_what_is_no_length_of_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="write it as 30s, 5m or 1h30m"):
        durations.parse(text)
