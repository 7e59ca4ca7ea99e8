"""The fast door for events: something is said about an object, and the same again raises a count instead.

Sources: k8s.io/client-go/tools/record (event.go; events_cache.go for counts). What is too much is event_correlation's
business. The name of an event carries a digest of what it says, so that the same one is found again.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from playground.kube.apiserver.core import Core
from playground.kube.apiserver.event_correlation import COMBINED
from playground.kube.objects.frozen import Map, Object
from playground.kube.store import By

EVENTS: Final = "events"
LONGEST: Final = 1024  # bytes of a message that are kept


@dataclass(frozen=True, slots=True)
class Note:
    """What an event says. `type` is Normal or Warning, `component` who says it, `host` on which node if on one.

    `field` is the part of the object that it is about: spec.containers{web}.
    """

    type: str
    reason: str
    message: str
    component: str
    host: str = ""
    field: str = ""


def record_event(core: Core, about: Object, note: Note, by: By) -> Map | None:
    """Record an event about an object; None when its source has said too much about that object."""
    metadata = about["metadata"]
    uid, name = metadata.get("uid", ""), metadata["name"]
    source, now = (note.component, note.host), core.clock.now
    combined = core.events.is_similar(source, (uid, name, note.type, note.reason), note.message, now)
    message = COMBINED + note.message if combined else note.message
    kept = message if len(message) <= LONGEST // 4 else message.encode()[:LONGEST].decode("utf-8", "ignore")
    said = COMBINED if combined else kept
    called = f"{name}.{_digest(uid, note.type, note.reason, said, note.component, note.host, note.field)}"
    if not core.events.accepts(source, (uid, name, note.type), now):
        core.events.miss(source, called)
        return None
    key = (metadata.get("namespace") or "default", called)
    before = core.store.get(EVENTS, key)
    if before is None:
        return core.store.create(EVENTS, key, _event(core, about, note, kept, key), by)
    count = before["count"] + 1 + core.events.take_missed(source, called)
    changed = {**before, "count": count, "lastTimestamp": core.clock.stamp(), "message": kept}
    return core.store.update(EVENTS, key, Map(changed), by)


def _event(core: Core, about: Object, note: Note, message: str, key: tuple[str, str]) -> Map:
    now = core.clock.stamp()
    named = {"name": key[1], "namespace": key[0], "uid": core.names.uid(), "creationTimestamp": now}
    source = {"component": note.component, "host": note.host} if note.host else {"component": note.component}
    return Map(
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": Map(named),
            "involvedObject": _subject(about, note.field),
            "reason": note.reason,
            "message": message,
            "source": Map(source),
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
            "type": note.type,
            "reportingComponent": note.component,
            "reportingInstance": note.host,
        }
    )


def _subject(about: Object, field: str) -> Map:
    """Return the reference to an object, or to a part of it."""
    metadata = about["metadata"]
    subject = {
        "kind": about["kind"],
        "namespace": metadata.get("namespace"),
        "name": metadata["name"],
        "uid": metadata.get("uid"),
        "apiVersion": about["apiVersion"],
        "resourceVersion": metadata.get("resourceVersion"),
        "fieldPath": field,
    }
    return Map({name: value for name, value in subject.items() if value})


def _digest(*parts: str) -> str:
    """Return 64 bits that tell events apart; Python's own hash would differ from run to run."""
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()
