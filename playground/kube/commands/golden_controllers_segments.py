"""The counts of pods between two actions, recorded and ours: the aspect segmentsMaxMin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from playground.kube.commands.golden_controllers_leaves import Leaf, differing
from playground.kube.commands.golden_controllers_record import Record, Segment
from playground.kube.commands.golden_controllers_trace import WAITS

Json = Mapping[str, Any]

AT_ONCE: Final = 0.1  # seconds between actions within which a segment has no certain end


def segments(scenario: Json, recorded: Json, record: Record, stable: bool) -> Iterator[Leaf]:
    """The counts of pods after each action; actions that followed each other at once are taken together.

    The recorder says how many events it had seen before an action, and it saw them some milliseconds late.
    """
    actions = [action for action in scenario["actions"] if action["op"] not in WAITS]
    ours = list(record.segments())
    for group in _groups(actions, scenario["actions"]):
        real = [segment for segment in recorded["segments"] if segment["action"] in group]
        if not real:
            continue
        name = f"{real[0]['action']} {real[0]['op']}"
        one, other = _widest(real), _widest([extremes(ours[number]) for number in group])
        if stable:
            yield from differing(one, other, name)
        else:
            yield from _beyond(one, other, name)


def _groups(actions: Sequence[Json], everything: Sequence[Json]) -> Iterator[list[int]]:
    """The numbers of actions, those together that followed each other at once."""
    group: list[int] = []
    last: Json | None = None
    for number, action in enumerate(actions):
        waited = last is not None and everything[everything.index(last) + 1]["op"] in WAITS
        if last is not None and (waited or action["t"] - last["t"] > AT_ONCE):
            yield group
            group = []
        group.append(number)
        last = action
    if group:
        yield group


def _widest(segments: Sequence[Json]) -> dict[str, dict[str, int]]:
    """The most and the fewest pods of several segments."""
    return {
        "max": {key: max(each["max"][key] for each in segments) for key in ("total", "active", "terminating")},
        "min": {key: min(each["min"][key] for each in segments) for key in ("active", "ready")},
    }


def extremes(segment: Segment) -> dict[str, dict[str, int]]:
    """The most and the fewest pods of a segment."""
    total, active, ready, terminating = zip(*segment.counts, strict=True)
    most = {"total": max(total), "active": max(active), "terminating": max(terminating)}
    return {"max": most, "min": {"active": min(active), "ready": min(ready)}}


def _beyond(real: Json, ours: Json, name: str) -> Iterator[Leaf]:
    """Where ours leaves the bounds of the recording: more active pods, or fewer ready ones."""
    if ours["max"]["active"] > real["max"]["active"]:
        yield f"{name}.max.active", real["max"]["active"], ours["max"]["active"]
    for key in ("active", "ready"):
        if ours["min"][key] < real["min"][key]:
            yield f"{name}.min.{key}", real["min"][key], ours["min"][key]
