"""A body becomes an object of its kind: types are checked, unknown fields noticed, quantities made canonical.

The messages are those of Go's decoders. `read` works as sigs.k8s.io/json does (POST, PUT, JSON and merge patches);
`convert` as FromUnstructured does in k8s.io/apimachinery/pkg/runtime/converter.go (strategic merge patches).
Defaults are not set here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playground.kube import clock, quantity
from playground.kube.apiserver.base64_go import problem as base64_problem
from playground.kube.apiserver.go_names import struct_name, type_of
from playground.kube.apiserver.go_time import time_problem
from playground.kube.apiserver.go_values import canonical, plain, says_something, spelling, word, zero_item
from playground.kube.apiserver.go_zeros import zeros
from playground.kube.apiserver.gojson import Fields, Spelt
from playground.kube.objects import schema
from playground.kube.objects.frozen import thaw
from playground.kube.objects.schema import FieldType, Type

_LIMITS = {"int32": 1 << 31, "integer": 1 << 31, "int64": 1 << 63}
_PROBLEMS = 100  # sigs.k8s.io/json stops collecting there


class Undecodable(Exception):
    """The body does not fit the type; the message is Go's."""


@dataclass(slots=True)
class Decoded:
    """A private, plain object that fits its type, and what a strict decoder complains about."""

    object: dict[str, Any]
    problems: list[str] = field(default_factory=list)


def read(value: object, type_: Type) -> Decoded:
    """Return `value` as an object of the type; raises Undecodable with the message of Go's json."""
    reader = _Json()
    found = reader.root(value, type_)
    if reader.saved:
        raise Undecodable(reader.saved)
    return Decoded(found, reader.problems)


def convert(value: object, type_: Type) -> Decoded:
    """Return `value` as an object of the type; raises Undecodable with the message of the unstructured converter."""
    reader = _Unstructured()
    found = reader.root(value, type_)
    return Decoded(found, sorted(reader.problems))


class _Reader:
    """Walks a value along its type and keeps the place for messages."""

    def __init__(self) -> None:
        self.saved = ""  # the first mismatch; Go goes on and reports it at the end
        self.problems: list[str] = []
        self._structs: list[str] = []  # Go's names of the structs we are in
        self._fields: list[str] = []  # the JSON names of the fields we are in
        self._places: list[str] = []  # the same with indexes and map keys: spec, .containers, [0]
        self._scalars: dict[str, Callable[[Any, FieldType], Any]] = {
            "string": self._string,
            "boolean": self._boolean,
            "int32": self._integer,
            "int64": self._integer,
            "integer": self._integer,
            "number": self._number,
            "quantity": self._quantity,
            "intstr": self._intstr,
            "time": self._time,
            "microtime": self._time,
            "bytes": self._bytes,
        }

    def root(self, value: object, type_: Type) -> dict[str, Any]:
        """Return the whole object."""
        if not isinstance(value, dict):
            raise Undecodable(
                f"json: cannot unmarshal {word(value)} into Go value of type v1.{struct_name(type_.name)}"
            )
        return self._struct(value, type_)

    def _struct(self, value: dict[str, Any], type_: Type) -> dict[str, Any]:
        name = struct_name(type_.name)
        fields = type_.fields
        found: dict[str, Any] = {}
        self._structs.append(name)
        for key, item in value.items():
            declared = fields.get(key)
            if declared is None:
                self._complain("unknown", key)
                continue
            if item is None:
                continue
            self._fields.append(key)
            self._places.append(f".{key}" if self._places else key)
            kept = self._value(item, declared)
            if kept or (kept is not None and says_something(name, key, declared)):
                found[key] = kept
            self._places.pop()
            self._fields.pop()
        self._doubles(value)
        self._structs.pop()
        for key, zero in zeros(name).items():
            if key not in found:
                found[key] = thaw(zero)
        return found

    def _doubles(self, value: dict[str, Any]) -> None:
        for key in getattr(value, "again", ()) if isinstance(value, Fields) else ():
            self._complain("duplicate", key)

    def _complain(self, what: str, key: str) -> None:
        place = "".join(self._places)
        problem = f'{what} field "{place}{"." if place else ""}{key}"'
        if problem not in self.problems and len(self.problems) < _PROBLEMS:
            self.problems.append(problem)

    def _value(self, value: Any, declared: FieldType) -> Any:
        kind = declared.kind
        scalar = self._scalars.get(kind)
        if scalar is not None:
            return scalar(value, declared)
        if kind == "array":
            return self._array(value, declared)
        if kind == "map":
            return self._map(value, declared)
        if declared.ref and kind == "object":
            if not isinstance(value, dict):
                return self._mismatch(value, declared, "struct")
            return self._struct(value, schema.by_name(declared.ref))
        return plain(value)

    def _array(self, value: Any, declared: FieldType) -> Any:
        if not isinstance(value, list):
            return self._mismatch(value, declared, "slice")
        inner = declared.items
        if inner is None:
            return plain(value)
        found = []
        for position, entry in enumerate(value):
            self._places.append(f"[{position}]")
            kept = self._item(entry, inner)
            self._places.pop()
            found.append(kept)
        return found

    def _map(self, value: Any, declared: FieldType) -> Any:
        if not isinstance(value, dict):
            return self._mismatch(value, declared, "map")
        inner = declared.items
        if inner is None:
            return plain(value)
        found = {}
        for key, entry in value.items():
            self._places.append(f".{key}")
            found[key] = self._item(entry, inner)
            self._places.pop()
        self._doubles(value)
        return found

    def _item(self, entry: Any, inner: FieldType) -> Any:
        """Return one entry of a list or a map; a null is the zero value there."""
        if entry is None:
            return zero_item(inner)
        kept = self._value(entry, inner)
        return zero_item(inner) if kept is None else kept

    def _string(self, value: Any, declared: FieldType) -> Any:
        return value if isinstance(value, str) else self._mismatch(value, declared, "string")

    def _boolean(self, value: Any, declared: FieldType) -> Any:
        return value if isinstance(value, bool) else self._mismatch(value, declared, "bool")

    def _integer(self, value: Any, declared: FieldType) -> Any:
        limit = _LIMITS[declared.kind]
        if isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit:
            return value
        return self._mismatch(value, declared, "int")

    def _number(self, value: Any, declared: FieldType) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        return self._mismatch(value, declared, "float")

    def _quantity(self, value: Any, declared: FieldType) -> str:
        if isinstance(value, bool | dict | list) or value == "":
            raise Undecodable(quantity.FORMAT_WRONG)
        text = value.strip() if isinstance(value, str) else spelling(value)
        try:
            return canonical(text)
        except ValueError as error:
            raise Undecodable(str(error)) from None

    def _intstr(self, value: Any, declared: FieldType) -> Any:
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 31):
            return value
        raise Undecodable(self._inner_mismatch(value, "int32"))

    def _time(self, value: Any, declared: FieldType) -> Any:
        if not isinstance(value, str):
            raise Undecodable(self._inner_mismatch(value, "string"))
        complaint = time_problem(value, micro=declared.kind == "microtime")
        if complaint:
            raise Undecodable(complaint)
        seconds = clock.seconds_of(value)
        return clock.micro_of(seconds) if declared.kind == "microtime" else clock.stamp_of(seconds)

    def _bytes(self, value: Any, declared: FieldType) -> Any:
        if not isinstance(value, str):
            return self._mismatch(value, declared, "slice")
        position = base64_problem(value)
        if position is not None:
            self.saved = self.saved or f"illegal base64 data at input byte {position}"
        return value

    def _inner_mismatch(self, value: Any, into: str) -> str:
        """Return the words for a type that reads itself (IntOrString, Time) and met something else."""
        raise NotImplementedError

    def _mismatch(self, value: Any, declared: FieldType, group: str) -> None:
        """Notice that a value does not fit; `group` is Go's kind of the target."""
        raise NotImplementedError


