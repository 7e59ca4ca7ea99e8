"""Where base64 stops being base64, as Go's encoding/base64 counts (base64.go, decodeQuantum)."""

from __future__ import annotations

import string

_ALPHABET = frozenset(string.ascii_letters + string.digits + "+/")


def problem(text: str) -> int | None:
    """Return the position Go's CorruptInputError names, or None when the text is well formed."""
    at = 0
    while at < len(text):
        at, wrong = _quantum(text, at)
        if wrong is not None:
            return wrong
    return None


def _quantum(text: str, at: int) -> tuple[int, int | None]:
    """Read four characters; return where the next four begin and the position of a fault."""
    read = 0
    while read < 4:
        if at == len(text):
            return at, None if read == 0 else at - read
        character = text[at]
        at += 1
        if character in "\r\n":
            continue
        if character in _ALPHABET:
            read += 1
            continue
        return _padding(text, at, read) if character == "=" else (at, at - 1)
    return at, None


def _padding(text: str, at: int, read: int) -> tuple[int, int | None]:
    """Read what may follow the first "=", which stands before `at`."""
    if read < 2:
        return at, at - 1
    if read == 2:
        at = _skip_breaks(text, at)
        if at == len(text):
            return at, len(text)
        if text[at] != "=":
            return at, at - 1
        at += 1
    rest = _skip_breaks(text, at)
    return len(text), None if rest == len(text) else rest


def _skip_breaks(text: str, at: int) -> int:
    while at < len(text) and text[at] in "\r\n":
        at += 1
    return at
