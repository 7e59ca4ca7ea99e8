"""The whole site is ended and started again and again: it comes up fast, and nothing of it stays."""

import time
from pathlib import Path

from tests.support.stack import Stack, descendants, is_alive

TIMES = 10


def test_starting_and_ending_leaves_nothing_behind(tmp_path: Path) -> None:
    took = []
    for _ in range(TIMES):
        began = time.monotonic()
        with Stack(tmp_path / "var") as stack:
            took.append(time.monotonic() - began)
            everybody = [stack.supervisor, *descendants(stack.supervisor)]
        assert not [pid for pid in everybody if is_alive(pid)]
    print(f"up in {min(took):.1f} to {max(took):.1f} s")  # noqa: T201 - a figure of the report
