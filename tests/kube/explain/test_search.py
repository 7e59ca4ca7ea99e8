"""The search finds the smallest change: nothing cheaper among all edits that were offered would do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.kube.cluster import Cluster
from playground.kube.explain import moment, obstacles
from playground.kube.explain.changes import COSTS, Edit, Kind, cost
from playground.kube.explain.scene import Scene
from playground.kube.explain.whatif import WhatIf
from playground.kube.programs import SCHEDULING
from playground.kube.scheduler.pods import Pod
from tests.kube.explain.support import GPU, ZONE, cluster_of, explained, node, on, pod
from tests.kube.explain.test_claims_hold import nodes, there_already, waiting_pods

FORCE = 25  # edits of which all pairs are tried by force


def scene_of(cluster: Cluster) -> tuple[WhatIf, Pod]:
    """The what-if table of a cluster, and the pod web."""
    found = cluster.get("pod", "web")
    profile = moment.profile_of(found, cluster.scheduler.config)
    entry = cluster.scheduler.waiting(found["metadata"]["uid"])
    assert profile is not None
    assert entry is not None
    return WhatIf(moment.present(cluster.scheduler, profile, 0.0)), entry.pod


def offered(whatif: WhatIf, subject: Pod) -> Iterator[Edit]:
    """Every edit that some obstacle on some node offers."""
    scene = Scene(whatif, subject)
    for row in scene.table.rows:
        for obstacle in obstacles.on_node(scene, row):
            for mend in obstacle.mends():
                yield from mend


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_cheaper_single_edit_would_do(data: st.DataObject) -> None:
    machines = data.draw(nodes())
    waiting = data.draw(waiting_pods())
    waiting["spec"].pop("schedulingGates", None)
    cluster = Cluster(profile=SCHEDULING)
    for obj in (*machines, *data.draw(there_already(len(machines))), waiting):
        cluster.apply(obj)
        cluster.advance(0)
    found = explained(cluster)
    if found.state != "waiting":
        return

    whatif, subject = scene_of(cluster)
    everything = list(dict.fromkeys(offered(whatif, subject)))
    good = [edit.cost for edit in everything if whatif.try_edits(subject, (edit,))]

    if good:
        assert len(found.changes[0].steps) == 1
        assert found.changes[0].cost <= min(good)


def test_a_pair_is_found_where_force_finds_one() -> None:
    cluster = cluster_of(
        node("node-1", taints=[GPU]),
        node("node-2", labels={ZONE: "a"}, unschedulable=True),
        on("node-1", pod("old", "1800m")),
        pod("web", nodeSelector={"disktype": "ssd"}),
    )
    found = explained(cluster)

    whatif, subject = scene_of(cluster)
    everything = list(dict.fromkeys(offered(whatif, subject)))
    assert len(everything) < FORCE
    assert not any(whatif.try_edits(subject, (edit,)) for edit in everything)
    pairs = [pair for pair in combinations(everything, 2) if whatif.try_edits(subject, pair)]

    assert found.changes[0].cost == min(one.cost + other.cost for one, other in pairs)


def test_the_own_pod_is_changed_before_a_node_and_a_node_before_others_pods() -> None:
    own = [kind for kind in Kind if kind <= Kind.POD_AFFINITY and COSTS[kind] <= COSTS[Kind.POD_AFFINITY]]
    of_nodes = [Kind.UNCORDON, Kind.LABEL, Kind.TAINT, Kind.SIZE]

    assert max(cost(kind, 1.0) for kind in own) < min(cost(kind) for kind in of_nodes)
    assert max(cost(kind, 1.0) for kind in of_nodes) < cost(Kind.NEW_NODE) < cost(Kind.POD_GONE)


def test_smaller_amounts_cost_less() -> None:
    assert cost(Kind.REQUEST, 0.1) < cost(Kind.REQUEST, 0.5) < cost(Kind.SIZE, 0.1) < cost(Kind.SIZE, 0.5)


def test_edits_leave_the_table_as_it_was() -> None:
    cluster = cluster_of(
        node("node-1", taints=[GPU], unschedulable=True, labels={ZONE: "a"}),
        node("node-2", labels={ZONE: "b"}),
        node("node-3", labels={ZONE: "b"}),
        on("node-1", pod("old", "1800m")),
        pod("web", nodeSelector={ZONE: "a"}),
    )
    whatif, subject = scene_of(cluster)
    before = whatif.table.state(), [row.object for row in whatif.table.rows], list(whatif.table.pods())

    for edit in offered(whatif, subject):
        whatif.try_edits(subject, (edit,))

    assert (whatif.table.state(), [row.object for row in whatif.table.rows], list(whatif.table.pods())) == before


def test_a_pod_of_the_system_is_spared() -> None:
    system = on("node-1", pod("agent", "600m"))
    system["metadata"]["namespace"] = "kube-system"
    cluster = cluster_of(node("node-1"), system, on("node-1", pod("other", "1400m")), pod("web"))

    gone = [
        step.where.name for change in explained(cluster).changes for step in change.steps if step.kind is Kind.POD_GONE
    ]

    assert gone == ["other", "agent"]
