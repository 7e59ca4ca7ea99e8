"""Holds the use of a Docker Engine for a supervisor or a test run, and starts ours anew when it dies.

`.venv/bin/python scripts/hold_engine.py` prints `host ADDRESS` when an engine answers and `none SENTENCE` when none can
be had (it tries again every 15 s). It gives the engine back at SIGTERM, SIGINT or the end of its standard input, so an
engine of ours never outlives whoever asked for it.
"""

import contextlib
import os
import signal
import sys
import threading

import users
from clone import ROOT
from console import say

sys.path.insert(0, str(ROOT))

from playground.engine import daemon, installations
from playground.engine.errors import EngineDown
from playground.engine.ping import answers
from playground.engine.state import state_dir

LOOK_EVERY = 1.0
TRY_EVERY = 15.0
MISSED = 5
"""So many looks in a row without an answer, and the engine counts as dead: a busy one may miss some."""


def main() -> None:
    """Hold an engine until told to end."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    provide_group()
    with contextlib.suppress(OSError):
        installations.open_for_users(state_dir(os.environ))
    threading.Thread(target=wait_for_end_of_input, args=(over,), daemon=True).start()
    told = False
    while not over.is_set():
        try:
            hold = daemon.acquire(os.environ, say)
        except EngineDown as down:
            if not told:
                say(f"none {down.message}")
            told = True
            over.wait(TRY_EVERY)
            continue
        told = False
        say(f"host {hold.host}")
        watch(hold, over)
        hold.give_back(say)


def provide_group() -> None:
    """The group that our engine's socket is given to; where it cannot be made the socket stays root's."""
    if users.applies():
        with contextlib.suppress(users.NoUsers):
            users.provide_groups(say)


def wait_for_end_of_input(over: threading.Event) -> None:
    """The other end of our standard input is whoever holds the engine by us; when it is gone, so is the need."""
    while os.read(0, 1024):
        pass
    over.set()


def watch(hold: daemon.Hold, over: threading.Event) -> None:
    """Return when it is over, or when an engine of ours has died."""
    missed = 0
    while missed < MISSED and not over.wait(LOOK_EVERY):
        missed = 0 if not hold.ours or answers(hold.host) else missed + 1


if __name__ == "__main__":
    main()
