"""The world as of a revision is what the scheduler had then."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.kube.cluster import Cluster
from playground.kube.explain import moment
from playground.kube.explain.whatif import WhatIf, World
from playground.kube.programs import SCHEDULING
from tests.kube.explain.support import GPU, ZONE, cluster_of, node, on, pod


def seen(world: World) -> Any:
    """Nodes in order, and who is where."""
    table = WhatIf(world).table
    return [(row.name, row.object, sorted(row.pods)) for row in table.rows], table.state()


def present(cluster: Cluster) -> World:
    cluster.scheduler.waiting("")  # it takes in what happened
    return moment.present(cluster.scheduler, cluster.scheduler.config.profiles[0], 0.0)


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["node", "pod", "no node", "no pod", "zone", "taint"]), st.integers(0, 4)), max_size=25
)


def act(cluster: Cluster, what: str, number: int) -> None:
    names = [obj["metadata"]["name"] for obj in cluster.list("pods" if what == "no pod" else "nodes")]
    if what == "node":
        cluster.apply(node(f"node-{number}", labels={ZONE: f"z{number % 2}"}))
    elif what == "pod":
        cluster.apply(pod(f"pod-{cluster.revision}", "300m"))
    elif names and what in ("no node", "no pod"):
        cluster.delete(what[3:], names[number % len(names)], grace=0)
    elif names:
        change = {"metadata": {"labels": {ZONE: f"z{number}"}}} if what == "zone" else {"spec": {"taints": [GPU]}}
        cluster.patch("node", names[number % len(names)], change)
    cluster.advance(1)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ACTIONS)
def test_every_past_moment_can_be_told_from_the_log(actions: list[tuple[str, int]]) -> None:
    cluster = Cluster(profile=SCHEDULING)
    moments = []
    for what, number in actions:
        act(cluster, what, number)
        moments.append((cluster.revision, seen(present(cluster))))

    scheduler = cluster.scheduler
    for revision, then in moments:
        assert seen(moment.past(cluster._store, revision, scheduler, scheduler.config.profiles[0])) == then


def test_the_change_that_bound_a_pod_is_found() -> None:
    cluster = cluster_of(node("node-1"), pod("web"))
    web = cluster.get("pod", "web")

    found = moment.binding_of(cluster._store, web)

    assert found is not None
    assert found.actor == "default-scheduler"
    assert found.previous is not None
    assert "nodeName" not in found.previous["spec"]


def test_a_pod_of_the_same_name_is_another_one() -> None:
    cluster = cluster_of(node("node-1"), pod("web"))
    cluster.delete("pod", "web", grace=0)
    cluster.apply(on("node-1", pod("web")))

    found = moment.binding_of(cluster._store, cluster.get("pod", "web"))

    assert found is not None
    assert found.previous is None
