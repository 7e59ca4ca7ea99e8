"""The answer of explain(): what happened to a pod, as data and as sentences. How it is found out is elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from playground.kube.explain.changes import Change

State = Literal["placed", "waiting", "ended"]


@dataclass(frozen=True, slots=True)
class Winner:
    """The node that took (or would take) the pod. points: its total, None when it was the only one that fitted.

    runner_up: the second best, None without one. differences: plugin -> (points of the winner, of the runner-up), for
    the plugins that did not give both the same, the largest difference first.
    """

    node: str
    points: int | None = None
    runner_up: str | None = None
    differences: Mapping[str, tuple[int, int]] | None = None


@dataclass(frozen=True, slots=True)
class Loser:
    """Another node, and why it did not get the pod. plugin: who refused it, "" if it only got fewer points."""

    node: str
    plugin: str
    sentence: str
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened to a pod. `sentences` tell all of it in reading order; the rest is the same as data.

    as_of: the moment that was looked at. changes: what would place a waiting pod, the smallest first; tried: how many
    were tried.
    """

    pod: str
    state: State
    as_of: str
    sentences: tuple[str, ...]
    winner: Winner | None = None
    losers: tuple[Loser, ...] = ()
    waiting: tuple[str, ...] = ()
    preemption: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    tried: int = 0

    def __str__(self) -> str:
        return "\n".join(self.sentences)
