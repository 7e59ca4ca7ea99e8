"""Times that are none, in the words of Go's time.Parse."""

import pytest

from playground.kube.apiserver.go_time import time_problem

LAYOUT = '"2006-01-02T15:04:05Z07:00"'


@pytest.mark.parametrize("text", ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.25+01:00", "2024-02-29T23:59:59-08:00"])
def test_a_time_of_rfc_3339_is_fine(text: str) -> None:
    assert time_problem(text) == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f'parsing time "" as {LAYOUT}: cannot parse "" as "2006"'),
        ("yesterday", f'parsing time "yesterday" as {LAYOUT}: cannot parse "yesterday" as "2006"'),
        ("2026-01-01", f'parsing time "2026-01-01" as {LAYOUT}: cannot parse "" as "T"'),
        ("2026-01-01T00:00:00", f'parsing time "2026-01-01T00:00:00" as {LAYOUT}: cannot parse "" as "Z07:00"'),
        ("2026-01-01T00:00:00Zx", 'parsing time "2026-01-01T00:00:00Zx": extra text: "x"'),
        ("2026-13-01T00:00:00Z", 'parsing time "2026-13-01T00:00:00Z": month out of range'),
        ("2026-02-30T00:00:00Z", 'parsing time "2026-02-30T00:00:00Z": day out of range'),
        ("2026-01-01T24:00:00Z", 'parsing time "2026-01-01T24:00:00Z": hour out of range'),
    ],
)
def test_anything_else_is_told_apart_as_go_does(text: str, message: str) -> None:
    assert time_problem(text) == message


def test_a_micro_time_needs_six_digits_after_the_point() -> None:
    assert time_problem("2026-01-01T00:00:00.000000Z", micro=True) == ""
    assert "cannot parse" in time_problem("2026-01-01T00:00:00Z", micro=True)
