"""Replays recorded scheduling scenarios: the same nodes and pods, every decision compared with the real one.

It uses the public API only. What the recorded scheduler had from before its scenario (where its visit of the nodes
began, which zone came first) is read off the first visit; the order in which its parallel workers found feasible nodes,
which decides between equals, is given to ours. Files and known exceptions are golden.py's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any

from playground.kube import Cluster
from playground.kube.commands.differences import Comparison, Replayed
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.programs import SCHEDULING
from playground.kube.scheduler import Decision, Details
from playground.kube.store import By

Json = Mapping[str, Any]

RECORDER = By("recorder")
# As recorded: every feasible node is scored.
CONFIG = {
    "apiVersion": "kubescheduler.config.k8s.io/v1",
    "kind": "KubeSchedulerConfiguration",
    "percentageOfNodesToScore": 100,
}


def replay(scenario: Json) -> Replayed:
    """Replay one scenario and return every difference."""
    comparison = Comparison(scenario["name"])
    _Replay(scenario, comparison).run()
    return comparison.done()


class _Replay:
    """One scenario under way."""

    def __init__(self, scenario: Json, comparison: Comparison) -> None:
        self.cluster = Cluster(profile=SCHEDULING, config=CONFIG)
        self._scenario = scenario
        self._comparison = comparison
        self._order: Sequence[str] = ()  # in which the recorded workers found the feasible nodes
        self._is_aligned: bool | None = None  # None: no step has visited all nodes yet
        self.cluster.scheduler.arrange = self._arrange

    def run(self) -> None:
        """Set the stage, then take the steps."""
        for obj in self._scenario["objects"]:
            self._create(obj)
        for node in self._scenario["nodes"]:
            self._create_node(node)
        for pod in self._scenario["existing"]:
            self._create(pod)
        self.cluster.advance(0)
        for step in self._scenario["steps"]:
            self._comparison.steps += 1
            name = step.get("name") or meta.name(step["pod"])
            try:
                self._take(step, name)
            except ApiError as error:
                self._comparison.equal(name, "refusal", None, error.message)

    # Setting the stage

    def _create(self, obj: Json) -> None:
        """Create an object, then write its status, as who recorded did."""
        known = {("Namespace", "default"), ("Namespace", "kube-system")}
        if (obj["kind"], meta.name(obj)) in known:
            return
        created = self.cluster.api.create(self._admissible(obj), by=RECORDER).object
        if obj.get("status"):
            status = {**(created.get("status") or {}), **obj["status"]}
            self.cluster.api.update({**created, "status": status}, subresource="status", by=RECORDER)

    def _admissible(self, obj: Json) -> Json:
        """A pod with overhead gets a RuntimeClass that says so: the recorded API server took it without one."""
        overhead = (obj.get("spec") or {}).get("overhead") if obj["kind"] == "Pod" else None
        if not overhead:
            return obj
        name = f"overhead-of-{meta.name(obj)}"
        runtime = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": name}, "handler": "any"}
        self.cluster.api.create({**runtime, "overhead": {"podFixed": overhead}}, by=RECORDER)
        return {**obj, "spec": {**obj["spec"], "runtimeClassName": name}}

    def _create_node(self, node: Json) -> None:
        """Create a node and take away the taint that a new node is given until it is ready."""
        self._create(node)
        stored = self.cluster.get("nodes", meta.name(node))
        spec = node.get("spec") or {}
        if (stored["spec"].get("taints") or []) != (spec.get("taints") or []):
            self.cluster.api.update(
                {**stored, "spec": {**stored["spec"], "taints": spec.get("taints") or []}}, by=RECORDER
            )

    # One step

    def _take(self, step: Json, name: str) -> None:
        namespace = (step.get("pod") or {}).get("metadata", {}).get("namespace") or "default"
        result = step["result"]
        if step.get("op") == "ungate":
            self._ungate(name, namespace, step["remove"])
        else:
            self._create(step["pod"])
        if result.get("gated") or result.get("bypass"):
            self.cluster.advance(0)
            self._compare_outcome(name, namespace, result)
            return
        self._align(result)
        decision = self._decide(name, namespace, result)
        self._compare(name, decision, result)
        self.cluster.advance(0)
        self._compare_outcome(name, namespace, result)
        self._follow(name, namespace, result["node"])
        if result.get("nominatedNode"):
            self._preempted(name, namespace, step, decision)
        elif result["node"] is None and not step.get("hold"):
            self.cluster.delete("pods", name, namespace=namespace, grace=0)

    def _ungate(self, name: str, namespace: str, remove: Sequence[str]) -> None:
        pod = self.cluster.get("pods", name, namespace=namespace)
        gates = [gate for gate in pod["spec"].get("schedulingGates") or () if gate["name"] not in remove]
        self.cluster.api.update({**pod, "spec": {**pod["spec"], "schedulingGates": gates}}, by=RECORDER)

    def _preempted(self, name: str, namespace: str, step: Json, decision: Decision) -> None:
        """Check what became of the victims; unless they are held, let them go and see where the pod ends up."""
        result = step["result"]
        victims = [tuple(victim.split("/")) for victim in result["victims"]]
        for place, victim in victims:
            stored = self.cluster.get("pods", victim, namespace=place)
            conditions = {item["type"]: item for item in stored["status"].get("conditions") or ()}
            told = {key: conditions.get("DisruptionTarget", {}).get(key) for key in result["victimCondition"]}
            self._comparison.equal(name, "victimCondition", result["victimCondition"], told)
        if step.get("hold"):
            return
        for place, victim in victims:
            self.cluster.delete("pods", victim, namespace=place, grace=0)
        after = result["after"]
        again = self._decide(name, namespace, after)
        self._comparison.equal(name, "after.node", after["node"], again.node)
        self._comparison.equal(name, "after.feasible", after["feasible"], sorted(_details(again).feasible))
        self.cluster.advance(0)
        self._compare_outcome(name, namespace, after, "after.")
        self._follow(name, namespace, after["node"])

    def _follow(self, name: str, namespace: str, node: str | None) -> None:
        """Where ours put the pod elsewhere, put it where the recording has it, so that one difference stays one."""
        pod = self.cluster.get("pods", name, namespace=namespace)
        if node is None or pod["spec"].get("nodeName") == node:
            return
        self.cluster.delete("pods", name, namespace=namespace, grace=0)
        kept = {key: pod["metadata"][key] for key in ("name", "namespace", "labels") if key in pod["metadata"]}
        self.cluster.api.create({**pod, "metadata": kept, "spec": {**pod["spec"], "nodeName": node}}, by=RECORDER)
        self.cluster.advance(0)

    def _decide(self, name: str, namespace: str, result: Json) -> Decision:
        """Decide as the scheduler will in its next turn, with the full trace."""
        self._order = result.get("scoreOrder") or ()
        pod = self.cluster.get("pods", name, namespace=namespace)
        return self.cluster.scheduler.decide(pod, full=True)

    def _arrange(self, _pod: object, names: Sequence[str]) -> Sequence[str]:
        return self._order if set(self._order) == set(names) else names

    def _align(self, result: Json) -> None:
        """Bring zones and start of the visit to where the recorded scheduler stood at its first visit of all nodes.

        Where no order of the zones gives that visit, its node tree still held nodes of the scenario before: then the
        orders are compared as sets.
        """
        scheduler, visited = self.cluster.scheduler, result.get("visitOrder") or []
        if self._is_aligned is not None or len(visited) != len(self._scenario["nodes"]):
            return
        scheduler.waiting("")  # takes in what was created
        state = scheduler.table.state()
        for zones in permutations(state["zones"]):
            scheduler.table.restore({**state, "zones": list(zones)})
            names = [node.name for node in scheduler.table.rows]
            start = names.index(visited[0])
            if names[start:] + names[:start] == visited:
                scheduler.start = start
                self._is_aligned = True
                return
        scheduler.table.restore(state)
        self._is_aligned = False

    # Comparing

    def _compare(self, name: str, decision: Decision, result: Json) -> None:
        """Compare a decision with the recorded one."""
        for what, expected, actual in _pairs(decision, result):
            self._comparison.equal(name, what, expected, actual)
        visited = result.get("visitOrder")
        if visited is None:
            return
        ours = list(_details(decision).visit_order)
        # The nodes that matchFields leave come from a Go map, in no order.
        if not self._is_aligned or len(visited) < len(self._scenario["nodes"]):
            visited, ours = sorted(visited), sorted(ours)
        self._comparison.equal(name, "visitOrder", visited, ours)

    def _compare_outcome(self, name: str, namespace: str, result: Json, prefix: str = "") -> None:
        """Compare what the API server tells of the pod afterwards."""
        pod = self.cluster.get("pods", name, namespace=namespace)
        status = pod.get("status") or {}
        self._comparison.equal(name, f"{prefix}bound", result["node"], pod["spec"].get("nodeName"))
        if result.get("bypass") or result["node"]:
            return
        conditions = {item["type"]: item for item in status.get("conditions") or ()}
        condition = conditions.get("PodScheduled", {})
        self._comparison.equal(name, f"{prefix}condition", result["message"], condition.get("message"))
        reason = result.get("conditionReason") or result.get("reason")
        self._comparison.equal(name, f"{prefix}conditionReason", reason, condition.get("reason"))
        self._comparison.equal(name, f"{prefix}nominated", result.get("nominatedNode"), status.get("nominatedNodeName"))


def _details(decision: Decision) -> Details:
    return decision.details or Details()


def _pairs(decision: Decision, result: Json) -> Iterator[tuple[str, object, object]]:
    """Yield (what, recorded, ours) for everything a step's result tells. Sets are sorted."""
    details = _details(decision)
    yield "node", result["node"], decision.node
    yield "message", result["message"] or "", decision.message
    yield "feasible", result["feasible"], sorted(details.feasible)
    yield "failed", _failed(result["failed"]), _failed_by(details)
    if "unschedulablePlugins" in result:
        yield "unschedulablePlugins", sorted(result["unschedulablePlugins"]), sorted(decision.plugins)
    if "raw" in result:
        yield "raw", result["raw"], details.raw
        yield "skippedScore", sorted(result["skippedScore"]), sorted(details.skipped_score)
        yield "scoreOrder", result["scoreOrder"], list(details.score_order)
    yield "scores", result.get("scores") or {}, details.scores
    yield "totals", result.get("totals") or {}, details.totals
    if "candidates" in result:
        chosen = decision.chosen
        yield "candidates", _candidates(result), _candidates_of(decision)
        yield "nominatedNode", result["nominatedNode"], chosen.node if chosen else None
        yield "victims", result["victims"], [pod.full_name for pod in chosen.victims] if chosen else []


def _failed(failed: Json) -> dict[str, Any]:
    return {node: [item["plugin"], item["code"], sorted(item["reasons"])] for node, item in failed.items()}


def _failed_by(details: Details) -> dict[str, Any]:
    return {node: [status.plugin, str(status.code), sorted(status.reasons)] for node, status in details.failed.items()}


def _candidates(result: Json) -> dict[str, Any]:
    return {item["node"]: [sorted(item["victims"]), item["numPDBViolations"]] for item in result["candidates"]}


def _candidates_of(decision: Decision) -> dict[str, Any]:
    return {
        item.node: [sorted(pod.full_name for pod in item.victims), item.pdb_violations] for item in decision.candidates
    }
