"""Changes as a story: one line each, with the time since the start, who did it, and what it means."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from playground.kube import log
from playground.kube.store import Change

NOISE = frozenset({"resourceVersion", "managedFields", "generation", "observedGeneration"})
MOST = 3  # fields that a line names


def timeline(changes: Iterable[Change], start: float, *, events: bool = False) -> Iterator[str]:
    """A line per change, as seconds since *start*; core Events only if asked for."""
    for change in changes:
        if change.resource not in {"events", "events.events.k8s.io"}:
            yield f"{_moment(change, start)}  {change.actor:<18} {_subject(change)} {what(change)}"
        elif events and change.type != "DELETED":
            yield f"{_moment(change, start)}  {change.actor:<18} {_event(change.object)}"


def what(change: Change) -> str:
    """What became of the object, in words."""
    if change.type == "ADDED":
        return "created" + _placed_at_birth(change.object)
    if change.type == "DELETED":
        return "is gone"
    return "; ".join(_sentences(change.previous or {}, change.object)) or "touched"


def _sentences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """What a modification means: the fields that have a meaning first, the paths of the others after them."""
    changed, removed = log.delta(old, new)
    told = set()
    for path, value in changed:
        if path == ["spec", "nodeName"]:
            told.add("spec.nodeName")
            yield f"bound to {value}"
        elif path == ["metadata", "deletionTimestamp"]:
            told |= {"metadata.deletionTimestamp", "metadata.deletionGracePeriodSeconds"}
            yield f"marked for deletion (grace {new['metadata'].get('deletionGracePeriodSeconds', 0)}s)"
        elif path == ["status", "nominatedNodeName"]:
            told.add("status.nominatedNodeName")
            yield f"nominated for {value}"
        elif path[:2] == ["status", "conditions"] or path == ["status"]:
            told.add(".".join(path))
            yield from _conditions(old, new)
    rest = [".".join(path) for path in (*(path for path, _ in changed), *removed) if not NOISE & set(path)]
    rest = [path for path in rest if path not in told]
    if rest:
        yield f"changed {', '.join(rest[:MOST])}" + (f" and {len(rest) - MOST} more" if len(rest) > MOST else "")


def _conditions(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Conditions that came or turned."""
    before = {entry["type"]: entry for entry in old.get("status", {}).get("conditions", ())}
    for entry in new.get("status", {}).get("conditions", ()):
        was = before.get(entry["type"], {})
        if entry["type"] == "PodScheduled" and entry["status"] == "True":
            continue  # the binding says that already
        if any(was.get(field) != entry.get(field) for field in ("status", "reason", "message")):
            why = ": ".join(word for word in (entry.get("reason"), entry.get("message")) if word)
            yield f"{entry['type']}={entry['status']}" + (f" ({why})" if why else "")


def _placed_at_birth(obj: Mapping[str, Any]) -> str:
    node = obj.get("spec", {}).get("nodeName") if obj.get("kind") == "Pod" else None
    return f" on {node}" if node else ""


def _event(event: Mapping[str, Any]) -> str:
    about = event.get("involvedObject", {})
    count = f" (x{event['count']})" if event.get("count", 1) > 1 else ""
    return (
        f"{about.get('kind', '').lower()} {about.get('namespace', '')}/{about.get('name', '')} "
        f"event {event.get('reason')}{count}: {event.get('message')}"
    )


def _moment(change: Change, start: float) -> str:
    return f"{change.time - start:+10.3f}s"


def _subject(change: Change) -> str:
    namespace, name = change.key
    kind = change.object.get("kind", change.resource).lower()
    return f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"
