"""A whole simulator as JSON and back: objects, log since compaction, clock, random state, actors, machines.

What an actor's state holds is the actor's own affair; putting a cluster together from the parts is cluster.py's.
"""

import json
from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

SCHEMA = 3  # raised whenever an older snapshot could no longer be read
PARTS = frozenset({"clock", "names", "store", "actors", "world", "command", "config", "profile"})


class BadSnapshot(ValueError):
    """The text is no snapshot that this version can take up; the message says why."""


def wrap(parts: Mapping[str, Any]) -> Json:
    """A snapshot of these parts, as JSON of its own: what happens to the cluster later does not change it.

    Keys keep their order, so that a restored cluster lists an object's fields as the saved one would.
    """
    plain: Json = json.loads(json.dumps(parts, allow_nan=False))
    return {"kind": "ClusterSnapshot", "schema": SCHEMA, **plain}


def unwrap(snapshot: Mapping[str, Any]) -> Json:
    """The parts of a snapshot. Raises BadSnapshot."""
    if snapshot.get("kind") != "ClusterSnapshot":
        raise BadSnapshot("this is no snapshot of a cluster")
    if snapshot.get("schema") != SCHEMA:
        raise BadSnapshot(f"the snapshot has schema {snapshot.get('schema')}; this version reads schema {SCHEMA}")
    if missing := PARTS - snapshot.keys():
        raise BadSnapshot(f"the snapshot lacks {', '.join(sorted(missing))}")
    return {part: snapshot[part] for part in PARTS}
