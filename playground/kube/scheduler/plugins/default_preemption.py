"""DefaultPreemption: when no node takes a pod, find the node where the fewest, least important pods have to go for it.

It only decides; who runs the scheduler evicts the victims. The rules of the choice are in preemption.py.
After pkg/scheduler/framework/preemption and plugins/defaultpreemption.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.scheduler.framework import Candidate, Code, CycleState, Handle, PostFilterResult, Status
from playground.kube.scheduler.pods import Pod
from playground.kube.scheduler.preemption import (
    by_importance,
    candidates_wanted,
    choose,
    split_by_budgets,
    terminating_by_preemption,
)
from playground.kube.scheduler.table import Node
from playground.kube.scheduler.topology_index import TopologyIndex
from playground.kube.scheduler.trace import count_reasons, fit_message

NAME: Final = "DefaultPreemption"
NEVER: Final = "not eligible due to preemptionPolicy=Never."
VICTIMS_LEAVING: Final = "not eligible due to a terminating pod on the nominated node."
NO_VICTIMS: Final = "No preemption victims found for incoming pod"
NOT_HELPFUL: Final = "Preemption is not helpful for scheduling"


class DefaultPreemption:
    """Tries the nodes that refused the pod for reasons that fewer pods could mend."""

    name = NAME

    def __init__(self, args: Mapping[str, Any], handle: Handle) -> None:
        self._handle = handle
        self._percentage = args.get("minCandidateNodesPercentage", 10)
        self._absolute = args.get("minCandidateNodesAbsolute", 100)

    def post_filter(self, cycle: CycleState) -> PostFilterResult:
        """Choose a node and its victims, or say why there is none."""
        why_not = self._not_eligible(cycle)
        if why_not:
            return PostFilterResult(_refusal(why_not), clear_nomination=False)
        candidates, refusals = self._try_nodes(cycle)
        faults = [status.message for status in refusals if status.code is Code.ERROR]
        if faults and not candidates:
            return PostFilterResult(_refusal(", ".join(faults), Code.ERROR), clear_nomination=False)
        if not candidates:
            return PostFilterResult(_refusal(_no_candidate(len(cycle.table), refusals)))
        return PostFilterResult(Status(Code.SUCCESS, (), NAME), choose(candidates), tuple(candidates))

    def _not_eligible(self, cycle: CycleState) -> str | None:
        """Return why the pod may not preempt; None when it may."""
        pod = cycle.pod
        if pod.shape.spec.get("preemptionPolicy") == "Never":
            return NEVER
        status = cycle.failed.get(pod.nominated, cycle.absent)
        node = cycle.table.find(pod.nominated) if pod.nominated else None
        if node is None or status is None or status.code is Code.UNRESOLVABLE:
            return None  # nothing nominated, or it has become of no use
        leaving = any(terminating_by_preemption(other) for other in _less_important(node, pod))
        return VICTIMS_LEAVING if leaving else None

    def _try_nodes(self, cycle: CycleState) -> tuple[list[Candidate], list[Status]]:
        """Return the candidates (those that break no budget first), and the refusals of the other nodes tried.

        The search starts at a random node and ends when there are enough candidates and one of them breaks no budget.
        """
        nodes = [node for node in cycle.table.rows if _may_help(cycle, node)]
        start = self._handle.below(len(nodes)) if nodes and self._handle.below else 0
        wanted = candidates_wanted(len(nodes), self._percentage, self._absolute)
        clean: list[Candidate] = []
        breaking: list[Candidate] = []
        refusals: list[Status] = []
        budgets = self._handle.objects.list("poddisruptionbudgets.policy")
        for node in (*nodes[start:], *nodes[:start]):
            found = self._try(cycle, node, budgets)
            if isinstance(found, Status):
                refusals.append(found)
                continue
            (breaking if found.pdb_violations else clean).append(found)
            if clean and len(clean) + len(breaking) >= wanted:
                break
        return clean + breaking, refusals

    def _try(self, cycle: CycleState, node: Node, budgets: list[Mapping[str, Any]]) -> Candidate | Status:
        """Take all less important pods from the node, then give back whom the pod leaves room for."""
        lower = sorted(_less_important(node, cycle.pod), key=lambda pod: pod.order)
        if not lower:
            return Status(Code.UNRESOLVABLE, (NO_VICTIMS,), NAME)
        with TopologyIndex.of(cycle.table).trial():
            try:
                for pod in lower:
                    cycle.table.remove_pod(pod.uid)
                return cycle.runner.check(node.row) or _spare(cycle, node, lower, budgets)
            finally:
                for pod in lower:
                    if pod.uid not in node.pods:
                        cycle.table.add_pod(pod, node.name)


def _spare(cycle: CycleState, node: Node, lower: list[Pod], budgets: list[Mapping[str, Any]]) -> Candidate | Status:
    """Put back all that can stay: first those whose budget would break, each time the most important first."""
    breaking, others = split_by_budgets(by_importance(lower), budgets)
    victims = [pod for pod in breaking if not _can_stay(cycle, node, pod)]
    violations = len(victims)
    victims += [pod for pod in others if not _can_stay(cycle, node, pod)]
    if not victims:
        return Status(Code.ERROR, (f'expected at least one victim pod on node "{node.name}"',), NAME)
    if breaking and others:
        victims = by_importance(victims)
    return Candidate(node.name, tuple(victims), violations)


def _can_stay(cycle: CycleState, node: Node, pod: Pod) -> bool:
    cycle.table.add_pod(pod, node.name)
    if cycle.runner.check(node.row) is None:
        return True
    cycle.table.remove_pod(pod.uid)
    return False


def _less_important(node: Node, pod: Pod) -> list[Pod]:
    """Return the pods on the node that `pod` may take the place of."""
    return [other for other in node.pods.values() if other.priority < pod.priority]


def _may_help(cycle: CycleState, node: Node) -> bool:
    """Return whether the node refused the pod for a reason that may go away with pods."""
    status = cycle.failed.get(node.name, cycle.absent)
    return status is not None and status.code is Code.UNSCHEDULABLE


def _no_candidate(nodes: int, refusals: list[Status]) -> str:
    """Return the message of the search's FitError: nodes that were not worth a try have a reason of their own."""
    groups = [(1, status) for status in refusals]
    if len(refusals) < nodes:
        groups.append((nodes - len(refusals), Status(Code.UNRESOLVABLE, (NOT_HELPFUL,), NAME)))
    return fit_message(nodes, count_reasons(groups))


def _refusal(message: str, code: Code = Code.UNSCHEDULABLE) -> Status:
    return Status(code, (f"preemption: {message}",), NAME)


def new(args: Mapping[str, Any], handle: Handle) -> DefaultPreemption:
    """Make the plugin; args: minCandidateNodesPercentage, minCandidateNodesAbsolute."""
    return DefaultPreemption(args, handle)
