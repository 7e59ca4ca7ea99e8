"""`make test`, `make soak`: set up, start what tests need once, run every kind in order, sum up, end everything.

`python3 scripts/test.py [soak | PHASE …] [-- pytest's words]`; without words every phase but the long ones.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import bootstrap
import clone
import engine_use
import lint
import postgres
from clone import PYTHON, ROOT, VENV
from console import Failed, fail, paint, say

ON_POSTGRES = (
    "tests/events", "tests/config", "tests/builds/test_runner.py", "tests/builds/test_sweeping.py",
    "tests/builds/test_turns.py", "tests/flows/test_streams.py",
)  # fmt: skip
"""What the phase `postgres` runs once more: where the two databases differ, in SQL, in locks and in who may wait."""
WHOLE_ON_POSTGRES = (
    "tests/accounts", "tests/builds", "tests/config", "tests/events", "tests/web", "tests/flows/test_build_and_run.py",
    "tests/flows/test_streams.py", "tests/flows/test_writers.py",
)  # fmt: skip
"""Every test that asks the database something, and some of the whole site: too long for every day."""
KINDS = ("kube", "architecture", "contracts", "flows", "attacks", "browser", "soak")
"""Folders of tests/ that are phases of their own; all the others together are `unit`."""
PHASES = ("lint", "front-end", "unit", "kube", "architecture", "contracts", "postgres", "flows", "browser")
LONG = ("soak", "attacks", "postgres-whole")
"""What `make soak` runs."""
PYTEST_ENDS_WITHIN = 60.0


@dataclass(frozen=True)
class Outcome:
    """How a phase went."""

    phase: str
    passed: bool
    seconds: float
    words: str


def main(words: Sequence[str]) -> int:
    """Run the phases named; 0 if every one passed."""
    split = list(words).index("--") if "--" in words else len(words)
    phases, extra = tuple(words[:split]) or PHASES, list(words[split + 1 :])
    unknown = set(phases) - {*PHASES, *LONG}
    if unknown:
        fail(f"No such phase: {', '.join(sorted(unknown))}. There are {', '.join((*PHASES, *LONG))}.")
        return 2
    signal.signal(signal.SIGTERM, interrupt)
    outcomes: list[Outcome] = []
    began = time.monotonic()
    try:
        if not bootstrap.set_up("test"):
            return 1
        run_phases(phases, extra, outcomes)
    except KeyboardInterrupt:
        fail("Interrupted.")
        return 130
    except Failed as failed:
        fail(str(failed))
        return 1
    finally:
        sum_up(outcomes, time.monotonic() - began)
    return 0 if len(outcomes) == len(phases) and all(outcome.passed for outcome in outcomes) else 1


def interrupt(*_: object) -> None:
    """SIGTERM is treated as Ctrl-C is, so that what was started is ended."""
    raise KeyboardInterrupt


def run_phases(phases: Sequence[str], extra: Sequence[str], outcomes: list[Outcome]) -> None:
    """Run them in order; what Python's tests need is started before the first of them."""
    with ExitStack() as stack:
        env: dict[str, str] | None = None
        for phase in phases:
            say(paint(f"— {phase} —", "1"))
            if phase == "lint":
                outcomes.append(measured(phase, lint_phase))
            elif phase == "front-end":
                outcomes.append(measured(phase, vitest_phase))
            else:
                env = env or stack.enter_context(surroundings())
                with postgres_server() if phase.startswith("postgres") else nullcontext(env) as more:
                    outcomes.append(measured(phase, pytest_phase(phase, extra, {**env, **more})))


def measured(phase: str, run: Callable[[], tuple[bool, str]]) -> Outcome:
    """Run one phase."""
    began = time.monotonic()
    passed, words = run()
    return Outcome(phase, passed, time.monotonic() - began, words)


