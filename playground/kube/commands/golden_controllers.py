"""Replays recorded scenarios of controllers: the same actions in a cluster of ours, and what came of them compared.

A scenario runs alone, in a fresh cluster with the recorder's kubelet and all controllers there are. Between two actions
passes as much time as when they were recorded, except that a wait for quiet is ours. Each aspect that is compared
counts as a step (golden_controllers_compare.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from playground.kube.clock import START
from playground.kube.commands.differences import Comparison, Replayed, Scenario
from playground.kube.commands.golden_controllers_compare import compare
from playground.kube.commands.golden_controllers_ground import WARM_UP, stage
from playground.kube.commands.golden_controllers_names import Names
from playground.kube.commands.golden_controllers_record import Record
from playground.kube.commands.golden_controllers_trace import WAITS, timeline
from playground.kube.scheduler.pods import Pod
from playground.kube.store import By

Json = Mapping[str, Any]

TIMELESS: Final = frozenset({"waitQuiet", "waitUntil"})  # their recorded time is that of their end
BRINGS_NODES: Final = frozenset({"addNode", "createBareNode"})
FRACTIONS: Final = (0.3, 0.9)  # of a second
TIMED: Final = frozenset({"cronjob"})  # areas whose scenarios tell when they began
AFTER_TICK: Final = 5.9  # seconds for which the recorder slept on after the end of a minute


def replay(scenario: Scenario) -> Replayed:
    """Replay one scenario and return every aspect that differs.

    At which fraction of a second it was recorded is not known, and ages in whole seconds depend on it: of a few that
    are tried, the one with the fewest differences counts.
    """
    best = _replay(scenario, FRACTIONS[0])
    for fraction in FRACTIONS[1:]:
        if best.differences and scenario["area"] not in TIMED:
            again = _replay(scenario, fraction)
            best = min(best, again, key=lambda each: len(each.differences))
    return best


def _replay(scenario: Scenario, fraction: float) -> Replayed:
    comparison = Comparison(scenario["name"])
    run = Run(scenario, fraction)
    run.play()
    compare(comparison, scenario, run.record(), run.answers)
    return comparison.done()


def trace(scenario: Scenario) -> Iterator[str]:
    """The recorded timeline of a scenario and ours beside it."""
    run = Run(scenario)
    run.play()
    yield from timeline(scenario, run.record().changes, run.names, run.begins)


class Run:
    """One scenario under way."""

    def __init__(self, scenario: Json, fraction: float = FRACTIONS[0]) -> None:
        self.scenario, self._fraction = scenario, fraction
        own_nodes = any(action["op"] in BRINGS_NODES for action in scenario["actions"])
        self.stage = stage(scenario["namespace"], with_nodes=not own_nodes)
        self.stage.with_nodes = own_nodes
        self.cluster = self.stage.cluster
        self.names = Names()
        self.answers: list[tuple[str, Any, Any]] = []
        self.marks: list[tuple[int, str]] = []
        self.begins: list[int] = []  # the revision before each action
        self.start = self._read = 0
        self._began = 0.0  # when the last action began
        self._places = recorded_places(scenario)
        self._uids: dict[str, list[str]] = {}
        self.cluster.scheduler.arrange = self._arrange

    def play(self) -> None:
        """Set the stage and do all actions."""
        self._prepare()
        steps = self.scenario["actions"]
        for number, action in enumerate(steps):
            if number:
                self._pass_time(steps[number - 1], action)
            self._learn()
            self.begins.append(self.cluster.revision)
            self._began = self.cluster.clock.now
            if action["op"] not in WAITS:
                self.marks.append((self.cluster.revision, action["op"]))
            answer = self.stage.act(self.names.ours(action))
            self._learn()
            if "response" in action:
                words = " ".join([action["op"], action.get("name", ""), *action.get("args", ())])
                name = f"{number} {words}".rstrip()
                self.answers.append((name, action["response"], self.names.theirs(answer)))
        self._learn()

    def record(self) -> Record:
        """What the recorder would have written of it."""
        return Record(self.stage, self.names, self.start, self.marks)

    def _arrange(self, pod: Pod, nodes: Sequence[str]) -> Sequence[str]:
        """Leave the node on which a pod was in the recording: where pods are decides which of them go first."""
        self._learn()
        name = self.names.theirs(pod.name)
        uids = self._uids.setdefault(name, [])
        if pod.uid not in uids:
            uids.append(pod.uid)
        places = self._places.get(name, [])
        place = places[uids.index(pod.uid)] if len(places) >= len(uids) else ""
        return (place,) if place in nodes else nodes

    def _prepare(self) -> None:
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.scenario["namespace"]}}
        self.cluster.api.create(namespace, by=By("recorder"))
        self.cluster.advance(first_moment(self.scenario, self._fraction) - self.cluster.clock.now)
        self.start = self._read = self.cluster.revision

    def _pass_time(self, before: Json, action: Json) -> None:
        """Let as much time pass as passed between two recorded actions; none after or before a wait."""
        if before["op"] in WAITS or action["op"] == "waitUntil":
            return
        passed = 0.0 if action["op"] in TIMELESS else action["t"] - before["t"]
        self.cluster.advance(max(0.0, self._began + passed - self.cluster.clock.now))

    def _learn(self) -> None:
        seen = [
            change
            for change in self.cluster.changes_since(self._read)
            if self.stage.is_seen(change.resource, change.key)
        ]
        self._read = self.cluster.revision
        self.names.learn(seen)


def recorded_places(scenario: Json) -> dict[str, list[str]]:
    """The node of each pod by name; of each of several that had the same name one after another, "" for none."""
    places: dict[str, list[str]] = {}
    for event in scenario["events"]:
        if event["kind"] != "Pod":
            continue
        if event["type"] == "ADDED":
            places.setdefault(event["name"], []).append("")
        node = (event.get("set") or {}).get("spec.nodeName")
        if node:
            places[event["name"]][-1] = node
    return places


def first_moment(scenario: Json, fraction: float) -> float:
    """When a scenario begins, in seconds since 1970. Where a minute ends in it, it ends when it did."""
    begin = START + WARM_UP + 60.0
    ticks: Sequence[float] = [event["t"] for event in scenario["events"] if "<tick" in event["name"]]
    sleeps: Sequence[float] = [
        action["t"] + action["seconds"] for action in scenario["actions"] if action["op"] == "sleep"
    ]
    if ticks:
        return begin + 60.0 - ticks[0] % 60.0
    if scenario["area"] == "cronjob" and sleeps:
        return begin + 60.0 - (sleeps[0] - AFTER_TICK) % 60.0
    return begin + fraction
