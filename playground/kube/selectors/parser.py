"""Reads label selectors as people write them: "a=b,c in (x,y),!d". The messages are Kubernetes' own.

Source: k8s.io/apimachinery/pkg/labels/selector.go (grammar, tokens, which message where).
"""

from __future__ import annotations

import re

from playground.kube.selectors.formats import label_value_problems, qualified_name_problems
from playground.kube.selectors.labels import Requirement, Selector, whole_number

_SYMBOLS = "=!(),><"
_WORD = re.compile(r"[^=!(),><\s]+", re.ASCII)
_SIGNS = {")", ",", "!", "==", "=", ">", "<", "!=", "("}
_BINARY = {"in": "in", "notin": "notin", "=": "=", "==": "==", "!=": "!=", ">": "gt", "<": "lt"}
_BLANK = " \t\r\n"

# A token is (kind, text): kind is the sign itself, "word", "end" or "error".
Token = tuple[str, str]


def parse_labels(text: str) -> Selector:
    """Return the selector that `text` describes; "" selects everything. Raises ValueError in the server's words."""
    return Selector(_Parser(text).requirements())


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    at = 0
    text = text.split("\0", 1)[0]  # the real lexer takes a NUL for the end
    while at < len(text):
        if text[at] in _BLANK:
            at += 1
        elif text[at] in _SYMBOLS:
            token, at = _sign(text, at)
            found.append(token)
        else:
            end = at
            while end < len(text) and text[end] not in _SYMBOLS and text[end] not in _BLANK:
                end += 1
            found.append(("word", text[at:end]))
            at = end
    return [*found, ("end", "")]


def _sign(text: str, at: int) -> tuple[Token, int]:
    """Read the longest run of symbols that is a sign; a run that never becomes one is an error."""
    last = ""
    start = at
    while at < len(text) and text[at] in _SYMBOLS:
        if text[start : at + 1] in _SIGNS:
            last = text[start : at + 1]
        elif last:
            break
        at += 1
    if not last:
        return ("error", f"error expected: keyword found '{text[start:at]}'"), at
    return (last, last), at


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def requirements(self) -> list[Requirement]:
        found: list[Requirement] = []
        while True:
            kind, text = self._peek()
            if kind == "end":
                return found
            if kind not in {"word", "!"}:
                raise ValueError(f"found '{text}', expected: !, identifier, or 'end of string'")
            try:
                found.append(self._requirement())
            except ValueError as problem:
                raise ValueError(f"unable to parse requirement: {problem}") from None
            kind, text = self._take()
            if kind == "end":
                return found
            if kind != ",":
                raise ValueError(f"found '{text}', expected: ',' or 'end of string'")
            kind, text = self._peek()
            if kind not in {"word", "!"}:
                raise ValueError(f"found '{text}', expected: identifier after ','")

    def _requirement(self) -> Requirement:
        kind, key = self._take()
        absent = kind == "!"
        if absent:
            kind, key = self._take()
        if kind != "word":
            raise ValueError(f"found '{key}', expected: identifier")
        problems = qualified_name_problems(key)
        if problems:
            raise ValueError(f"<nil>: Invalid value: {_quoted(key)}: {'; '.join(problems)}")
        if absent:
            return Requirement(key, "!")
        if self._peek()[0] in {"end", ","}:
            return Requirement(key, "exists")
        operator = self._operator()
        values = self._values() if operator in {"in", "notin"} else self._exact_value()
        _check_values(key, operator, values)
        return Requirement(key, operator, values)

    def _operator(self) -> str:
        kind, text = self._take()
        operator = _BINARY.get(text) if kind in {"word", text} else None
        if operator is None:
            raise ValueError(f"found '{text}', expected: in, notin, =, ==, !=, gt, lt")
        return operator

    def _values(self) -> tuple[str, ...]:
        kind, text = self._take()
        if kind != "(":
            raise ValueError(f"found '{text}' expected: '('")
        kind, text = self._peek()
        if kind == ")":
            self._take()
            return ("",)
        if kind not in {"word", ","}:
            raise ValueError(f"found '{text}', expected: ',', ')' or identifier")
        values = self._words()
        self._take()
        return values

    def _words(self) -> tuple[str, ...]:
        """Read words between commas up to the ")"; nothing before, between or after commas is the empty value."""
        found: set[str] = set()
        while True:
            kind, text = self._take()
            following, following_text = self._peek() if kind != "end" else ("end", "")
            if kind == "word":
                found.add(text)
                if following == ")":
                    return tuple(sorted(found))
                if following != ",":
                    raise ValueError(f"found '{following_text}', expected: ',' or ')'")
            elif kind == ",":
                if not found or following in {",", ")"}:
                    found.add("")
                if following == ")":
                    return tuple(sorted(found))
            else:
                raise ValueError(f"found '{text}', expected: ',', or identifier")

    def _exact_value(self) -> tuple[str, ...]:
        if self._peek()[0] in {"end", ","}:
            return ("",)
        kind, text = self._take()
        if kind != "word":
            raise ValueError(f"found '{text}', expected: identifier")
        return (text,)


def _check_values(key: str, operator: str, values: tuple[str, ...]) -> None:
    problems: list[str] = []
    if operator in {"gt", "lt"} and whole_number(values[0]) is None:
        told = "for 'Gt', 'Lt' operators, the value must be an integer"
        problems.append(f"values[0]: Invalid value: {_quoted(values[0])}: {told}")
    for index, value in enumerate(values):
        wrong = label_value_problems(value)
        if wrong:
            problems.append(f"values[{index}][{key}]: Invalid value: {_quoted(value)}: {'; '.join(wrong)}")
    if problems:
        raise ValueError(problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
