"""A table of its own on which changes are tried with the scheduler's own plugins. Nothing here reaches the live state.

A World is all that a decision depends on, at one moment. Which changes are tried is search.py's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

from playground.kube.explain.changes import Edit, Kind, Where, may_patch
from playground.kube.objects.frozen import Map, Object, freeze
from playground.kube.scheduler.columns import Columns
from playground.kube.scheduler.config import ProfileConfig
from playground.kube.scheduler.cycle import LEAST_NODES, Scheduling, Visit
from playground.kube.scheduler.framework import Handle, Objects, SetFilter
from playground.kube.scheduler.nominated import Nominator
from playground.kube.scheduler.plan import Plan
from playground.kube.scheduler.pods import Pod, PodReader
from playground.kube.scheduler.profile import build
from playground.kube.scheduler.table import IntArray, Table
from playground.kube.scheduler.trace import Decision

ALL: Final = 100  # percentageOfNodesToScore: no node is left out when a change is tried


@dataclass(frozen=True, slots=True)
class World:
    """The nodes in the order in which they came, the pods on nodes, those nominated, other objects, and the scheduler's
    profile at one moment. order: Table.state(). visit: how the scheduler goes through the nodes."""

    profile: ProfileConfig
    objects: Objects
    nodes: Sequence[Object]
    placed: Sequence[tuple[Pod, str]]
    nominated: Sequence[tuple[Pod, str]] = ()
    order: Mapping[str, Any] = field(default_factory=lambda: {"arrival": (), "zones": ()})
    time: float = 0.0
    visit: Visit = field(default_factory=Visit)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One plugin's verdicts on all rows (0: passes) and what it read of the pod."""

    plugin: str
    want: object
    verdicts: IntArray


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a trial came to. node: the sure winner, None when equals tie. nodes: all that fit, the best first."""

    node: str | None
    nodes: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.nodes)


class WhatIf:
    """The world on a table of its own. Pods and objects are shared with the live one; neither is written."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.table = Table()
        for node in world.nodes:
            self.table.add_node(node)
        for pod, name in world.placed:
            self.table.add_pod(pod, name)
        if world.order["arrival"]:
            self.table.restore(world.order)
        self.objects = world.objects
        self.nominator = Nominator()
        for pod, name in world.nominated:
            self.nominator.set(pod, name)
        self._columns = Columns(self.table)
        self.profile = build(world.profile, Handle(self.table, world.objects))
        trying = replace(self.profile, percentage=ALL, post_filters=())
        self._trying = Scheduling(trying, self._columns, world.objects, self.nominator)
        self._real = Scheduling(self.profile, self._columns, world.objects, self.nominator)
        self._reader = PodReader()

    @property
    def _looks_at_all(self) -> bool:
        """Whether the scheduler scores every node that fits, however many there are."""
        own = self.profile.percentage
        return (self.world.visit.percentage if own is None else own) >= ALL

    def decide(self, pod: Pod) -> Decision:
        """Decide as the scheduler does, preemption included, with the full trace."""
        world = self.world
        return self._real.decide(pod, world.time, world.visit, full=True)[0]

    def refusals(self, pod: Pod) -> list[Refusal]:
        """Return what every filter says about every row, in profile order."""
        if not len(self.table):
            return []
        plan = Plan(self.profile, pod.shape, self._columns)
        found = []
        for step in plan.filters:
            verdicts = step.column.read().copy() if step.column is not None else _ask(step.plugin, step.want)
            if verdicts is not None and verdicts.any():
                found.append(Refusal(step.plugin.name, step.want, verdicts))
        return found

    def try_pod(self, pod: Pod) -> Outcome:
        """Decide on all nodes, without preemption."""
        decision, _ = self._trying.decide(pod, self.world.time, Visit(self.world.visit.start, ALL), full=True)
        details = decision.details
        if decision.node is None or details is None:
            return Outcome(None, ())
        totals = details.totals
        ranked = sorted(details.feasible, key=lambda name: (-totals.get(name, 0), name != decision.node))
        alone = len(ranked) == 1 or totals[ranked[0]] > totals[ranked[1]]
        sure = alone and (len(ranked) <= LEAST_NODES or self._looks_at_all)
        return Outcome(decision.node if sure else None, tuple(ranked))

    def try_edits(self, pod: Pod, edits: Sequence[Edit]) -> Outcome:
        """Decide with the edits done, and undo them."""
        with self.edited(edits):
            return self.try_pod(self.edited_pod(pod, edits))

    def edited_pod(self, pod: Pod, edits: Iterable[Edit]) -> Pod:
        """Return the pod as the edits of itself leave it; one that has to be made anew loses its nomination."""
        old: Map = freeze(pod.object)
        obj = _apply(old, edits, Where("Pod", pod.namespace, pod.name))
        if obj is old:
            return pod
        nominated = pod.nominated if may_patch(old, obj) else ""
        return replace(pod, object=obj, shape=self._reader.shape(obj), nominated=nominated)

    def edited_objects(self, pod: Pod, edits: Sequence[Edit]) -> dict[Where, tuple[Map, Map]]:
        """Return each edited object as it is and as it will be."""
        changed: dict[Where, tuple[Map, Map]] = {}
        for edit in edits:
            where = edit.where
            if edit.change is not None and where not in changed:
                node = self.table.find(where.name) if where.kind == "Node" else None
                old: Map = freeze(node.object if node else pod.object)
                changed[where] = old, _apply(old, edits, where)
        return changed

    @contextmanager
    def edited(self, edits: Sequence[Edit]) -> Iterator[None]:
        """Inside, nodes are edited, new ones are there and pods are gone."""
        gone = [item for item in map(self._find_gone, edits) if item is not None]
        new = [edit.whole for edit in edits if edit.whole is not None]
        places = {edit.where for edit in edits if edit.where.kind == "Node" and edit.change}
        nodes = [node for node in (self.table.find(where.name) for where in places) if node is not None]
        before, order = [node.object for node in nodes], self.table.state()
        try:
            for pod, _ in gone:
                self._take(pod)
            for node in nodes:
                self.table.update_node(_apply(freeze(node.object), edits, Where("Node", "", node.name)))
            for obj in new:
                self.table.add_node(obj)
            yield
        finally:
            for obj in new:
                self.table.remove_node(obj["metadata"]["name"])
            for was in before:
                self.table.update_node(was)
            for pod, place in gone:
                self._give_back(pod, place)
            if self.table.state() != order:
                self.table.restore(order)  # a node that changed its zone stands last in it

    def _find_gone(self, edit: Edit) -> tuple[Pod, str] | None:
        """Return the pod an edit lets go, and the node where it is or to which it is nominated."""
        where = edit.where
        if edit.kind is not Kind.POD_GONE:
            return None
        for pod, place in (*self.world.placed, *self.world.nominated):
            if (pod.namespace, pod.name) == (where.namespace, where.name):
                return pod, place
        return None

    def _take(self, pod: Pod) -> None:
        if self.table.remove_pod(pod.uid) is None:
            self.nominator.remove(pod.uid)

    def _give_back(self, pod: Pod, place: str) -> None:
        if pod.node:
            self.table.add_pod(pod, place)
        else:
            self.nominator.set(pod, place)


def _ask(plugin: object, want: object) -> IntArray | None:
    verdicts = plugin.filter_all(want) if isinstance(plugin, SetFilter) else None
    return None if verdicts is None else verdicts.copy()


def _apply(obj: Map, edits: Iterable[Edit], where: Where) -> Map:
    for edit in edits:
        if edit.change is not None and edit.where == where:
            obj = edit.change(obj)
    return obj
