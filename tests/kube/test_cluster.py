"""A whole cluster: the same input gives the same log, the log gives the objects, a restored one goes on as before."""

import json
from contextlib import suppress
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.kube import ApiError, Cluster, ManifestError, log
from playground.kube.commands.nodes import fleet, node
from playground.kube.loop import ActorFault
from playground.kube.objects import kinds
from playground.kube.objects.frozen import Map
from playground.kube.objects.meta import key
from playground.kube.programs import SCHEDULING
from playground.kube.quantity import milli
from playground.kube.rest import Call
from playground.kube.scheduler import Scheduler
from playground.kube.store import Change, Compacted
from tests.kube.stories import STORIES, Action, beginning, play, pod

unhurried = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])

WEB = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "nginx:1.27"}]
"""


def lines(cluster: Cluster) -> list[str]:
    """The cluster's whole log."""
    return list(log.lines(cluster.changes_since(0)))


def objects(cluster: Cluster) -> log.Folded:
    """All objects, keyed as a fold of the log is."""
    return {
        (resource.qualified, *key(obj)): obj
        for resource in kinds.RESOURCES
        for obj in cluster._store.list(resource.qualified)
    }


def folded(cluster: Cluster) -> log.Folded:
    """The objects that the log leads to."""
    return log.fold(lines(cluster))


def test_ten_lines_give_a_working_cluster() -> None:
    cluster = Cluster(profile=SCHEDULING)
    cluster.apply(node("node-1", {}))
    cluster.apply(WEB)
    assert cluster.run_until_quiet()
    assert cluster.get("pod", "web")["spec"]["nodeName"] == "node-1"


