"""JSON patch: RFC 6902, as gopkg.in/evanphx/json-patch does it. Documents are not changed; each step builds a new
one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.patch.errors import BadPatch, Inapplicable

Tokens = list[str]
MAX_STEPS: Final = 10_000


def apply(document: Any, steps: Any) -> Any:
    """Return the document after all steps; raises BadPatch or Inapplicable."""
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise BadPatch("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    if len(steps) > MAX_STEPS:
        told = f"The allowed maximum operations in a JSON patch is {MAX_STEPS}, got {len(steps)}"
        raise BadPatch(told)
    for step in steps:
        operation = _OPERATIONS.get(step.get("op", ""))
        if operation is None:
            raise Inapplicable(f"Unexpected kind: {step.get('op')}")
        document = operation(document, step)
    return document


def _tokens(pointer: Any) -> Tokens:
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise Inapplicable(f"bad path {pointer!r}")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _get(at: Any, tokens: Tokens) -> Any:
    for token in tokens:
        if isinstance(at, Mapping) and token in at:
            at = at[token]
        elif isinstance(at, list):
            at = at[_index(at, token)]
        else:
            raise Inapplicable(f"missing path at {token!r}")
    return at


def _index(items: Sequence[Any], token: str, *, end: int = 0) -> int:
    """Return a position; with `end` 1 also the one after the last.

    Negative ones count from the end, as in the library.
    """
    if token == "-" and end:  # noqa: S105  a token of a JSON pointer
        return len(items)
    try:
        index = int(token)
    except ValueError:
        raise Inapplicable(f"bad index {token!r}") from None
    if not -len(items) <= index < len(items) + end:
        raise Inapplicable(f"index {index} out of range")
    return index if index >= 0 else index + len(items) + end


def _edit(at: Any, tokens: Tokens, change: Callable[[Any, str], Any]) -> Any:
    """Return a document in which the parent of the last token was changed."""
    if not tokens:
        raise Inapplicable("the whole document cannot be changed this way")
    if len(tokens) == 1:
        if not isinstance(at, Mapping | list):
            raise Inapplicable(f"nothing at {tokens[0]!r}")
        return change(at, tokens[0])
    below = _edit(_get(at, tokens[:1]), tokens[1:], change)
    if isinstance(at, Mapping):
        return {**at, tokens[0]: below}
    position = _index(at, tokens[0])
    return [*at[:position], below, *at[position + 1 :]]


def _put(value: Any) -> Callable[[Any, str], Any]:
    def change(parent: Any, token: str) -> Any:
        if isinstance(parent, Mapping):
            return {**parent, token: value}
        position = _index(parent, token, end=1)
        return [*parent[:position], value, *parent[position:]]

    return change


def _take(parent: Any, token: str) -> Any:
    if isinstance(parent, Mapping):
        if token not in parent:
            raise Inapplicable(f"nothing to remove at {token!r}")
        return {key: item for key, item in parent.items() if key != token}
    position = _index(parent, token)
    return [*parent[:position], *parent[position + 1 :]]


def _add(document: Any, step: Mapping[str, Any]) -> Any:
    return _edit(document, _tokens(step.get("path")), _put(step.get("value")))


def _remove(document: Any, step: Mapping[str, Any]) -> Any:
    return _edit(document, _tokens(step.get("path")), _take)


def _replace(document: Any, step: Mapping[str, Any]) -> Any:
    tokens = _tokens(step.get("path"))
    if not tokens:
        return step.get("value")
    _get(document, tokens)
    value = step.get("value")

    def change(parent: Any, token: str) -> Any:
        if isinstance(parent, Mapping):
            return {**parent, token: value}
        position = _index(parent, token)
        return [*parent[:position], value, *parent[position + 1 :]]

    return _edit(document, tokens, change)


def _move(document: Any, step: Mapping[str, Any]) -> Any:
    source = _tokens(step.get("from"))
    value = _get(document, source)
    return _edit(_edit(document, source, _take), _tokens(step.get("path")), _put(value))


def _copy(document: Any, step: Mapping[str, Any]) -> Any:
    value = _get(document, _tokens(step.get("from")))
    return _edit(document, _tokens(step.get("path")), _put(value))


def _test(document: Any, step: Mapping[str, Any]) -> Any:
    try:
        found = _get(document, _tokens(step.get("path")))
    except Inapplicable:
        found = None
    if found != step.get("value"):
        raise Inapplicable(f"testing value {step.get('path')} failed")
    return document


_OPERATIONS: Mapping[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "add": _add,
    "copy": _copy,
    "move": _move,
    "remove": _remove,
    "replace": _replace,
    "test": _test,
}
