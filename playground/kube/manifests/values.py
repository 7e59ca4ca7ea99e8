"""From PyYAML's tree of nodes to plain values: YAML 1.1 words, merge keys, aliases within bounds, no key twice."""

from __future__ import annotations

import base64
import binascii
import math
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from playground.kube.manifests.manifest import ManifestError, field_name, place_of
from playground.kube.manifests.scalars import Scalar, key_text, resolve

PLAIN = "plain"  # the tag of a scalar without quotes and without a tag of its own
DEPTH = 100  # levels; no Kubernetes object comes near
COPIES = 50_000  # values that aliases may repeat; more is an attack ("billion laughs")

_TAG = "tag:yaml.org,2002:"
_MERGE = "<<"
_PLAIN_DIGITS = 1e21  # from here on Go writes a float with an exponent


class Values:
    """Builds the value of one document."""

    def __init__(self) -> None:
        self._open: list[int] = []  # ids of the containers around the current one
        self._seen: set[int] = set()
        self._copies = 0

    def value(self, node: Node, path: tuple[str | int, ...] = ()) -> Any:
        """Return the plain value of a node; raises ManifestError."""
        self._count(node, path)
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        self._open.append(id(node))
        if isinstance(node, MappingNode):
            found: Any = self._mapping(node, path)
        else:
            found = [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        self._open.pop()
        return found

    def _count(self, node: Node, path: tuple[str | int, ...]) -> None:
        """Refuse what would never end or grow without bound."""
        if isinstance(node, MappingNode | SequenceNode):
            if id(node) in self._open:
                raise _error("an alias stands inside the very value it names.", node, path, "Write the value out.")
            if len(self._open) >= DEPTH:
                raise _error(f"fields are nested more than {DEPTH} levels deep.", node, path)
        if id(node) in self._seen:
            self._copies += 1
            if self._copies > COPIES:
                told = f"aliases repeat more than {COPIES} values."
                raise _error(told, node, path, "Use fewer aliases (*name).")
        self._seen.add(id(node))

    def _mapping(self, node: MappingNode, path: tuple[str | int, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        places: dict[str, Node] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == PLAIN and key_node.value == _MERGE:
                merged = self._merged(value_node, path) | merged
                continue
            key = self._key(key_node, path)
            if key in places:
                raise _twice(key, places[key], key_node, path)
            places[key] = key_node
            found[key] = self.value(value_node, (*path, key))
        return merged | found if merged else found

    def _key(self, node: Node, path: tuple[str | int, ...]) -> str:
        if not isinstance(node, ScalarNode):
            hint = "A template such as {{ name }} must be filled in first, or stand in quotes."
            raise _error("a list or a map stands where the name of a field belongs.", node, path, hint)
        try:
            return key_text(self._scalar(node, path))
        except ValueError:
            raise _error("a field has no name before its ':'.", node, path, "Write the name.") from None

    def _merged(self, node: Node, path: tuple[str | int, ...]) -> dict[str, Any]:
        """Return what `<<: *name` or `<<: [*a, *b]` brings in; of a list the first wins."""
        parts = node.value if isinstance(node, SequenceNode) else [node]
        merged: dict[str, Any] = {}
        for part in parts:
            value = self.value(part, path)
            if not isinstance(value, dict):
                raise _error("`<<` takes in maps only.", part, path, "Name an anchor of a map: `<<: *name`.")
            merged = value | merged
        return merged

    def _scalar(self, node: ScalarNode, path: tuple[str | int, ...]) -> Scalar:
        text = str(node.value)
        if node.tag == PLAIN:
            return _finite(resolve(text), node, path)
        kind = node.tag.removeprefix(_TAG)
        if kind == "str":
            return text
        if kind == "binary":
            try:
                return base64.b64decode(text, validate=False).decode("utf-8", "replace")
            except binascii.Error:
                raise _error("!!binary is followed by something that is not base64.", node, path) from None
        if kind not in {"int", "float", "bool", "null"}:
            hint = "Take the tag away, or put the value in quotes."
            raise _error(f"the tag {node.tag} means nothing to Kubernetes.", node, path, hint)
        return _finite(resolve(text), node, path)


def _finite(value: Scalar, node: Node, path: tuple[str | int, ...]) -> Scalar:
    """Return a number as it arrives through JSON: 3.0 becomes 3; refuse what JSON does not have."""
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        raise _error(f"{node.value} is not a number that JSON has.", node, path, "Put it in quotes if it is a text.")
    return int(value) if value.is_integer() and abs(value) < _PLAIN_DIGITS else value


def _twice(key: str, first: Node, second: Node, path: tuple[str | int, ...]) -> ManifestError:
    inside = f" in {field_name(path)}" if path else ""
    told = f'"{key}" is written twice{inside}: it stands on line {place_of(first)[0]} already.'
    return _error(told, second, (*path, key), "Keep one of the two.")


def _error(message: str, node: Node, path: tuple[str | int, ...], hint: str = "") -> ManifestError:
    return ManifestError(message, place_of(node), field=field_name(path), hint=hint)
