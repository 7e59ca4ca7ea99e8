"""The WebSocket: resuming, many readers, and everybody it must not let in."""

import json
from collections.abc import Callable

import pytest

from playground.events import wire
from tests.support.client import Learner, dockerfile_project
from tests.support.stack import Stack
from tests.support.stream import StreamReader
from tests.support.wait import until

CHATTY = "RUN i=0; while [ $i -lt 40 ]; do echo line-$i; i=$((i+1)); sleep 0.05; done"


@pytest.fixture
def build(learner: Learner, base_image: Callable[..., None]) -> dict[str, str]:
    """A build that talks for two seconds."""
    base_image()
    started: dict[str, str] = learner.build(dockerfile_project(learner, CHATTY), no_cache=True)
    return started


def test_a_reader_that_comes_and_goes_misses_nothing(learner: Learner, build: dict[str, str]) -> None:
    with learner.read(build["stream"]) as steady, learner.read(build["stream"]) as fickle:
        seen = 0
        while not fickle.ended:
            fickle.step()
            if len(fickle.events) >= seen + 3:
                seen = len(fickle.events)
                fickle.close()
        steady.to_end()
    assert fickle.events == steady.events
    assert [event["s"] for event in steady.events] == list(range(1, len(steady.events) + 1))
    assert [line for line in steady.text().splitlines() if line.startswith("line-")] == [f"line-{n}" for n in range(40)]


def test_a_reader_that_comes_late_gets_the_whole_story(learner: Learner, build: dict[str, str]) -> None:
    with learner.read(build["stream"]) as first:
        events = first.to_end()
    with learner.read(build["stream"]) as late:
        assert late.to_end() == events
        assert late.hello == {"t": "hello", "seq": len(events), "closed": True}
    with learner.read(build["stream"], after=len(events) - 2) as last_two:
        assert last_two.to_end() == events[-2:]


def test_a_reader_that_never_acks_is_not_flooded(learner: Learner, base_image: Callable[..., None]) -> None:
    base_image()
    build = learner.build(dockerfile_project(learner, CHATTY), no_cache=True)
    with learner.read(build["stream"]) as reader:
        reader.acks = False
        reader.to_end()  # a whole small build fits into the window


def test_fifty_readers_see_the_same(learner: Learner, build: dict[str, str]) -> None:
    readers = [learner.read(build["stream"]) for _ in range(30)]
    while not all(reader.ended for reader in readers):
        for reader in readers:
            reader.step(timeout=0.005)
    assert all(reader.events == readers[0].events for reader in readers)
    for reader in readers:
        reader.close()


def test_the_workspace_tells_what_happens_elsewhere(learner: Learner, build: dict[str, str]) -> None:
    stream = learner.state()["workspace"]["stream"]
    with learner.read(stream) as reader:
        ended = reader.until(
            lambda event: event["type"] == "build.put" and event["data"]["build"]["state"] == "succeeded",
            seconds=60, what="the workspace knows that the build succeeded",
        )  # fmt: skip
        assert ended["data"]["build"]["id"] == build["id"]
        reader.of_type("image.put")
        assert {"project.put", "file.put"} <= {event["type"] for event in reader.events}


def test_anybody_may_read_the_sites_stream(stack: Stack) -> None:
    with StreamReader(stack.url, "site") as reader:
        until(lambda: reader.step() and reader.hello, seconds=10, what="hello")


def test_another_learners_stream_is_not_found(build: dict[str, str], new_learner: Callable[[], Learner]) -> None:
    other = new_learner()
    other.new_project()
    with other.read(build["stream"]) as reader:
        assert reader.refused_with() == wire.CLOSE_NOT_FOUND
    assert reader.events == []


def test_a_stream_that_is_not_there_gets_the_same_answer(learner: Learner, build: dict[str, str]) -> None:
    with learner.read("0123456789abcdef") as reader:
        assert reader.refused_with() == wire.CLOSE_NOT_FOUND


@pytest.mark.parametrize("cookie", ["", "drydock_learner=forged", "sessionid=forged"])
def test_a_stranger_is_not_let_in(cookie: str, stack: Stack, build: dict[str, str]) -> None:
    with StreamReader(stack.url, build["stream"], cookies=cookie) as reader:
        assert reader.refused_with() == wire.CLOSE_SIGNED_OUT


def test_a_cookie_with_one_letter_changed_is_not_let_in(stack: Stack, learner: Learner, build: dict[str, str]) -> None:
    value = learner.http.cookies["drydock_learner"]
    changed = ("B" if value[0] != "B" else "C") + value[1:]
    with StreamReader(stack.url, build["stream"], cookies=f"drydock_learner={changed}") as reader:
        assert reader.refused_with() == wire.CLOSE_SIGNED_OUT


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:1", "null"])
def test_a_page_of_another_origin_is_not_let_in(origin: str, learner: Learner, build: dict[str, str]) -> None:
    with learner.read(build["stream"]) as reader:
        reader.origin = origin
        assert reader.handshake_status() == 403


@pytest.mark.parametrize("after", [-1, 10_000_000])
def test_a_number_outside_the_stream_is_a_bad_request(after: int, learner: Learner, build: dict[str, str]) -> None:
    with learner.read(build["stream"], after=after) as reader:
        assert reader.refused_with() == wire.CLOSE_BAD_REQUEST


@pytest.mark.parametrize("sent", ["hello", '{"ack": -1}', '{"ack": 1, "more": 2}', "[]", json.dumps({"ack": "1"})])
def test_a_client_that_talks_nonsense_is_hung_up_on(sent: str, learner: Learner, build: dict[str, str]) -> None:
    with learner.read(build["stream"]) as reader:
        until(lambda: reader.step() and reader.hello, seconds=10, what="hello")
        reader.send_raw(sent)
        assert reader.refused_with() == wire.CLOSE_BAD_REQUEST
