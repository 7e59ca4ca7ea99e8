"""Field paths and field errors, printed as Kubernetes prints them. No rule lives here.

Source: k8s.io/apimachinery/pkg/util/validation/field (path.go, errors.go), v1.36.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Final, Self

from playground.kube.errors import FieldError

__all__ = [
    "FieldError",
    "Path",
    "Raw",
    "duplicate",
    "forbidden",
    "go_json",
    "go_quote",
    "internal",
    "invalid",
    "not_found",
    "not_supported",
    "required",
    "too_few",
    "too_long",
    "too_many",
    "too_short",
    "type_invalid",
    "typed",
]

WORDS: Final[Mapping[str, str]] = {
    "FieldValueNotFound": "Not found",
    "FieldValueRequired": "Required value",
    "FieldValueDuplicate": "Duplicate value",
    "FieldValueInvalid": "Invalid value",
    "FieldValueNotSupported": "Unsupported value",
    "FieldValueForbidden": "Forbidden",
    "FieldValueTooLong": "Too long",
    "FieldValueTooMany": "Too many",
    "FieldValueTooFew": "Too few",
    "FieldValueTooShort": "Too short",
    "FieldValueTypeInvalid": "Invalid value",
    "InternalError": "Internal error",
}
SHORT_ESCAPES: Final[Mapping[str, str]] = {
    "\a": r"\a",
    "\b": r"\b",
    "\f": r"\f",
    "\n": r"\n",
    "\r": r"\r",
    "\t": r"\t",
    "\v": r"\v",
    "\\": r"\\",
    '"': r"\"",
}
JSON_ESCAPES: Final[Mapping[int, str]] = {
    ord("<"): r"\u003c",
    ord(">"): r"\u003e",
    ord("&"): r"\u0026",
    0x2028: r"\u2028",
    0x2029: r"\u2029",
}


class Path(str):
    """The place of a field: `Path("spec").child("containers").index(0)` is `spec.containers[0]`."""

    __slots__ = ()

    def child(self, name: str, *more: str) -> Self:
        """Name a field (or a chain of fields) below this one."""
        dotted = ".".join((name, *more)) if more else name
        return type(self)(f"{self}.{dotted}" if self else dotted)

    def index(self, position: int) -> Self:  # type: ignore[override]  # Go's word for it; nobody searches in a path
        """Name one item of this list."""
        return type(self)(f"{self}[{position}]")

    def key(self, key: str) -> Self:
        """Name one entry of this map."""
        return type(self)(f"{self}[{key}]")


class Raw(str):
    """A value already rendered as Go would render it; it goes into a message unchanged."""

    __slots__ = ()


def go_quote(text: str) -> str:
    """Quote a string as Go's `%q` does: printable runes stay, all others become escapes."""
    return '"' + "".join(SHORT_ESCAPES.get(rune) or _escape(rune) for rune in text) + '"'


def _escape(rune: str) -> str:
    if rune.isprintable():
        return rune
    code = ord(rune)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def go_json(value: object) -> str:
    """Marshal plain data as encoding/json does: no spaces, `<`, `>` and `&` escaped, keys in the given order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(JSON_ESCAPES)


def typed(value: str) -> Raw:
    """Render a value whose Go type is a named string (ServiceType, Protocol): it is marshalled, not quoted."""
    return Raw(go_json(value))


def _render(value: object) -> str:
    if isinstance(value, Raw):
        return value
    if isinstance(value, str):
        return go_quote(value)
    return go_json(value)


def _error(reason: str, path: str, detail: str, *, value: object | None = None, shown: bool = False) -> FieldError:
    message = f"{WORDS[reason]}: {_render(value)}" if shown else WORDS[reason]
    return FieldError(reason, str(path) or "<nil>", f"{message}: {detail}" if detail else message)


def invalid(path: str, value: object, detail: str) -> FieldError:
    """A malformed value. `value` is plain JSON data, or `Raw` where Go prints a struct in its own way."""
    return _error("FieldValueInvalid", path, detail, value=value, shown=True)


def type_invalid(path: str, value: object, detail: str) -> FieldError:
    """A value of the wrong type."""
    return _error("FieldValueTypeInvalid", path, detail, value=value, shown=True)


def required(path: str, detail: str = "") -> FieldError:
    """A value that must be given: an empty string, list or nothing is not enough."""
    return _error("FieldValueRequired", path, detail)


def duplicate(path: str, value: object) -> FieldError:
    """A value that must be unique and is not."""
    return _error("FieldValueDuplicate", path, "", value=value, shown=True)


def forbidden(path: str, detail: str = "") -> FieldError:
    """A value well formed but not allowed here."""
    return _error("FieldValueForbidden", path, detail)


def not_found(path: str, value: object) -> FieldError:
    """A name that points to nothing."""
    return _error("FieldValueNotFound", path, "", value=value, shown=True)


def not_supported(path: str, value: object, supported: Iterable[str] = ()) -> FieldError:
    """A value outside an enumeration. The supported values are listed in the given order; Kubernetes mostly sorts them.

    The value is marshalled and not quoted, since an enumeration is a named string type.
    """
    listed = ", ".join(go_quote(name) for name in supported)
    shown = typed(value) if isinstance(value, str) and not isinstance(value, Raw) else value
    return _error(
        "FieldValueNotSupported", path, f"supported values: {listed}" if listed else "", value=shown, shown=True
    )


def too_long(path: str, maximum: int, unit: str = "byte") -> FieldError:
    """A text longer than `maximum` bytes (or what `unit` names: "character"); the text itself is not repeated."""
    return _error("FieldValueTooLong", path, f"may not be more than {_count(maximum, unit)}")


def too_short(path: str, minimum: int) -> FieldError:
    """A text shorter than `minimum` characters; the text itself is not repeated."""
    return _error("FieldValueTooShort", path, f"must be at least {_count(minimum, 'character')}")


def too_many(path: str, actual: int, maximum: int) -> FieldError:
    """A list with more than `maximum` items; a negative `actual` is left out of the message."""
    return _error(
        "FieldValueTooMany", path, f"must have at most {_count(maximum, 'item')}", value=actual, shown=actual >= 0
    )


def too_few(path: str, actual: int, minimum: int) -> FieldError:
    """A list with fewer than `minimum` items."""
    return _error("FieldValueTooFew", path, f"must have at least {_count(minimum, 'item')}", value=actual, shown=True)


def internal(path: str, detail: str) -> FieldError:
    """A fault of the server, not of what was sent."""
    return _error("InternalError", path, detail)


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
