"""Package installs as workers see them, and what pages make of it."""

from pathlib import Path

import pytest

from playground.builds import health, packages
from playground.builds.models import Pulse
from playground.engine.lab import egress_setup, notes
from playground.engine.lab.egress_setup import EgressPaths, make_key
from playground.engine.lab.notes import Notes
from playground.engine.port import Owner
from playground.engine.state import EnginePaths
from playground.web.limits import groups

pytestmark = pytest.mark.django_db

OWNER = Owner(instance="i1", learner="l7", job="b1")


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EnginePaths:
    """An engine of ours with a relay, on an installation that allows package installs."""
    paths = EnginePaths(tmp_path)
    paths.root.mkdir()
    notes.write(paths.notes, Notes(egress="10.209.0.1:3128"))
    make_key(EgressPaths(paths), gid=0)
    monkeypatch.setenv("DRYDOCK_STATE", str(tmp_path))
    monkeypatch.setenv("DRYDOCK_ENGINE", paths.host)
    monkeypatch.setenv("DRYDOCK_EGRESS", "packages")
    return paths


def part() -> health.Part:
    """The line of /health/."""
    (found,) = (one for one in health.parts() if one.key == "packages")
    return found


def test_before_a_worker_looked_nothing_is_said_and_nothing_allowed() -> None:
    assert not health.packages_allowed()
    assert not [one for one in health.parts() if one.key == "packages"]


def test_not_allowed_is_well_and_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DRYDOCK_EGRESS", raising=False)
    packages.tell()
    assert not health.packages_allowed()
    assert (part().state, part().sentence) == ("ok", egress_setup.NOT_ALLOWED.sentence)
    assert packages.proxy_for(OWNER, seconds=120) == ""


def test_allowed_and_there_is_said_without_a_name_of_a_server(engine: EnginePaths) -> None:
    with egress_setup.listening(EgressPaths(engine), user=0):
        packages.tell()
        assert health.packages_allowed()
        assert part().state == "ok"
        assert (
            part().sentence == "Builds may install packages, from the servers this machine itself uses; nothing else."
        )
        assert packages.proxy_for(OWNER, seconds=120).startswith("http://l7:i1.b1.")
    (group,) = (one for one in groups() if one["title"] == "Package installs in builds")
    assert group["note"] == part().sentence


def test_allowed_but_not_to_be_had_is_said_with_what_to_do(engine: EnginePaths) -> None:
    packages.tell()
    assert not health.packages_allowed()
    assert part().state == "down"
    assert "does not run" in part().sentence
    assert part().fix


def test_a_setting_that_makes_no_sense_allows_nothing(engine: EnginePaths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRYDOCK_EGRESS", "internet")
    packages.tell()
    assert "must be packages or off" in part().sentence
    assert not health.packages_allowed()


def test_a_key_that_cannot_be_read_means_no_network_and_no_failure(engine: EnginePaths) -> None:
    EgressPaths(engine).key.unlink()
    with egress_setup.listening(EgressPaths(engine), user=0):
        assert packages.proxy_for(OWNER, seconds=120) == ""
    assert not Pulse.objects.filter(part="packages").exists()
