"""What a supervisor leaves when it is killed is ended by its guard."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import clone
from tests.support.stack import is_alive
from tests.support.wait import until

DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); signal.pause()"


@pytest.fixture
def guard() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-I", clone.ROOT / "scripts" / "guard.py"], stdin=subprocess.PIPE, text=True
    ) as running:
        yield running
        running.kill()


@pytest.fixture
def child() -> Iterator["subprocess.Popen[bytes]"]:
    """A process that does not heed SIGTERM, in a group of its own."""
    with subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE, start_new_session=True) as running:
        assert running.stdout is not None
        running.stdout.readline()
        yield running
        running.kill()


def tell(guard: "subprocess.Popen[str]", *lines: str) -> None:
    """Write to the guard and hang up."""
    assert guard.stdin is not None
    guard.stdin.write("".join(f"{line}\n" for line in lines))
    guard.stdin.close()


def test_a_dead_supervisors_children_and_folder_go(
    guard: "subprocess.Popen[str]", child: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    folder = tmp_path / "private"
    folder.mkdir()
    tell(guard, f"remove {folder}", f"+{child.pid} 0.2")
    assert guard.wait(10) == 0
    until(lambda: not is_alive(child.pid), seconds=5, what="the child is gone")
    assert not folder.exists()


def test_after_a_goodbye_nothing_is_touched(guard: "subprocess.Popen[str]", child: "subprocess.Popen[bytes]") -> None:
    tell(guard, f"+{child.pid} 0.2", "end")
    assert guard.wait(10) == 0
    assert is_alive(child.pid)


def test_a_group_that_has_ended_is_forgotten(guard: "subprocess.Popen[str]", child: "subprocess.Popen[bytes]") -> None:
    tell(guard, f"+{child.pid} 0.2", f"-{child.pid}")
    assert guard.wait(10) == 0
    assert is_alive(child.pid)
