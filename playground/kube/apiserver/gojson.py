"""JSON text as Go reads it: double keys are noticed, numbers keep their spelling, syntax errors have Go's words.

Sources: encoding/json/scanner.go, sigs.k8s.io/json. What the values mean does not belong here (decode.py).
"""

from __future__ import annotations

import json
from typing import Any, NoReturn, Self

_SPACE = b" \t\r\n"
_DIGITS = b"0123456789"
_HEX = b"0123456789abcdefABCDEF"
_ESCAPES = b'bfnrt\\/"'


class Fields(dict[str, Any]):
    """A JSON object that remembers which keys came twice; the last value wins, as in Go."""

    __slots__ = ("again",)

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.again: list[str] = []
        if len(self) != len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen and key not in self.again:
                    self.again.append(key)
                seen.add(key)


class Spelt(float):
    """A number written with a point or an exponent. `text` is how it was written."""

    text: str

    def __new__(cls, text: str) -> Self:
        """Remember the spelling beside the value."""
        self = super().__new__(cls, text)
        self.text = text
        return self


def parse(data: bytes) -> Any:
    """Return the value of a JSON text; raises ValueError with Go's message."""
    try:
        text = data.decode("utf-8", "replace")
        return json.loads(text, object_pairs_hook=Fields, parse_float=Spelt, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("exceeded max depth") from None
    except ValueError as error:
        raise ValueError(_Scanner(data).complaint() or str(error)) from None


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


class _Wrong(Exception):
    """The text stops being JSON."""


class _Scanner:
    """Walks a text that is known to be wrong, to say where and why as Go's scanner does."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def complaint(self) -> str:
        """Return Go's sentence, or "" when Go finds nothing wrong."""
        try:
            self._value()
            if self._peek(end_is_fine=True):
                self._bad("after top-level value")
        except _Wrong as wrong:
            return str(wrong)
        except RecursionError:
            return "exceeded max depth"
        return ""

    def _peek(self, *, end_is_fine: bool = False) -> bytes:
        """Skip white space and return the next byte."""
        data = self._data
        while self._at < len(data) and data[self._at] in _SPACE:
            self._at += 1
        if self._at >= len(data) and not end_is_fine:
            raise _Wrong("unexpected end of JSON input")
        return data[self._at : self._at + 1]

    def _next(self) -> bytes:
        """Return the next byte, white space or not, and step over it."""
        if self._at >= len(self._data):
            raise _Wrong("unexpected end of JSON input")
        self._at += 1
        return self._data[self._at - 1 : self._at]

    def _bad(self, where: str) -> NoReturn:
        raise _Wrong(f"invalid character {_shown(self._data[self._at : self._at + 1])} {where}")

    def _expect(self, allowed: bytes, where: str) -> bytes:
        """Step over a byte that must be one of `allowed`."""
        byte = self._next()
        if byte not in allowed or not byte:
            self._at -= 1
            self._bad(where)
        return byte

    def _value(self) -> None:
        first = self._peek()
        if first == b"{":
            self._object()
        elif first == b"[":
            self._array()
        elif first == b'"':
            self._string()
        elif first in b"tfn":
            self._literal({b"t": b"true", b"f": b"false", b"n": b"null"}[first])
        elif first in b"-0123456789":
            self._number()
        else:
            self._bad("looking for beginning of value")

    def _object(self) -> None:
        self._at += 1
        if self._peek() == b"}":
            self._at += 1
            return
        while True:
            if self._peek() != b'"':
                self._bad("looking for beginning of object key string")
            self._string()
            if self._peek() != b":":
                self._bad("after object key")
            self._at += 1
            self._value()
            after = self._peek()
            if after not in b",}":
                self._bad("after object key:value pair")
            self._at += 1
            if after == b"}":
                return

    def _array(self) -> None:
        self._at += 1
        if self._peek() == b"]":
            self._at += 1
            return
        while True:
            self._value()
            after = self._peek()
            if after not in b",]":
                self._bad("after array element")
            self._at += 1
            if after == b"]":
                return

    def _string(self) -> None:
        self._at += 1
        while (byte := self._next()) != b'"':
            if byte == b"\\":
                if self._expect(_ESCAPES + b"u", "in string escape code") == b"u":
                    for _ in range(4):
                        self._expect(_HEX, "in \\u hexadecimal character escape")
            elif byte < b" ":
                self._at -= 1
                self._bad("in string literal")

    def _literal(self, word: bytes) -> None:
        self._at += 1
        for letter in word[1:].decode():
            self._expect(letter.encode(), f"in literal {word.decode()} (expecting '{letter}')")

    def _number(self) -> None:
        if self._data[self._at : self._at + 1] == b"-":
            self._at += 1
        first = self._expect(_DIGITS, "in numeric literal")
        if first != b"0":
            self._digits()
        if self._data[self._at : self._at + 1] == b".":
            self._at += 1
            self._expect(_DIGITS, "after decimal point in numeric literal")
            self._digits()
        if self._data[self._at : self._at + 1] in (b"e", b"E"):
            self._at += 1
            if self._data[self._at : self._at + 1] in (b"+", b"-"):
                self._at += 1
            self._expect(_DIGITS, "in exponent of numeric literal")
            self._digits()

    def _digits(self) -> None:
        while self._data[self._at : self._at + 1] and self._data[self._at] in _DIGITS:
            self._at += 1


def _shown(byte: bytes) -> str:
    """Return a byte in quotes, as Go's quoteChar prints it."""
    special = {b"'": r"'\''", b'"': "'\"'", b"\\": r"'\\'", b"\n": r"'\n'", b"\r": r"'\r'", b"\t": r"'\t'"}
    if byte in special:
        return special[byte]
    return f"'{byte.decode()}'" if b" " <= byte < b"\x7f" else f"'\\x{byte[0]:02x}'"
