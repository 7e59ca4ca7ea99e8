"""Started by an ordinary user, the whole site runs as that user: nothing asks for root, nothing is dropped."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import clone
import rights
import views
from tests.support.client import Learner
from tests.support.rights import need_root, status_of
from tests.support.stack import EVERYBODY, Stack


class Person(NamedTuple):
    """A user of the machine."""

    name: str
    uid: int
    gid: int


@pytest.fixture
def person() -> Iterator[Person]:
    """A user made for the test."""
    need_root()
    name = f"drydock-test-{secrets.token_hex(3)}"
    subprocess.run(["useradd", "--no-create-home", "--user-group", "--shell", "/bin/false", name], check=True)
    try:
        numbers = subprocess.run(["id", "-u", name], capture_output=True, text=True, check=True).stdout.split()
        groups = subprocess.run(["id", "-g", name], capture_output=True, text=True, check=True).stdout.split()
        yield Person(name, int(numbers[0]), int(groups[0]))
    finally:
        subprocess.run(["userdel", name], check=True)


@pytest.fixture
def theirs(person: Person, tmp_path: Path) -> Iterator[Stack]:
    """A site that they started in a clone that they may read, with a var folder of their own, without an engine."""
    folders = {name: tmp_path / name for name in ("var", "clone-var")}
    for folder in folders.values():
        folder.mkdir()
        os.chown(folder, person.uid, person.gid)
    shown = [
        *views.programs({}),
        (str(clone.ROOT), str(clone.ROOT), "look"),
        (str(folders["clone-var"]), str(clone.ROOT / "var"), "write"),
        (str(folders["var"]), str(folders["var"]), "write"),
    ]
    prefix = rights.confined(views.plan(person.uid, person.gid, (), shown), [])
    with Stack(folders["var"], env={"DRYDOCK_ENGINE": "", "HOME": "/nonexistent"}, prefix=prefix) as stack:
        yield stack


@pytest.mark.processes
def test_everything_runs_as_who_started_it_and_works_take_place(theirs: Stack, person: Person) -> None:
    for name in EVERYBODY:
        for pid in theirs.pids(name):
            assert status_of(pid).uids == {person.uid}
    with Learner(theirs.url) as learner:
        project = learner.new_project("hello")["id"]
        learner.put_file(project, "notes.txt", "saved")
        assert learner.get(f"/api/projects/{project}/files/notes.txt").text == "saved"
    parts = {part["key"]: part["state"] for part in theirs.health()["parts"]}
    assert (parts["web"], parts["redis"], parts["engine"]) == ("ok", "ok", "down")
    assert (theirs.var / "secret_key").stat().st_mode & 0o777 == 0o600
    said = (theirs.var / "supervisor.log").read_text()
    assert "only root on Linux can start one" in said
    assert "fewer rights" not in said
