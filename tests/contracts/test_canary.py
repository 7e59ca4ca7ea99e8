"""The canary on real engines: on the lab engine every attack is stopped, on one as it comes the known ones go through.

That it tells both apart is what makes its "enforced" worth something.
"""

import ctypes
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from playground.engine import base_images, canary
from playground.engine.canary_bench import Bench
from playground.engine.docker_engine import DockerEngine
from playground.engine.health import RULES, Result
from playground.engine.limits import LIMITS
from playground.engine.ping import answers
from playground.engine.state import EnginePaths, state_dir
from tests.support import plain_engine
from tests.support.plain_engine import PlainEngine

pytestmark = pytest.mark.engine

KEYS = [rule.key for rule in RULES]
CLONE_NEWNET = 0x40000000  # setns(2)
WITHIN = 60.0
QUIET_WITHIN = 120.0
BUSY = {"build.cpus", "run.cpus"}
"""What cannot be told while the machine is very busy: tried again until it can."""
GOES_THROUGH = {
    **dict.fromkeys(("build.memory", "build.processes", "build.cpus", "build.privileges"), "not enforced"),
    **dict.fromkeys(("build.users", "run.users", "run.gateway"), "not enforced"),
    **dict.fromkeys(("build.disk", "build.layer", "run.disk"), "cannot be had here"),
}
"""On an engine as it comes, with overlay2."""


def bench_on(host: str, folder: Path) -> Bench:
    """A bench whose Dockerfile check refuses all that the canary asks it about, as Drydock's does."""
    return Bench(DockerEngine(host, instance="canary"), "canary", LIMITS, folder, refuses=lambda dockerfile: "No.")


def try_all(host: str, folder: Path) -> tuple[dict[str, Result], float]:
    """Every result, and the seconds that all trials took together the first time."""
    bench, began = bench_on(host, folder), time.monotonic()
    told = {result.key: result for result in canary.results(bench)}
    seconds = time.monotonic() - began
    while time.monotonic() - began < seconds + QUIET_WITHIN:
        untold = [key for key in BUSY if told[key].state == "not tried yet"]
        if not untold:
            break
        told.update((result.key, result) for result in canary.results(bench, keys=untold))
    return told, seconds


def beside(engine: PlainEngine, work: Callable[[], None]) -> None:
    """Do *work* in a thread that shares the engine's network: there the machine's loopback is the engine's, too."""

    def enter() -> None:
        with (Path("/proc") / str(engine.init) / "ns" / "net").open() as network:
            if ctypes.CDLL(None, use_errno=True).setns(network.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
        work()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(enter).result()


@pytest.fixture(scope="module")
def on_lab(engine_host: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Result], float]:
    """What comes of trying the engine that `make run` starts."""
    return try_all(engine_host, tmp_path_factory.mktemp("lab"))


@pytest.fixture(scope="module")
def plain() -> Iterator[PlainEngine]:
    """An engine as it comes, with busybox."""
    with plain_engine.running() as engine:
        docker = DockerEngine(engine.host, instance="")
        cache = EnginePaths(state_dir(os.environ)).images
        base_images.ensure(docker, "busybox:latest", cache, lambda line, part: None)
        docker.close()
        yield engine


@pytest.fixture(scope="module")
def on_plain(plain: PlainEngine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """What comes of trying that one."""
    return try_all(plain.host, tmp_path_factory.mktemp("plain"))[0]


@pytest.mark.parametrize("key", KEYS)
def test_the_lab_engine_enforces_it(key: str, on_lab: tuple[dict[str, Result], float]) -> None:
    result = on_lab[0][key]
    assert result.state == "enforced", result.sentence


def test_all_trials_together_take_less_than_a_minute(on_lab: tuple[dict[str, Result], float]) -> None:
    assert on_lab[1] < WITHIN


@pytest.mark.parametrize("key", KEYS)
def test_an_engine_as_it_comes_is_told_apart(key: str, on_plain: dict[str, Result]) -> None:
    result = on_plain[key]
    assert result.state == GOES_THROUGH.get(key, "enforced"), result.sentence


def test_an_engine_that_shares_the_machine_s_loopback_is_found_out(plain: PlainEngine, tmp_path: Path) -> None:
    told: list[Result] = []
    beside(plain, lambda: told.extend(canary.results(bench_on(plain.host, tmp_path), keys=("build.add",))))
    assert [result.state for result in told] == ["not enforced"]
    assert "it got through to 127.0.0.1" in told[0].sentence


def test_nothing_of_the_trials_is_left_and_the_engine_still_answers(
    on_lab: tuple[dict[str, Result], float], engine_host: str
) -> None:
    assert on_lab[0]
    engine = DockerEngine(engine_host, instance="canary")
    assert engine.list_owned("canary") == ()
    assert answers(engine_host)
    engine.close()
