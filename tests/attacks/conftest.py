"""A site and an engine for the attacks, the watch beside them, and where they are written down.

`pytest tests/attacks --record FOLDER` writes what was found into FOLDER; without it they are only held to it.
"""

import contextlib
import os
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from playground.engine import base_images, daemon
from playground.engine.docker_engine import DockerEngine
from playground.engine.port import Owner
from playground.engine.state import EnginePaths, state_dir
from tests.attacks.catalogue import BY_KEY, PLACES
from tests.attacks.engine_view import EngineView, Things
from tests.attacks.records import NOT_RUN, Records, Row
from tests.attacks.siege import DISK_SLACK, GONE_WITHIN, MOST_FACTOR, OVERRIDES, Siege, in_words
from tests.attacks.watch import Neighbour, Watchdog
from tests.conftest import MANY_LEARNERS
from tests.contracts.workbench import Workbench
from tests.support.client import Learner
from tests.support.stack import Stack, is_alive
from tests.support.wait import until

HERE = Path(__file__).parent
SWEPT_WITHIN = 180.0
ALWAYS = frozenset(
    {
        ("fork-bomb", "RUN"), ("memory", "RUN"), ("disk", "RUN"), ("memory", "run"), ("disk", "run"),
        ("disk-hosts", "run"), ("gateway", "run"), ("network", "run"), ("cache", "RUN"), ("image-name", "straight"),
        ("add-loopback", "straight"), ("host-userns", "straight"), ("bind", "straight"),
    }
)  # fmt: skip
"""Beside the refusals, which take no time, these belong to every run of the tests; `make soak` has the others."""
REFUSALS = frozenset({"API", "upload", "build"})
LONG = frozenset({("tar-bomb", "build"), ("huge-copy", "build"), ("disk-layers", "build"), ("links-copy", "build"),
                  ("names", "build"), ("onbuild", "build"), ("chains", "build"), ("bind", "build")})  # fmt: skip
