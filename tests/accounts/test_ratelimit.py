"""How often somebody may do something."""

import socket
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache
from django.test import RequestFactory

from playground.accounts import ratelimit
from playground.accounts.errors import Refused


class Clock:
    """Stands for the module `time`: ten seconds into a minute, until a test moves it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 6010.0
        monkeypatch.setattr(ratelimit, "time", SimpleNamespace(time=lambda: self.now))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def knock(*, who: str = "ada", what: str = "knocks", most: int = 3) -> None:
    ratelimit.check(what=what, who=who, most=most, window=60)


def test_as_many_as_allowed_pass_and_the_next_is_refused(clock: Clock) -> None:
    for _ in range(3):
        knock()
    with pytest.raises(Refused) as refusal:
        knock()
    assert (refusal.value.code, refusal.value.status) == ("too-fast", 429)


def test_a_refusal_says_both_numbers_and_how_long_to_wait(clock: Clock) -> None:
    with pytest.raises(Refused) as refusal:
        knock(most=0)
    assert refusal.value.message == "That was 1 times knocks in 60 s; 0 are allowed."
    assert refusal.value.fix == "Wait 50 s and try again."
    assert refusal.value.retry_after == 50


def test_in_the_next_window_the_count_begins_again(clock: Clock) -> None:
    knock(most=1)
    with pytest.raises(Refused):
        knock(most=1)
    clock.now += 50
    knock(most=1)


def test_waiting_as_long_as_told_is_enough(clock: Clock) -> None:
    clock.now = 6059.9
    with pytest.raises(Refused) as refusal:
        knock(most=0)
    clock.now += refusal.value.retry_after
    knock(most=1)


def test_learners_are_counted_apart(clock: Clock) -> None:
    knock(who="ada", most=1)
    knock(who="bob", most=1)


def test_kinds_of_doing_are_counted_apart(clock: Clock) -> None:
    knock(what="knocks", most=1)
    knock(what="rings", most=1)


def test_the_cache_down_refuses_nobody(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: every connection is refused
        address = f"redis://127.0.0.1:{nobody.getsockname()[1]}/0"
        monkeypatch.setattr(ratelimit, "cache", RedisCache(address, {"OPTIONS": {"socket_connect_timeout": 0.5}}))
        knock(most=0)
    assert "rate limits are not counted" in caplog.text


@pytest.mark.parametrize("fault", [ConnectionResetError("gone"), TimeoutError("slow"), ValueError("the key ran out")])
def test_a_fault_while_counting_refuses_nobody(fault: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(key: str) -> int:
        raise fault

    monkeypatch.setattr(cache, "incr", fail, raising=False)
    knock(most=0)


def test_an_address_is_the_peers_and_never_a_header_that_anybody_can_write() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", headers={"X-Forwarded-For": "198.51.100.1"})
    assert ratelimit.address_of(request) == "192.0.2.7"
