"""Single values as Go's decoders see them: their words in messages, their zeros, what is printed and what is not."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from playground.kube import quantity
from playground.kube.apiserver.go_names import struct_name
from playground.kube.apiserver.go_pointers import pointers
from playground.kube.apiserver.go_zeros import zeros
from playground.kube.apiserver.gojson import Spelt
from playground.kube.objects.frozen import thaw
from playground.kube.objects.schema import FieldType

# Left out when zero, unless they are behind a pointer.
_OMITTED = frozenset({"string", "boolean", "int32", "int64", "integer", "number"})


def word(value: object, *, spelt: bool = False) -> str:
    """Return Go's word for a JSON value; `spelt` numbers are repeated as they were written."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return f"number {spelling(value)}" if spelt else "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def spelling(value: float) -> str:
    """Return a number as it stood in the text."""
    return value.text if isinstance(value, Spelt) else json.dumps(value)


def says_something(struct: str, field: str, declared: FieldType) -> bool:
    """Tell whether Go prints a zero: an empty struct (emptyDir: {}), or what is behind a pointer (replicas: 0)."""
    if declared.kind in _OMITTED:
        return field in pointers(struct)
    return declared.kind not in {"array", "map"}


def zero_item(inner: FieldType) -> Any:
    """Return what a null inside a list or a map becomes."""
    if inner.kind in {"string", "bytes", "time", "microtime"}:
        return ""
    if inner.kind == "quantity":
        return "0"
    if inner.kind == "object" and inner.ref:
        return thaw(zeros(struct_name(inner.ref)))
    return {"array": [], "map": {}, "boolean": False, "object": {}, "any": None}.get(inner.kind, 0)


@lru_cache(maxsize=4096)
def canonical(text: str) -> str:
    """Return a quantity as Kubernetes writes it back; raises ValueError."""
    return str(quantity.parse(text))


def plain(value: Any) -> Any:
    """Return a value of no known shape as plain data."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return float(value) if isinstance(value, Spelt) else value