"""Of the places where most attacks are refused, those where it comes to a build."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where to write what was found."""
    parser.addoption("--record", default="", help="folder for what the attacks found (see make security)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test here; on an engine that would not stop them, leave out the attacks that hurt the machine."""
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    for item in ours:
        item.add_marker(pytest.mark.processes)
        item.add_marker(pytest.mark.engine)
        what = attack_of(item)[:2]
        if what not in ALWAYS and (what in LONG or what[1] not in REFUSALS):
            item.add_marker(pytest.mark.soak)
    host = daemon.find(os.environ) if ours else None
    if host is None or EngineView(host).hardened:
        return
    left_out = [item for item in ours if attack_of(item)[2]]
    records = records_of(config, EngineView(host))
    for item in left_out:
        key, place, _, limit = attack_of(item)
        records.add(Row(attack=key, place=place, happened=NOT_RUN, limit=in_words(limit)))
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


def attack_of(item: pytest.Item) -> tuple[str, str, bool, str]:
    """The mark of a test: attack, place, whether it hurts a machine where nothing stops it, the limit it meets."""
    mark = item.get_closest_marker("attack")
    assert mark is not None, f"{item.nodeid} has no mark"
    key, place = mark.args
    assert place in BY_KEY[key].places, f"{key} at {place} is not in the catalogue"
    assert place in PLACES
    return key, place, mark.kwargs.get("hurts", False), mark.kwargs.get("limit", "")


def records_of(config: pytest.Config, view: EngineView) -> Records:
    """Where this run writes."""
    folder = config.getoption("--record")
    kind = "lab" if view.hardened else "shared"
    about = {"version": str(view.about["ServerVersion"]), "driver": str(view.about["Driver"]), "kind": kind}
    return Records(Path(folder) / f"{kind}.json" if folder else None, about=about)


@pytest.fixture(scope="session")
def view() -> Iterator[EngineView]:
    """The engine, found or started and held for the run, with busybox on it."""
    with daemon.acquire(os.environ, print) as hold:
        engine = DockerEngine(hold.host, instance="attacks")
        base_images.ensure(engine, "busybox:latest", EnginePaths(state_dir(os.environ)).images, lambda line, part: None)
        engine.close()
        yield EngineView(hold.host)


@contextlib.contextmanager
def site(view: EngineView, folder: Path, overrides: Mapping[str, int]) -> Iterator[Stack]:
    """The whole site on that engine, without rates: all learners come from one address."""
    told = "".join(f",{key}={value}" for key, value in overrides.items())
    rates = f"{MANY_LEARNERS},rate.builds=100000,rate.writes=100000"
    with Stack(folder, env={"DRYDOCK_LIMITS": f"{rates}{told}", "DRYDOCK_ENGINE": view.host}) as running:
        until(lambda: settled(running), seconds=900, what="the base images are there", every=0.5)
        yield running


def settled(running: Stack) -> bool:
    """Whether no base image is on its way any more: what they take must not be counted as an attack's."""
    base = Learner(running.url).call("GET", "/api/images/")["base"]
    made = bool(base) and all(one["state"] == "ready" for one in base)
    return made or ("busybox:latest" in str(base) and not is_alive(running.pid("baseimages")))


@pytest.fixture(scope="session")
def stack(view: EngineView, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A site where builds and containers have little time."""
    with site(view, tmp_path_factory.mktemp("attacks") / "var", OVERRIDES) as running:
        yield running


@pytest.fixture
def patient(view: EngineView, tmp_path: Path) -> Iterator[Stack]:
    """A site where they have their usual time."""
    with site(view, tmp_path / "var", {}) as running:
        yield running


@pytest.fixture(scope="session")
def neighbour(stack: Stack) -> Neighbour:
    """The other learner, whose builds must go on."""
    other = Neighbour(stack.url)
    other.build()  # warm
    return other


@pytest.fixture(scope="session")
def watchdog() -> Iterator[Watchdog]:
    """Looks after the machine."""
    dog = Watchdog()
    dog.begin()
    yield dog
    dog.end()


@pytest.fixture(scope="session")
def records(request: pytest.FixtureRequest, view: EngineView) -> Records:
    """What was found in this run."""
    return records_of(request.config, view)


@pytest.fixture(scope="session")
def networks_seen(stack: Stack, view: EngineView) -> Iterator[set[str]]:
    """Networks of attackers who have left. None of them is there when all is over."""
    seen: set[str] = set()
    yield seen
    until(lambda: not seen & view.things().networks, seconds=SWEPT_WITHIN, what="the sweep removes networks", every=1.0)


@pytest.fixture
def bench(view: EngineView) -> Iterator[Workbench]:
    """The engine without the site's checks in front of it, for an owner of an installation that nobody else is."""
    engine = DockerEngine(view.host, instance="attacks")
    yield Workbench(engine, Owner(instance=f"a{uuid.uuid4().hex[:8]}", learner="l7", job="job-1"))
    engine.close()


@dataclass(frozen=True)
class Place:
    """Where an attack is made, and who watches it."""

    view: EngineView
    watchdog: Watchdog
    records: Records
    bench: Workbench
    networks_seen: set[str]


@pytest.fixture
def place(view: EngineView, watchdog: Watchdog, records: Records, bench: Workbench, networks_seen: set[str]) -> Place:
    """What every siege needs."""
    return Place(view, watchdog, records, bench, networks_seen)


@pytest.fixture
def siege(request: pytest.FixtureRequest, place: Place, stack: Stack, neighbour: Neighbour) -> Iterator[Siege]:
    """One attack on the site with short times, from before it to when nothing of it is left."""
    with besieged(request, place, stack, neighbour) as one:
        yield one


@pytest.fixture
def long_siege(request: pytest.FixtureRequest, place: Place, patient: Stack) -> Iterator[Siege]:
    """One attack on the site with the usual times."""
    with besieged(request, place, patient, Neighbour(patient.url)) as one:
        yield one


@contextlib.contextmanager
def besieged(request: pytest.FixtureRequest, place: Place, stack: Stack, neighbour: Neighbour) -> Iterator[Siege]:
    """Look before the attack and after it."""
    key, where, hurts, limit = attack_of(request.node)
    assert place.view.hardened or not hurts, "nothing would stop this attack here"
    before = place.view.things(but=neighbour.id)
    one = Siege(
        stack=stack, view=place.view, neighbour=neighbour, watchdog=place.watchdog, records=place.records,
        bench=place.bench, attack=key, place=where, limit=limit,
        most_factor=request.node.get_closest_marker("attack").kwargs.get("most_factor", MOST_FACTOR),
    )  # fmt: skip
    yield one
    place.networks_seen.update(one.clear())
    nothing_remains(place.view, before, but=neighbour.id, networks=place.networks_seen)


def nothing_remains(view: EngineView, before: Things, *, but: str, networks: set[str]) -> None:
    """Containers, images, networks, volumes, processes and the disk are as they were, within a while.

    A learner's empty network waits for the sweep, up to two minutes: `networks_seen` looks for those, once for all.
    """
    left: dict[str, object] = {}

    def tidy() -> bool:
        left.clear()
        left.update(view.things(but=but, networks=networks).grown_since(before, slack=DISK_SLACK))
        if "disk" in left:  # an ADD that was cancelled ends on its own time, and then lies in the cache
            view.empty_cache()
        return not left

    try:
        until(tidy, seconds=GONE_WITHIN, what="nothing of the attack remains", every=0.5)
    except AssertionError as error:
        raise AssertionError(f"{error}: {left}") from error
