"""Waiting for something to become true. Tests poll with this and never sleep for a fixed time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(predicate: Callable[[], T], *, seconds: float, what: str, every: float = 0.02) -> T:
    """Ask again until *predicate* answers something true, and answer that; fail with *what* and its last answer."""
    deadline = time.monotonic() + seconds
    while True:
        answer = predicate()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds:g} s (last seen: {answer!r})")
        time.sleep(every)
