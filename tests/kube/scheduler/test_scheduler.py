"""The actor: what it writes, whom it wakes, what it keeps."""

from __future__ import annotations

import pytest

from playground.kube import Cluster
from playground.kube.apiserver import ApiServer
from playground.kube.errors import ApiError
from playground.kube.store import By
from tests.kube.scheduler.support import TESTER, add, cluster, condition, events, node, node_of, pod

TAINT = [{"key": "gpu", "value": "true", "effect": "NoSchedule"}]


def test_a_pod_is_bound_and_an_event_says_so() -> None:
    made = cluster(node("n1"), pod("web"))
    made.advance(0)
    assert node_of(made, "web") == "n1"
    assert condition(made, "web")["status"] == "True"
    assert events(made, "Scheduled") == ["Successfully assigned default/web to n1"]


def test_a_binding_names_the_change_and_the_command_that_led_to_it() -> None:
    made = cluster(node("n1"))
    made.apply([pod("web")])
    made.advance(0)
    bound = next(item for item in made.changes_since(0) if item.object.get("spec", {}).get("nodeName") == "n1")
    created = next(item for item in made.changes_since(0) if item.resource == "pods" and item.type == "ADDED")
    assert (bound.actor, bound.cause, bound.command) == ("default-scheduler", created.revision, created.command)


def test_a_pod_that_fits_nowhere_says_why_in_condition_and_event() -> None:
    made = cluster(node("n1", cpu="1"), node("n2", taints=TAINT), pod("web", cpu="2"))
    made.advance(0)
    message = (
        "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s). no new claims to deallocate, "
        "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."
    )
    told = condition(made, "web")
    assert (told["status"], told["reason"], told["message"]) == ("False", "Unschedulable", message)
    assert events(made, "FailedScheduling") == [message]


def test_without_nodes_a_pod_is_tried_again_and_again_with_growing_pauses() -> None:
    made = cluster(pod("web"))
    made.advance(8)  # at 0, 1, 3 and 7 seconds
    assert condition(made, "web")["message"] == "no nodes available to schedule pods"
    assert len(made.scheduler.decisions) == 4


def test_a_new_node_wakes_a_pod_that_needs_it_and_no_other() -> None:
    made = cluster(node("n1", cpu="1"), pod("web", cpu="2"), pod("huge", cpu="64"))
    made.advance(0)
    add(made, node("n2"))
    made.advance(0)
    assert (node_of(made, "web"), node_of(made, "huge")) == ("n2", None)
    assert [item.pod for item in made.scheduler.decisions].count("default/huge") == 1


def test_a_pod_that_leaves_makes_room_for_one_that_waits() -> None:
    made = cluster(node("n1", cpu="1"), pod("first", cpu="800m"), pod("second", cpu="800m"))
    made.advance(0)
    assert (node_of(made, "first"), node_of(made, "second")) == ("n1", None)
    made.delete("pods", "first", grace=0)
    made.advance(0)
    assert node_of(made, "second") == "n1"


def test_a_taint_that_is_taken_away_wakes_the_pod_it_repelled() -> None:
    made = cluster(node("n1", taints=TAINT), pod("web"))
    made.advance(0)
    assert node_of(made, "web") is None
    stored = made.get("nodes", "n1")
    made.api.update({**stored, "spec": {}}, by=TESTER)
    made.advance(0)
    assert node_of(made, "web") == "n1"


def test_a_gated_pod_waits_unseen_until_its_last_gate_is_gone() -> None:
    made = cluster(node("n1"), pod("web", schedulingGates=[{"name": "example.com/wait"}]))
    made.advance(400)
    assert (node_of(made, "web"), condition(made, "web")["reason"]) == (None, "SchedulingGated")
    assert not made.scheduler.decisions
    stored = made.get("pods", "web")
    made.api.update({**stored, "spec": {**stored["spec"], "schedulingGates": []}}, by=TESTER)
    made.advance(0)
    assert node_of(made, "web") == "n1"


def test_pods_of_other_schedulers_are_left_alone_but_count_once_they_are_placed() -> None:
    made = cluster(node("n1", cpu="1"), pod("theirs", cpu="1", schedulerName="other"), pod("ours", cpu="1"))
    made.api.bind("default", "theirs", "n1", by=By("other"))
    made.advance(0)
    assert node_of(made, "ours") is None


def test_the_more_important_pod_goes_first() -> None:
    urgent = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": "urgent"},
        "value": 1000,
        "preemptionPolicy": "Never",
    }
    made = cluster(urgent, node("n1", cpu="1"), pod("late", cpu="1"), pod("soon", cpu="1", priorityClassName="urgent"))
    made.advance(0)
    assert (node_of(made, "soon"), node_of(made, "late")) == ("n1", None)


