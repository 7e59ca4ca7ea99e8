"""Six processes write to the log at once."""

from pathlib import Path

from tests.support.writers import check_numbers, write_at_once


def test_six_writers_leave_no_error_no_gap_and_no_repeat(tmp_path: Path) -> None:
    errors, _ = write_at_once(tmp_path, times=100)
    assert errors == 0
    check_numbers(tmp_path, times=100)