class _Json(_Reader):
    """Go's json: the first mismatch is remembered and the rest is read all the same."""

    def _mismatch(self, value: Any, declared: FieldType, group: str) -> None:
        number = group in {"int", "float"}
        into = type_of(self._structs[-1], self._fields[-1], declared)
        self.saved = self.saved or self._words(word(value, spelt=number), into)

    def _inner_mismatch(self, value: Any, into: str) -> str:
        return self._words(word(value, spelt=into == "int32"), into)

    def _words(self, what: str, into: str) -> str:
        place = f"{self._structs[-1]}.{'.'.join(self._fields)}"
        return f"json: cannot unmarshal {what} into Go struct field {place} of type {into}"


class _Unstructured(_Reader):
    """The unstructured converter: the first mismatch ends it."""

    def _integer(self, value: Any, declared: FieldType) -> Any:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            half = _LIMITS[declared.kind]
            return (value + half) % (2 * half) - half  # reflect's Convert wraps around
        return self._mismatch(value, declared, "int")

    def _mismatch(self, value: Any, declared: FieldType, group: str) -> None:
        raise Undecodable(self._converter_words(value, declared, group))

    def _inner_mismatch(self, value: Any, into: str) -> str:
        return f"json: cannot unmarshal {word(value, spelt=into == 'int32')} into Go value of type {into}"

    def _converter_words(self, value: Any, declared: FieldType, group: str) -> str:
        """Return what the converter says. Go can turn an int into a string by itself, hence the odd first case."""
        source = _KINDS.get(type(value), "map")
        into = type_of(self._structs[-1], self._fields[-1], declared)
        if group == "struct":
            return f"cannot restore struct from: {source}"
        if group in {"slice", "map"}:
            return f"cannot restore {group} from {source}"
        if (source, group) in {("int64", "string"), ("float64", "int"), ("int64", "float")}:
            return f"cannot convert {source} to {into}"
        return f"unrecognized type: {_REFLECT.get(declared.kind, 'string')}"


_KINDS = {str: "string", bool: "bool", int: "int64", float: "float64", Spelt: "float64", list: "slice", dict: "map"}
_REFLECT = {"boolean": "bool", "int32": "int32", "integer": "int32", "int64": "int64", "number": "float64"}
