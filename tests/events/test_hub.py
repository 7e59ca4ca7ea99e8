"""One hub per stream: it joins before it reads, is poked or looks by itself, and ends with its last reader."""

import asyncio
import json
import time
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.layers import InMemoryChannelLayer, get_channel_layer

from playground.events import fanout, hub, log
from playground.events.models import Stream
from tests.events.support import BrokenLayer, write, write_soon

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)


async def arrived(at: hub.Hub, seq: int, *, seconds: float = 5) -> None:
    """Wait until the hub stands at *seq*."""
    async with asyncio.timeout(seconds):
        while at.seq < seq:
            await at.changed(at.seq)


async def settled(at: hub.Hub) -> None:
    """Wait until the hub has read for the first time and waits for a poke."""
    await arrived(at, 0)
    async with asyncio.timeout(5):
        while not get_channel_layer().groups.get(fanout.group(at.stream_id)):
            await asyncio.sleep(0)


@pytest.fixture
def never_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub that reads when it is poked only."""
    monkeypatch.setattr(hub, "LOOK_INTERVAL", 3600)


@pytest.mark.usefixtures("never_looks")
async def test_a_poke_makes_the_hub_read_to_the_end(stream: Stream) -> None:
    here = hub.join(stream.id)
    await settled(here)
    await write_soon(stream.id, 450)
    await arrived(here, 450)
    assert [seq for seq, _ in here.tail] == list(range(1, 451))
    hub.leave(here)


@pytest.mark.usefixtures("never_looks")
async def test_what_is_written_before_the_hub_has_joined_is_not_missed(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    joining, may_join = asyncio.Event(), asyncio.Event()

    class SlowToJoin(InMemoryChannelLayer):  # type: ignore[misc]  # channels has no types
        async def group_add(self, group: str, channel: str) -> None:
            joining.set()
            await may_join.wait()
            await super().group_add(group, channel)

    layer = SlowToJoin()
    monkeypatch.setattr(hub, "get_channel_layer", lambda: layer)
    here = hub.join(stream.id)
    await joining.wait()
    await arrived(here, 0)
    await write_soon(stream.id, 3, poke=False)  # the poke goes to a group that has no member yet
    may_join.set()
    await arrived(here, 3)
    hub.leave(here)


async def test_a_lost_poke_is_made_up_within_about_a_second(stream: Stream) -> None:
    here = hub.join(stream.id)
    await settled(here)
    begin = time.monotonic()
    await write_soon(stream.id, 1, poke=False)
    await arrived(here, 1)
    assert time.monotonic() - begin < hub.LOOK_INTERVAL + 0.5
    hub.leave(here)


async def test_a_layer_that_is_down_costs_pokes_but_no_events(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "get_channel_layer", BrokenLayer)
    here = hub.join(stream.id)
    await arrived(here, 0)
    await write_soon(stream.id, 2, poke=False)
    await arrived(here, 2)
    hub.leave(here)


async def test_a_database_fault_passes(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "LOOK_INTERVAL", 0.05)
    faults = [OSError("the disk is full"), OSError("still full")]
    read = hub.read

    async def failing(*args: Any, **named: Any) -> log.Page:
        if faults:
            raise faults.pop()
        return await read(*args, **named)

    monkeypatch.setattr(hub, "read", failing)
    write_now = database_sync_to_async(write)
    await write_now(stream.id, 1)
    here = hub.join(stream.id)
    await arrived(here, 1)
    assert not faults
    hub.leave(here)


@pytest.mark.usefixtures("never_looks")
async def test_many_pokes_are_few_reads(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = []
    read = hub.read

    async def counted(stream_id: str, **named: Any) -> log.Page:
        reads.append(named)
        return await read(stream_id, **named)

    monkeypatch.setattr(hub, "read", counted)
    here = hub.join(stream.id)
    await settled(here)
    for _ in range(40):
        await write_soon(stream.id, 1)
    await arrived(here, 40)
    assert len(reads) < 40
    hub.leave(here)


async def test_readers_of_a_stream_share_a_hub_and_the_last_one_ends_it(stream: Stream) -> None:
    first, second = hub.join(stream.id), hub.join(stream.id)
    assert first is second
    await settled(first)
    hub.leave(first)
    assert hub.join(stream.id) is second
    hub.leave(second)
    hub.leave(second)
    assert stream.id not in hub._hubs
    async with asyncio.timeout(5):
        await asyncio.gather(*second._tasks, return_exceptions=True)
    assert all(task.cancelled() for task in second._tasks)
    assert fanout.group(stream.id) not in get_channel_layer().groups


@pytest.mark.usefixtures("never_looks")
@pytest.mark.parametrize("turns", range(5))
async def test_a_hub_ends_even_when_it_is_poked_in_the_same_moment(stream: Stream, turns: int) -> None:
    here = hub.join(stream.id)
    await settled(here)
    async with asyncio.timeout(5):
        while not here._poked._waiters:  # until it waits for a poke
            await asyncio.sleep(0)
    here._poked.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    hub.leave(here)
    done, pending = await asyncio.wait(here._tasks, timeout=1)
    assert not pending
    assert all(task.cancelled() for task in done)


@pytest.mark.parametrize("turns", range(5))
async def test_a_reader_can_stop_even_when_news_comes_in_the_same_moment(stream: Stream, turns: int) -> None:
    at = hub.Hub(stream.id)  # not started: its news are made by hand
    at.seq = 0

    async def read_for_ever() -> None:
        while True:
            await at.changed(0)

    reader = asyncio.create_task(read_for_ever())
    await asyncio.sleep(0)
    news, at._changed = at._changed, asyncio.Event()
    news.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    reader.cancel()
    _, pending = await asyncio.wait([reader], timeout=1)
    for task in pending:
        task.cancel()
    assert not pending


async def test_after_the_last_reader_a_new_one_gets_a_new_hub(stream: Stream) -> None:
    first = hub.join(stream.id)
    hub.leave(first)
    second = hub.join(stream.id)
    assert second is not first
    await arrived(second, 0)
    hub.leave(second)


async def test_the_tail_and_the_database_give_the_same(stream: Stream) -> None:
    with_tail = hub.join(stream.id)
    await settled(with_tail)
    await write_soon(stream.id, 250)
    await arrived(with_tail, 250)
    without = hub.Hub(stream.id)  # not started: it has no tail
    for cursor in (0, 1, 49, 199, 249, 250):
        remembered, read = await with_tail.after(cursor), await without.after(cursor)
        assert remembered == read
        assert remembered is not None
        assert [seq for seq, _ in remembered] == list(range(cursor + 1, min(cursor + 200, 250) + 1))
    hub.leave(with_tail)


async def test_a_slow_reader_gets_from_the_database_what_the_tail_has_forgotten(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "TAIL", 10)
    here = hub.join(stream.id)
    await settled(here)
    await write_soon(stream.id, 60)
    await arrived(here, 60)
    assert [seq for seq, _ in here.tail] == list(range(51, 61))
    cursor, got = 0, []
    while cursor < 60:
        frames = await here.after(cursor)
        assert frames
        got += [seq for seq, _ in frames]
        cursor = got[-1]
    assert got == list(range(1, 61))
    hub.leave(here)


async def test_what_was_there_before_the_hub_is_read_from_the_database(stream: Stream) -> None:
    await write_soon(stream.id, 5, poke=False)
    here = hub.join(stream.id)
    await arrived(here, 5)
    assert not here.tail
    frames = await here.after(2)
    assert [seq for seq, _ in frames or []] == [3, 4, 5]
    hub.leave(here)


async def test_what_was_trimmed_is_said_to_be_gone(stream: Stream) -> None:
    await write_soon(stream.id, 10, poke=False)
    await database_sync_to_async(log.trim)(stream.id, keep=4)
    here = hub.join(stream.id)
    await arrived(here, 10)
    assert await here.after(5) is None
    frames = await here.after(6)
    assert [seq for seq, _ in frames or []] == [7, 8, 9, 10]
    assert here.oldest == 7
    hub.leave(here)


async def test_the_end_of_a_stream_is_told(stream: Stream) -> None:
    here = hub.join(stream.id)
    await settled(here)
    await write_soon(stream.id, 1)
    await arrived(here, 1)
    before = here.closed
    await write_soon(stream.id, 1, last=True)
    await arrived(here, 2)
    assert (before, here.closed) == (False, True)
    await asyncio.wait_for(here.changed(2), timeout=1)  # a closed stream keeps nobody waiting
    hub.leave(here)


async def test_a_frame_is_the_event_as_json(stream: Stream) -> None:
    await write_soon(stream.id, 1, poke=False)
    page = await hub.read(stream.id, after=0)
    seq, text = hub.frame(page.events[0])
    assert seq == 1
    parsed = json.loads(text)
    assert parsed == {
        "s": 1,
        "type": "project.gone",
        "at": page.events[0].at.isoformat(timespec="milliseconds"),
        "data": {"id": "1"},
    }
