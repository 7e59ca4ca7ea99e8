"""Why a pod waits, and what preemption did or could not do for it. The sentences only; the search is in search.py."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from playground.kube.explain import words
from playground.kube.scheduler.framework import Candidate
from playground.kube.scheduler.plugins.default_preemption import (
    NEVER,
    NO_VICTIMS,
    NOT_HELPFUL,
    VICTIMS_LEAVING,
)
from playground.kube.scheduler.pods import Pod
from playground.kube.scheduler.queue import FLUSH_AFTER, Waiting
from playground.kube.scheduler.trace import Decision

COUNTED: Final = re.compile(r"(\d+) (.+?)(?=, \d+ |\.$|$)")


def other_scheduler(pod: Pod, known: Iterable[str]) -> str:
    """The pod asks for a scheduler that does not run."""
    asked = pod.shape.spec.get("schedulerName") or ""
    there = words.names(sorted(known))
    return f'The pod asks for the scheduler "{asked}", and none of that name runs here. There is {there}.'


def gated(pod: Pod) -> str:
    """The pod has scheduling gates."""
    gates = [gate["name"] for gate in pod.shape.spec.get("schedulingGates") or ()]
    which = f"the scheduling gate {gates[0]}" if len(gates) == 1 else f"the scheduling gates {words.names(gates)}"
    return f"The pod is held back by {which}: the scheduler does not look at it until spec.schedulingGates is empty."


def binding(node: str) -> str:
    """The pod has a node, but is not bound yet."""
    return f"The scheduler has chosen {node} and binds the pod as soon as its volumes are ready there."


def queued(entry: Waiting | None, due: float) -> str:
    """Where the pod is in the scheduler's queue; `due`: when its back-off ends."""
    if entry is None:
        return "The scheduler has not seen the pod yet."
    if entry.gate:
        return f"The plugin {entry.gate} holds the pod back for now; the scheduler does not look at it until then."
    tries = "once" if entry.attempts == 1 else f"{entry.attempts} times"
    if entry.where == "backoff":
        return f"The scheduler tried it {tries}. It is in back-off: the next try is at {words.time(due)} at the latest."
    if entry.where == "unschedulable":
        latest = words.time(entry.since + FLUSH_AFTER)
        return (
            f"The scheduler tried it {tries} and found no node. It tries again when something changes that may help, "
            f"at the latest at {latest}."
        )
    return f"It stands in the active queue and was tried {tries}." if entry.attempts else "It waits for its first try."


def outlook(decision: Decision, *, gated: bool) -> Iterator[str]:
    """What a try at this moment would come to."""
    total = decision.summary.nodes
    if decision.node is not None:
        yield f"If the scheduler {'looked at' if gated else 'tried'} it now, {decision.node} would take it."
    elif not total:
        yield "There are no nodes in this cluster."
    else:
        yield "The only node cannot take it." if total == 1 else f"None of the {total} nodes can take it."


def nominated(pod: Pod, leaving: list[Pod]) -> Iterator[str]:
    """The pod has pushed others out and waits for them to end."""
    if pod.nominated:
        yield f"It is nominated to {pod.nominated} (status.nominatedNodeName): room is being made for it there."
    if pod.nominated and leaving:
        names = words.names([other.name for other in leaving])
        yield f"It waits for {'pod' if len(leaving) == 1 else 'pods'} {names} to end."


def would_preempt(pod: Pod, chosen: Candidate) -> Iterator[str]:
    """What preemption would do."""
    names = words.names([f"{victim.name} (priority {victim.priority})" for victim in chosen.victims])
    yield (
        f"It may push out less important pods: its priority is {pod.priority}. "
        f"On {chosen.node} {names} would have to go for it."
    )
    if chosen.pdb_violations:
        times = words.count(chosen.pdb_violations, "time")
        yield f"That breaks a PodDisruptionBudget {times}; no other way was better."


def cannot_preempt(pod: Pod, message: str) -> Iterator[str]:
    """Why preemption does not help, read off the scheduler's own message."""
    said = message.partition("preemption: ")[2]
    if NEVER in said:
        yield "It may not push other pods out: its preemptionPolicy is Never."
    elif VICTIMS_LEAVING in said:
        yield f"It pushes nobody else out as long as pods on {pod.nominated} are on their way out for it."
    else:
        for number, reason in COUNTED.findall(said.partition("available: ")[2]):
            yield _why_not(pod, int(number), reason)


def _why_not(pod: Pod, number: int, reason: str) -> str:
    on = f"On {words.count(number, 'node')}"
    if reason == NO_VICTIMS:
        return f"{on} it can push nobody out: no pod there has a lower priority than {pod.priority}."
    if reason == NOT_HELPFUL:
        return f"{on} pushing pods out would not help: other pods are not what stands in the way."
    return f"{on} it would not be enough to push out all less important pods ({reason})."
