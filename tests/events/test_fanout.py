"""Pokes: one thread, coalesced, never an exception for the writer."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from playground.events import fanout
from tests.events.support import BrokenLayer
from tests.support.wait import until


class Layer:
    """Notes which groups were poked; a send waits while *gate* is closed."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, str]]] = []
        self.gate = threading.Event()
        self.gate.set()

    @property
    def groups(self) -> list[str]:
        return [group for group, _ in self.sent]

    async def group_send(self, group: str, message: dict[str, str]) -> None:
        self.sent.append((group, message))
        await asyncio.to_thread(self.gate.wait, 5)


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Layer:
    layer = Layer()
    monkeypatch.setattr(fanout, "get_channel_layer", lambda: layer)
    return layer


@pytest.fixture
def poker() -> Iterator[fanout.Poker]:
    poker = fanout.Poker()
    loops = []
    start = poker._start

    def remember() -> None:
        start()
        loops.append(poker._loop)

    poker._start = remember  # type: ignore[method-assign]
    yield poker
    for loop in loops:
        assert loop is not None
        asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        until(lambda: not loop.is_running(), seconds=5, what="the poker's thread has ended")  # noqa: B023  (now)
        loop.close()


def test_a_poke_goes_to_the_streams_group_and_carries_its_name_only(layer: Layer, poker: fanout.Poker) -> None:
    poker.poke("abc")
    until(lambda: layer.sent, seconds=5, what="the poke is sent")
    assert layer.sent == [("stream.abc", {"type": "stream.poke", "stream": "abc"})]


def test_pokes_that_wait_together_are_one_for_each_stream(layer: Layer, poker: fanout.Poker) -> None:
    busy, release = threading.Event(), threading.Event()

    def hold_the_loop() -> None:
        busy.set()
        release.wait(5)

    poker.poke("first")
    until(lambda: layer.groups == ["stream.first"], seconds=5, what="the thread runs")
    assert poker._loop is not None
    poker._loop.call_soon_threadsafe(hold_the_loop)
    assert busy.wait(5)
    for _ in range(100):
        poker.poke("a")
        poker.poke("b")
    poker.poke("last")
    release.set()
    until(lambda: "stream.last" in layer.groups, seconds=5, what="all pokes are sent")
    assert layer.groups == ["stream.first", "stream.a", "stream.b", "stream.last"]


def test_what_commits_while_a_poke_is_on_its_way_pokes_again(layer: Layer, poker: fanout.Poker) -> None:
    layer.gate.clear()
    poker.poke("a")
    until(lambda: len(layer.sent) == 1, seconds=5, what="the first poke is on its way")
    poker.poke("a")
    until(lambda: len(layer.sent) == 2, seconds=5, what="the second poke is on its way, too")
    layer.gate.set()


def test_a_writer_does_not_wait_for_the_layer(layer: Layer, poker: fanout.Poker) -> None:
    layer.gate.clear()
    for number in range(50):
        poker.poke(str(number))
    layer.gate.set()


def test_a_broken_layer_never_raises_and_the_next_poke_is_sent(
    poker: fanout.Poker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fanout, "get_channel_layer", BrokenLayer)
    poker.poke("a")
    until(lambda: "could not poke a" in caplog.text, seconds=5, what="the fault is in the log")
    mended = Layer()
    monkeypatch.setattr(fanout, "get_channel_layer", lambda: mended)
    poker.poke("a")
    until(lambda: mended.groups == ["stream.a"], seconds=5, what="the poke is sent")


def test_a_layer_that_is_not_there_never_raises(
    poker: fanout.Poker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fanout, "get_channel_layer", lambda: None)
    poker.poke("a")
    until(lambda: "could not poke a" in caplog.text, seconds=5, what="the fault is in the log")


def test_a_forked_child_starts_a_thread_of_its_own(layer: Layer, poker: fanout.Poker) -> None:
    poker.poke("parent")
    until(lambda: layer.sent, seconds=5, what="the parent's poke is sent")
    parents, poker._pid = poker._loop, 0  # as a child finds it
    poker.poke("child")
    until(lambda: "stream.child" in layer.groups, seconds=5, what="the child's poke is sent")
    assert poker._loop is not parents
