"""The WebSocket on the real ASGI application: who may read what, how it resumes, keeps pace and ends."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from playground.accounts import identity
from playground.accounts.services import adopt_user
from playground.config.asgi import application
from playground.events import consumers, hub, log, wire
from playground.events.consumers import StreamConsumer, same_origin
from playground.events.models import Stream
from tests.events.support import HOST, Socket, write, write_soon
from tests.support.cast import Cast

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)


@pytest.fixture(autouse=True)
async def nothing_is_left_behind() -> AsyncIterator[None]:
    """Whatever came of a socket, it is counted no more and its hub is gone."""
    yield
    left = (dict(StreamConsumer.open_sockets), dict(hub._hubs))
    for each in left[1].values():
        each.stop()
    StreamConsumer.open_sockets.clear()
    hub._hubs.clear()  # the next test begins with nothing, whatever this one has left
    assert left == ({}, {})


async def greeted(socket: Socket) -> dict[str, Any]:
    hello = await socket.frame()
    assert hello["t"] == "hello", hello
    return hello


# --- who gets in ------------------------------------------------------------------------------------------------------


async def test_the_owner_reads_every_stream_of_its_own(cast: Cast) -> None:
    for stream_id in (cast.owner.workspace.stream, cast.build.stream, cast.container.stream):
        async with Socket(stream_id, cast.owner) as socket:
            assert (await greeted(socket))["closed"] is False


async def test_another_learner_hears_what_it_would_hear_of_nothing(cast: Cast) -> None:
    for stream_id in (cast.owner.workspace.stream, cast.build.stream, cast.container.stream, "nothing"):
        async with Socket(stream_id, cast.other) as socket:
            assert await socket.closed() == wire.CLOSE_NOT_FOUND


async def test_a_stranger_is_told_to_come_back_as_somebody(cast: Cast) -> None:
    for stream_id in (cast.owner.workspace.stream, cast.build.stream, "nothing"):
        async with Socket(stream_id) as socket:
            assert await socket.closed() == wire.CLOSE_SIGNED_OUT


async def test_a_forged_cookie_is_a_stranger(cast: Cast) -> None:
    good = identity.cookie_for(cast.owner)
    for forged in (cast.owner.id, good[:-1] + ("A" if good[-1] != "A" else "B"), "x:y:z"):
        async with Socket(cast.build.stream, cookie=forged) as socket:
            assert await socket.closed() == wire.CLOSE_SIGNED_OUT


async def test_the_cookie_of_a_learner_who_is_gone_is_a_stranger(cast: Cast) -> None:
    cookie, stream_id = identity.cookie_for(cast.owner), cast.owner.workspace.stream
    await database_sync_to_async(cast.owner.delete)()
    async with Socket(stream_id, cookie=cookie) as socket:
        assert await socket.closed() == wire.CLOSE_SIGNED_OUT


async def test_the_old_cookie_of_somebody_who_signed_up_opens_nothing_and_the_session_does(cast: Cast) -> None:
    def sign_up() -> str:
        user, client = User.objects.create_user("ada"), Client()
        adopt_user(learner=cast.owner, user=user)
        client.force_login(user)
        return client.cookies["sessionid"].value

    old = identity.cookie_for(cast.owner)
    session = await database_sync_to_async(sign_up)()
    async with Socket(cast.build.stream, cookie=old) as socket:
        assert await socket.closed() == wire.CLOSE_SIGNED_OUT
    async with Socket(cast.build.stream, cookie=f"x; sessionid={session}") as socket:
        assert await greeted(socket)


async def test_the_sites_stream_is_anybodys(stream: Stream, cast: Cast) -> None:
    for who in (None, cast.owner):
        async with Socket(stream.id, who) as socket:
            assert await greeted(socket)


@pytest.mark.parametrize(
    "origin",
    [b"", b"null", b"http://evil.test", b"http://evil.test/drydock.test", b"http://drydock.test.evil.test",
     b"http://drydock.test:81", b"file://drydock.test", b"http://[", b"http://drydock.test@evil.test"],
)  # fmt: skip
async def test_a_page_of_another_origin_is_refused_before_accepting(origin: bytes, cast: Cast) -> None:
    headers = [(b"host", HOST.encode())] + ([(b"origin", origin)] if origin else [])
    socket = Socket(cast.build.stream, cast.owner, headers=headers)
    assert await socket.answer() == {"type": "websocket.close", "code": 4403}
    await socket.inner.wait(timeout=5)


async def test_a_request_without_a_host_is_refused(cast: Cast) -> None:
    socket = Socket(cast.build.stream, cast.owner, headers=[(b"origin", b"http://")])
    assert (await socket.answer())["code"] == 4403
    await socket.inner.wait(timeout=5)


async def test_any_other_address_is_refused_before_accepting() -> None:
    socket = Socket("x")
    socket.inner.scope["path"] = "/ws/elsewhere/"
    assert await socket.answer() == {"type": "websocket.close", "code": wire.CLOSE_NOT_FOUND}
    await socket.inner.wait(timeout=5)


def test_the_origin_is_compared_with_its_port_and_without_its_case() -> None:
    assert same_origin("https://Drydock.test:8000", "drydock.TEST:8000")
    assert not same_origin("http://drydock.test:8000", "drydock.test")


async def test_the_application_under_test_is_the_one_that_is_served(settings: Settings) -> None:
    assert settings.ASGI_APPLICATION == "playground.config.asgi.application"
    assert set(application.application_mapping) == {"http", "websocket"}


# --- resuming ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "0x1", "4", "9" * 30, "9" * 5000, "--", "NaN"])
async def test_a_wrong_after_is_refused(after: str, stream: Stream) -> None:
    await write_soon(stream.id, 3, poke=False)
    async with Socket(stream.id, after=after) as socket:
        assert await socket.closed() == wire.CLOSE_BAD_REQUEST


async def test_hello_says_how_the_stream_stands(stream: Stream) -> None:
    await write_soon(stream.id, 3, poke=False)
    async with Socket(stream.id, after=3) as socket:
        assert await greeted(socket) == {"t": "hello", "seq": 3, "closed": False}


@pytest.mark.parametrize("after", [None, 0, 1, 249, 250, 449])
async def test_a_reader_resumes_exactly_after_its_number(after: int | None, stream: Stream) -> None:
    await write_soon(stream.id, 450, poke=False)
    async with Socket(stream.id, after=after) as socket:
        await greeted(socket)
        assert await socket.numbers(450) == list(range((after or 0) + 1, 451))


async def test_a_reader_at_the_end_gets_only_what_is_new(stream: Stream) -> None:
    await write_soon(stream.id, 5, poke=False)
    async with Socket(stream.id, after=5) as socket:
        await greeted(socket)
        await write_soon(stream.id, 2)
        assert await socket.numbers(7) == [6, 7]


async def test_events_come_with_type_time_and_payload(stream: Stream) -> None:
    await write_soon(stream.id, 1, poke=False)
    async with Socket(stream.id) as socket:
        await greeted(socket)
        frame = await socket.frame()
    assert wire.EventsFrame.model_validate(frame)
    assert (frame["events"][0]["type"], frame["events"][0]["data"]) == ("project.gone", {"id": "1"})


async def test_a_reader_that_leaves_and_returns_misses_and_repeats_nothing(stream: Stream) -> None:
    got: list[int] = []
    for round_of_reading in range(1, 4):
        await write_soon(stream.id, 30, poke=False)
        async with Socket(stream.id, after=len(got)) as socket:
            await greeted(socket)
            got += await socket.numbers(30 * round_of_reading)
    assert got == list(range(1, 91))


async def test_two_readers_get_the_same_from_one_hub(stream: Stream, cast: Cast) -> None:
    async with Socket(stream.id) as one, Socket(stream.id, cast.other) as two:
        await greeted(one)
        await greeted(two)
        assert hub._hubs[stream.id].readers == 2
        await write_soon(stream.id, 20)
        assert await one.numbers(20) == await two.numbers(20) == list(range(1, 21))


async def test_a_stream_that_was_trimmed_asks_the_reader_to_load_again(stream: Stream) -> None:
    await write_soon(stream.id, 10, poke=False)
    await database_sync_to_async(log.trim)(stream.id, keep=4)
    async with Socket(stream.id, after=2) as socket:
        await greeted(socket)
        assert await socket.frame() == {"t": "reset", "oldest": 7}
        assert await socket.closed() == 1000
    async with Socket(stream.id, after=6) as socket:
        await greeted(socket)
        assert await socket.numbers(10) == [7, 8, 9, 10]


# --- keeping pace -----------------------------------------------------------------------------------------------------


async def test_the_server_stops_a_thousand_ahead_until_it_is_acked(stream: Stream) -> None:
    for _ in range(6):
        await write_soon(stream.id, 200, poke=False)
    async with Socket(stream.id) as socket:
        await greeted(socket)
        assert await socket.numbers(1000, ack=False) == list(range(1, 1001))
        assert await socket.silent()
        await socket.say({"ack": 50})
        assert await socket.numbers(1050, ack=False) == list(range(1001, 1051))
        assert await socket.silent()
        await socket.say({"ack": 1050})
        assert await socket.numbers(1200, ack=False) == list(range(1051, 1201))


async def test_the_window_counts_from_where_the_reader_resumed(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "WINDOW", 10)
    await write_soon(stream.id, 40, poke=False)
    async with Socket(stream.id, after=25) as socket:
        await greeted(socket)
        assert await socket.numbers(35, ack=False) == list(range(26, 36))
        assert await socket.silent()


async def test_an_old_ack_does_not_move_the_window_back(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "WINDOW", 10)
    await write_soon(stream.id, 15, poke=False)
    async with Socket(stream.id) as socket:
        await greeted(socket)
        await socket.numbers(10, ack=False)
        await socket.say({"ack": 10})
        await socket.numbers(15, ack=False)
        await socket.say({"ack": 3})
        await write_soon(stream.id, 5)
        assert await socket.numbers(20, ack=False) == list(range(16, 21))


async def test_a_slow_reader_does_not_hold_up_another(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "WINDOW", 10)
    async with Socket(stream.id) as slow, Socket(stream.id) as quick:
        await greeted(slow)
        await greeted(quick)
        await write_soon(stream.id, 30)
        assert await quick.numbers(30) == list(range(1, 31))
        assert await slow.numbers(10, ack=False) == list(range(1, 11))
        await slow.say({"ack": 10})
        assert await slow.numbers(20) == list(range(11, 21))


@pytest.mark.parametrize(
    "said",
    ["{", "", "[]", '{"ack": -1}', '{"ack": "5"}', '{"ack": 1.5}', "{}", '{"ack": 1, "x": 1}', '{"t": "hello"}', b"\1"],
)
async def test_a_frame_that_is_no_ack_ends_the_socket(said: str | bytes, stream: Stream) -> None:
    async with Socket(stream.id) as socket:
        await greeted(socket)
        await socket.say(said)
        assert await socket.closed() == wire.CLOSE_BAD_REQUEST
        await write_soon(stream.id, 1)
        assert await socket.silent()


async def test_too_many_sockets_of_one_learner_are_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "SOCKETS_PER_LEARNER", 2)
    mine = cast.owner.workspace.stream
    async with Socket(mine, cast.owner) as one, Socket(cast.build.stream, cast.owner) as two:
        await greeted(one)
        await greeted(two)
        async with Socket(mine, cast.owner) as three:
            assert await three.closed() == wire.CLOSE_TOO_MANY
        async with Socket(cast.other.workspace.stream, cast.other) as theirs:
            await greeted(theirs)
    async with Socket(mine, cast.owner) as again:
        await greeted(again)


async def test_a_quiet_socket_is_pinged(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "PING_INTERVAL", 0.02)
    async with Socket(stream.id) as socket:
        frames = [await socket.frame() for _ in range(4)]  # hello may be later than the first ping here
    assert frames.count({"t": "ping"}) == 3


# --- ending -----------------------------------------------------------------------------------------------------------


async def test_a_closed_stream_ends_after_its_last_event(stream: Stream) -> None:
    await write_soon(stream.id, 3, last=True, poke=False)
    async with Socket(stream.id, after=1) as socket:
        assert await greeted(socket) == {"t": "hello", "seq": 3, "closed": True}
        assert await socket.numbers(3) == [2, 3]
        assert await socket.frame() == {"t": "end", "seq": 3}
        assert await socket.closed() == 1000


async def test_a_reader_that_has_everything_of_a_closed_stream_hears_the_end(stream: Stream) -> None:
    await write_soon(stream.id, 3, last=True, poke=False)
    async with Socket(stream.id, after=3) as socket:
        await greeted(socket)
        assert await socket.frame() == {"t": "end", "seq": 3}
        assert await socket.closed() == 1000


async def test_a_stream_that_closes_while_it_is_read_ends(stream: Stream) -> None:
    async with Socket(stream.id) as socket:
        await greeted(socket)
        await write_soon(stream.id, 1)
        assert await socket.numbers(1) == [1]
        await write_soon(stream.id, 1, last=True)
        assert await socket.numbers(2) == [2]
        assert await socket.frame() == {"t": "end", "seq": 2}
        assert await socket.closed() == 1000


async def test_the_end_waits_for_the_acks_of_a_slow_reader(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "WINDOW", 10)
    await write_soon(stream.id, 15, last=True, poke=False)
    async with Socket(stream.id) as socket:
        await greeted(socket)
        await socket.numbers(10, ack=False)
        assert await socket.silent()
        await socket.say({"ack": 10})
        assert await socket.numbers(15, ack=False) == list(range(11, 16))
        assert await socket.frame() == {"t": "end", "seq": 15}
        assert await socket.closed() == 1000


# --- faults -----------------------------------------------------------------------------------------------------------


async def test_a_fault_while_sending_closes_the_socket_so_that_the_browser_returns(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*args: object, **named: object) -> log.Page:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(hub, "read", broken)
    async with Socket(stream.id) as socket:
        assert await socket.closed() == 1011


async def test_a_browser_that_goes_away_while_we_send_leaves_nothing_behind(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = asyncio.Event()

    async def lost(self: StreamConsumer, **named: object) -> None:
        gone.set()
        raise OSError("the peer has gone")

    monkeypatch.setattr(StreamConsumer, "send", lost)
    async with Socket(stream.id):
        await asyncio.wait_for(gone.wait(), 5)


async def test_a_socket_opens_and_reads_while_the_layers_server_is_down(stream: Stream, settings: Settings) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "tests.events.support.BrokenLayer"}}
    async with Socket(stream.id) as socket:
        await greeted(socket)
        await database_sync_to_async(write)(stream.id, 2)
        assert await socket.numbers(2) == [1, 2]
