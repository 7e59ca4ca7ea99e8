"""Streams to write to. Pokes of the background thread are recorded instead; async tests poke in their own loop."""

import pytest

from playground.events import fanout, log
from playground.events.models import Stream
from tests.support.cast import cast

__all__ = ["cast"]


@pytest.fixture(autouse=True)
def pokes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The streams that were to be poked, in order."""
    poked: list[str] = []
    monkeypatch.setattr(fanout, "poke", poked.append)
    return poked


@pytest.fixture
def stream(db: None) -> Stream:
    """An empty stream of nobody's: anybody may read it."""
    return log.create_stream(owner="", kind="site", subject="s")
