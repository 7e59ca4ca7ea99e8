"""How defaulters fill in what is missing, in place, on the private copy of an object. No kind's defaults live here."""

from typing import Any

Fields = dict[str, Any]


def fill(fields: Fields, **values: Any) -> None:
    """Set each field that is absent or null."""
    for name, value in values.items():
        if fields.get(name) is None:
            fields[name] = value


def fill_empty(fields: Fields, **values: Any) -> None:
    """Set each field that is absent, null or empty: Go's zero value, where the field is no pointer."""
    for name, value in values.items():
        if not fields.get(name):
            fields[name] = value


def child(fields: Fields, *names: str) -> Fields:
    """Return the map below `fields`, made when absent: Go writes a struct even when nothing is in it."""
    for name in names:
        if fields.get(name) is None:
            fields[name] = {}
        fields = fields[name]
    return fields


def items(fields: Fields, name: str) -> list[Fields]:
    """Return the list of maps below `fields`, or nothing."""
    return fields.get(name) or []
