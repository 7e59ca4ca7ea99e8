"""Reading a document field by field, noting what is wrong with the field's path. What fields mean is not known here."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from playground.kube.errors import FieldError


class Fields:
    """A map inside a document: `path` is its place, `errors` the list that all parts of the document share.

    Every reader marks its field as known; unknown() then reports the others.
    """

    def __init__(self, path: str, values: Any, errors: list[FieldError]) -> None:
        self.path = path
        self.errors = errors
        self.values: Mapping[str, Any] = values if isinstance(values, Mapping) else {}
        self._known: set[str] = set()
        if values is not None and not isinstance(values, Mapping):
            self._note("FieldValueTypeInvalid", path, f"Invalid value: {_show(values)}: must be a map")

    def has(self, name: str) -> bool:
        """Tell whether the field is there and not null."""
        return self.values.get(name) is not None

    def text(self, name: str, default: str) -> str:
        """Return a string field."""
        value = self._read(name)
        if value is None or isinstance(value, str):
            return value or default
        self.invalid(name, value, "must be a string")
        return default

    def whole(self, name: str, default: int, *, low: int | None = None, high: int | None = None, rule: str = "") -> int:
        """Return a whole number; outside of low..high it is noted with `rule`."""
        value = self._read(name)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool):
            self.invalid(name, value, "must be an integer")
            return default
        if (low is not None and value < low) or (high is not None and value > high):
            self.invalid(name, value, rule)
        return value

    def flag(self, name: str) -> bool:
        """Return a true or false field, false by default."""
        value = self._read(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.invalid(name, value, "must be true or false")
        return False

    def one_of(self, name: str, allowed: Collection[str], *, required: bool = False) -> str:
        """Return a string that has to be among `allowed`; "" when absent."""
        value = self.text(name, "")
        if value and value not in allowed:
            words = ", ".join(f'"{word}"' for word in sorted(allowed))
            self._note(
                "FieldValueNotSupported",
                self._at(name),
                f"Unsupported value: {_show(value)}: supported values: {words}",
            )
        elif required and not value:
            self.required(name)
        return value

    def map(self, name: str) -> Fields:
        """Return the fields of a map, empty when absent."""
        return Fields(self._at(name), self._read(name) or {}, self.errors)

    def list(self, name: str) -> list[Fields]:
        """Return the maps in a list, none when absent."""
        value = self._read(name)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.invalid(name, value, "must be a list")
            return []
        return [Fields(f"{self._at(name)}[{index}]", item, self.errors) for index, item in enumerate(value)]

    def drop(self, *names: str) -> None:
        """Take fields that every document may have for known."""
        self._known.update(names)

    def unknown(self, also_known: Collection[str] = ()) -> None:
        """Note every field that nobody read."""
        for name in self.values:
            if name not in self._known and name not in also_known:
                self._note("FieldValueInvalid", self._at(name), "Invalid value: unknown field")

    def required(self, name: str) -> None:
        """Note that a field has to be there."""
        self._note("FieldValueRequired", self._at(name), "Required value")

    def duplicate(self, name: str, value: Any) -> None:
        """Note that a value may be there only once."""
        self._note("FieldValueDuplicate", self._at(name), f"Duplicate value: {_show(value)}")

    def invalid(self, name: str, value: Any, why: str) -> None:
        """Note a wrong value."""
        self._note("FieldValueInvalid", self._at(name), f"Invalid value: {_show(value)}: {why}")

    def forbidden(self, name: str, why: str) -> None:
        """Note a field that must not be there."""
        self._note("FieldValueForbidden", self._at(name), f"Forbidden: {why}")

    def _read(self, name: str) -> Any:
        self._known.add(name)
        return self.values.get(name)

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _note(self, reason: str, path: str, message: str) -> None:
        self.errors.append(FieldError(reason, path, message))


def _show(value: Any) -> str:
    return json.dumps(value, default=str)
