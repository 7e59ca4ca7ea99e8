"""System checks: what would go wrong later, with an id and a hint."""

from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from playground.config.checks import front_end_is_built, limits_can_be_read, package_installs_can_be_read


def test_the_project_has_no_faults() -> None:
    assert not [message for message in run_checks() if message.id != "drydock.W001"]


def test_a_missing_bundle_is_a_warning_that_says_what_to_run(settings: Settings, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    (warning,) = front_end_is_built(None)
    assert warning.id == "drydock.W001"
    assert "make run" in (warning.hint or "")
    assert not warning.is_serious()


def test_a_bundle_that_is_there_is_fine(settings: Settings, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "static" / "dist").mkdir(parents=True)
    (tmp_path / "static" / "dist" / "manifest.json").touch()
    assert not front_end_is_built(None)


@pytest.mark.parametrize("text", ["", "build.seconds=300", " build.seconds=300 , run.memory=1 ,"])
def test_limits_that_can_be_read_are_fine(text: str, settings: Settings) -> None:
    settings.DRYDOCK_LIMITS = text
    assert not limits_can_be_read(None)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("build.hours=1", "'build.hours'"),
        ("build.seconds", "'build.seconds'"),
        ("build.seconds=", "'build.seconds='"),
        ("build.seconds=soon", "'build.seconds=soon'"),
        ("build.seconds=-1", "'build.seconds=-1'"),
    ],
)
def test_a_limit_that_would_never_hold_is_an_error_that_names_it(text: str, named: str, settings: Settings) -> None:
    settings.DRYDOCK_LIMITS = text
    (error,) = limits_can_be_read(None)
    assert error.id == "drydock.E001"
    assert named in error.msg
    assert error.hint == "See /limits/ for the keys."
    assert error.is_serious()


def test_with_such_an_error_nothing_starts(settings: Settings) -> None:
    settings.DRYDOCK_LIMITS = "build.hours=1"
    with pytest.raises(SystemCheckError, match=r"drydock\.E001"):
        call_command("check")


def test_a_word_for_package_installs_that_is_none_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRYDOCK_EGRESS", "internet")
    (error,) = package_installs_can_be_read(None)
    assert (error.id, error.msg) == ("drydock.E004", "DRYDOCK_EGRESS is 'internet'; it must be packages or off.")
    monkeypatch.setenv("DRYDOCK_EGRESS", "packages")
    assert not package_installs_can_be_read(None)


def test_requiring_limits_that_nobody_tries_is_an_error(settings: Settings) -> None:
    settings.DRYDOCK_REQUIRE_HARDENED, settings.DRYDOCK_CANARY = True, False
    (error,) = [found for found in run_checks() if found.id == "drydock.E003"]
    assert "nothing would ever be built or run" in error.msg
    settings.DRYDOCK_CANARY = True
    assert not [found for found in run_checks() if found.id == "drydock.E003"]
