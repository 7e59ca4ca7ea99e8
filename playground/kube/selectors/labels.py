"""Label selectors as values: requirements that must all hold (k8s.io/apimachinery/pkg/labels/selector.go)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

Labels = Mapping[str, str]
Test = Callable[[Labels], bool]

# The words of LabelSelector and NodeSelector, and the operators they stand for.
OPERATORS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!", "Gt": "gt", "Lt": "lt"}
_EXACT = {"=": "=", "==": "==", "!=": "!=", "gt": ">", "lt": "<"}
_WHOLE = re.compile(r"[+-]?[0-9]+")


def whole_number(text: str) -> int | None:
    """Return the number as Go's strconv.ParseInt reads it, None for what it refuses or what needs over 64 bits."""
    if not _WHOLE.fullmatch(text):
        return None
    number = int(text)
    return number if -(1 << 63) <= number < 1 << 63 else None


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition on one label. `operator`: in, notin, =, ==, !=, exists, !, gt, lt. `values` are sorted."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.operator in _EXACT:
            return f"{self.key}{_EXACT[self.operator]}{','.join(self.values)}"
        if self.operator in {"in", "notin"}:
            return f"{self.key} {self.operator} ({','.join(self.values)})"
        return f"!{self.key}" if self.operator == "!" else self.key

    def test(self) -> Test:
        """Return the function that says whether labels satisfy this."""
        key = self.key
        values = frozenset(self.values)
        match self.operator:
            case "in" | "=" | "==":
                return lambda labels: labels.get(key) in values
            case "notin" | "!=":
                return lambda labels: labels.get(key) not in values
            case "exists":
                return lambda labels: key in labels
            case "!":
                return lambda labels: key not in labels
            case _:
                return _compare(key, self.operator, self.values[0])


def _compare(key: str, operator: str, value: str) -> Test:
    limit = whole_number(value)

    def test(labels: Labels) -> bool:
        number = whole_number(labels.get(key, ""))
        if number is None or limit is None:
            return False
        return number > limit if operator == "gt" else number < limit

    return test


def _always(labels: Labels) -> bool:
    return True


def _never(labels: Labels) -> bool:
    return False


def compiled(requirements: Iterable[Requirement]) -> Test:
    """Return one function for all the requirements; equalities alone are compared at C speed."""
    requirements = tuple(requirements)
    if not requirements:
        return _always
    if len(requirements) == 1:
        return requirements[0].test()
    wanted = {item.key: item.values[0] for item in requirements if item.operator in {"=", "=="}}
    if len(wanted) == len(requirements):
        pairs = wanted.items()
        return lambda labels: pairs <= labels.items()
    tests = tuple(item.test() for item in requirements)

    def test(labels: Labels) -> bool:
        return all(passes(labels) for passes in tests)

    return test


class Selector:
    """Requirements that must all hold; none select everything. NOTHING selects nothing."""

    __slots__ = ("_hash", "matches", "nothing", "requirements")

    matches: Test  # (labels) -> bool

    def __init__(self, requirements: Iterable[Requirement] = (), *, nothing: bool = False) -> None:
        self.requirements = tuple(sorted(requirements, key=lambda item: item.key))
        self.nothing = nothing
        self.matches = _never if nothing else compiled(self.requirements)
        self._hash = hash((self.requirements, nothing))

    @classmethod
    def of(cls, mapping: Mapping[str, Any] | None) -> Selector:
        """Return the selector of {"matchLabels", "matchExpressions"}: None selects nothing, {} everything.

        Raises ValueError for an operator that is none.
        """
        if mapping is None:
            return NOTHING
        if not getattr(mapping, "is_frozen", False):
            return cls._read(mapping)
        known = _READ.get(id(mapping))
        if known is None or known[0] is not mapping:
            if len(_READ) >= _MOST_READ:
                _READ.clear()
            known = _READ[id(mapping)] = (mapping, cls._read(mapping))
        return known[1]

    @classmethod
    def _read(cls, mapping: Mapping[str, Any]) -> Selector:
        requirements = [Requirement(key, "=", (value,)) for key, value in (mapping.get("matchLabels") or {}).items()]
        requirements += [requirement_of(item) for item in mapping.get("matchExpressions") or ()]
        return cls(requirements) if requirements else EVERYTHING

    @classmethod
    def of_set(cls, labels: Mapping[str, str] | None) -> Selector:
        """Return the selector of a plain map, as Services have; None and {} select everything."""
        return cls(Requirement(key, "=", (value,)) for key, value in (labels or {}).items())

    @property
    def empty(self) -> bool:
        """Tell whether it selects everything."""
        return not self.requirements and not self.nothing

    def __str__(self) -> str:
        return ",".join(map(str, self.requirements))

    def __repr__(self) -> str:
        return "Selector(nothing)" if self.nothing else f"Selector({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Selector):
            return NotImplemented
        return self.requirements == other.requirements and self.nothing == other.nothing

    def __hash__(self) -> int:
        return self._hash


LabelSelector = Selector
# What frozen mappings were read as, by identity: the same few are asked for over and over.
_READ: Final[dict[int, tuple[Mapping[str, Any], Selector]]] = {}
_MOST_READ: Final = 4096
EVERYTHING = Selector()
NOTHING = Selector(nothing=True)


def requirement_of(expression: Mapping[str, Any]) -> Requirement:
    """Return the requirement of {"key", "operator", "values"}; raises ValueError for an unknown operator."""
    word = expression.get("operator", "")
    operator = OPERATORS.get(word)
    if operator is None:
        raise ValueError(f'"{word}" is not a valid label selector operator')
    values = expression.get("values") or ()
    if operator in {"gt", "lt"} and len(values) != 1:
        raise ValueError("for 'Gt', 'Lt' operators, exactly one value is required")
    return Requirement(expression["key"], operator, tuple(sorted(set(values))))
