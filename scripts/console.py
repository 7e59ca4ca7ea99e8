"""What the scripts say on the terminal: lines, steps with their time, and a sign of life from long commands."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from clone import ROOT

COLOUR = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
STILL_AT_IT = 5.0
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Failed(Exception):
    """A command failed. The message is one sentence for the terminal; *tail* the command's last lines."""

    def __init__(self, sentence: str, tail: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.tail = tail


def paint(text: str, code: str) -> str:
    """*text* in a colour, where the terminal has some."""
    return f"\x1b[{code}m{text}\x1b[0m" if COLOUR else text


def say(line: str = "") -> None:
    """One line, at once."""
    print(line, flush=True)


def warn(line: str) -> None:
    """One line that wants attention."""
    say(paint(line, "33"))


def fail(line: str) -> None:
    """One line that tells what went wrong."""
    print(paint(line, "31"), file=sys.stderr, flush=True)


@contextmanager
def timed(title: str) -> Iterator[None]:
    """Say what is begun, and how long it took when it went well."""
    say(f"  {title} …")
    began = time.monotonic()
    yield
    say(f"  {title}: done in {time.monotonic() - began:.1f} s")


def run(command: Sequence[str | Path], *, env: Mapping[str, str], log: Path, what: str) -> None:
    """Run *command* with its output in *log*, with a line every 5 s; raises `Failed` with the last lines."""
    log.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    tail: list[str] = []
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [str(word) for word in command], cwd=ROOT, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace",
        )  # fmt: skip
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        with process.stdout, sign_of_life(tail, began):
            for line in process.stdout:
                out.write(line)
                plain = ESCAPES.sub("", line).strip()
                if plain:
                    tail[:] = [*tail[-19:], plain]
        if process.wait() != 0:
            raise Failed(f"{what} failed (exit code {process.returncode}); the whole output: {log}", tuple(tail))


@contextmanager
def sign_of_life(tail: Sequence[str], began: float) -> Iterator[None]:
    """While the block runs, say every 5 s where it is."""
    over = threading.Event()

    def tell() -> None:
        shown = ""
        while not over.wait(STILL_AT_IT):
            last = tail[-1][:90] if tail else ""
            say(f"    {time.monotonic() - began:.0f} s  {last if last != shown else ''}".rstrip())
            shown = last

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
