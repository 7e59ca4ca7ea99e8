"""Learners, an engine and recorders for tests of builds."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from playground.accounts.models import Learner
from playground.builds import dispatch, limits, runner
from playground.builds.services.workspaces import create_guest
from playground.engine.fake import FakeEngine
from tests.builds.support import Sent


@pytest.fixture(autouse=True)
def own_blobs(tmp_path: Path, settings: Settings) -> Path:
    """Contents of files are kept in a folder of this test."""
    settings.DRYDOCK_BLOBS = tmp_path / "blobs"
    return tmp_path / "blobs"


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Notes for other installations are left in a folder of this test."""
    monkeypatch.setenv("DRYDOCK_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def ada() -> Learner:
    """The owner of what a test is about."""
    return create_guest()


@pytest.fixture
def bob() -> Learner:
    """Another learner."""
    return create_guest()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Records what is put on a queue instead of sending it."""
    recorded: Sent = []
    monkeypatch.setattr(dispatch, "send", lambda task, row_id: recorded.append((task, row_id)))
    return recorded


@pytest.fixture
def set_limits(settings: Settings) -> Iterator[Callable[[str], None]]:
    """Puts other limits in force: `set_limits("file.bytes=10")`."""

    def put(overrides: str) -> None:
        settings.DRYDOCK_LIMITS = overrides
        limits.in_force.cache_clear()

    yield put
    limits.in_force.cache_clear()


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    """A scripted engine with busybox."""
    scripted = FakeEngine()
    yield scripted
    scripted.close()


@pytest.fixture
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between any two events of a build its runner looks at the row and renews its lease."""
    monkeypatch.setattr(runner, "LOOK", 0.0)
    monkeypatch.setattr(runner, "RENEW", 0.0)
