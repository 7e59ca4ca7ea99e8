"""Set-up does what is missing, once, and says in one sentence what it cannot do."""

from pathlib import Path

import pytest

import bootstrap
from bootstrap import Step
from console import Failed


def a_step(folder: Path, done: list[str], *, made_from: str = "1") -> Step:
    """A step that notes when it is done."""

    def do() -> None:
        done.append(made_from)
        (folder / "made").touch()

    return Step(
        name="a", title="a thing", fingerprint=lambda: made_from, is_there=(folder / "made").exists, do=do,
        folder=folder / "stamps",
    )  # fmt: skip


def test_a_step_is_done_once(tmp_path: Path) -> None:
    done: list[str] = []
    assert bootstrap.perform(a_step(tmp_path, done))
    assert not bootstrap.perform(a_step(tmp_path, done))
    assert done == ["1"]


def test_a_step_is_done_again_when_what_it_is_made_from_changes(tmp_path: Path) -> None:
    done: list[str] = []
    bootstrap.perform(a_step(tmp_path, done))
    bootstrap.perform(a_step(tmp_path, done, made_from="2"))
    assert done == ["1", "2"]


def test_a_step_is_done_again_when_what_it_made_is_gone(tmp_path: Path) -> None:
    done: list[str] = []
    bootstrap.perform(a_step(tmp_path, done))
    (tmp_path / "made").unlink()
    bootstrap.perform(a_step(tmp_path, done))
    assert done == ["1", "1"]


def test_a_step_made_from_nothing_is_done_when_it_is_there(tmp_path: Path) -> None:
    done: list[str] = []
    (tmp_path / "made").touch()
    step = Step("a", "a thing", None, (tmp_path / "made").exists, lambda: done.append("1"), tmp_path / "stamps")
    assert not bootstrap.perform(step)
    assert done == []


def test_a_step_that_fails_is_not_stamped(tmp_path: Path) -> None:
    done: list[str] = []
    bootstrap.perform(a_step(tmp_path, done))

    def fail() -> None:
        raise Failed("no")

    (tmp_path / "made").touch()
    broken = Step("a", "a thing", lambda: "2", lambda: True, fail, tmp_path / "stamps")
    with pytest.raises(Failed):
        bootstrap.perform(broken)
    bootstrap.perform(a_step(tmp_path, done))
    assert done == ["1", "1"]


def test_running_goes_on_without_the_front_end_and_tests_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise Failed("Install the thing.")

    broken = Step("b", "a thing", lambda: "1", lambda: False, fail, tmp_path)
    monkeypatch.setattr(bootstrap, "STAMPS", tmp_path)
    monkeypatch.setattr(bootstrap, "KINDS", {"run": lambda: [broken], "test": lambda: [broken]})
    assert bootstrap.set_up("run")
    assert not bootstrap.set_up("test")
    assert capsys.readouterr().err.count("Install the thing.") == 2


def test_an_unknown_word_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["everything"]) == 2
    assert "run, test, lint, databases" in capsys.readouterr().err