def test_namespaces_and_priority_classes_of_the_system_are_there_from_the_start() -> None:
    cluster = Cluster(profile=SCHEDULING)
    names = [obj["metadata"]["name"] for obj in cluster.list("namespaces")]
    assert names == ["default", "kube-node-lease", "kube-public", "kube-system"]
    values = {obj["metadata"]["name"]: obj["value"] for obj in cluster.list("priorityclasses")}
    assert values == {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
    assert {change.actor for change in cluster.changes_since(0)} == {"kube-apiserver"}


@unhurried
@given(STORIES, st.integers(0, 3))
def test_the_same_story_gives_the_same_bytes(story: list[Action], seed: int) -> None:
    first, second = beginning(seed), beginning(seed)
    play(first, story)
    play(second, story)
    assert lines(first) == lines(second)


def test_another_seed_gives_other_uids() -> None:
    assert (
        Cluster(profile=SCHEDULING, seed=1).get("ns", "default")["metadata"]["uid"]
        != Cluster(profile=SCHEDULING, seed=2).get("ns", "default")["metadata"]["uid"]
    )


@unhurried
@given(STORIES)
def test_folding_the_log_gives_the_objects(story: list[Action]) -> None:
    cluster = beginning()
    play(cluster, story)
    assert folded(cluster) == objects(cluster)


@unhurried
@given(STORIES, st.integers(0, 14))
def test_a_snapshot_at_any_point_changes_nothing(story: list[Action], cut: int) -> None:
    told = beginning()
    play(told, story)
    interrupted = beginning()
    play(interrupted, story[:cut])
    saved = json.dumps(interrupted.snapshot())
    restored = Cluster.restore(json.loads(saved))
    assert json.dumps(restored.snapshot()) == saved
    play(restored, story[cut:])
    assert lines(restored) == lines(told)


@unhurried
@given(STORIES, STORIES, st.integers(0, 14))
def test_a_fork_goes_on_as_its_origin_would_and_leaves_it_alone(
    story: list[Action], other: list[Action], cut: int
) -> None:
    told = beginning()
    play(told, story)
    origin = beginning()
    play(origin, story[:cut])
    before = lines(origin)
    fork, stray = origin.fork(), origin.fork()
    play(stray, other)
    assert lines(origin) == before
    play(fork, story[cut:])
    assert lines(fork) == lines(told)


@unhurried
@given(STORIES)
def test_no_node_ever_has_more_than_it_can_hold(story: list[Action]) -> None:
    cluster = beginning()
    for action in story:
        play(cluster, [action])
        room = {obj["metadata"]["name"]: milli(obj["status"]["allocatable"]["cpu"]) for obj in cluster.list("nodes")}
        used = dict.fromkeys(room, 0)
        for obj in cluster.list("pods"):
            place = obj["spec"].get("nodeName")
            if place in used:
                used[place] += milli(obj["spec"]["containers"][0]["resources"]["requests"]["cpu"])
        over = {name for name in room if used[name] > room[name]}
        assert not {name for name in over if not _shrunk(cluster, name)}


def _shrunk(cluster: Cluster, name: str) -> bool:
    """Whether the node was given another size at some time: what was on it then is not the scheduler's fault."""
    sizes = {
        change.object["status"]["allocatable"]["cpu"]
        for change in cluster.changes_since(0)
        if change.resource == "nodes" and change.key == ("", name) and "allocatable" in change.object.get("status", {})
    }
    return len(sizes) > 1


def test_every_change_carries_time_actor_cause_and_command() -> None:
    cluster = Cluster(profile=SCHEDULING)
    cluster.apply(fleet(1))
    cluster.apply(WEB)
    cluster.advance(5.0)
    created, *_ = [change for change in cluster.changes_since(0) if change.key == ("default", "web")]
    bound = next(change for change in cluster.changes_since(created.revision) if change.resource == "pods")
    assert (created.actor, created.command, created.cause) == ("kubectl", 2, None)
    assert (bound.actor, bound.cause, bound.command) == ("default-scheduler", created.revision, 2)
    assert bound.object["spec"]["nodeName"] == "node-1"
    assert created.time <= bound.time <= cluster.clock.now


def test_applying_the_same_again_changes_nothing() -> None:
    cluster = Cluster(profile=SCHEDULING)
    [first] = cluster.apply(WEB)
    [second] = cluster.apply(WEB)
    assert (str(first), str(second)) == ("pod/web created", "pod/web unchanged")
    assert second.object["metadata"]["resourceVersion"] == first.object["metadata"]["resourceVersion"]


def test_applying_leaves_alone_what_others_have_set() -> None:
    cluster = Cluster(profile=SCHEDULING)
    cluster.apply(WEB)
    cluster.patch("pod", "web", {"metadata": {"labels": {"by": "hand"}}})
    [applied] = cluster.apply(WEB.replace("{name: web}", "{name: web, labels: {app: web}}"))
    assert applied.action == "configured"
    assert applied.object["metadata"]["labels"] == {"app": "web", "by": "hand"}


def test_applying_removes_what_the_manifest_no_longer_says() -> None:
    cluster = Cluster(profile=SCHEDULING)
    cluster.apply(WEB.replace("{name: web}", "{name: web, labels: {app: web, tier: front}}"))
    [applied] = cluster.apply(WEB.replace("{name: web}", "{name: web, labels: {app: web}}"))
    assert applied.object["metadata"]["labels"] == {"app": "web"}


def test_what_the_server_refuses_is_a_status() -> None:
    with pytest.raises(ApiError) as caught:
        Cluster(profile=SCHEDULING).apply(WEB.replace("{name: web}", "{name: Web}"))
    assert (caught.value.code, caught.value.reason) == (422, "Invalid")


def test_what_is_no_manifest_is_told_with_its_line() -> None:
    with pytest.raises(ManifestError) as caught:
        Cluster(profile=SCHEDULING).apply("kind: Pod\n\tname: web\n")
    assert caught.value.line == 2


def test_a_kind_that_is_not_there_is_refused_as_the_server_would() -> None:
    with pytest.raises(ApiError, match="could not find the requested resource"):
        Cluster(profile=SCHEDULING).get("unicorns", "one")


def test_requests_of_the_wire_are_answered_and_writes_are_commands() -> None:
    cluster = Cluster(profile=SCHEDULING)
    body = b'{"metadata": {"name": "settings"}, "data": {"a": "b"}}'
    made = cluster.handle(Call("POST", "/api/v1/namespaces/default/configmaps", body=body), actor="page")
    got = cluster.handle(Call("GET", "/api/v1/namespaces/default/configmaps/settings"))
    gone = cluster.handle(Call("GET", "/api/v1/namespaces/default/configmaps/nothing"))
    cluster.apply(WEB)
    written = {change.key[1]: (change.actor, change.command) for change in cluster.changes_since(0) if change.command}
    assert (made.code, got.body, gone.code, gone.body["reason"]) == (201, made.body, 404, "NotFound")
    assert written == {"settings": ("page", 1), "web": ("kubectl", 2)}


def test_advancing_moves_the_clock_to_the_moment() -> None:
    cluster = Cluster(profile=SCHEDULING, start=1000.0)
    cluster.advance(12.5)
    assert cluster.clock.now == 1012.5


def test_a_step_is_one_turn() -> None:
    cluster = Cluster(profile=SCHEDULING)
    cluster.apply(fleet(2))
    cluster.apply([pod("p0", 100, "web", "", ""), pod("p1", 100, "web", "", "")])
    while not cluster.get("pods", "p0")["spec"].get("nodeName"):
        assert cluster.step()
    assert not cluster.get("pods", "p1")["spec"].get("nodeName")


def test_a_pod_that_waits_is_placed_once_there_is_room() -> None:
    cluster = Cluster(profile=SCHEDULING)
    cluster.apply(WEB)
    cluster.run_until_quiet()
    cluster.apply(fleet(1))
    assert cluster.run_until_quiet()
    assert cluster.get("pods", "web")["spec"]["nodeName"] == "node-1"


def test_a_scheduler_that_breaks_down_is_started_anew_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster(profile=SCHEDULING)
    cluster.apply(fleet(2))
    cluster.apply([pod(f"p{number}", 100, "web", "", "") for number in range(4)])
    turn = Scheduler.turn
    broken: list[bool] = []

    def failing(self: Scheduler) -> bool:
        placed = sum("nodeName" in obj["spec"] for obj in cluster.list("pods"))
        if placed == 2 and not broken:
            broken.append(True)
            raise RuntimeError("a bug")
        return turn(self)

    monkeypatch.setattr(Scheduler, "turn", failing)
    with pytest.raises(ActorFault, match="default-scheduler broke down"):
        cluster.run_until_quiet()
    assert cluster.run_until_quiet()
    assert all("nodeName" in obj["spec"] for obj in cluster.list("pods"))
    assert folded(cluster) == objects(cluster)


@unhurried
@given(STORIES, st.sets(st.integers(0, 40), max_size=5))
def test_faults_at_any_turn_lose_nothing(story: list[Action], faults: set[int]) -> None:
    cluster = beginning()
    turn, turns = Scheduler.turn, count()

    def failing(self: Scheduler) -> bool:
        number = next(turns)
        if number in faults and number % 2:
            raise RuntimeError("before the turn")
        acted = turn(self)
        if number in faults:
            raise RuntimeError("after the turn, its writes done")
        return acted

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Scheduler, "turn", failing)
        for action in story:
            with suppress(ActorFault):
                play(cluster, [action])
    cluster.run_until_quiet()
    assert folded(cluster) == objects(cluster)
    assert not [obj for obj in cluster.list("pods") if _forgotten(obj)]
    assert not [change for change in cluster.changes_since(0) if _moved(change)]


