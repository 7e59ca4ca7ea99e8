"""Six processes write to the log at once."""

from pathlib import Path

from tests.support.writers import check_numbers, surroundings, write_at_once


def test_six_writers_leave_no_error_no_gap_and_no_repeat(tmp_path: Path) -> None:
    env = surroundings(tmp_path)
    errors, _ = write_at_once(env, times=100)
    assert errors == 0
    check_numbers(env, times=100)
