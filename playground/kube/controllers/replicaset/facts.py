"""What a ReplicaSet has to know of its pods, kept up to date with each change of a pod.

A sync reads a few totals instead of a hundred pods. All of it follows from the informers' cache. Rules after
pkg/controller/controller_utils.go (IsPodActive, IsPodTerminating) and pkg/api/v1/pod/util.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Protocol

from playground.kube.client import pods
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map
from playground.kube.objects.meta import Key
from playground.kube.selectors import Selector
from playground.kube.store import Change


class Rules(Protocol):
    """What an owner asks of a pod's labels."""

    @property
    def selector(self) -> Selector:
        """Which pods are the owner's."""

    @property
    def labels(self) -> Selector:
        """Which pods have all labels of the template."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One pod. *since*: since when it is ready, in seconds since 1970; infinity for one that is not."""

    pod: Map
    active: bool
    terminating: bool
    since: float
    fits: bool
    labelled: bool


def fact_of(pod: Map, rules: Rules) -> Fact:
    """Return what is to be known of a pod."""
    over, deleting, labels = pods.is_over(pod), meta.deleting(pod), meta.labels(pod)
    since = inf
    if pods.is_ready(pod):
        found = pods.ready_since(pod)
        since = -inf if found is None else found
    return Fact(
        pod=pod,
        active=not over and not deleting,
        terminating=deleting and not over,
        since=since,
        fits=rules.selector.matches(labels),
        labelled=rules.labels.matches(labels),
    )


@dataclass(slots=True)
class Family:
    """The pods of one owner, in the order in which they came.

    Totals are of pods that fit the selector; *misfits* are active pods that do not.
    """

    rules: Rules | None = None
    pods: dict[Key, Map] = field(default_factory=dict)
    facts: dict[Key, Fact] = field(default_factory=dict)
    misfits: dict[Key, Fact] = field(default_factory=dict)
    active: int = 0
    labelled: int = 0
    ready: int = 0
    terminating: int = 0

    def put(self, key: Key, pod: Map) -> None:
        """Take in a pod as it is now."""
        self._uncount(key)
        self.pods[key] = pod
        if self.rules is not None:
            self._count(key, fact_of(pod, self.rules), 1)

    def drop(self, key: Key) -> None:
        """Forget a pod."""
        self.pods.pop(key, None)
        self._uncount(key)

    def judge(self, rules: Rules) -> None:
        """Look at all pods anew where what the owner asks for has changed."""
        if rules is self.rules:
            return
        listed = self.pods
        self.rules, self.pods, self.facts, self.misfits = rules, {}, {}, {}
        self.active = self.labelled = self.ready = self.terminating = 0
        for key, pod in listed.items():
            self.put(key, pod)

    def members(self) -> Iterator[Fact]:
        """Give the active pods that fit."""
        facts = map(self.facts.__getitem__, self.pods)
        return (fact for fact in facts if fact.active and fact.fits)

    def arrange(self, names: Iterable[str]) -> None:
        """Put the pods in an order; one that is not named comes last."""
        keys = {key[1]: key for key in self.pods}
        ordered = [keys.pop(name) for name in names if name in keys]
        self.pods = {key: self.pods[key] for key in (*ordered, *keys.values())}

    def _uncount(self, key: Key) -> None:
        fact = self.facts.get(key)
        if fact is not None:
            self._count(key, fact, -1)

    def _count(self, key: Key, fact: Fact, by: int) -> None:
        if by > 0:
            self.facts[key] = fact
        else:
            del self.facts[key]
        if not fact.fits:
            if fact.active and by > 0:
                self.misfits[key] = fact
            else:
                self.misfits.pop(key, None)
        elif fact.active:
            self.active += by
            self.labelled += by * fact.labelled
            self.ready += by * (fact.since != inf)
        elif fact.terminating:
            self.terminating += by


class Families:
    """The pods of each owner of one kind, by the owner's uid."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._families: dict[str, Family] = {}

    def of(self, uid: str, rules: Rules) -> Family:
        """Return an owner's pods, judged by its rules."""
        family = self._families.get(uid) or Family()
        family.judge(rules)
        return family

    def take(self, change: Change) -> None:
        """Note a change of a pod."""
        before = self._owner(change.previous)
        after = self._owner(change.object) if change.type != "DELETED" else None
        if before is not None and before != after:
            self._forget(before, change.key)
        if after is not None:
            self._families.setdefault(after, Family()).put(change.key, change.object)

    def order(self) -> dict[str, list[str]]:
        """Return the names of the pods of each owner in the order in which they came; the pods alone do not tell it."""
        return {uid: [key[1] for key in family.pods] for uid, family in self._families.items()}

    def arrange(self, order: Mapping[str, Iterable[str]]) -> None:
        """Put the pods in the order that `order` gave."""
        for uid, names in order.items():
            if uid in self._families:
                self._families[uid].arrange(names)

    def _owner(self, pod: Mapping[str, Any] | None) -> str | None:
        owner = meta.owner(pod) if pod is not None else None
        return owner["uid"] if owner is not None and owner["kind"] == self._kind else None

    def _forget(self, uid: str, key: Key) -> None:
        family = self._families.get(uid)
        if family is not None:
            family.drop(key)
            if not family.pods:
                del self._families[uid]


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of a status. `terminating` counts pods on their way out that have not ended yet."""

    replicas: int
    labelled: int
    ready: int
    available: int
    terminating: int


def count(family: Family, min_ready: int, now: float) -> Counts:
    """Count active pods: how many have the template's labels, are ready, are so for *min_ready* seconds."""
    available = family.ready
    if min_ready:
        available = sum(fact.since + min_ready <= now for fact in family.members())
    return Counts(family.active, family.labelled, family.ready, available, family.terminating)


def next_available(family: Family, min_ready: int, now: float) -> float | None:
    """Return when the next of the pods that are ready counts as available (FindMinNextPodAvailabilityCheck)."""
    times = (fact.since + min_ready for fact in family.members() if fact.since != inf)
    return min((time for time in times if time > now), default=None)
