"""Reads a text of one or many documents into manifests. YAML as sigs.k8s.io/yaml reads it, JSON too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

from playground.kube.manifests.faults import explain
from playground.kube.manifests.manifest import Manifest, ManifestError, place_of
from playground.kube.manifests.values import DEPTH, PLAIN, Values

_MANY = 1000  # a text with fewer brackets and less indentation cannot be nested deeply
_START = re.compile(r"^[ ?-]+", re.MULTILINE)


class _Loader(yaml.CBaseLoader):
    """PyYAML's C reader that leaves the meaning of plain words to us."""

    def resolve(self, kind: type[Node], value: str, implicit: tuple[bool, bool] | bool) -> str:
        """Return the tag of a node that has none; the C reader asks."""
        if kind is ScalarNode and isinstance(implicit, tuple) and implicit[0]:
            return PLAIN
        return str(super().resolve(kind, value, implicit))  # type: ignore[no-untyped-call]


def read(text: str) -> list[Manifest]:
    """Return the objects of a text in order; empty documents are left out and lists unfolded.

    Raises ManifestError at the first thing that cannot be read, or that has no kind or apiVersion.
    """
    text = text.removeprefix("\ufeff")
    found: list[Manifest] = []
    for number, node in enumerate(_documents(text), start=1):
        value = Values().value(node)
        if value is None:
            continue
        found += _unfold(_object(value, node), number, node)
    return found


def _documents(text: str) -> list[Node]:
    """Return the tree of each document; raises ManifestError."""
    if text.lstrip()[:1] in {"{", "["}:
        text = text.replace("\t", " ")  # JSON may be indented with tabs; inside its strings they are not allowed
    try:
        _check_depth(text)
        return list(yaml.compose_all(text, Loader=_Loader))
    except yaml.YAMLError as error:
        raise explain(error, text) from None


def _check_depth(text: str) -> None:
    """Refuse deep nesting before the tree is built: the C reader would overflow its stack."""
    starts = max((len(match[0]) for match in _START.finditer(text)), default=0)
    if text.count("[") + text.count("{") + starts < _MANY:
        return
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH:
                mark = event.start_mark
                place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
                raise ManifestError(f"fields are nested more than {DEPTH} levels deep.", place)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _object(value: Any, node: Node) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    if isinstance(value, str):
        first = value.split()[0] if value.split() else "kind"
        word, colon, rest = first.partition(":")
        fixed = f"{word}: {rest}" if colon and rest else f"{word}: ..."
        told = "this document is a text and not an object: there is no ': ' in it."
        raise ManifestError(told, place_of(node), hint=f"Write fields as `{fixed}`.")
    kind = "a list" if isinstance(value, list) else "a single value"
    told = f"this document is {kind} and not an object."
    raise ManifestError(told, place_of(node), hint="Begin it with `apiVersion:` and `kind:`, one object per document.")


def _unfold(value: dict[str, Any], number: int, node: Node) -> Iterator[Manifest]:
    """Yield the object, or for a List each of its items."""
    _check_type(value, node)
    items = value.get("items", [] if value["kind"] == "List" else "absent")
    if not value["kind"].endswith("List") or not isinstance(items, list | None):
        yield Manifest(value, number, place_of(node)[0], node)
        return
    item_kind = value["kind"].removesuffix("List")
    filled = {"apiVersion": value["apiVersion"], "kind": item_kind} if item_kind else {}
    for item, item_node in zip(items or [], _items(node), strict=True):
        yield from _unfold(filled | _object(item, item_node), number, item_node)


def _items(node: Node) -> list[Node]:
    """Return the nodes of a list object's items."""
    pairs = node.value if isinstance(node, MappingNode) else []
    found: list[Node] = next((value.value for key, value in pairs if key.value == "items"), [])
    return found if isinstance(found, list) else []


def _check_type(value: dict[str, Any], node: Node) -> None:
    """Refuse an object that does not say what it is."""
    for field, example in (("apiVersion", "v1"), ("kind", "Pod")):
        said = value.get(field)
        if isinstance(said, str) and said:
            continue
        if said is None or said == "":
            told = f"this object has no {field}."
            raise ManifestError(told, place_of(node), field=field, hint=f"Add a line such as `{field}: {example}`.")
        told = f"{field} has to be a text, and {said!r} is not."
        raise ManifestError(told, _place(node, field), field=field, hint="Put it in quotes.")


def _place(node: Node, field: str) -> tuple[int, int]:
    return Manifest({}, 1, place_of(node)[0], node).place_of((field,))
