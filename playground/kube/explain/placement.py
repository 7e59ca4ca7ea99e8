"""Why one node got the pod and the others did not, told from a decision's full trace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from playground.kube.explain import obstacles, words
from playground.kube.explain.explanation import Loser, Winner
from playground.kube.explain.scene import Scene
from playground.kube.scheduler.trace import Decision, Details

TOLD: Final = 8  # sentences about other nodes; what is beyond is counted

# What a score plugin looks at.
LOOKS_AT: Final = {
    "NodeResourcesFit": "how much room is left",
    "NodeResourcesBalancedAllocation": "how evenly CPU and memory are used",
    "ImageLocality": "whether the images are there already",
    "TaintToleration": "PreferNoSchedule taints",
    "NodeAffinity": "preferred node affinity",
    "PodTopologySpread": "spreading pods of a kind",
    "InterPodAffinity": "preferred pod affinity and anti-affinity",
}


def winner(decision: Decision) -> Winner | None:
    """Return the node that was chosen, with what set it apart from the second best."""
    details = decision.details
    if decision.node is None or details is None:
        return None
    second = _ranked(decision.node, details)[1:2]
    if not second:
        return Winner(decision.node)
    best, other = details.scores[decision.node], details.scores[second[0]]
    apart = {name: (best[name], other[name]) for name in best if best[name] != other[name]}
    ordered = dict(sorted(apart.items(), key=lambda item: -abs(item[1][0] - item[1][1])))
    return Winner(decision.node, details.totals[decision.node], second[0], ordered)


def _ranked(node: str, details: Details) -> list[str]:
    """Return the feasible nodes, the winner first, then by points."""
    return sorted(details.feasible, key=lambda name: (name != node, -details.totals.get(name, 0)))


def why_it_won(found: Winner, decision: Decision) -> Iterator[str]:
    """Yield the sentences about the winner and the runner-up."""
    details = decision.details or Details()
    total = decision.summary.nodes
    if found.runner_up is None or found.points is None:
        others = "it is the only node" if total == 1 else f"it was the only one of {total} nodes that fitted"
        yield f"{found.node} got the pod because {others}; no points were counted."
    else:
        yield from _contest(found, details)
    looked = len(details.visit_order)
    if 1 < looked < total and not decision.pod.nominated:
        yield (
            f"The scheduler looked at {looked} of {total} nodes and stopped as soon as enough of them fitted "
            "(percentageOfNodesToScore)."
        )


def _contest(found: Winner, details: Details) -> Iterator[str]:
    second = found.runner_up or ""
    theirs = details.totals[second]
    if found.points == theirs:
        equals = [name for name in details.feasible if details.totals[name] == theirs]
        ordered = [found.node, *(name for name in equals if name != found.node)]
        yield f"{words.names(ordered)} got {found.points} points each, more than any other node could get."
        yield (
            "In such a tie the scheduler does not draw lots: it takes the node that stands at the top of its heap, "
            f"which depends on the order in which the nodes were scored, and that was {found.node}."
        )
    else:
        yield f"{found.node} got the most points: {found.points}. {second} came second with {theirs}."
    for name, (best, other) in (found.differences or {}).items():
        about = f"{name} ({LOOKS_AT[name]})" if name in LOOKS_AT else name
        spoke = "made the difference" if best > other else f"spoke for {second}"
        yield f"{about} {spoke}: {found.node} got {words.points(best)}, {second} {other}."


def losers(decision: Decision, scene: Scene) -> list[Loser]:
    """Return a note on every other node: what it lacked, or the points it got."""
    details = decision.details or Details()
    noted = []
    for node in scene.table.rows:
        name = node.name
        if name == decision.node:
            continue
        if name in details.totals:
            points = details.totals[name]
            as_many = points == details.totals.get(decision.node or "")
            got = f"with as many points ({points})" if as_many else f"but got only {words.points(points)}"
            noted.append(Loser(name, "", f"{name} would do too, {got}.", points))
        elif name in details.feasible:
            noted.append(Loser(name, "", f"{name} would do too."))
        elif scene.of_row(node.row):
            found = obstacles.told_first(scene, node)
            said = ". It ".join(item.words for item in found)
            noted.append(Loser(name, found[0].plugin, words.sentence(f"{name} {said}")))
        else:
            noted.append(_without_verdict(name, decision, scene))
    return noted


def _without_verdict(name: str, decision: Decision, scene: Scene) -> Loser:
    """A node that all filters pass as it is: room is kept there for nominated pods, or nobody looked at it."""
    details = decision.details or Details()
    status = details.failed.get(name)
    if status is None:
        ruled_out = _ruled_out(decision, details)
        return Loser(name, "", f"{name} was {f'ruled out: {ruled_out}' if ruled_out else 'not looked at'}.")
    rivals = words.names([pod.name for pod in scene.whatif.nominator.rivals(decision.pod, name)])
    said = f"{name} keeps room for pod {rivals}, which is nominated to it ({status.message})."
    return Loser(name, status.plugin, said)


def _ruled_out(decision: Decision, details: Details) -> str:
    """Return what a PreFilter plugin said before any node was looked at."""
    by_filters = {reason for status in details.failed.values() for reason in status.reasons}
    return "; ".join(reason for reason in decision.summary.reasons if reason not in by_filters)


def tell_losers(noted: Sequence[Loser]) -> Iterator[str]:
    """Yield few sentences about many nodes: those of whom the same is true together, the last ones counted."""
    groups: dict[str, list[Loser]] = {}
    for loser in noted:
        groups.setdefault(loser.sentence.removeprefix(loser.node), []).append(loser)
    told = list(groups.items())
    if len(told) > TOLD:
        told.sort(key=lambda item: -len(item[1]))
    for said, group in told[:TOLD]:
        names = [loser.node for loser in group]
        yield f"{names[0]}{said}" if len(names) == 1 else f"Each of {words.names(names)}{said}"
    rest = Counter(loser.plugin for _, group in told[TOLD:] for loser in group)
    if rest:
        counted = words.names(
            [f"{number} by {plugin}" if plugin else f"{number} by points" for plugin, number in rest.items()]
        )
        yield f"{words.count(rest.total(), 'more node')} lost in the same way with other numbers: {counted}."
