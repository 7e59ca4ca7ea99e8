"""How a command waits: the real one watches, here it is looked every tenth of a second, later every second."""

from collections.abc import Callable
from typing import Final

from playground.kube.kubectl.session import Session

SOON: Final = 0.1  # seconds between two looks
LATER: Final = 1.0
QUIET: Final = 60.0  # seconds after which it is looked less often


def until(session: Session, seconds: float, is_so: Callable[[], bool]) -> float:
    """Let time pass until something is so, at most so many seconds; answer how many are left, below 0 for too late."""
    left = seconds
    while not is_so():
        if session.sleep is None or left <= 0:
            return -1.0
        step = min(SOON if seconds - left < QUIET else LATER, left)
        session.sleep(step)
        left -= step
    return left
