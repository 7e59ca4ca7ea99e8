"""Both engines behind the port: every test of this folder runs on the scripted one and on a real one.

The real one is found, or started and shared, as `make run` does it; what a test makes on it is removed after it.
"""

import logging
import os
import uuid
from collections.abc import Iterator

import pytest

from playground.engine import base_images, daemon
from playground.engine.docker_engine import DockerEngine
from playground.engine.fake import FakeEngine
from playground.engine.port import Engine, Owner
from playground.engine.state import EnginePaths, state_dir
from tests.contracts.workbench import Workbench

log = logging.getLogger(__name__)


@pytest.fixture(scope="session")
def engine_host() -> Iterator[str]:
    """The address of a real engine that has busybox."""
    with daemon.acquire(os.environ, log.info) as hold:
        engine = DockerEngine(hold.host, instance="tests")
        cache = EnginePaths(state_dir(os.environ)).images
        base_images.ensure(engine, "busybox:latest", cache, lambda line, part: log.info("%s %s", part, line))
        engine.close()
        yield hold.host


@pytest.fixture(params=["scripted", pytest.param("real", marks=pytest.mark.engine)])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine behind the port."""
    if request.param == "scripted":
        fake = FakeEngine()
        yield fake
        fake.close()
        return
    real = DockerEngine(request.getfixturevalue("engine_host"), instance="tests")
    yield real
    real.close()


@pytest.fixture
def real_engine(engine_host: str) -> Iterator[DockerEngine]:
    """The real engine alone, for what only a kernel can show."""
    engine = DockerEngine(engine_host, instance="tests")
    yield engine
    engine.close()


def bench_on(engine: Engine) -> Iterator[Workbench]:
    """An owner of its own on this engine, whose things are removed at the end."""
    owner = Owner(instance=f"t{uuid.uuid4().hex[:8]}", learner="l7", job="job-1")
    bench = Workbench(engine, owner)
    yield bench
    bench.clear()


@pytest.fixture
def bench(engine: Engine) -> Iterator[Workbench]:
    """An engine with an owner of its own."""
    yield from bench_on(engine)


@pytest.fixture
def real_bench(real_engine: DockerEngine) -> Iterator[Workbench]:
    """The same on the real engine alone."""
    yield from bench_on(real_engine)
