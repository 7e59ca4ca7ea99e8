"""Where a script runs, and the ways out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

SHELLS: Final = frozenset({"sh", "bash", "ash", "dash"})


@dataclass(frozen=True, slots=True)
class Host:
    """Where a script runs. *own*: the programs of the image, with the words of their behaviour; *shells*: sh, bash.

    *anything*: what whatever else is called does, where the image's programs are not known; "" for not found.
    *reaches*: the exit code of a request to a URL, None where nobody can tell.
    """

    name: str
    image: str
    own: Mapping[str, str] = field(default_factory=dict)
    shells: frozenset[str] = SHELLS
    anything: str = ""
    reaches: Callable[[str], int | None] = lambda url: None


class Exit(Exception):
    """The script ends here."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Endless(Exception):
    """What comes after this is never reached."""


class Break(Exception):
    """Out of the innermost loop (or, with *on*, to its next round)."""

    def __init__(self, *, on: bool) -> None:
        super().__init__(on)
        self.on = on
