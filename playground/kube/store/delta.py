"""What one object has that another has not, as JSON: so that a snapshot holds each change and not each object anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from playground.kube.objects.frozen import Map, Path, drop, put

Edit = list[Any]  # [path, value] sets, [path] takes away


def diff(old: Any, new: Any, path: Path = ()) -> Iterator[Edit]:
    """Yield the edits that lead from `old` to `new`, values and order of keys alike; shared parts cost nothing."""
    if old is new:
        return
    if isinstance(old, dict) and isinstance(new, dict) and _in_order(old, new):
        for key in old:
            if key not in new:
                yield [[*path, key]]
        for key, value in new.items():
            if key in old:
                yield from diff(old[key], value, (*path, key))
            else:
                yield [[*path, key], value]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, value in enumerate(new):
            yield from diff(old[index], value, (*path, index))
    elif type(old) is not type(new) or isinstance(new, dict) or old != new:
        yield [[*path], new]


def _in_order(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Tell whether taking away and appending keys gives the order of `new`."""
    return [key for key in old if key in new] + [key for key in new if key not in old] == list(new)


def patched(old: Map, edits: Iterable[Edit]) -> Map:
    """Return `old` after the edits; it shares what they do not touch."""
    obj = old
    for path, *value in edits:
        obj = put(obj, path, value[0]) if value else drop(obj, path)
    return obj
