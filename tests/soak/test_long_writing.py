"""Six processes write to the log for minutes."""

from pathlib import Path

from tests.support.writers import check_numbers, surroundings, write_at_once

TIMES = 6000


def test_six_writers_for_minutes_leave_no_error_no_gap_and_no_repeat(tmp_path: Path) -> None:
    env = surroundings(tmp_path)
    errors, rate = write_at_once(env, times=TIMES)
    print(f"{rate:,.0f} appends a second by six processes")  # noqa: T201 - a figure of the report
    assert errors == 0
    check_numbers(env, times=TIMES)
