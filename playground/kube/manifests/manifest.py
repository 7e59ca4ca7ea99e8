"""What reading gives: a Manifest that knows the line of every field, or a ManifestError that a learner can act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from yaml.nodes import MappingNode, Node, SequenceNode

from playground.kube.objects.frozen import Path

Place = tuple[int, int]  # line and column, both from 1


class ManifestError(Exception):
    """The text cannot be read: what, where, and the smallest fix."""

    def __init__(self, message: str, place: Place, *, field: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.line, self.column = place
        self.field = field  # "spec.containers[0].name", "" when unknown
        self.hint = hint  # "Write `kind: Pod`.", "" when there is no better advice than the message

    def __str__(self) -> str:
        told = f"line {self.line}, column {self.column}: {self.message}"
        return f"{told} {self.hint}" if self.hint else told


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object of a text."""

    object: dict[str, Any]
    document: int  # counted from 1 by the "---" lines
    line: int  # where the object begins, from 1
    node: Node = field(repr=False, compare=False)  # the same as PyYAML's tree, for the places

    def line_of(self, path: Path | str) -> int:
        """Return the line of a field, given as a path or as errors name it: "spec.containers[0].resources.limits[cpu]".

        For a field that is absent it is the line of the nearest one around it.
        """
        return self.place_of(path)[0]

    def place_of(self, path: Path | str) -> Place:
        """Return line and column of a field's key, or of the item in a list."""
        place = (self.line, 1)
        node = self.node
        left: str | Sequence[str | int] = path
        while left:
            found = _step(node, left)
            if found is None:
                return place
            place, node, left = found
        return place


Step = tuple[Place, Node, str | Sequence[str | int]]


def _step(node: Node, left: str | Sequence[str | int]) -> Step | None:
    """Go one step down; return where that is, the node there and what is left of the path."""
    if isinstance(left, str):
        return _named_step(node, left)
    step, rest = left[0], left[1:]
    if isinstance(node, SequenceNode) and isinstance(step, int) and -len(node.value) <= step < len(node.value):
        item = node.value[step]
        return place_of(item), item, rest
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == step:
                return place_of(key), value, rest
    return None


def _named_step(node: Node, left: str) -> Step | None:
    """Take the longest key that fits, for keys may have dots in them."""
    if isinstance(node, SequenceNode):
        index, closed, rest = left.removeprefix("[").partition("]")
        if not closed or not index.isdigit() or int(index) >= len(node.value):
            return None
        item = node.value[int(index)]
        return place_of(item), item, rest.removeprefix(".")
    if not isinstance(node, MappingNode):
        return None
    best: tuple[str, Node, Node] | None = None
    for key, value in node.value:
        for written in (str(key.value), f"[{key.value}]"):
            fits = left.startswith(written) and left[len(written) :][:1] in {"", ".", "["}
            if fits and (best is None or len(written) > len(best[0])):
                best = written, key, value
    if best is None:
        return None
    return place_of(best[1]), best[2], left[len(best[0]) :].removeprefix(".")


def place_of(node: Node) -> Place:
    """Return where a node begins."""
    return node.start_mark.line + 1, node.start_mark.column + 1


def field_name(path: Path) -> str:
    """Return a path as errors write it: "spec.containers[0].name"."""
    parts = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(parts).removeprefix(".")
