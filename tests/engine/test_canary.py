"""The canary on the scripted engine: what it says of one that enforces everything, of one that enforces nothing, and
of one that cannot be tried."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from playground.engine import canary
from playground.engine.canary_bench import Bench
from playground.engine.canary_limits import make_bomb
from playground.engine.canary_networks import REACHED, SILENT, UNREACHABLE, outcome
from playground.engine.errors import EngineDown, EngineError
from playground.engine.fake import INFO, FakeEngine
from playground.engine.fake_canary import FakeKernel
from playground.engine.fake_shell import Write
from playground.engine.health import RULES, Result
from playground.engine.limits import LIMITS

KEYS = [rule.key for rule in RULES]
DISKS = {"build.disk", "build.layer", "run.disk"}
Canary = Callable[..., dict[str, Result]]


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    """A scripted engine with busybox."""
    scripted = FakeEngine()
    yield scripted
    scripted.close()


@pytest.fixture
def try_it(engine: FakeEngine, tmp_path: Path) -> Canary:
    """Tries all rules, or those named, on an engine that lacks some; answers the results by key."""

    def run(*keys: str, lacks: set[str] | frozenset[str] = frozenset(), refuses: str = "No.") -> dict[str, Result]:
        engine.kernel = FakeKernel(frozenset(lacks))
        bench = Bench(engine, "i1", LIMITS, tmp_path, refuses=lambda dockerfile: refuses)
        told = list(canary.results(bench, keys=keys))
        assert len({result.key for result in told}) == len(told)
        return {result.key: result for result in told}

    return run


def test_every_rule_has_a_trial_and_every_trial_a_rule() -> None:
    tried = [key for keys in canary.TRIALS for key in keys]
    assert sorted(tried) == sorted(KEYS)


def test_an_engine_that_stops_every_attack_enforces_every_rule(try_it: Canary) -> None:
    told = try_it()
    assert {key: result.state for key, result in told.items()} == dict.fromkeys(KEYS, "enforced")
    assert all(result.sentence.endswith(".") for result in told.values())


@pytest.mark.parametrize("key", [key for key in KEYS if key not in DISKS | {"learners.images"}])
def test_an_attack_that_goes_through_is_not_enforced_and_all_others_are(key: str, try_it: Canary) -> None:
    (about,) = (keys for keys in canary.TRIALS if key in keys)
    told = try_it(key, lacks={key})
    assert {one.key: one.state for one in told.values()} == {**dict.fromkeys(about, "enforced"), key: "not enforced"}


@pytest.mark.parametrize("key", sorted(DISKS))
def test_disk_without_quotas_cannot_be_had_where_the_driver_has_none(
    key: str, try_it: Canary, engine: FakeEngine
) -> None:
    result = try_it(key, lacks={key})[key]
    assert result.state == "cannot be had here"
    assert "The storage driver memory has no quotas here." in result.sentence
    engine.who = replace(INFO, storage_driver="btrfs")
    assert try_it(key, lacks={key})[key].state == "not enforced"


def test_a_quota_that_leaves_out_what_the_engine_lays_in_is_none(try_it: Canary) -> None:
    result = try_it("run.disk", lacks={"run.disk.beside"})["run.disk"]
    assert result.state == "not enforced"
    assert "its /etc/hosts took all of it" in result.sentence


def test_numbers_of_the_attack_and_of_the_limit_are_told(try_it: Canary) -> None:
    told = try_it("build.memory", "run.processes", "build.disk", lacks={"run.processes"})
    memory = LIMITS["build.memory"]
    assert memory.text in told["build.memory"].sentence
    most = LIMITS["run.processes"].value
    assert f"{most + 20} processes; its limit is {most}: all were started" in told["run.processes"].sentence
    assert "Disk quota exceeded" in told["build.disk"].sentence


def test_images_of_others_are_kept_by_our_check_and_the_engine_alone_gives_them_out(try_it: Canary) -> None:
    sentence = try_it("learners.images")["learners.images"].sentence
    assert "check of the Dockerfile refused 3" in sentence
    assert "watch over the running build stopped 3" in sentence
    assert "the engine alone would have given it out in 2" in sentence or "in 3" in sentence


def test_without_our_check_the_images_of_others_are_not_kept(try_it: Canary) -> None:
    assert try_it("learners.images", refuses="")["learners.images"].state == "not enforced"


def test_a_trial_that_the_engine_refuses_says_so_and_the_others_go_on(try_it: Canary, engine: FakeEngine) -> None:
    def refuse(name: str) -> None:
        if name == "ensure_network":
            raise EngineError("no more addresses", status=500)

    engine.before = refuse
    told = try_it()
    untried = {key for key, result in told.items() if result.state == "not tried yet"}
    assert untried == {"learners.network", "run.gateway", "run.network"}
    assert "no more addresses" in told["run.network"].sentence


def test_an_engine_that_goes_away_ends_the_trials(try_it: Canary, engine: FakeEngine) -> None:
    def leave(name: str) -> None:
        engine.down = name == "create_container"

    engine.before = leave
    with pytest.raises(EngineDown):
        try_it()


def test_too_little_memory_or_a_limit_out_of_reach_is_not_tried(
    engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.engine.fake_canary._PLAYS", {"memory": lambda at, told: _say_little()})
    large = {**LIMITS, "run.disk": replace(LIMITS["run.disk"], value=1 << 40)}
    bench = Bench(engine, "i1", large, tmp_path)
    told = {result.key: result for result in canary.results(bench, keys=("run.memory", "run.disk"))}
    assert {result.state for result in told.values()} == {"not tried yet"}
    assert "too little to risk it" in told["run.memory"].sentence
    assert "1,024 GiB" in told["run.disk"].sentence or "1024 GiB" in told["run.disk"].sentence


def _say_little() -> Iterator[Write]:
    yield Write("stdout", "@ free 1000\n")


def test_nothing_of_a_trial_is_left_and_what_a_killed_one_left_is_removed(
    try_it: Canary, engine: FakeEngine, tmp_path: Path
) -> None:
    bench = Bench(engine, "i1", LIMITS, tmp_path)
    left = engine.create_container(bench.container(bench.ada, "sleep 30"))
    try_it("run.memory", "learners.network", "learners.images")
    assert engine.inspect_container(left).phase == "gone"
    assert [one for one in engine.list_owned("i1") if one.kind != "image"] == []
    assert [one for one in engine.list_owned("i1") if one.name] == []


def test_it_is_ready_when_its_image_is_there(engine: FakeEngine) -> None:
    assert canary.ready(engine)
    engine.remove_image("busybox:latest")
    assert not canary.ready(engine)


@pytest.mark.parametrize(
    ("told", "came"),
    [
        ("0 hello", REACHED),
        ("1 Connection refused", REACHED),
        ("1 Network is unreachable", UNREACHABLE),
        ("1 No route to host", UNREACHABLE),
        ("1 timed out", SILENT),
        ("143", SILENT),
    ],
)
def test_a_refusal_is_an_answer_and_silence_is_none(told: str, came: str) -> None:
    assert outcome(told) == came


def test_silence_proves_nothing_where_the_engine_has_a_way_out(try_it: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.engine.canary_networks._fetch", lambda bench, place, seconds=0: SILENT)
    told = try_it("build.network")
    assert told["build.network"].state == "not tried yet"
    assert "DRYDOCK_CANARY_OUTSIDE" in told["build.network"].sentence


def test_the_bomb_is_small_and_unpacks_to_its_size_before_it_breaks_off(tmp_path: Path) -> None:
    bomb = make_bomb(tmp_path / "bomb.tar.gz", 5 << 20)
    assert bomb.size < 32 << 10
    assert bomb.source is not None
    stream = zlib.decompressobj(31)
    unpacked = stream.decompress(bomb.source.read_bytes())
    assert len(unpacked) == 512 + (5 << 20)
    assert not stream.eof
