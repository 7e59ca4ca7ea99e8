"""A script's text into tokens: words, operators and redirections. Quotes are undone here, variables are not filled in.

After the POSIX shell command language (token recognition, quoting).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


class NotUnderstood(Exception):
    """The script uses something that is not known here; the message says what."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a word. *filled*: variables in it count; *quoted*: it is not split at spaces."""

    text: str
    filled: bool
    quoted: bool


Word = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or an operator (then *word* is empty)."""

    operator: str
    word: Word = ()


_OPERATOR: Final = re.compile(r"[0-9&]?>>?(?:&[0-9-])?|<<<?|<|&&|\|\||;;|[;&|()\n]")
_BREAKS: Final = frozenset(" \t\n;&|()<>")


def tokens(text: str) -> list[Token]:
    """Return the tokens of a script; raises NotUnderstood."""
    return list(_tokens(text.replace("\\\n", "")))


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        letter = text[at]
        if letter in " \t":
            at += 1
        elif letter == "#":
            at = (text.find("\n", at) + len(text) + 1) % (len(text) + 1)
        elif (match := _OPERATOR.match(text, at)) is not None:
            if match[0].startswith("<<"):
                raise NotUnderstood("a here-document (<<)")
            yield Token(match[0])
            at = match.end()
        else:
            word, at = _word(text, at)
            yield Token("", word)


def _word(text: str, at: int) -> tuple[Word, int]:
    """Return the word that begins here and where it ends."""
    parts: list[Part] = []
    while at < len(text) and text[at] not in _BREAKS:
        letter = text[at]
        if letter == "'":
            end = _until(text, at + 1, "'")
            parts.append(Part(text[at + 1 : end], filled=False, quoted=True))
            at = end + 1
        elif letter == '"':
            quoted, at = _double(text, at + 1)
            parts += quoted
        elif letter == "\\":
            parts.append(Part(text[at + 1 : at + 2] or letter, filled=False, quoted=True))
            at += 2
        else:
            end = _bare(text, at)
            parts.append(Part(text[at:end], filled=True, quoted=False))
            at = end
    return tuple(parts), at


def _bare(text: str, at: int) -> int:
    """Return where an unquoted piece ends; $(…) and ${…} belong to it as a whole."""
    while at < len(text) and text[at] not in _BREAKS and text[at] not in "'\"\\":
        at = _after(text, at)
    return at


def _double(text: str, at: int) -> tuple[list[Part], int]:
    """Return what stands in double quotes, and where the text goes on."""
    parts, begin = [], at
    while at < len(text) and text[at] != '"':
        if text[at] == "\\" and text[at + 1 : at + 2] in {'"', "\\", "$", "`"}:
            parts += [Part(text[begin:at], filled=True, quoted=True), Part(text[at + 1], filled=False, quoted=True)]
            at = begin = at + 2
        else:
            at = _after(text, at)
    if at >= len(text):
        raise NotUnderstood('a " that is not closed')
    return [*parts, Part(text[begin:at], filled=True, quoted=True)], at + 1


def _after(text: str, at: int) -> int:
    """Return the place after one letter, or after a whole $(…), ${…} or `…`."""
    if text.startswith("$(", at):
        return _closing(text, at + 2, "()")
    if text.startswith("${", at):
        return _until(text, at, "}") + 1
    if text[at] == "`":
        return _until(text, at + 1, "`") + 1
    return at + 1


def _closing(text: str, at: int, pair: str) -> int:
    """Return the place after the bracket that closes the one before *at*."""
    depth = 1
    while depth:
        if at >= len(text):
            raise NotUnderstood(f"a {pair[0]} that is not closed")
        depth += {pair[0]: 1, pair[1]: -1}.get(text[at], 0)
        at += 1
    return at


def _until(text: str, at: int, letter: str) -> int:
    end = text.find(letter, at)
    if end < 0:
        raise NotUnderstood(f"a {letter} that is not closed")
    return end
