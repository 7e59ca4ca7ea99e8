"""explain(): puts together what happened to a pod, why it waits, and what would place it. It reads; nothing is written.

The sentences are in placement.py and waiting.py, the search in search.py, the moments in moment.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from playground.kube.clock import Clock, stamp_of
from playground.kube.explain import edits, moment, placement, waiting, words
from playground.kube.explain.changes import Change, Edit, Kind, Where
from playground.kube.explain.explanation import Explanation, State
from playground.kube.explain.scene import Scene
from playground.kube.explain.search import Found, Search
from playground.kube.explain.whatif import WhatIf, World
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map
from playground.kube.scheduler.config import ProfileConfig
from playground.kube.scheduler.pods import Pod, PodReader
from playground.kube.scheduler.preemption import terminating_by_preemption
from playground.kube.scheduler.scheduler import Scheduler
from playground.kube.scheduler.trace import Decision, Summary
from playground.kube.store import Change as Written
from playground.kube.store import Compacted, Store

TOLD_CHANGES: Final = 3  # in sentences; all are in `changes`


def explain(pod: Map, *, store: Store, scheduler: Scheduler, clock: Clock) -> Explanation:
    """Explain what the scheduler did with a pod, or will do with it. `store` is only read."""
    if pod["spec"].get("nodeName"):
        return _Placed(pod, store, scheduler).explain()
    return _Pending(pod, store, scheduler, clock).explain()


class _Pending:
    """A pod without a node."""

    def __init__(self, pod: Map, store: Store, scheduler: Scheduler, clock: Clock) -> None:
        self._pod = pod
        self._store = store
        self._scheduler = scheduler
        self._clock = clock
        self._entry = scheduler.waiting(meta.uid(pod))

    def explain(self) -> Explanation:
        """Explain why it waits, and look for what would place it."""
        profile = moment.profile_of(self._pod, self._scheduler.config)
        subject = self._entry.pod if self._entry else PodReader().read(self._pod)
        assumed = self._scheduler.table.pod(subject.uid)
        if meta.deleting(self._pod):
            return self._told("The pod is being deleted, so it is not scheduled any more.")
        if not moment.waits(self._pod):
            return self._told(f"The pod has ended ({self._pod['status']['phase']}) without ever getting a node.")
        if profile is None:
            known = [item.name for item in self._scheduler.config.profiles]
            return self._told(waiting.other_scheduler(subject, known))
        if assumed is not None:
            return self._told(waiting.binding(assumed.node))
        return self._look(subject, profile)

    def _told(self, *sentences: str) -> Explanation:
        state: State = "waiting" if moment.waits(self._pod) else "ended"
        return Explanation(_name(self._pod), state, self._clock.stamp(), sentences, waiting=sentences)

    def _look(self, pod: Pod, profile: ProfileConfig) -> Explanation:
        """Decide dry, and search for changes if no node takes it or gates hold it back."""
        whatif = WhatIf(moment.present(self._scheduler, profile, self._clock.now))
        decision, scene = whatif.decide(pod), Scene(whatif, pod)
        gates = (edits.without_gates(pod),) if pod.shape.spec.get("schedulingGates") else ()
        noted = placement.losers(decision, scene)
        won = placement.winner(decision)
        why = [*self._why(pod, gates), *waiting.outlook(decision, gated=bool(gates))]
        preemption = [] if decision.node else list(_preemption(pod, decision))
        told = [*why, *(placement.why_it_won(won, decision) if won else ()), *placement.tell_losers(noted), *preemption]
        found = Found((), 0)
        if gates or not decision.node:
            found = Search(whatif, pod, gates).run(scene)
            told += self._changes(found)
        return Explanation(
            pod=pod.full_name,
            state="waiting",
            as_of=self._clock.stamp(),
            sentences=tuple(told),
            winner=won,
            losers=tuple(noted),
            waiting=tuple(why),
            preemption=tuple(preemption),
            changes=found.changes,
            tried=found.tried,
        )

    def _why(self, pod: Pod, gates: Sequence[Edit]) -> Iterator[str]:
        if gates:
            yield waiting.gated(pod)
            return
        until = self._scheduler.due(self._entry) if self._entry else 0.0
        yield waiting.queued(self._entry, until)
        node = self._scheduler.table.find(pod.nominated) if pod.nominated else None
        leaving = [other for other in node.pods.values() if terminating_by_preemption(other)] if node else []
        yield from waiting.nominated(pod, leaving)

    def _changes(self, found: Found) -> Iterator[str]:
        """Tell the smallest changes, or that there is none."""
        if found.tried and not found.changes:
            yield f"None of {words.count(found.tried, 'change')} tried helps: nothing small would place the pod."
        elif not found.changes:
            yield "No change is known that would help."
        for number, change in enumerate(found.changes[:TOLD_CHANGES]):
            yield f"{'The smallest change' if number == 0 else 'Or'}: {change.sentence}"
        yield from self._owners(found.changes[:TOLD_CHANGES])
        others = sum(map(moment.waits, self._store.list("pods"))) - 1 if found.changes else 0
        if others:
            yield f"({words.count(others, 'other pod')} without a node may take the room first.)"

    def _owners(self, changes: Sequence[Change]) -> Iterator[str]:
        """Whoever made a pod makes the next one like it, and a new one for one that goes."""
        steps = [step for change in changes for step in change.steps]
        own = meta.owner(self._pod)
        if own is not None and any(step.where == Where.of("Pod", self._pod) for step in steps):
            maker = f"{own['kind']} {own['name']}"
            yield f"The pod belongs to {maker}: change the template there, or its next pod will be as this one is."
        for where in dict.fromkeys(step.where for step in steps if step.kind is Kind.POD_GONE):
            other = self._store.get("pods", (where.namespace, where.name))
            owner = meta.owner(other) if other else None
            if owner is not None:
                maker = f"{owner['kind']} {owner['name']}"
                yield f"Pod {where.name} belongs to {maker}, which makes a new one when it goes."


def _preemption(pod: Pod, decision: Decision) -> Iterator[str]:
    if decision.chosen is not None:
        yield from waiting.would_preempt(pod, decision.chosen)
    else:
        yield from waiting.cannot_preempt(pod, decision.message)


class _Placed:
    """A pod with a node: its placement is explained from the moment of the decision."""

    def __init__(self, pod: Map, store: Store, scheduler: Scheduler) -> None:
        self._pod = pod
        self._node = pod["spec"]["nodeName"]
        self._store = store
        self._scheduler = scheduler
        self._summary = _summary_of(scheduler, pod)

    def explain(self) -> Explanation:
        """Decide again on the world as it was; where that cannot be, tell what the scheduler noted."""
        bound = moment.binding_of(self._store, self._pod)
        if bound is not None and bound.previous is None:
            return self._told(
                bound.time, f"The pod was created with spec.nodeName {self._node}; no scheduler chose it."
            )
        if bound is not None and bound.actor != self._scheduler.name:
            return self._told(
                bound.time, f"The pod was bound to {self._node} by {bound.actor}, not by the scheduler here."
            )
        profile = moment.profile_of(self._pod, self._scheduler.config)
        if bound is None or profile is None:
            return self._from_summary("The log does not reach back to the decision any more.")
        return self._again(bound, profile)

    def _again(self, bound: Written, profile: ProfileConfig) -> Explanation:
        """Decide once more as of the revision that the scheduler knew."""
        noted = self._summary
        revision = noted.revision if noted else bound.revision - 1
        try:
            world = moment.past(self._store, revision, self._scheduler, profile)
        except Compacted:
            return self._from_summary("The log does not reach back to the decision any more.")
        visit = replace(world.visit, start=noted.start if noted else 0)
        world = replace(world, time=bound.time, visit=visit)
        pod = _as_it_was(self._store, self._pod, revision)
        whatif = WhatIf(world)
        decision = _as_chosen(whatif.decide(pod), self._node)
        if decision.node != self._node:
            return self._from_summary(_other_result(decision, world, revision))
        return self._tell(decision, Scene(whatif, pod), bound)

    def _tell(self, decision: Decision, scene: Scene, bound: Written) -> Explanation:
        won = placement.winner(decision)
        noted = placement.losers(decision, scene)
        first = f"As it was at {words.time(bound.time)}, when the scheduler decided:"
        about_winner = placement.why_it_won(won, decision) if won else ()
        preemption = tuple(self._made_room(bound))
        told = (first, *about_winner, *placement.tell_losers(noted), *preemption)
        name, time = _name(self._pod), stamp_of(bound.time)
        return Explanation(name, "placed", time, told, winner=won, losers=tuple(noted), preemption=preemption)

    def _made_room(self, bound: Written) -> Iterator[str]:
        """What preemption did for it before, as far as the scheduler still knows."""
        for summary in self._scheduler.decisions:
            if summary.uid == meta.uid(self._pod) and summary.victims and summary.time <= bound.time:
                names = words.names([name.partition("/")[2] for name in summary.victims])
                at = words.time(summary.time)
                yield f"At {at} there was no room for it, so {names} had to leave {summary.nominated}."

    def _from_summary(self, why: str) -> Explanation:
        """Tell what the scheduler noted at the time, or that nothing is left of it."""
        noted = self._summary
        if noted is None:
            return self._told(0.0, why, f"The pod is on {self._node}; nothing else is recorded about the choice.")
        told = [why, f"What the scheduler noted at {words.time(noted.time)}: it chose {self._node}."]
        if noted.top:
            best = words.names([f"{node} with {total}" for node, total in noted.top])
            told.append(f"The best of {noted.feasible} nodes that fitted, by points: {best}.")
        else:
            told.append(f"It was the only one of {words.count(noted.nodes, 'node')} that fitted.")
        if noted.reasons:
            counts = "; ".join(f"{number} × {reason}" for reason, number in sorted(noted.reasons.items()))
            told.append(f"The others were refused for these reasons: {counts}.")
        return self._told(noted.time, *told)

    def _told(self, time: float, *sentences: str) -> Explanation:
        return Explanation(_name(self._pod), "placed", stamp_of(time) if time else "", sentences)


def _as_chosen(decision: Decision, node: str) -> Decision:
    """Return the decision with the node that was taken, where that one tied: whose turn it is among equals depends on
    where the scheduler began to look, which a scheduler started anew does not know."""
    totals = decision.details.totals if decision.details else {}
    if node not in totals or decision.node is None or totals[node] != totals[decision.node]:
        return decision
    return replace(decision, summary=replace(decision.summary, node=node))


def _as_it_was(store: Store, pod: Map, revision: int) -> Pod:
    """Return the pod as it was while it waited."""
    return PodReader().read(moment.objects_at(store, "pods", revision)[meta.key(pod)])


def _other_result(decision: Decision, world: World, revision: int) -> str:
    """Admit that the decision cannot be repeated."""
    now = f"{decision.node} is chosen" if decision.node else "no node is found"
    return (
        f"Deciding again on {words.count(len(world.nodes), 'node')} as of revision {revision}, {now}: "
        "so that moment cannot be told exactly any more."
    )


def _summary_of(scheduler: Scheduler, pod: Map) -> Summary | None:
    """Return what the scheduler noted when it placed the pod."""
    uid, node = meta.uid(pod), pod["spec"]["nodeName"]
    return next((item for item in reversed(scheduler.decisions) if item.uid == uid and item.node == node), None)


def _name(pod: Map) -> str:
    return f"{meta.namespace(pod)}/{meta.name(pod)}"
