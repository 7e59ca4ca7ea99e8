"""The timeline of a scenario of controllers as it was recorded, and ours beside it: `golden --trace`.

One line for each change: seconds since the scenario's start, what happened to what, the fields that changed. After each
action, the recorded changes stand left and ours right, each in its own order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final

from playground.kube.commands.golden_controllers_names import Names
from playground.kube.commands.golden_controllers_record import clean
from playground.kube.objects.frozen import EMPTY
from playground.kube.store import Change

Json = Mapping[str, Any]

WAITS: Final = frozenset({"waitQuiet", "sleep", "waitUntil"})
WIDTH: Final = 92  # characters of one side
KEYS: Final = ("type", "name", "ip")  # by which a list's items are told apart
DULL: Final = (
    "lastProbeTime",
    "lastTransitionTime",
    "lastUpdateTime",
    "lastHeartbeatTime",
    "metadata.annotations.endpoints",
    "].type",
    "containerStatuses",
    "podIP",
    "hostIP",
)
SIGNS: Final = {"ADDED": "+", "MODIFIED": "~", "DELETED": "-"}


def timeline(scenario: Json, changes: Sequence[Change], names: Names, begins: Sequence[int]) -> Iterator[str]:
    """The lines of a scenario. *begins*: our revision before each action."""
    start = changes[0].time if changes else 0.0
    actions = scenario["actions"]
    firsts = [number for number, action in enumerate(actions) if not number or action["op"] not in WAITS]
    for first, after in zip(firsts, [*firsts[1:], len(actions)], strict=True):
        is_last = after == len(actions)
        until = changes[-1].revision if changes and is_last else begins[min(after, len(begins) - 1)]
        end = None if is_last else actions[after]["afterEvent"]
        for action in actions[first:after]:
            yield f"{action['t']:7.2f} {_words(action)}"
        real = [_recorded(event) for event in scenario["events"][actions[first]["afterEvent"] : end]]
        ours = [_ours(each, names, start) for each in changes if begins[first] < each.revision <= until]
        for one, other in zip_longest(real, ours, fillvalue=""):
            yield f"  {one[:WIDTH]:<{WIDTH}} | {other[:WIDTH]}"


def _words(action: Json) -> str:
    told = {key: value for key, value in action.items() if key not in {"op", "t", "afterEvent", "response"}}
    answer = f" -> {json.dumps(action['response'])[:200]}" if "response" in action else ""
    return f"{action['op']} {json.dumps(told)[:160]}{answer}"


def _recorded(event: Json) -> str:
    if event["type"] == "ADDED":
        fields = dict(flat(event["object"].get("status") or {}, "status."))
    else:
        fields = dict(event.get("set") or {})
    gone = [key for key in event.get("unset") or () if not _is_dull(key)]
    return _line(event["t"], event["type"], f"{event['kind']}/{event['name']}", fields, gone)


def _ours(change: Change, names: Names, start: float) -> str:
    new = names.theirs(clean(change.object))
    fields = dict(flat(new if change.type == "MODIFIED" else {"status": new.get("status") or {}}))
    gone: list[str] = []
    if change.type == "MODIFIED" and change.previous is not None:
        before = dict(flat(names.theirs(clean(change.previous))))
        gone = [key for key in before if key not in fields and not _is_dull(key)]
        fields = {key: value for key, value in fields.items() if before.get(key, "(none)") != value}
    if change.type == "DELETED":
        fields = {}
    what = f"{change.object['kind']}/{new['metadata']['name']}"
    return _line(change.time - start, change.type, what, fields, gone)


def _line(time: float, kind: str, what: str, fields: Json, gone: Sequence[str]) -> str:
    told = [f"{_short(key)}={_value(value)}" for key, value in fields.items() if not _is_dull(key)]
    told += [f"-{_short(key)}" for key in gone]
    return f"{time:6.2f} {SIGNS[kind]} {what}  {' '.join(told)}"


def _short(key: str) -> str:
    return key.removeprefix("status.").replace("conditions", "").replace("metadata.", "").replace("annotations.", "")


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _is_dull(key: str) -> bool:
    return any(word in key for word in DULL)


def flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of a value with their paths; a list's items are told apart by type, name or ip where they have one."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from flat(item, f"{path}.{key}" if path and not path.endswith(".") else f"{path}{key}")
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from flat(item, f"{path}[{_key(item, index)}]")
    else:
        yield path, value


def _key(item: Any, index: int) -> object:
    found = item if isinstance(item, Mapping) else EMPTY
    return next((found[key] for key in KEYS if key in found), index)
