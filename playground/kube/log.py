"""The log: every change of the store as one line of canonical JSON, and the way back from the lines to the objects.

A line has the change's revision, time, actor, cause and command, and what became of the object: the whole of a new one,
the paths that were set and removed of a changed one, nothing but the name of a deleted one. The same input and seed
give the same bytes. Keeping the changes is the store's part; nothing here writes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from playground.kube.objects.frozen import Map, drop, freeze, put
from playground.kube.store import Change

Json = dict[str, Any]
Folded = dict[tuple[str, str, str], Map]  # (resource, namespace, name) -> object

_MISSING = object()


def lines(changes: Iterable[Change]) -> Iterator[str]:
    """One canonical JSON line (sorted keys, no spaces, no newline) for every change."""
    return (canonical(record(change)) for change in changes)


def canonical(value: object) -> str:
    """The one way to write a JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def record(change: Change) -> Json:
    """A change as the log keeps it. *set*: a list of [path, value]; *unset*: of paths. A path is a list of keys."""
    namespace, name = change.key
    entry: Json = {
        "revision": change.revision,
        "time": change.time,
        "actor": change.actor,
        "cause": change.cause,
        "command": change.command,
        "type": change.type,
        "resource": change.resource,
        "namespace": namespace,
        "name": name,
    }
    if change.type == "ADDED":
        entry["object"] = change.object
    elif change.type == "MODIFIED":
        entry["set"], entry["unset"] = delta(change.previous or {}, change.object)
    return entry


def delta(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[list[Any], list[Any]]:
    """The paths to set, with their values, and those to remove, to come from *old* to *new*. Lists are set whole."""
    changed: list[Any] = []
    removed: list[Any] = []
    _collect(old, new, (), changed, removed)
    return changed, removed


def _collect(
    old: Mapping[str, Any], new: Mapping[str, Any], at: tuple[str, ...], changed: list[Any], removed: list[Any]
) -> None:
    for key in sorted(old.keys() | new.keys()):
        path = (*at, key)
        if key not in new:
            removed.append(list(path))
            continue
        was, now = old.get(key, _MISSING), new[key]
        if was is now:  # objects share what did not change, so most of a comparison ends here
            continue
        if isinstance(was, Mapping) and isinstance(now, Mapping):
            _collect(was, now, path, changed, removed)
        elif was != now:
            changed.append([list(path), now])


def fold(entries: Iterable[str], start: Folded | None = None) -> Folded:
    """The objects that the log's lines lead to, from *start* (what stood before the first line) or from nothing."""
    objects = dict(start or {})
    for text in entries:
        entry = json.loads(text)
        key = (entry["resource"], entry["namespace"], entry["name"])
        if entry["type"] == "ADDED":
            objects[key] = freeze(entry["object"])
        elif entry["type"] == "DELETED":
            del objects[key]
        else:
            for path in entry["unset"]:
                objects[key] = drop(objects[key], path)
            for path, value in entry["set"]:
                objects[key] = put(objects[key], path, value)
    return objects
