"""The small pure pieces: totals, ids of users, the plan, the notes, the runtime's wrapper, which quota a layer gets."""

import json
import subprocess
from pathlib import Path

import pytest

from playground.engine.lab import dockerd, notes, plan, users, watcher
from playground.engine.lab.cgroups import Bounds
from playground.engine.lab.disk import Disk
from playground.engine.lab.notes import Missing, Notes
from playground.engine.lab.totals import Machine, for_daemon, for_learners
from playground.engine.limits import GIB, LIMITS, limits
from playground.engine.state import EnginePaths

# --- totals -------------------------------------------------------------------------------------------------------


def test_a_small_machine_keeps_a_quarter_of_its_memory_and_of_a_cpu() -> None:
    assert for_learners(LIMITS, Machine(memory=4 * GIB, cpus=2)) == Bounds(
        memory=3 * GIB, millicpus=1750, processes=LIMITS["engine.processes"].value
    )


def test_a_large_machine_gives_what_the_table_says() -> None:
    table = limits({"engine.memory": 2 * GIB, "engine.cpus": 3000, "engine.processes": 100})
    told = for_learners(table, Machine(memory=64 * GIB, cpus=32))
    assert told == Bounds(memory=2 * GIB, millicpus=3000, processes=100)


def test_the_engine_itself_has_bounds_too_and_room_to_work() -> None:
    assert for_daemon(Machine(memory=2 * GIB, cpus=1)) == Bounds(memory=GIB, millicpus=1000)
    assert for_daemon(Machine(memory=32 * GIB, cpus=8)) == Bounds(memory=8 * GIB, millicpus=4000)


# --- users --------------------------------------------------------------------------------------------------------


def test_an_engine_s_users_are_the_same_at_each_start_and_another_s_are_others() -> None:
    first = users.first_id("drydock-1")
    assert first == users.first_id("drydock-1")
    assert abs(first - users.first_id("drydock-2")) >= users.COUNT
    assert 0x70000000 <= first < (1 << 31) - users.COUNT, "beyond what useradd and systemd give out, within 31 bits"


def test_the_private_copies_have_our_name_once_and_everybody_else_as_before(tmp_path: Path) -> None:
    etc = tmp_path / "etc"
    etc.mkdir()
    (etc / "passwd").write_text("root:x:0:0::/root:/bin/sh\ndrydock-remap:x:1:1::/:/bin/sh\n")
    (etc / "group").write_text("root:x:0:\n")
    for _ in range(2):
        users.write_copies(tmp_path / "copies", 70000, etc=etc)
    assert (tmp_path / "copies/passwd").read_text().splitlines() == [
        "root:x:0:0::/root:/bin/sh", "drydock-remap:x:65533:65533::/:/usr/sbin/nologin",
    ]  # fmt: skip
    assert (tmp_path / "copies/subuid").read_text() == "drydock-remap:70000:65536\n"
    assert (etc / "passwd").read_text().endswith("drydock-remap:x:1:1::/:/bin/sh\n"), "the machine's own is untouched"


# --- plan and notes -----------------------------------------------------------------------------------------------


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    told = plan.Plan(
        state=tmp_path,
        group="root",
        limits=plan.limits_of(LIMITS),
        learners=Bounds(memory=1, processes=2, millicpus=3),
        disk=Disk(file=tmp_path / "disk.img", size=7),
        cgroups="v2",
        swap=True,
        missing=(Missing(key="k", sentence="S."),),
    )
    plan.write(tmp_path / "plan.json", told)
    assert plan.read(tmp_path / "plan.json") == told


@pytest.mark.parametrize(("key", "ours"), [("build.disk", True), ("engine.cpus", True), ("run.memory_most", True),
                                           ("run.seconds", False), ("rate.builds", False)])  # fmt: skip
def test_only_some_limits_are_the_engine_s(key: str, ours: bool) -> None:
    assert plan.names_ours({key: 1}) is ours


