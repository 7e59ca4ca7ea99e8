"""When probes are looked at, and what follows: started, ready, to be restarted.

After pkg/kubelet/prober/{worker.go,prober_manager.go}. A real worker asks every periodSeconds. What a container
answers is constant over stretches of time here, so only those ticks of the same grid are visited at which something
is seen: a failure (each is an event), or a threshold. The grid of a container begins one look at the containers
after its start, or initialDelaySeconds after it.
"""

from __future__ import annotations

from math import ceil
from typing import Final

from playground.kube.kubelet.probes import PROBES, probe, spec_of
from playground.kube.kubelet.recorder import Recorder
from playground.kube.kubelet.timing import NOTICE
from playground.kube.kubelet.worker import Box, Check, Worker
from playground.kube.objects.frozen import Object

_TITLES: Final = {"startup": "Startup", "readiness": "Readiness", "liveness": "Liveness"}
_FIRST: Final[dict[str, bool | None]] = {"startup": None, "readiness": False, "liveness": True}


def begin(box: Box, now: float) -> None:
    """A container was started: its probes begin anew."""
    old, box.checks = box.checks, {}
    box.started = box.spec.get("startupProbe") is None
    for kind in PROBES:
        spec = spec_of(box.spec, kind)
        if spec is None:
            continue
        origin = now + max(NOTICE, float(spec.get("initialDelaySeconds") or 0))
        check = box.checks[kind] = Check(origin, _FIRST[kind])
        if kind in old:
            check.last, check.run = old[kind].last, old[kind].run
        if kind == "startup" or box.started:
            check.due = origin


class Prober:
    """Carries out probes that are due."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def take(self, worker: Worker, box: Box, now: float, *, ending: bool) -> str:
        """Carry out what is due of a container's probes; return which probe wants it restarted, or "".

        *ending*: the pod is on its way out, so that only readiness is asked for.
        """
        for kind, check in box.checks.items():
            if check.due is None or check.due > now or check.held:
                continue
            if ending and kind != "readiness":
                check.due = None
                continue
            if self._one(worker, box, kind, check, now):
                return kind
        return ""

    def _one(self, worker: Worker, box: Box, kind: str, check: Check, now: float) -> bool:
        """Carry out one probe; True when the container has to go because of it."""
        spec = spec_of(box.spec, kind)
        if spec is None or box.run is None:
            check.due = None
            return False
        good, words = probe(box.run, box.spec, spec, now)
        if not good:
            told = f"{_TITLES[kind]} probe failed: {words}"
            self._recorder.tell(worker, "Unhealthy", told, box=box, warning=True)
        check.run = check.run + 1 if check.last == good else 1
        check.last = good
        wanted = int((spec.get("successThreshold") if good else spec.get("failureThreshold")) or (1 if good else 3))
        decided = check.run >= wanted
        if decided:
            check.result = good
            if kind == "startup" or (kind == "liveness" and not good):
                check.held, check.run = True, 0
        check.due = None if check.held else self._next(worker, box, check, spec, now, decided=decided)
        if kind == "startup" and check.held and good:
            _started(box, now)
        return kind != "readiness" and check.held and not good

    def _next(self, worker: Worker, box: Box, check: Check, spec: Object, now: float, *, decided: bool) -> float | None:
        """Return the next tick at which something is seen."""
        period = float(spec.get("periodSeconds") or 10)
        after = tick(check.origin, period, now, later=True)
        if not decided:
            return after
        changes = box.run.changes_at(now) if box.run is not None else None
        turn = tick(check.origin, period, changes) if changes is not None else None
        if check.last:
            return None if turn is None else max(turn, after)
        heard = max(after, tick(check.origin, period, self._recorder.next_token(worker, now)))
        return heard if turn is None else min(heard, max(turn, after))


def tick(origin: float, period: float, time: float, *, later: bool = False) -> float:
    """Return the first tick of a grid that is not before a time, or (*later*) that is after it."""
    if time < origin:
        return origin
    steps = (time - origin) / period
    number = ceil(steps - 1e-9)
    if later and number <= steps + 1e-9:
        number += 1
    return origin + number * period


def _started(box: Box, now: float) -> None:
    """The startup probe has passed: readiness is asked for at once, liveness on its grid."""
    box.started = True
    for kind, check in box.checks.items():
        spec = spec_of(box.spec, kind)
        if kind == "readiness":
            check.origin = max(now, check.origin)
            check.due = check.origin
        elif kind == "liveness" and spec is not None:
            check.due = tick(check.origin, float(spec.get("periodSeconds") or 10), now, later=True)


def disturbed(box: Box, now: float) -> None:
    """Answers may be others from now on: every probe that goes on is looked at on its next tick."""
    for kind, check in box.checks.items():
        spec = spec_of(box.spec, kind)
        if check.held or spec is None or (kind != "startup" and not box.started):
            continue
        at = tick(check.origin, float(spec.get("periodSeconds") or 10), now, later=True)
        check.due = at if check.due is None else min(check.due, at)


def next_due(box: Box) -> float | None:
    """Return when the next probe of a container is looked at."""
    return min((check.due for check in box.checks.values() if check.due is not None and not check.held), default=None)
