"""The rules of preemption over plain values: who is more important, whose budget is broken, which node is chosen.

Trying nodes is plugins/default_preemption.py's business. After pkg/scheduler/framework/preemption/preemption.go,
defaultpreemption/default_preemption.go and pkg/scheduler/util/utils.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from playground.kube.objects import meta
from playground.kube.scheduler.framework import Candidate
from playground.kube.scheduler.pods import Pod
from playground.kube.selectors import Selector

FEW: Final = 12  # Go sorts so many by insertion
LIFT: Final = 2**31  # makes every priority positive, so that more victims always weigh more


def more_important(pod: Pod, other: Pod) -> bool:
    """Return whether `pod` is spared before `other`: by priority, then whoever started first.

    A pod that has not started counts as starting now, and "now" is read twice: of two such pods the first comes first.
    """
    if pod.priority != other.priority:
        return pod.priority > other.priority
    if pod.start is None:
        return other.start is None
    return other.start is None or pod.start < other.start


def by_importance(pods: Iterable[Pod]) -> list[Pod]:
    """Return the most important first, as Go's sort.Slice puts them: which pod of a tie is first depends on its way."""
    found = list(pods)
    if len(found) > FEW:
        return sorted(found, key=lambda pod: (-pod.priority, pod.start is None, pod.start or 0.0))
    for end in range(1, len(found)):
        place = end
        while place and more_important(found[place], found[place - 1]):
            found[place - 1], found[place] = found[place], found[place - 1]
            place -= 1
    return found


def split_by_budgets(pods: Sequence[Pod], budgets: Iterable[Mapping[str, Any]]) -> tuple[list[Pod], list[Pod]]:
    """Return (pods whose eviction breaks a PodDisruptionBudget, the others), each in the order given.

    A pod that its budget lists as disrupted already does not use it up again.
    """
    rules = [_Budget(budget) for budget in budgets]
    breaking: list[Pod] = []
    others: list[Pod] = []
    for pod in pods:
        # No short cut: each of a pod's budgets has to count it.
        broken = [rule.breaks(pod) for rule in rules]
        (breaking if any(broken) else others).append(pod)
    return breaking, others


class _Budget:
    """One PodDisruptionBudget and how many disruptions it still allows."""

    def __init__(self, budget: Mapping[str, Any]) -> None:
        status = budget.get("status") or {}
        self._namespace = meta.namespace(budget)
        self._selector = Selector.of(budget["spec"].get("selector"))
        self._allowed = status.get("disruptionsAllowed") or 0
        self._disrupted = status.get("disruptedPods") or {}

    def breaks(self, pod: Pod) -> bool:
        """Count the pod; return whether that is one too many."""
        if self._selector.empty or not pod.labels or pod.namespace != self._namespace:
            return False
        if not self._selector.matches(pod.labels) or pod.name in self._disrupted:
            return False
        self._allowed -= 1
        return bool(self._allowed < 0)


def candidates_wanted(nodes: int, percentage: int, absolute: int) -> int:
    """Return after how many candidates the search may stop: a share of the nodes, at least so many, at most all."""
    return min(max(nodes * percentage // 100, absolute), nodes)


def choose(candidates: Sequence[Candidate]) -> Candidate:
    """Return the node that is best preempted: each rule is asked only about those that were equal before.

    Of full ties the first is taken (the real one takes a random one). Raises IndexError without candidates.
    """
    left = list(candidates)
    for cost in COSTS:
        if len(left) == 1:
            break
        costs = [cost(candidate) for candidate in left]
        least = min(costs)
        left = [candidate for candidate, own in zip(left, costs, strict=True) if own == least]
    return left[0]


def _highest_priority(candidate: Candidate) -> float:
    return candidate.victims[0].priority


def _sum_of_priorities(candidate: Candidate) -> float:
    return sum(victim.priority + LIFT for victim in candidate.victims)


def _earliest_start(candidate: Candidate) -> float:
    """The younger the oldest of the most important victims, the better; one that has not started is the youngest."""
    highest = max(victim.priority for victim in candidate.victims)
    starts = [victim.start for victim in candidate.victims if victim.priority == highest]
    known = [start for start in starts if start is not None]
    return -min(known) if known else float("-inf")


COSTS: Final[tuple[Callable[[Candidate], float], ...]] = (
    lambda candidate: candidate.pdb_violations,
    _highest_priority,
    _sum_of_priorities,
    lambda candidate: len(candidate.victims),
    _earliest_start,
)


def terminating_by_preemption(pod: Pod) -> bool:
    """Return whether a pod is on its way out because the scheduler preempted it."""
    if not pod.terminating:
        return False
    for condition in (pod.object.get("status") or {}).get("conditions") or ():
        if condition["type"] == "DisruptionTarget":
            return (condition["status"], condition.get("reason")) == ("True", "PreemptionByScheduler")
    return False
