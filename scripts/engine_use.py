"""A Docker Engine for as long as a block runs, held by count. For `test` and `images`.

The holder is a process of its own: whatever happens to us, it gives the engine back. A Ctrl-C does not reach it.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import clone
from clone import PYTHON, ROOT
from console import Failed, say

ENGINE_ENDS_WITHIN = 40.0


@contextmanager
def held() -> Iterator[str]:
    """An engine's address: `DRYDOCK_ENGINE`, or one found or started and held meanwhile. Raises `Failed`."""
    given = os.environ.get("DRYDOCK_ENGINE", "")
    if given:
        yield given
        return
    holder = subprocess.Popen(
        [str(PYTHON), str(ROOT / "scripts" / "hold_engine.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, env=clone.environment(), cwd=ROOT, start_new_session=True,
    )  # fmt: skip
    try:
        yield address_from(holder)
    finally:
        assert holder.stdin is not None  # noqa: S101 - PIPE was asked for
        holder.stdin.close()
        try:
            holder.wait(ENGINE_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            holder.kill()


def address_from(holder: subprocess.Popen[str]) -> str:
    """Show the holder's progress until it says where the engine is."""
    assert holder.stdout is not None  # noqa: S101 - PIPE was asked for
    for line in holder.stdout:
        word, _, rest = line.strip().partition(" ")
        if word == "host":
            return rest
        if word == "none":
            raise Failed(rest)
        say(f"  {line.rstrip()}")
    raise Failed("The process that holds the engine ended; run .venv/bin/python -m playground.engine status.")
