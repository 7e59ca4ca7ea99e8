"""PodTopologySpread: DoNotSchedule constraints that one more pod would break."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from playground.kube.explain import edits, words
from playground.kube.explain.scene import Mend, Obstacle, Scene
from playground.kube.scheduler.plugins.pod_topology_spread import NAME, Want
from playground.kube.scheduler.pods import Pod, Shape
from playground.kube.scheduler.table import Node
from playground.kube.scheduler.topology_masks import Eligible
from playground.kube.scheduler.topology_terms import SpreadConstraint


class Domains(NamedTuple):
    """The pods that count in each domain, the least of them, and how many domains there are."""

    pods: dict[str, list[Pod]]
    least: int
    number: int


def read(scene: Scene, node: Node, want: Any, _verdict: int) -> list[Obstacle]:
    """One obstacle for each constraint that is not met."""
    return [
        obstacle
        for number, (constraint, itself) in enumerate(zip(want.constraints, want.itself, strict=True))
        for obstacle in _of_constraint(scene, node, want, (number, constraint, itself))
    ]


def _of_constraint(
    scene: Scene, node: Node, want: Want, counted: tuple[int, SpreadConstraint, bool]
) -> Iterator[Obstacle]:
    number, constraint, itself = counted
    key, place = constraint.topology_key, _place(scene.pod, number)
    domains: Domains = scene.remember((NAME, number), lambda: _domains(scene, want, constraint))
    value = node.labels.get(key)
    if value is None:
        said = f"has no label {key}, by which the pod is to be spread"
        yield Obstacle(NAME, said, lambda: _label_mends(scene, node, place, key))
        return
    here = domains.pods.get(value, [])
    skew = len(here) + itself - domains.least
    if skew <= constraint.max_skew:
        return
    said = (
        f"is in {words.label(key, value)}, which has {words.count(len(here), 'pod')} of this kind while the least is "
        f"{domains.least}; one more would make the skew {skew}, and maxSkew is {constraint.max_skew}"
    )
    if domains.number < constraint.min_domains:
        said += f" ({words.count(domains.number, 'domain')}, fewer than minDomains {constraint.min_domains})"
    over = skew - constraint.max_skew
    yield Obstacle(NAME, said, lambda: _skew_mends(scene, place, skew, here if over == 1 else []))


def _place(pod: Pod, number: int) -> int | None:
    """Return the index in the pod's spec of its n-th DoNotSchedule constraint; None for one by default."""
    own = pod.shape.spec.get("topologySpreadConstraints") or ()
    places = [index for index, item in enumerate(own) if item["whenUnsatisfiable"] == "DoNotSchedule"]
    return places[number] if number < len(places) else None


def _domains(scene: Scene, want: Want, constraint: SpreadConstraint) -> Domains:
    """Count as the plugin does: matching pods that are not terminating, on the nodes that count."""
    others = {other.topology_key for other in want.constraints}
    eligible = Eligible(
        keys=tuple(sorted(others)),
        required=want.required if constraint.honor_affinity else Eligible().required,
        tolerations=want.tolerations if constraint.honor_taints else None,
    )
    mask = eligible.mask(scene.table)()
    pods: dict[str, list[Pod]] = {}
    known: dict[Shape, bool] = {}
    for node in scene.table.rows:
        if mask[node.row]:
            here = pods.setdefault(node.labels[constraint.topology_key], [])
            here += [pod for pod in node.pods.values() if _counts(pod, want.namespace, constraint, known)]
    least = min(map(len, pods.values()), default=0) if len(pods) >= constraint.min_domains else 0
    return Domains(pods, least, len(pods))


def _counts(pod: Pod, namespace: str, constraint: SpreadConstraint, known: dict[Shape, bool]) -> bool:
    found = known.get(pod.shape)
    if found is None:
        found = pod.namespace == namespace and constraint.counts_pods and constraint.selector.matches(pod.labels)
        known[pod.shape] = found
    return found and not pod.terminating


def _skew_mends(scene: Scene, place: int | None, skew: int, in_the_way: list[Pod]) -> list[Mend]:
    mends: list[Mend] = []
    if place is not None:
        mends += [(edits.more_skew(scene.pod, place, skew),), (edits.spread_softly(scene.pod, place),)]
    return [*mends, *((scene.gone(pod),) for pod in in_the_way[:2])]


def _label_mends(scene: Scene, node: Node, place: int | None, key: str) -> list[Mend]:
    """Let the constraint go, or give the node the label."""
    mends: list[Mend] = [(edits.spread_softly(scene.pod, place),)] if place is not None else []
    return [*mends, *scene.labelling(node, key)]
