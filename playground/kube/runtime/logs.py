"""What a container wrote, worked out from what it does and what happened to it. Nothing of it is kept.

A server under load does not write millions of lines: every ten seconds one line stands for all requests since the one
before, and says how many they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from playground.kube.runtime.history import History
from playground.kube.runtime.plan import Plan
from playground.kube.runtime.protocol import Ending, Line, Start
from playground.kube.runtime.shell.program import Now, rendered

KEPT: Final = 20_000  # lines of an endless script, as a node's log files have their largest size
EVERY: Final = 10.0  # seconds that one line of a server under load stands for
_UP: Final[Mapping[str, tuple[str, ...]]] = {
    "nginx": (
        "/docker-entrypoint.sh: Configuration complete; ready for start up",
        "[notice] 1#1: nginx: start worker processes",
    ),
    "httpd": ("[mpm_event:notice] [pid 1:tid 1] AH00489: Apache/2.4 (Unix) configured -- resuming normal operations",),
    "redis": ("1:C * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo", "1:M * Ready to accept connections tcp"),
    "postgres": ("LOG:  database system is ready to accept connections",),
    "mysql": ("[Note] mysqld: ready for connections.",),
    "hello": ("Hello from Docker!", "This message shows that your installation appears to be working correctly."),
}
_STOPS: Final[Mapping[str, str]] = {
    "nginx": "[notice] 1#1: signal 15 (SIGTERM) received, exiting",
    "httpd": "[mpm_event:notice] [pid 1:tid 1] AH00491: caught SIGTERM, shutting down",
    "redis": "1:signal-handler Received SIGTERM scheduling shutdown...",
    "postgres": "LOG:  received smart shutdown request",
}


def lines(start: Start, started_at: float, plan: Plan, past: History, until: float, end: Ending | None) -> list[Line]:
    """Return all lines up to a time, the oldest first."""
    last = until if end is None else min(until, end.at)
    found = [
        *(Line(started_at, note, "stderr") for note in plan.notes),
        *_script(started_at, plan, last),
        *_server(start, started_at, plan, past, last),
    ]
    if end is not None and end.at <= until:
        found += _farewell(plan, end)
    return sorted((line for line in found if line.at <= until), key=lambda line: line.at)


def _script(started_at: float, plan: Plan, last: float) -> Iterator[Line]:
    if plan.program is None:
        return
    program, seconds = plan.program, last - started_at
    since = -1.0
    if program.round:  # the oldest lines of a long life are rotated away
        since = max(since, seconds - KEPT / len(program.round) * program.period)
    for at, turn, each in program.happenings(since, seconds):
        if not each.path and each.text is not None:
            for text in rendered(each.text, turn, started_at + at).split("\n"):
                yield Line(started_at + at, text, each.stream)


def _server(start: Start, started_at: float, plan: Plan, past: History, last: float) -> Iterator[Line]:
    """What a server writes: that it is up, its requests, that it is told to stop."""
    ready = started_at + plan.behaviour.start
    for text in _greeting(plan):
        yield Line(ready, text)
    if past.term is not None and past.term <= last:
        yield from _stopping(plan, past.term)
    if plan.behaviour.talk in {"http", "echo"}:
        for at, method, path, status in past.asked:
            yield Line(at, _access(start, at, f"{method} {path}", status))
        yield from _load(start, past, last)


def _greeting(plan: Plan) -> tuple[str, ...]:
    if plan.program is not None and plan.program.serves is None:
        return ()
    told = _UP.get(plan.behaviour.flavour)
    if told is None and plan.behaviour.talk in {"http", "echo"}:
        return (f"listening on port {' and '.join(map(str, plan.behaviour.ports))}",)
    return told or ()


def _stopping(plan: Plan, at: float) -> Iterator[Line]:
    stops = _STOPS.get(plan.behaviour.flavour)
    if stops and plan.behaviour.obeys:
        yield Line(at, stops)
    elif plan.program is not None and plan.program.trap is not None:
        for each in plan.program.trap.lines:
            if not each.path and each.text is not None:
                yield Line(at + each.at, rendered(each.text, 0, at + each.at), each.stream)


def _load(start: Start, past: History, last: float) -> Iterator[Line]:
    """Lines of the load: one for every ten seconds of each piece of the past, with how many requests it stands for."""
    for index, (since, _, answered) in enumerate(past.loads):
        end = past.loads[index + 1][0] if index + 1 < len(past.loads) else math.inf
        at, told = since, 0
        while answered and at < end and min(at + EVERY, end) <= last:
            at = min(at + EVERY, end)
            count = int(answered * (at - since)) - told
            told += count
            if count > 0:
                yield Line(
                    at, _access(start, at, "GET /", 200) + (f" ({count} requests like this)" if count > 1 else "")
                )


def _access(start: Start, at: float, what: str, status: int) -> str:
    network = start.ip.rpartition(".")[0] or "10.244.0"
    stamp = rendered((Now("%d/%b/%Y:%H:%M:%S +0000"),), 0, at)
    return f'{network}.1 - - [{stamp}] "{what} HTTP/1.1" {status} -'


def _farewell(plan: Plan, end: Ending) -> list[Line]:
    if plan.program is not None or end.signal or end.why == "ContainerCannotRun":
        return []
    if end.code in {0, 143}:
        return [Line(end.at, "done")] if plan.behaviour.talk == "none" and plan.behaviour.flavour == "" else []
    return [Line(end.at, f"fatal error: exiting with code {end.code}", "stderr")]