def test_preemption_evicts_nominates_and_places_the_pod_when_the_victim_is_gone() -> None:
    urgent = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "urgent"}, "value": 9}
    made = cluster(urgent, node("n1", cpu="1"), pod("low", cpu="1"))
    made.advance(0)
    add(made, pod("high", cpu="1", priorityClassName="urgent"))
    made.advance(0)
    low, high = made.get("pods", "low"), made.get("pods", "high")
    assert low["metadata"]["deletionTimestamp"]
    assert "DisruptionTarget" in {item["type"] for item in low["status"]["conditions"]}
    assert high["status"]["nominatedNodeName"] == "n1"
    assert events(made, "Preempted") == [f"Preempted by pod {high['metadata']['uid']} on node n1"]
    made.delete("pods", "low", grace=0)
    made.advance(0)
    assert node_of(made, "high") == "n1"
    assert "nominatedNodeName" not in made.get("pods", "high")["status"]


def test_a_dry_decision_changes_nothing() -> None:
    made = cluster(node("n1"), node("n2"), pod("web", schedulingGates=[{"name": "example.com/wait"}]))
    made.advance(0)
    before = (made.revision, made.scheduler.state(), made.names.state())
    decision = made.scheduler.decide(made.get("pods", "web"))
    assert decision.node in ("n1", "n2")
    assert decision.details is not None
    assert sorted(decision.details.totals) == ["n1", "n2"]
    assert (made.revision, made.scheduler.state(), made.names.state()) == before


def test_a_placed_pod_is_decided_about_as_if_it_were_not_there() -> None:
    made = cluster(node("n1", cpu="1"), pod("web", cpu="1"))
    made.advance(0)
    assert made.scheduler.decide(made.get("pods", "web")).node == "n1"


def test_a_summary_tells_the_top_nodes_and_the_reasons() -> None:
    made = cluster(*(node(f"n{index}", cpu=str(index)) for index in range(1, 9)), pod("web", cpu="3"))
    made.advance(0)
    summary = made.scheduler.decisions[-1]
    assert (summary.nodes, summary.feasible, dict(summary.reasons)) == (8, 6, {"Insufficient cpu": 2})
    assert len(summary.top) == 5
    assert summary.top[0] == (summary.node, max(total for _, total in summary.top))


def test_a_binding_that_is_refused_is_tried_again_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    made = cluster(node("n1"), pod("web"))
    status = {"message": "try later", "code": 500, "reason": "InternalError"}

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise ApiError(status)

    monkeypatch.setattr(ApiServer, "bind", refuse)
    made.advance(0)
    assert condition(made, "web")["reason"] == "SchedulerError"
    assert made.scheduler.table.pod_counts.tolist() == [0]
    monkeypatch.undo()
    made.advance(1)
    assert node_of(made, "web") == "n1"


def test_after_a_compaction_the_scheduler_lists_everything_anew() -> None:
    made = cluster(node("n1", cpu="1"), pod("old", cpu="1"))
    made.advance(0)
    made.delete("pods", "old", grace=0)
    add(made, node("n2"))
    add(made, pod("new", cpu="1"))
    made.compact(made.revision)
    made.advance(0)
    assert {pod.name for _, pod in made.scheduler.table.pods()} == {"new"}
    assert node_of(made, "new") in ("n1", "n2")


def test_a_large_cluster_is_sampled_from_where_the_last_visit_ended() -> None:
    made = cluster(*(node(f"n{index:03}") for index in range(300)), pod("a"), pod("b"), config=None)
    made.advance(0)
    first, second = made.scheduler.decisions
    assert (first.feasible, first.start) == (144, 0)  # 50 - 300/125 = 48 %
    assert second.start == 144


def test_a_pod_says_where_it_waits() -> None:
    made = cluster(node("n1", cpu="1"), pod("web", cpu="2"))
    made.advance(0)
    waiting = made.scheduler.waiting(made.get("pods", "web")["metadata"]["uid"])
    assert waiting is not None
    assert (waiting.where, waiting.attempts, waiting.plugins) == ("unschedulable", 1, frozenset({"NodeResourcesFit"}))


def test_pods_of_a_node_that_is_gone_keep_their_place_in_the_order_of_arrival() -> None:
    made = cluster(node("n1"), pod("z-first"), pod("a-second"))
    made.advance(0)
    made.delete("node", "n1")
    add(made, pod("waiting"))
    made.advance(0)
    arrival = made.scheduler.state()["pods"]
    assert [made.get("pod", name)["metadata"]["uid"] for name in ("z-first", "a-second", "waiting")] == arrival
    assert Cluster.restore(made.snapshot()).scheduler.state()["pods"] == arrival
