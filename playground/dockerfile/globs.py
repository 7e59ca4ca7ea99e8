"""Wildcards as Docker understands them: one flavour for COPY sources, one for .dockerignore lines.

Both turn a pattern into a compiled expression over paths with forward slashes. Neither looks at any file.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_MAGIC = re.compile(r"[*?\[\\]")


def has_wildcard(pattern: str) -> bool:
    """Whether the pattern means anything but itself."""
    return _MAGIC.search(pattern) is not None


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

    def class_character(self) -> str | None:
        """One character of a [class], or None where it is missing or not allowed."""
        character = self.next()
        if character in {"", "-", "]"}:
            return None
        return self.next() or None if character == "\\" else character

    def character_class(self) -> str | None:
        """The expression for what follows a `[`, or None when the class is malformed."""
        negated = self.accept("^")
        ranges: list[str] = []
        while not (ranges and self.accept("]")):
            low = self.class_character()
            high = self.class_character() if low and self.accept("-") else low
            if low is None or high is None:
                return None
            # A range that runs backwards is legal and matches nothing.
            if low <= high:
                ranges.append(f"{re.escape(low)}-{re.escape(high)}")
            else:
                ranges.append("")
        inside = "".join(ranges)
        if not inside:
            return r"[\s\S]" if negated else r"(?!)"
        return f"[{'^' if negated else ''}{inside}]"


@lru_cache(maxsize=512)
def path_pattern(pattern: str) -> re.Pattern[str] | None:
    """A COPY source such as `src/*.py`; None when the pattern is malformed. `*` and `?` stop at a slash."""
    reader = _Reader(pattern)
    out: list[str] = []
    while not reader.done:
        character = reader.next()
        piece: str | None
        if character == "*":
            piece = "[^/]*"
        elif character == "?":
            piece = "[^/]"
        elif character == "[":
            piece = reader.character_class()
        elif character == "\\":
            piece = None if reader.done else re.escape(reader.next())
        else:
            piece = re.escape(character)
        if piece is None:
            return None
        # Two stars side by side mean the same as one; left alone they would make matching slow.
        if not (piece == "[^/]*" and out and out[-1] == piece):
            out.append(piece)
    return re.compile("".join(out), re.DOTALL)


@lru_cache(maxsize=512)
def ignore_pattern(pattern: str) -> re.Pattern[str] | None:
    """A cleaned .dockerignore line; None when it is malformed.

    Docker reads `\\d` here as "any digit", by an accident of its own; this takes it as the letter, as the manual says.
    """
    if path_pattern(pattern) is None:
        return None
    if shortcut := _suffix_shortcut(pattern):
        return shortcut
    reader = _Reader(pattern)
    out: list[str] = []
    while not reader.done:
        piece = _ignore_piece(reader)
        # Neighbours that say the same thing twice change nothing and cost exponential time.
        if not (out and out[-1] == piece and piece in {"[^/]*", "(?:.*/)?", ".*"}):
            out.append(piece)
    return re.compile("".join(out), re.DOTALL)


def _ignore_piece(reader: _Reader) -> str:
    if reader.accept("**"):
        reader.accept("/")
        # At the end ** takes everything that follows; elsewhere any number of folders, none included.
        return ".*" if reader.done else "(?:.*/)?"
    character = reader.next()
    if character == "*":
        return "[^/]*"
    if character == "?":
        return "[^/]"
    if character == "[":
        return reader.character_class() or "(?!)"
    return re.escape(reader.next() if character == "\\" else character)


def _suffix_shortcut(pattern: str) -> re.Pattern[str] | None:
    """`**` in front of plain text is compared by its end alone, so `**foo` takes `xfoo` as well."""
    rest = pattern.removeprefix("**")
    if rest == pattern or has_wildcard(rest) or "]" in rest:
        return None
    if rest.startswith("/"):
        return re.compile(f"(?:.*/)?{re.escape(rest[1:])}", re.DOTALL)
    return re.compile(f".*{re.escape(rest)}", re.DOTALL)
