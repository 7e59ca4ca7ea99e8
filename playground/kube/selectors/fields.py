"""Field selectors: "metadata.name=web,status.phase!=Failed" (k8s.io/apimachinery/pkg/fields/selector.go).

Which fields a kind knows is the API server's business; here a field is a name with a text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_TERM = re.compile(r"(.*?)(!=|==|=)(.*)", re.DOTALL)
_ESCAPABLE = "\\,="


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison: the field's text equals `value`, or does not."""

    field: str
    value: str
    equal: bool = True

    def __str__(self) -> str:
        return f"{self.field}{'=' if self.equal else '!='}{_escape(self.value)}"


@dataclass(frozen=True, slots=True)
class FieldSelector:
    """Terms that must all hold; none select everything."""

    terms: tuple[Term, ...] = ()

    def matches(self, fields: Mapping[str, str]) -> bool:
        """Tell whether all terms hold; a field that is absent reads as ""."""
        return all((fields.get(term.field, "") == term.value) is term.equal for term in self.terms)

    def required(self, field: str) -> str | None:
        """Return the text that `field` must have, None when anything may pass."""
        return next((term.value for term in self.terms if term.field == field and term.equal), None)

    def __str__(self) -> str:
        return ",".join(map(str, self.terms))


def parse_fields(text: str) -> FieldSelector:
    """Return the selector that `text` describes; "" selects everything. Raises ValueError in the server's words."""
    terms = []
    for part in sorted(_split(text)):
        if not part:
            continue
        match = _TERM.fullmatch(part)
        if match is None:
            raise ValueError(f"invalid selector: '{text}'; can't understand '{part}'")
        terms.append(Term(match[1], _unescape(match[3]), match[2] != "!="))
    return FieldSelector(tuple(terms))


def _split(text: str) -> list[str]:
    """Split at commas that no backslash protects."""
    return [part[0] for part in re.finditer(r"(?:[^,\\]|\\.|\\$)+", text, re.DOTALL)]


def _escape(value: str) -> str:
    return re.sub(r"[\\,=]", lambda match: "\\" + match[0], value)


def _unescape(value: str) -> str:
    found = []
    at = 0
    while at < len(value):
        letter = value[at]
        if letter == "\\":
            following = value[at + 1 : at + 2]
            if not following or following not in _ESCAPABLE:
                raise ValueError(f"invalid field selector: invalid escape sequence: \\{following}")
            letter = following
            at += 1
        elif letter in ",=":
            raise ValueError(f"invalid field selector: unescaped character in value: {ord(letter)}")
        found.append(letter)
        at += 1
    return "".join(found)