@contextmanager
def surroundings() -> Iterator[dict[str, str]]:
    """An engine for all, and a private var folder, as environment variables. Sites that tests start have the rest."""
    with engine_use.held() as host, tempfile.TemporaryDirectory(prefix="drydock-test-") as var:
        say(f"  engine at {host}")
        env = clone.environment(DRYDOCK_ENGINE=host, DRYDOCK_VAR=var)
        env.pop("DRYDOCK_REDIS", None)  # Django's tests have an in-memory layer
        yield env


@contextmanager
def postgres_server() -> Iterator[dict[str, str]]:
    """A PostgreSQL for one phase, as settings."""
    with postgres.running() as server:
        say(f"  PostgreSQL at {server.folder}")
        yield server.new_databases("drydock")


def lint_phase() -> tuple[bool, str]:
    """Every check that reads the code."""
    failed = lint.lint()
    return not failed, "failed: " + ", ".join(failed) if failed else "clean"


def vitest_phase() -> tuple[bool, str]:
    """The front end's unit tests."""
    npm = VENV / "bin" / "npm"
    if not (ROOT / "package.json").exists():
        return False, "there is no package.json"
    done = subprocess.run([npm, "test", "--silent"], cwd=ROOT, env=clone.environment(CI="1"), check=False)
    return done.returncode == 0, "passed" if done.returncode == 0 else "failed"


def pytest_phase(phase: str, extra: Sequence[str], env: dict[str, str]) -> Callable[[], tuple[bool, str]]:
    """One run of pytest."""
    report = Path(env["DRYDOCK_VAR"]) / f"{phase}.xml"
    others = [f"--ignore=tests/{kind}" for kind in KINDS]
    several: dict[str, Sequence[str]] = {
        "unit": ["tests", *others],
        "postgres": ON_POSTGRES,
        "postgres-whole": WHOLE_ON_POSTGRES,
    }
    where = several.get(phase, [f"tests/{phase}"])
    marks = ["-m", {"soak": "soak", "attacks": ""}.get(phase, "not soak")]
    if phase == "soak":
        marks.append("-s")  # they print seeds and figures
    if phase.startswith("postgres"):
        marks.append("--reuse-db")  # the server goes with its databases, and some thread may still be connected
    if phase == "kube":
        marks += ["-n", "auto", "--dist", "worksteal"]  # pure computing: as many at once as there are cores
    command = [str(PYTHON), "-m", "pytest", "-q", *marks, f"--junitxml={report}", *where, *extra]
    # Unit tests have an event loop each: the layer of one loop only, in memory, serves them better than the real one.
    ours = {name: value for name, value in env.items() if phase not in {"unit", "kube"} or name != "DRYDOCK_REDIS"}

    def run() -> tuple[bool, str]:
        code = call(command, ours)
        counts, skipped = read_report(report)
        if skipped:
            fail(f"{skipped} tests were skipped; here a test runs or fails.")
        return code == 0 and not skipped, counts

    return run


def call(command: Sequence[str], env: dict[str, str]) -> int:
    """Run pytest; at an interruption let it put things away first."""
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(PYTEST_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
        raise


def read_report(report: Path) -> tuple[str, int]:
    """`12 passed, 1 failed` and how many were skipped, from pytest's JUnit file."""
    if not report.exists():
        return "no report", 0
    suites = list(ET.parse(report).getroot().iter("testsuite"))  # noqa: S314 - our own file, a moment old

    def total(name: str) -> int:
        return sum(int(suite.get(name, "0")) for suite in suites)

    bad, skipped = total("failures") + total("errors"), total("skipped")
    words = f"{total('tests') - bad - skipped} passed"
    return words + (f", {bad} failed" if bad else "") + (f", {skipped} skipped" if skipped else ""), skipped


def sum_up(outcomes: Sequence[Outcome], seconds: float) -> None:
    """The closing table."""
    say()
    for outcome in outcomes:
        colour = "32" if outcome.passed else "31"
        mark = paint("ok    " if outcome.passed else "FAILED", colour)
        say(f"  {mark} {outcome.phase:<13}{outcome.seconds:>7.1f} s  {outcome.words}")
    if outcomes:
        say(f"  {'':6} {'together':<13}{seconds:>7.1f} s")


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
