"""How far and how fast replicas may go: windows, policies, the least and the most. After horizontal.go.

Without spec.behavior a scale-down waits for the highest recommendation of five minutes, and a scale-up at most doubles
(to four at least).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from playground.kube.controllers.horizontal_pod_autoscaler.history import History

Json = Mapping[str, Any]
Said = tuple[str, str]  # a condition's reason and message

DOWN_WINDOW: Final = 300.0  # seconds; --horizontal-pod-autoscaler-downscale-stabilization
_FASTEST: Final = 2
_FREE: Final = 4

MATCHES: Final = ("ReadyForNewScale", "recommended size matches current size")
_LOWER: Final = "recent recommendations were lower than current one, applying the lowest recent recommendation"
_HIGHER: Final = "recent recommendations were higher than current one, applying the highest recent recommendation"
_UP: Final = ("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")
_MOST: Final = ("TooManyReplicas", "the desired replica count is more than the maximum replica count")
_DOWN: Final = ("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate")
_LEAST: Final = ("TooFewReplicas", "the desired replica count is less than the minimum replica count")
_FREELY: Final = ("DesiredWithinRange", "the desired count is within the acceptable range")


@dataclass(frozen=True, slots=True)
class Limits:
    """What an autoscaler's spec says about bounds and speed, and where things stand."""

    least: int
    most: int
    behavior: Json | None
    current: int
    now: float


@dataclass(frozen=True, slots=True)
class Limited:
    """What is left of a desired number: *able* and *limit* are what the conditions say; *is_limited* the latter's."""

    replicas: int
    able: Said
    limit: Said
    is_limited: bool


def limited(desired: int, limits: Limits, history: History) -> Limited:
    """Return what the limits leave of a desired number, and note it in the history."""
    if limits.behavior is None:
        held = history.highest(desired, DOWN_WINDOW, limits.now)
        able = MATCHES if held == desired else ("ScaleDownStabilized", _HIGHER)
        replicas, limit = _plain(held, limits)
    else:
        held = history.within(desired, limits.current, _windows(limits.behavior), limits.now)
        rising = desired >= limits.current
        stabilized = ("ScaleUpStabilized", _LOWER) if rising else ("ScaleDownStabilized", _HIGHER)
        able = MATCHES if held == desired else stabilized
        replicas, limit = _by_policies(held, limits, limits.behavior, history)
    return Limited(replicas, able, limit, replicas != held)


def longest(behavior: Json) -> tuple[float, float]:
    """Return how many seconds policies look back, for going up and for going down."""
    up, down = (max((policy["periodSeconds"] for policy in _policies(behavior, way)), default=0) for way in _WAYS)
    return up, down


_WAYS: Final = ("scaleUp", "scaleDown")


def _policies(behavior: Json, way: str) -> list[Json]:
    return list((behavior.get(way) or {}).get("policies") or ())


def _windows(behavior: Json) -> tuple[float, float]:
    up, down = ((behavior.get(way) or {}).get("stabilizationWindowSeconds") for way in _WAYS)
    return up or 0.0, DOWN_WINDOW if down is None else down


def _plain(desired: int, limits: Limits) -> tuple[int, Said]:
    fastest = max(_FASTEST * limits.current, _FREE)
    most, why = (fastest, _UP) if limits.most > fastest else (limits.most, _MOST)
    if desired < limits.least:
        return limits.least, _LEAST
    return (most, why) if desired > most else (desired, _FREELY)


def _by_policies(desired: int, limits: Limits, behavior: Json, history: History) -> tuple[int, Said]:
    current = limits.current
    if desired > current:
        fastest = max(_reach(behavior, "scaleUp", limits, history), current)
        most, why = (fastest, _UP) if limits.most > fastest else (limits.most, _MOST)
        if desired > most:
            return most, why
    elif desired < current:
        slowest = min(_reach(behavior, "scaleDown", limits, history), current)
        least, why = (slowest, _DOWN) if limits.least < slowest else (limits.least, _LEAST)
        if desired < least:
            return least, why
    return desired, _FREELY


def _reach(behavior: Json, way: str, limits: Limits, history: History) -> int:
    """Return how far the policies of one direction let replicas go now."""
    select = (behavior.get(way) or {}).get("selectPolicy") or "Max"
    if select == "Disabled":
        return limits.current
    reaches: list[int] = []
    for policy in _policies(behavior, way):
        start = history.at_start(limits.current, policy["periodSeconds"], limits.now)
        reaches.append(_policy_reach(policy, start, rising=way == "scaleUp"))
    if (way == "scaleUp") == (select == "Max"):
        return max(reaches, default=limits.current)
    return min(reaches, default=limits.current)


def _policy_reach(policy: Json, start: int, *, rising: bool) -> int:
    """Return how far one policy goes; a share upwards is rounded up, downwards to the smaller rest."""
    value: int = policy["value"]
    if policy["type"] == "Pods":
        return start + value if rising else start - value
    if rising:
        return ceil(start * (1 + value / 100))
    return int(start * (1 - value / 100))
