"""Wildcards as Docker understands them: one flavour for COPY sources, one for .dockerignore lines.

Both read a pattern into a `Glob`, which compares whole paths with forward slashes. Neither looks at any file. Learners
write both the patterns and the paths, so matching takes time in proportion to the path, whatever the pattern.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

_MAGIC = re.compile(r"[*?\[\\]")


def has_wildcard(pattern: str) -> bool:
    """Whether the pattern means anything but itself."""
    return _MAGIC.search(pattern) is not None


@dataclass(frozen=True, slots=True)
class _One:
    """One character."""

    accepts: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _Run:
    """Any number of characters, none included; `slashes` among them or not."""

    slashes: bool


@dataclass(frozen=True, slots=True)
class _Folders:
    """Any number of whole folders with the slash behind the last, none included."""


_Token = _One | _Run | _Folders


@dataclass(slots=True)
class Glob:
    """A pattern, ready to compare. All the ways to match are followed at once, each one a bit of a number."""

    tokens: tuple[_Token, ...]
    _skippable: int = 0
    _folders: int = 0
    _masks: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place, token in enumerate(self.tokens):
            self._skippable |= (not isinstance(token, _One)) << place
            self._folders |= isinstance(token, _Folders) << place

    def matches(self, path: str) -> bool:
        """Whether the pattern covers the whole path."""
        states, inside = self._skip(1), 0
        for character in path:
            advancing, staying = self._masks.get(character) or self._mask(character)
            inside |= states & self._folders
            states = (states & advancing) << 1 | states & staying
            if character == "/":
                states |= inside << 1
            states = self._skip(states)
            if not states | inside:
                return False
        return bool(states >> len(self.tokens) & 1)

    def _skip(self, states: int) -> int:
        """Also be behind every token that may match nothing."""
        while (grown := states | (states & self._skippable) << 1) != states:
            states = grown
        return states

    def _mask(self, character: str) -> tuple[int, int]:
        """Which tokens this character satisfies, and which it leaves waiting for more."""
        advancing = staying = 0
        for place, token in enumerate(self.tokens):
            if isinstance(token, _One):
                advancing |= token.accepts(character) << place
            elif isinstance(token, _Run):
                staying |= (token.slashes or character != "/") << place
        self._masks[character] = advancing, staying
        return advancing, staying


@dataclass(slots=True)
class _Reader:
    pattern: str
    at: int = 0

    def next(self) -> str:
        character = self.pattern[self.at : self.at + 1]
        self.at += 1
        return character

    def accept(self, text: str) -> bool:
        if not self.pattern.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    @property
    def done(self) -> bool:
        return self.at >= len(self.pattern)

    def token(self) -> _Token | None:
        """What stands next, `**` aside; None when it is malformed."""
        character = self.next()
        if character == "*":
            return _Run(slashes=False)
        if character == "?":
            return _One(lambda one: one != "/")
        if character == "[":
            return self.character_class()
        if character == "\\":
            return None if self.done else _literal(self.next())
        return _literal(character)

    def character_class(self) -> _One | None:
        """What follows a `[`, or None when it is malformed."""
        negated = self.accept("^")
        ranges: list[tuple[str, str]] = []
        while not (ranges and self.accept("]")):
            low = self.class_character()
            high = self.class_character() if low and self.accept("-") else low
            if low is None or high is None:
                return None
            ranges.append((low, high))
        return _One(lambda one: any(low <= one <= high for low, high in ranges) != negated)

    def class_character(self) -> str | None:
        """One character of a [class], or None where it is missing or not allowed."""
        character = self.next()
        if character in {"", "-", "]"}:
            return None
        return self.next() or None if character == "\\" else character


def _literal(character: str) -> _One:
    return _One(lambda one: one == character)


@lru_cache(maxsize=512)
def path_pattern(pattern: str) -> Glob | None:
    """A COPY source such as `src/*.py`; None when the pattern is malformed. `*` and `?` stop at a slash."""
    reader = _Reader(pattern)
    tokens: list[_Token] = []
    while not reader.done:
        token = reader.token()
        if token is None:
            return None
        tokens.append(token)
    return Glob(tuple(tokens))


@lru_cache(maxsize=512)
def ignore_pattern(pattern: str) -> Glob | None:
    """A cleaned .dockerignore line; None when it is malformed.

    Docker reads `\\d` here as "any digit", by an accident of its own; this takes it as the letter, as the manual says.
    """
    if path_pattern(pattern) is None:
        return None
    reader = _Reader(pattern)
    tokens: list[_Token] = []
    # In front of plain text ** is compared by the end alone, so `**foo` takes `xfoo` as well.
    rest = pattern.removeprefix("**")
    if rest != pattern and not rest.startswith("/") and not has_wildcard(rest):
        tokens.append(_Run(slashes=True))
        reader.at = len("**")
    while not reader.done:
        if reader.accept("**"):
            reader.accept("/")
            # At the end ** takes everything that follows; elsewhere any number of folders.
            tokens.append(_Run(slashes=True) if reader.done else _Folders())
        elif token := reader.token():
            tokens.append(token)
    return Glob(tuple(tokens))
