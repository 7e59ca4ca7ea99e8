"""Compares our record of a scenario of controllers with the recorded one, aspect by aspect.

What two real runs agreed on (`stable`) has to be equal. Where they did not, ours has to keep within bounds: as many
pods of each owner, and counts within those of the recording. Which node a pod is on is never compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from playground.kube.commands.differences import Comparison
from playground.kube.commands.golden_controllers_leaves import MISSING, Leaf, differing
from playground.kube.commands.golden_controllers_names import PLACEHOLDER
from playground.kube.commands.golden_controllers_record import Record, clean
from playground.kube.commands.golden_controllers_segments import segments

Json = Mapping[str, Any]
PLACES: Final = frozenset({"nodeName", "hostIP", "hostIPs", "matchFields"})
SCHEDULING: Final = frozenset({"Scheduled", "FailedScheduling"})
REFUSAL: Final = ("reason", "message", "details")
MOMENT: Final = 0.05  # seconds within which the order of different objects is a race
MOST: Final = 3  # differences of one aspect that are shown


def compare(comparison: Comparison, scenario: Json, record: Record, answers: Sequence[tuple[str, Any, Any]]) -> None:
    """Compare everything; each aspect is a step, and at most one difference. *answers*: action, recorded, ours."""
    recorded, stable = scenario["invariants"], scenario.get("stable") or {}
    for aspect, check in ASPECTS.items():
        comparison.steps += 1
        leaves = list(check(scenario, recorded, record, stable.get(STABLE.get(aspect, aspect), True)))
        _note(comparison, aspect, leaves)
    comparison.steps += 1
    _note(comparison, "responses", [leaf for name, real, ours in answers for leaf in _answer(name, real, ours)])


def _note(comparison: Comparison, aspect: str, leaves: Sequence[Leaf]) -> None:
    if not leaves:
        return
    where, real, ours = leaves[0]
    if len(leaves) > 1:
        shown = leaves[:MOST]
        where = f"{where} (and {len(leaves) - 1} more)"
        real = {path: value for path, value, _ in shown}
        ours = {path: value for path, _, value in shown}
    comparison.equal(aspect, where, real, ours)


def _answer(name: str, real: Any, ours: Any) -> Iterator[Leaf]:
    """An answer; of one that was not refused only what the recording tells."""
    told = dict(ours or {})
    if "drain" in name:
        yield from differing(_drained(real), _drained(told), name)
        return
    refused = told.get("code", 0) >= 400
    actual = {key: told[key] for key in (*real, *(REFUSAL if refused else ())) if key in told}
    yield from differing(dict(real), actual, name)


def _drained(told: Json) -> Json:
    """What kubectl drain said. It takes pods in the order of their names, which are drawn by lot."""
    return {key: sorted(map(_unnumbered, value.splitlines())) if key != "rc" else value for key, value in told.items()}


def _created(scenario: Json, recorded: Json, record: Record, stable: bool) -> Iterator[Leaf]:
    """Pods in the order of their creation; of those created within a moment by different hands no order is certain."""
    real, ours = recorded["podsCreated"], record.pods_created()
    moments = _moments(scenario)
    if stable and sorted(real) == sorted(ours) and len(set(real)) == len(real):
        ours = sorted(ours, key=lambda name: (moments[name], real.index(name))) if _in_order(ours, moments) else ours
    yield from _ordered(real, ours, stable=stable)


def _moments(scenario: Json) -> dict[str, int]:
    """For each pod, the number of the recorded moment in which it was first created."""
    moments: dict[str, int] = {}
    number, last = 0, 0.0
    for event in scenario["events"]:
        if event["kind"] == "Pod" and event["type"] == "ADDED" and event["name"] not in moments:
            number += event["t"] - last > MOMENT
            last = event["t"]
            moments[event["name"]] = number
    return moments


def _in_order(names: Sequence[str], moments: Mapping[str, int]) -> bool:
    found = [moments[name] for name in names]
    return found == sorted(found)


def _marked(_: Json, recorded: Json, record: Record, stable: bool) -> Iterator[Leaf]:
    yield from _ordered(recorded["podsDeletionMarked"], record.pods_marked(), stable=stable)


def _removed(_: Json, recorded: Json, record: Record, stable: bool) -> Iterator[Leaf]:
    yield from _ordered(recorded["podsRemoved"], record.pods_removed(), stable=stable)


def _ordered(real: Sequence[str], ours: Sequence[str], *, stable: bool) -> Iterator[Leaf]:
    if not stable:
        real, ours = _owners(real), _owners(ours)
    yield from differing(list(real), list(ours), "order" if stable else "owners")


def _owners(names: Sequence[str]) -> list[str]:
    """Names without their own numbers: how many pods of each owner, in no order."""
    return sorted(map(_unnumbered, names))


def _unnumbered(text: str) -> str:
    return PLACEHOLDER.sub(lambda found: "*" if found[0].startswith("<p") else found[0], text)


def _scales(_: Json, recorded: Json, record: Record, stable: bool) -> Iterator[Leaf]:
    yield from _last_of(recorded["scaleHistory"], record.scale_history(), stable=stable)


def _statuses(_: Json, recorded: Json, record: Record, stable: bool) -> Iterator[Leaf]:
    yield from _last_of(recorded["statusHistory"], record.status_history(), stable=stable)


def _last_of(real: Json, ours: Json, *, stable: bool) -> Iterator[Leaf]:
    """Histories by object; where they are not stable, the first and the last value."""
    for name in sorted({*real, *ours}):
        one, other = real.get(name, []), ours.get(name, [])
        if not stable:
            one, other = [*one[:1], *one[-1:]], [*other[:1], *other[-1:]]
        if one != other:
            yield _first_difference(name, one, other)


def _first_difference(name: str, real: Sequence[Any], ours: Sequence[Any]) -> Leaf:
    """The first entry in which two histories part, with the one before it left out."""
    for index in range(max(len(real), len(ours))):
        one = real[index] if index < len(real) else MISSING
        other = ours[index] if index < len(ours) else MISSING
        if one != other:
            return f"{name}[{index} of {len(real)}]", one, other
    return name, real, ours


def _revisions(_: Json, recorded: Json, record: Record, _stable: bool) -> Iterator[Leaf]:
    yield from differing(recorded["revisions"], record.revisions())


def _final(scenario: Json, _: Json, record: Record, stable: bool) -> Iterator[Leaf]:
    real = {name: placeless(obj) for name, obj in _recorded_final(scenario).items()}
    ours = {name: placeless(obj) for name, obj in record.final().items()}
    if stable:
        yield from differing(real, ours)
    else:
        yield from differing(_owners(list(real)), _owners(list(ours)), "names")


def _final_status(scenario: Json, _: Json, record: Record, stable: bool) -> Iterator[Leaf]:
    if not stable:
        return
    real, ours = (
        {name: obj.get("status", {}) for name, obj in found.items() if obj["kind"] not in {"Pod", "Node"}}
        for found in (_recorded_final(scenario), record.final())
    )
    yield from differing(real, ours)


def _recorded_final(scenario: Json) -> dict[str, Json]:
    return {
        f"{kind}/{obj['metadata']['name']}": clean(obj) for kind, items in scenario["final"].items() for obj in items
    }


def placeless(value: Any) -> Any:
    """A copy without anything that tells where pods are; endpoints are put in the order of their pods' names."""
    if isinstance(value, Mapping):
        if value.get("type") == "InternalIP":
            return {"type": "InternalIP"}
        return {key: placeless(item) for key, item in value.items() if key not in PLACES}
    if isinstance(value, list):
        items = [placeless(item) for item in value]
        if items and all(isinstance(item, Mapping) and "targetRef" in item for item in items):
            return sorted(items, key=lambda item: str(item["targetRef"].get("name")))
        return items
    return value


