"""Immutable JSON values: what the store keeps and everybody shares.

A Map is a dict and a List is a list, so they read, compare and serialise at C speed; only the ways to change them
are shut. Who wants a changed object builds a new one that shares all the rest: put(), drop(), merge_top().
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

Object = Mapping[str, Any]
Path = Sequence[str | int]


class Map(dict[str, Any]):
    """A dict that refuses every change with a TypeError. `|` and copy() give plain dicts."""

    __slots__ = ()
    is_frozen = True  # what was read from it may be remembered by whoever knows no more of it than that

    def _refuse(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError("this object is shared and cannot be changed; build a new one with put()")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __copy__(self) -> Map:
        return self

    def __deepcopy__(self, memo: object) -> Map:
        return self

    def __reduce__(self) -> tuple[type[Map], tuple[dict[str, Any]]]:
        return Map, (dict(self),)


class List(list[Any]):
    """A list that refuses every change with a TypeError. `+`, slices and copy() give plain lists."""

    __slots__ = ()

    def _refuse(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError("this list is shared and cannot be changed; build a new one with put()")

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse

    def __copy__(self) -> List:
        return self

    def __deepcopy__(self, memo: object) -> List:
        return self

    def __reduce__(self) -> tuple[type[List], tuple[list[Any]]]:
        return List, (list(self),)


EMPTY = Map()
EMPTY_LIST = List()
# What needs no look inside: leaves of JSON, and what is frozen already.
_DONE = frozenset({str, int, float, bool, type(None), Map, List})


def freeze(value: Any) -> Any:
    """Return `value` with every dict a Map and every list or tuple a List; frozen parts are taken over as they are.

    Raises TypeError for what JSON cannot hold.
    """
    kind = type(value)
    if kind in _DONE:
        return value
    if kind is dict:
        return Map({key: item if type(item) in _DONE else freeze(item) for key, item in value.items()})
    if kind is list or kind is tuple:
        return List([item if type(item) in _DONE else freeze(item) for item in value])
    return _freeze_unusual(value)


def _freeze_unusual(value: Any) -> Any:
    """Freeze subclasses of the JSON types, such as an ordered dict or an enumeration of strings."""
    if isinstance(value, Mapping):
        return Map({str(key): freeze(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return List([freeze(item) for item in value])
    for plain in (str, bool, int, float):
        if isinstance(value, plain):
            return plain(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def thaw(value: Any) -> Any:
    """Return a deep copy of plain dicts and lists, for code that edits in place."""
    if isinstance(value, dict):
        return {key: thaw(item) if isinstance(item, dict | list) else item for key, item in value.items()}
    if isinstance(value, list):
        return [thaw(item) if isinstance(item, dict | list) else item for item in value]
    return value


def put(obj: Object, path: Path, value: Any) -> Map:
    """Return `obj` with `value` at `path`; only the containers along the path are copied.

    Missing maps on the way are made; a list takes an existing index or its length, which appends.
    Raises IndexError or TypeError when the path leads through a list's end or through a leaf.
    """
    changed: Map = _put(obj, path, 0, freeze(value))
    return changed


def _put(at: Any, path: Path, depth: int, value: Any) -> Any:
    if depth == len(path):
        return value
    step = path[depth]
    if isinstance(step, int):
        return _put_item(at, path, depth, value)
    if at is not None and not isinstance(at, dict):
        raise TypeError(f"{step!r} of {list(path)} leads into {type(at).__name__}, not into a map")
    copy = dict(at) if at else {}
    copy[step] = _put(copy.get(step), path, depth + 1, value)
    return Map(copy) if isinstance(at, Map) else freeze(copy)


def _put_item(at: Any, path: Path, depth: int, value: Any) -> List:
    index = path[depth]
    if not isinstance(at, list) or not isinstance(index, int):
        raise TypeError(f"{index!r} of {list(path)} leads into {type(at).__name__}, not into a list")
    copy = list(at)
    if index == len(copy):
        copy.append(_put(None, path, depth + 1, value))
    else:
        copy[index] = _put(copy[index], path, depth + 1, value)
    return List(copy) if isinstance(at, List) else List([freeze(item) for item in copy])


def drop(obj: Object, path: Path) -> Map:
    """Return `obj` without what is at `path`; the same object when nothing is there."""
    parent = find(obj, path[:-1])
    step = path[-1]
    if isinstance(parent, dict) and step in parent:
        return put(obj, path[:-1], {key: item for key, item in parent.items() if key != step})
    if isinstance(parent, list) and isinstance(step, int) and -len(parent) <= step < len(parent):
        kept = list(parent)
        del kept[step]
        return put(obj, path[:-1], kept)
    same: Map = freeze(obj)
    return same


def find(obj: Any, path: Path, default: Any = None) -> Any:
    """Return what is at `path`, or `default` where the path ends early."""
    at = obj
    for step in path:
        try:
            at = at[step]
        except (KeyError, IndexError, TypeError):
            return default
    return at


def merge_top(obj: Object, **changes: Any) -> Map:
    """Return `obj` with top-level fields set; a None takes the field away."""
    merged = {**obj, **{key: freeze(item) for key, item in changes.items()}}
    kept = {key: item for key, item in merged.items() if item is not None}
    return Map(kept) if isinstance(obj, Map) else freeze(kept)
