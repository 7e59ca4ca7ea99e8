"""A supervised process is started again when it dies, and ended with everything it started."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from children import Child, Spec
from tests.support.stack import descendants, is_alive
from tests.support.wait import until

FOREVER = "import signal; signal.pause()"
Start = Callable[..., Child]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts children that are ended after the test."""
    made: list[Child] = []

    def make(code: str, **more: object) -> Child:
        spec = Spec("thing", [sys.executable, "-c", code], dict(os.environ), **more)  # type: ignore[arg-type]
        child = Child(spec, tmp_path / "thing.log", changed=lambda: None, guard=lambda line: None)
        child.start()
        made.append(child)
        return child

    yield make
    for child in made:
        await child.stop()


async def eventually(predicate: Callable[[], object], what: str) -> None:
    """`until`, while the event loop goes on."""
    await asyncio.to_thread(until, predicate, seconds=10, what=what)


async def test_a_child_that_is_killed_runs_again(start: Start) -> None:
    child = start(FOREVER)
    await eventually(lambda: child.pid, "it runs")
    first = child.pid
    os.kill(first, signal.SIGKILL)
    await eventually(lambda: child.pid and child.pid != first, "it runs again")
    assert child.starts == 2


async def test_a_child_that_did_its_work_stays_ended(start: Start) -> None:
    child = start("print('done')", again=False)
    await eventually(lambda: child.state == "ended", "it has ended")
    assert child.starts == 1
    assert child.log.read_text() == "thing | done\n"


async def test_stopping_ends_what_the_child_started(start: Start) -> None:
    child = start(
        "import subprocess, sys, signal; subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()']);"
        "signal.pause()"
    )
    await eventually(lambda: descendants(child.pid) if child.pid else [], "it has a child of its own")
    everybody = [child.pid, *descendants(child.pid)]
    await child.stop()
    await eventually(lambda: not any(map(is_alive, everybody)), "all are gone")
    assert child.state == "ended"


async def test_a_child_that_ignores_sigterm_is_killed_when_patience_is_over(start: Start) -> None:
    code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    child = start(code, patience=0.2)
    await eventually(lambda: child.log.exists() and "deaf" in child.log.read_text(), "it ignores the signal")
    pid = child.pid
    await child.stop()
    assert not is_alive(pid)


async def test_warnings_reach_the_terminal_and_the_rest_the_log(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    child = start("print('INFO all well'); print('WARNING not so well')", again=False)
    await eventually(lambda: child.state == "ended", "it has ended")
    shown = capsys.readouterr().out
    assert "thing | WARNING not so well" in shown
    assert "all well" not in shown
    assert "thing | INFO all well" in child.log.read_text()


async def test_a_child_that_crashes_says_why_on_the_terminal(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    child = start("raise SystemExit('no such table')")
    await eventually(lambda: child.starts == 2, "it was started again")
    assert "thing ended (exit code 1), saying: no such table" in capsys.readouterr().out


async def test_the_log_of_the_run_before_is_kept_once(start: Start) -> None:
    first = start("print('first')", again=False)
    await eventually(lambda: first.state == "ended", "it has ended")
    second = start("print('second')", again=False)
    await eventually(lambda: second.state == "ended", "it has ended")
    assert second.log.read_text() == "thing | second\n"
    assert second.log.with_name("thing.log.1").read_text() == "thing | first\n"