def test_notes_are_read_as_they_were_written_and_nothing_is_none(tmp_path: Path) -> None:
    told = Notes(storage="btrfs", quota="simple", remap=7, disk=GIB).without("disk", "There is none.")
    notes.write(tmp_path / "notes.json", told)
    assert notes.read(tmp_path / "notes.json") == told
    assert notes.read(tmp_path / "others.json") is None
    (tmp_path / "notes.json").write_text('{"unknown": 1}')
    assert notes.read(tmp_path / "notes.json") is None


def test_a_terminal_is_told_what_holds_and_what_is_missing() -> None:
    told = Notes(storage="btrfs", quota="simple", remap=7, firewall=True, cgroups="v1", memory=GIB, millicpus=1500,
                 processes=100, disk=20 * GIB)  # fmt: skip
    lines = notes.lines(told.without("users", "Root is root."), free=GIB)
    assert "20 GiB of its own, 1 GiB free" in lines[0]
    assert any("1 GiB of memory, 1.5 CPU, 100 processes" in line for line in lines)
    assert lines[-1] == "cannot be had here: Root is root."
    assert not any("disk" in line for line in notes.lines(Notes()))


# --- dockerd ------------------------------------------------------------------------------------------------------


def test_dockerd_finds_our_runtime_first_and_is_told_nothing_else(tmp_path: Path) -> None:
    paths = EnginePaths(tmp_path)
    told = dockerd.environment(
        paths, {"PATH": "/bin", "DOCKER_HOST": "x", "https_proxy": "y", "PYTHONPATH": "z", "LANG": "C"}
    )
    own = f"{paths.run}/bin"
    assert told["PATH"].split(":")[0] == own
    assert told["DOCKER_BUILDKIT_RUNC_COMMAND"] == f"{own}/runc"
    assert set(told) == {"PATH", "LANG", "DOCKER_BUILDKIT_RUNC_COMMAND"}


def test_the_wrapper_sends_what_begins_something_past_the_shim_and_the_rest_straight_on(tmp_path: Path) -> None:
    for name in ("python", "runc"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho {name} "$@"\n')
        (tmp_path / name).chmod(0o755)
    wrapper = tmp_path / "wrapper"
    wrapper.write_text(dockerd.WRAPPER.format(python=tmp_path / "python", shim="S", limits="L", runc=tmp_path / "runc"))
    wrapper.chmod(0o755)

    def said(*words: str) -> str:
        return subprocess.run([wrapper, *words], capture_output=True, text=True, check=True).stdout.strip()

    assert said("--root", "/r", "create", "--bundle", "a b", "7") == "python -IS S L --root /r create --bundle a b 7"
    for verb in ("run", "exec", "restore"):
        assert said(verb, "7").startswith("python -IS S L")
    for verb in ("start", "kill", "delete", "state", "--version"):
        assert said(verb, "7") == f"runc {verb} 7"


# --- the watcher --------------------------------------------------------------------------------------------------


def test_a_container_s_layer_is_known_by_its_twin(tmp_path: Path) -> None:
    file = tmp_path / "limits.json"
    file.write_text(json.dumps({"build": {"disk": 600}, "run": {"disk": 1000}}))
    for name in ("abc", "abc-init", "image", "other"):
        (tmp_path / "subvolumes" / name).mkdir(parents=True)
    told = {name: watcher.size_of(tmp_path / "subvolumes" / name, file) for name in ("abc", "abc-init", "image")}
    assert told == {"abc": 1000, "abc-init": 1000, "image": 600}


def test_the_kernel_s_events_are_read_name_by_name_and_lost_ones_are_noticed() -> None:
    def event(mask: int, name: bytes) -> bytes:
        padded = name.ljust((len(name) // 16 + 1) * 16, b"\0") if name else b""
        return watcher.EVENT.pack(1, mask, 0, len(padded)) + padded

    told = event(watcher.IN_CREATE, b"abc") + event(watcher.IN_Q_OVERFLOW, b"") + event(watcher.IN_MOVED_TO, b"x" * 40)
    assert list(watcher._names(told)) == ["abc", None, "x" * 40]
