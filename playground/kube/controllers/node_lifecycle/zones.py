"""Zones: how many of their nodes are down, and how fast nodes may therefore be tainted NoExecute.

After pkg/controller/nodelifecycle/node_lifecycle_controller.go (ComputeZoneState, handleDisruption,
setLimiterInZone) and scheduler/rate_limited_queue.go. A limiter has a burst of one: a token comes back a while after it
was taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from playground.kube.controllers.node_lifecycle.health import ready_of
from playground.kube.controllers.node_lifecycle.taints import taints_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import Object

State = Literal["Initial", "Normal", "PartialDisruption", "FullDisruption"]
Turn = Literal["entered", "left", "none"]  # what became of the disruption of the whole cluster

SECONDARY: Final = 0.01  # nodes a second in a large zone of which too much is down
LARGE: Final = 50  # nodes
UNHEALTHY: Final = 0.55  # the part of a zone from which on it counts as partly disrupted
EXCLUDED: Final = "node.kubernetes.io/exclude-disruption"
_NEVER: Final = float("inf")


@dataclass(slots=True)
class Zone:
    """One zone. *ready_at*: when the limiter has a token. *waiting*: nodes to taint → the command behind it."""

    rate: float
    state: State = "Initial"
    ready_at: float = 0.0
    waiting: dict[str, int | None] = field(default_factory=dict)

    def accept(self, now: float) -> bool:
        """Take the token, if there is one."""
        if self.rate <= 0 or now < self.ready_at:
            return False
        self.ready_at = now + 1 / self.rate
        return True

    def swap(self, rate: float, now: float) -> None:
        """Change the rate. Whoever waited for a token waits the new time for it."""
        if rate == self.rate:
            return
        waits = not self.accept(now)
        self.rate = rate
        self.ready_at = now + 1 / rate if waits and rate > 0 else now

    def due(self) -> float:
        """Return when the next node may be tainted."""
        return self.ready_at if self.waiting and self.rate > 0 else _NEVER


class Zones:
    """All zones by key. *rate*: nodes a second where all is well."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self.by_key: dict[str, Zone] = {}

    def of(self, node: Object) -> Zone:
        """Return a node's zone, new if it is the first there."""
        return self.by_key.setdefault(key_of(node), Zone(self._rate))

    def counted(self, readiness: Mapping[str, Sequence[bool]], now: float) -> Turn:
        """Take in which nodes are ready, by zone, and set the rates (handleDisruption)."""
        states = {key: _state(ready) for key, ready in readiness.items()}
        for key in [key for key in self.by_key if key not in states]:
            del self.by_key[key]
        for key in states:
            self.by_key.setdefault(key, Zone(self._rate))
        all_are = all(state == "FullDisruption" for state in states.values())
        all_were = all(zone.state == "FullDisruption" for zone in self.by_key.values())
        if all_are and all_were:
            return "none"
        if all_are:
            for zone in self.by_key.values():
                zone.swap(0.0, now)
                zone.state = "FullDisruption"
            return "entered"
        for key, zone in self.by_key.items():
            if all_were or zone.state != states[key]:
                zone.swap(self._rate_for(states[key], len(readiness[key])), now)
                zone.state = states[key]
        return "left" if all_were else "none"

    def state(self) -> dict[str, Any]:
        """Return all of it as JSON."""
        return {key: [each.rate, each.state, each.ready_at, each.waiting] for key, each in self.by_key.items()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave."""
        self.by_key = {key: Zone(rate, kind, at, dict(who)) for key, (rate, kind, at, who) in state.items()}

    def _rate_for(self, state: State, size: int) -> float:
        if state != "PartialDisruption":
            return self._rate
        return SECONDARY if size > LARGE else 0.0


def key_of(node: Object) -> str:
    """Return the key of a node's zone: region and zone, "" without both (GetZoneKey)."""
    labels = meta.labels(node)
    region, zone = labels.get("topology.kubernetes.io/region", ""), labels.get("topology.kubernetes.io/zone", "")
    return f"{region}/{zone}" if region or zone else ""


def counts(node: Object) -> bool:
    """Tell whether a node counts when it is found out how much of a zone is down."""
    return EXCLUDED not in meta.labels(node)


def sight(node: Object) -> tuple[Any, ...]:
    """Return what of a node a look would see; while it stays the same no look is needed."""
    evicting = [taint for taint in taints_of(node) if taint["effect"] == "NoExecute"]
    return ready_of(node), evicting, key_of(node), counts(node)


def _state(ready: Sequence[bool]) -> State:
    down = ready.count(False)
    if down == len(ready) and down:
        return "FullDisruption"
    return "PartialDisruption" if down > 2 and down / len(ready) >= UNHEALTHY else "Normal"
