"""Which installations live, and what is found and removed of those that do not."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.engine import cleanup, installations
from playground.engine.errors import EngineError
from playground.engine.fake import FakeEngine
from playground.engine.installations import look, note
from playground.engine.port import Owner
from tests.contracts.workbench import Workbench


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state directory."""
    return tmp_path / "state"


@pytest.fixture
def installed(tmp_path: Path, state: Path) -> Callable[..., Path]:
    """Makes an installation: its var folder with its id, and a note of it that is so many seconds old."""

    def make(instance: str, *, age: float = 0.0) -> Path:
        var = tmp_path / f"var-{instance}"
        var.mkdir()
        (var / "instance").write_text(f"{instance}\n")
        note(state, instance, var)
        heard(state, instance, age)
        return var

    return make


def heard(state: Path, instance: str, age: float) -> None:
    """The installation was last heard of so many seconds ago."""
    found = look(state, instance)
    (installations.folder(state) / f"{instance}.json").write_text(
        f'{{"var": "{found.var}", "seen": {time.time() - age}}}'
    )


DAY = 24 * 3600.0


# --- who lives ----------------------------------------------------------------------------------------------------


def test_one_that_is_ended_for_the_night_lives_as_long_as_its_folder(
    state: Path, installed: Callable[..., Path]
) -> None:
    var = installed("aaaa", age=90 * DAY)
    assert (look(state, "aaaa").life, look(state, "aaaa").var) == ("lives", str(var))


def test_one_whose_folder_is_gone_is_gone(state: Path, installed: Callable[..., Path]) -> None:
    (installed("aaaa", age=3600) / "instance").unlink()
    assert look(state, "aaaa").life == "gone"


def test_a_folder_that_has_another_id_now_is_another_installation(state: Path, installed: Callable[..., Path]) -> None:
    (installed("aaaa", age=3600) / "instance").write_text("bbbb")
    assert look(state, "aaaa").life == "gone"


def test_one_that_was_heard_of_a_moment_ago_lives_wherever_its_folder_is(
    state: Path, installed: Callable[..., Path]
) -> None:
    (installed("aaaa", age=30) / "instance").unlink()
    assert look(state, "aaaa").life == "lives"


def test_one_whose_folder_may_not_be_read_lives(state: Path, installed: Callable[..., Path]) -> None:
    var = installed("aaaa", age=3600)
    (var / "instance").unlink()
    (var / "instance").mkdir()  # as good as a file that is not ours: there, and not to be read
    assert look(state, "aaaa").life == "lives"


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"var": "/x"}', '{"var": "/x", "seen": "y"}'])
def test_without_a_note_that_can_be_read_nothing_is_known(text: str, state: Path) -> None:
    installations.folder(state).mkdir(parents=True)
    (installations.folder(state) / "aaaa.json").write_text(text)
    assert look(state, "aaaa").life == look(state, "bbbb").life == "unknown"


def test_the_folder_is_made_for_those_who_come_later(state: Path) -> None:
    installations.open_for_users(state)
    installations.open_for_users(state)
    assert os.access(installations.folder(state), os.W_OK)


# --- what they left -----------------------------------------------------------------------------------------------


@pytest.fixture
def engine() -> FakeEngine:
    """An engine that several installations use."""
    return FakeEngine()


def use(engine: FakeEngine, instance: str) -> Workbench:
    """One of them builds, has a network and runs something."""
    bench = Workbench(engine, Owner(instance=instance, learner="l7", job="j"))
    bench.build("FROM busybox\nRUN echo mine\n")
    bench.start("sleep 60", image=bench.reference("app:1"))
    return bench


def test_what_the_living_have_is_never_in_the_way(
    engine: FakeEngine, state: Path, installed: Callable[..., Path]
) -> None:
    for instance in ("aaaa", "bbbb", "cccc"):
        use(engine, instance)
    installed("aaaa")
    (installed("bbbb", age=3600) / "instance").unlink()
    found = cleanup.find(engine, state)
    assert [(one.installation.instance, one.installation.life, one.text) for one in found] == [
        ("aaaa", "lives", "1 container, 1 image"),
        ("bbbb", "gone", "1 container, 1 image"),
        ("cccc", "unknown", "1 container, 1 image"),
    ]
    said: list[str] = []
    assert cleanup.remove(engine, [one for one in found if one.installation.life == "gone"], said.append) == 0
    assert said == []
    assert {thing.owner.instance for thing in engine.list_owned("")} == {"aaaa", "cccc"}
    assert engine.inspect_image("busybox:latest")
    engine.close()


def test_what_cannot_be_removed_is_said_and_the_rest_goes(engine: FakeEngine, state: Path) -> None:
    use(engine, "aaaa")

    def before(name: str) -> None:
        if name == "remove_container":
            raise EngineError("it is stuck", status=500)

    engine.before = before
    said: list[str] = []
    assert cleanup.remove(engine, cleanup.find(engine, state), said.append) == 2
    assert any("it is stuck" in line for line in said)
    engine.before = lambda name: None
    assert cleanup.remove(engine, cleanup.find(engine, state), said.append) == 0
    assert engine.list_owned("") == ()
    engine.close()


def test_a_note_is_forgotten_with_the_last_thing(state: Path, installed: Callable[..., Path]) -> None:
    installed("aaaa")
    installations.forget(state, "aaaa")
    installations.forget(state, "aaaa")
    assert look(state, "aaaa").life == "unknown"
