"""`golden` finds recordings, tells them apart by content, counts what differs, and says so by its exit status."""

import argparse
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from playground.kube.commands import golden
from playground.kube.commands.differences import Comparison, Replayed, Scenario

SCHEDULING = {"name": "s-1", "nodes": [], "objects": [], "existing": [], "steps": [{}, {}]}
VALIDATION = {"name": "v-1", "request": {}, "response": {}}
CONTROLLER = {"name": "c-1", "area": "job", "actions": [], "events": []}
KUBECTL = {"name": "k-1", "kubectl": {"args": []}}


@pytest.fixture
def replays(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Scenarios replayed, by name; those called bad-… differ, those called broken-… break the simulator."""
    seen: list[str] = []

    def replay(scenario: Scenario) -> Replayed:
        seen.append(scenario["name"])
        if scenario["name"].startswith("broken"):
            raise KeyError("spec")
        comparison = Comparison(scenario["name"], steps=2)
        if scenario["name"].startswith("bad"):
            comparison.equal("p1", "node", "n1", "n2")
        return comparison.done()

    monkeypatch.setattr(golden, "REPLAYS", dict.fromkeys(golden.REPLAYS, replay))
    return seen


def run(*paths: Path, **options: Any) -> tuple[int, list[str]]:
    """Exit status and lines."""
    parser = argparse.ArgumentParser()
    golden.add_arguments(parser)
    words = [f"--{key}={value}" for key, value in options.items()]
    said: list[str] = []
    return golden.run(parser.parse_args([*words, *map(str, paths)]), said.append), said


def write(path: Path, *entries: object) -> Path:
    """A recording; packed if its name says so."""
    data = json.dumps(entries).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def test_equal_recordings_give_no_differences_and_status_0(tmp_path: Path, replays: list[str]) -> None:
    status, said = run(write(tmp_path / "a.json", SCHEDULING))
    assert status == 0
    assert said == [
        f"{tmp_path / 'a.json'}: 1 scenarios, 2 steps, 0 differences",
        "1 scenarios, 2 steps, 0 differences",
    ]


def test_a_difference_is_printed_counted_and_gives_status_1(tmp_path: Path, replays: list[str]) -> None:
    status, said = run(write(tmp_path / "a.json", SCHEDULING, {**SCHEDULING, "name": "bad-1"}))
    assert status == 1
    assert said[0] == '  bad-1 p1 node\n    real: "n1"\n    ours: "n2"'
    assert said[-1] == "2 scenarios, 4 steps, 1 differences"


def test_a_folder_is_searched_and_packed_files_are_unpacked(tmp_path: Path, replays: list[str]) -> None:
    write(tmp_path / "b" / "two.json.gz", {**SCHEDULING, "name": "s-2"})
    write(tmp_path / "a" / "one.json", SCHEDULING, VALIDATION)
    (tmp_path / "README.md").write_text("words")
    _, said = run(tmp_path)
    assert replays == ["s-1", "v-1", "s-2"]
    assert said[-1] == "3 scenarios, 6 steps, 0 differences"


def test_every_kind_of_recording_has_its_replay(tmp_path: Path, replays: list[str]) -> None:
    status, said = run(write(tmp_path / "a.json", SCHEDULING, VALIDATION, CONTROLLER, KUBECTL))
    assert (status, replays) == (0, ["s-1", "v-1", "c-1", "k-1"])
    assert golden.SHAPES.keys() == golden.REPLAYS.keys()
    assert said[-1] == "4 scenarios, 8 steps, 0 differences"


def test_a_timeline_is_printed_for_recordings_that_have_one(
    tmp_path: Path, replays: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(golden, "TRACES", {"controllers": lambda entry: iter([f"what happened in {entry['name']}"])})
    path = write(tmp_path / "a.json", CONTROLLER, SCHEDULING)
    parser = argparse.ArgumentParser()
    golden.add_arguments(parser)
    said: list[str] = []
    golden.run(parser.parse_args(["--trace", str(path)]), said.append)
    assert said[:2] == ["  c-1", "what happened in c-1"]
    assert not any("s-1" in line for line in said)


def test_a_scenario_that_breaks_the_simulator_is_a_difference_and_the_others_go_on(
    tmp_path: Path, replays: list[str]
) -> None:
    status, said = run(write(tmp_path / "a.json", {**SCHEDULING, "name": "broken-1"}, SCHEDULING))
    assert (status, replays) == (1, ["broken-1", "s-1"])
    assert "KeyError: 'spec'" in said[0]


def test_known_exceptions_are_counted_apart(
    tmp_path: Path, replays: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = golden.KnownException("bad-1", None, "p1", frozenset({"node"}), "no right answer")
    monkeypatch.setattr(golden, "known_exceptions", lambda: (known,))
    status, said = run(write(tmp_path / "a.json", {**SCHEDULING, "name": "bad-1"}))
    assert status == 0
    assert said[-2:] == ["1 known exceptions: scheduling 1 of 2 (50.0 %)", "1 scenarios, 2 steps, 0 differences"]


def test_a_known_exception_covers_its_own_step_and_field_only() -> None:
    known = golden.KnownException("s", 7, "p1", frozenset({"after"}), "")
    comparison = Comparison("s")
    for step, what in [("p1", "after.node"), ("p1", "node"), ("p2", "after.node")]:
        comparison.equal(step, what, 1, 2)
    assert [known.covers(difference, 7) for difference in comparison.differences] == [True, False, False]
    assert not known.covers(comparison.differences[0], 8)


def test_the_two_documented_exceptions_are_listed_with_their_reasons() -> None:
    listed = {(entry.scenario, entry.step): entry.why for entry in golden.known_exceptions()}
    assert {("mixed-041-mixed", "p6"), ("preemption-032-pe_spread", "p1")} <= listed.keys()
    assert all(listed.values())


@pytest.mark.parametrize("text", ["not json", "{}", "[]", "[1]", '[{"name": "x"}]'])
def test_a_file_that_is_no_recording_is_refused_if_it_was_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    status, said = run(path)
    assert status == 2
    assert str(path) in said[-1]


def test_a_file_that_is_no_recording_is_passed_over_in_a_folder(tmp_path: Path, replays: list[str]) -> None:
    (tmp_path / "package.json").write_text('{"name": "x"}')
    write(tmp_path / "z.json", SCHEDULING)
    status, said = run(tmp_path)
    assert status == 0
    assert said[-1] == "1 scenarios, 2 steps, 0 differences"


def test_a_folder_without_recordings_is_no_success(tmp_path: Path) -> None:
    assert run(tmp_path) == (2, [f"no recordings in {tmp_path}"])


def test_only_some_scenarios_may_be_asked_for(tmp_path: Path, replays: list[str]) -> None:
    run(write(tmp_path / "a.json", SCHEDULING, {**SCHEDULING, "name": "other"}), only="s-")
    assert replays == ["s-1"]