def _forgotten(obj: Map) -> bool:
    """Whether a pod waits and nobody has said why."""
    waits = "nodeName" not in obj["spec"] and "deletionTimestamp" not in obj["metadata"]
    return waits and not any(entry["type"] == "PodScheduled" for entry in obj["status"].get("conditions", ()))


def _moved(change: Change) -> bool:
    """Whether a pod that had a node was given another."""
    if change.resource != "pods" or change.previous is None:
        return False
    before, after = (obj["spec"].get("nodeName") for obj in (change.previous, change.object))
    return before is not None and before != after


def test_forgotten_changes_are_gone_and_said_to_be() -> None:
    cluster = Cluster(profile=SCHEDULING)
    cluster.apply(WEB)
    cluster.compact(cluster.revision - 1)
    assert len(cluster.changes_since(cluster.revision - 1)) == 1
    with pytest.raises(Compacted):
        cluster.changes_since(1)
    restored = Cluster.restore(cluster.snapshot())
    assert restored.get("pod", "web") == cluster.get("pod", "web")
    with pytest.raises(Compacted):
        restored.changes_since(1)


def test_a_scheduler_that_missed_what_was_forgotten_lists_anew() -> None:
    cluster = Cluster(profile=SCHEDULING)
    cluster.apply([*fleet(1), pod("p0", 100, "web", "", "")])
    cluster.compact(cluster.revision)
    cluster.run_until_quiet()
    cluster.apply(pod("p1", 100, "web", "", ""))
    cluster.compact(cluster.revision)
    for one in (cluster.fork(), Cluster.restore(cluster.snapshot()), cluster):
        one.run_until_quiet()
        assert [obj["spec"]["nodeName"] for obj in one.list("pods")] == ["node-1", "node-1"]


def test_a_fork_shares_its_objects() -> None:
    cluster = Cluster(profile=SCHEDULING)
    cluster.apply(WEB)
    assert cluster.fork().get("pod", "web") is cluster.get("pod", "web")


def test_a_configuration_survives_a_snapshot() -> None:
    config = {
        "apiVersion": "kubescheduler.config.k8s.io/v1",
        "kind": "KubeSchedulerConfiguration",
        "profiles": [{"schedulerName": "mine"}],
    }
    cluster = Cluster.restore(Cluster(profile=SCHEDULING, config=config).snapshot())
    mine = pod("p0", 100, "web", "", "")
    mine["spec"]["schedulerName"] = "mine"
    cluster.apply(fleet(1))
    cluster.apply(mine)
    cluster.run_until_quiet()
    assert cluster.get("pods", "p0")["spec"]["nodeName"] == "node-1"