def _reasons(scenario: Json, _: Json, record: Record, stable: bool) -> Iterator[Leaf]:
    """What was said of each object, and by whom; where that is not stable, which reasons there were at all."""
    real, ours = scenario["k8sEvents"], record.events()
    if stable:
        yield from differing(_by_object(real), _by_object(ours))
        return
    said = [sorted({event["reason"] for event in events}) for events in (real, ours)]
    yield from differing(said[0], said[1], "reasons")


def _by_object(events: Sequence[Json]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for event in events:
        found.setdefault(event["object"], []).append(f"{event['type']} {event['reason']} from {event['from']}")
    return found


def _messages(scenario: Json, _: Json, record: Record, stable: bool) -> Iterator[Leaf]:
    """The words of the events; where a pod went, and which pod it was, is left out."""
    if stable:
        yield from differing(_words(scenario["k8sEvents"]), _words(record.events()))


def _words(events: Sequence[Json]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for event in events:
        if event["reason"] not in SCHEDULING:
            found.setdefault(event["object"], []).append(f"{event['reason']}: {_unnumbered(event['message'])}")
    return {name: sorted(words) for name, words in found.items()}


Check = Callable[[Json, Json, Record, bool], Iterator[Leaf]]
ASPECTS: Final[Mapping[str, Check]] = {
    "podsCreated": _created,
    "podsDeletionMarked": _marked,
    "podsRemoved": _removed,
    "scaleHistory": _scales,
    "statusHistory": _statuses,
    "segmentsMaxMin": segments,
    "revisions": _revisions,
    "finalStatus": _final_status,
    "finalObjects": _final,
    "eventReasons": _reasons,
    "eventMessages": _messages,
}
# The recording's word for an aspect, where it is another.
STABLE: Final = {"finalObjects": "finalObjectsIgnoringPlacement", "eventMessages": "eventReasons"}
