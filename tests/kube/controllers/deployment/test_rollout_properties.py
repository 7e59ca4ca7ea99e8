"""What holds for every rollout, whatever the numbers: the floor, the ceiling, and that it ends as it was wanted."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.kube.cluster import Cluster
from tests.kube import clusters
from tests.kube.controllers.workloads import PERSON, deployment, rolling, scaled, sets, template, with_image, workshop

LIMITS = st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(any) | st.sampled_from(
    [("25%", "25%"), ("100%", 0), ("1%", "99%"), (0, "50%")]
)
FEW = settings(max_examples=12, deadline=None)


def limits_of(replicas: int, surge: int | str, missing: int | str) -> tuple[int, int]:
    """The fewest available and the most active pods that there may be."""
    more = -(-int(surge[:-1]) * replicas // 100) if isinstance(surge, str) else surge
    fewer = int(missing[:-1]) * replicas // 100 if isinstance(missing, str) else missing
    if more == fewer == 0:
        fewer = 1
    return replicas - min(fewer, replicas), replicas + more


def is_ready(pod: Any) -> bool:
    return any(item["type"] == "Ready" and item["status"] == "True" for item in pod["status"].get("conditions") or ())


def is_active(pod: Any) -> bool:
    ended = pod["status"].get("phase") in {"Succeeded", "Failed"}
    return not ended and not pod["metadata"].get("deletionTimestamp")


def tallies(cluster: Cluster, after: int) -> list[tuple[int, int]]:
    """After each write: how many active pods are available, and how many there are."""
    known = {pod["metadata"]["name"]: pod for pod in _at(cluster, after)}
    found = []
    for change in cluster.changes_since(after):
        if change.resource != "pods":
            continue
        known[change.key[1]] = change.object
        if change.type == "DELETED":
            del known[change.key[1]]
        alive = [pod for pod in known.values() if is_active(pod)]
        found.append((sum(map(is_ready, alive)), len(alive)))
    return found


def _at(cluster: Cluster, revision: int) -> list[Any]:
    """The pods as of a revision."""
    pods: dict[str, Any] = {}
    for change in cluster.changes_since(0):
        if change.resource == "pods" and change.revision <= revision:
            pods[change.key[1]] = change.object
            if change.type == "DELETED":
                del pods[change.key[1]]
    return list(pods.values())


@FEW
@given(
    replicas=st.integers(1, 9),
    limits=LIMITS,
    times=st.lists(st.sampled_from(["0.5", "3", "never"]), min_size=1, max_size=3),
    pauses=st.lists(st.floats(0, 4), min_size=3, max_size=3),
)
def test_no_rollout_goes_below_its_floor_or_above_its_ceiling(
    replicas: int, limits: tuple[int | str, int | str], times: list[str], pauses: list[float]
) -> None:
    cluster = workshop(nodes=4)
    cluster.apply(deployment(replicas=replicas, strategy=rolling(*limits)))
    cluster.run_until_quiet()
    start = cluster.revision
    for number, (time, pause) in enumerate(zip(times, pauses, strict=False)):
        image = f"nginx:{number + 2}"
        shape = template(image, never_ready="true") if time == "never" else template(image, ready_after=time)
        cluster.patch("deployment", "web", {"spec": {"template": shape}})
        cluster.advance(pause)
    cluster.run_until_quiet()
    floor, ceiling = limits_of(replicas, *limits)
    for available, total in tallies(cluster, start):
        assert available >= floor
        assert total <= ceiling


EDITS = st.one_of(
    st.tuples(st.just("scale"), st.integers(0, 8)),
    st.tuples(st.just("image"), st.integers(1, 4)),
    st.tuples(st.just("bad image"), st.integers(1, 2)),
    st.tuples(st.just("delete"), st.integers(0, 9)),
    st.tuples(st.just("fail"), st.integers(0, 9)),
    st.tuples(st.just("unready"), st.integers(0, 9)),
    st.tuples(st.just("pause"), st.booleans()),
    st.tuples(st.just("scale set"), st.integers(0, 6)),
    st.tuples(st.just("strategy"), st.booleans()),
)


def edit(cluster: Cluster, what: str, value: Any) -> None:
    """Do one of EDITS; of pods and sets the one that a number picks."""
    pods, replica_sets = clusters.pods(cluster), cluster.list("replicasets")
    if what == "scale":
        scaled(cluster, value)
    elif what in {"image", "bad image"}:
        with_image(cluster, f"{'bad' if what == 'bad image' else 'nginx'}:{value}")
    elif what == "pause":
        cluster.patch("deployment", "web", {"spec": {"paused": value}})
    elif what == "strategy":
        chosen = rolling(1, 1) if value else {"type": "Recreate", "rollingUpdate": None}
        cluster.patch("deployment", "web", {"spec": {"strategy": chosen}})
    elif what == "scale set" and replica_sets:
        scaled(cluster, value, "rs", replica_sets[value % len(replica_sets)]["metadata"]["name"])
    elif pods and what in {"delete", "fail", "unready"}:
        _hurt(cluster, what, pods[value % len(pods)])


def _hurt(cluster: Cluster, what: str, pod: Any) -> None:
    name = pod["metadata"]["name"]
    if what == "delete":
        cluster.delete("pod", name)
    elif what == "fail":
        cluster.api.set_status("pods", "default", name, {**pod["status"], "phase": "Failed"}, by=PERSON)
    else:
        clusters.kubelet(cluster).set_ready("default", name, is_ready=False, by=PERSON)


@FEW
@given(steps=st.lists(st.tuples(EDITS, st.sampled_from([0.0, 0.3, 1.2, 5.0])), max_size=8), replicas=st.integers(0, 5))
def test_a_deployment_becomes_what_is_wanted_whatever_happened(
    steps: list[tuple[tuple[str, Any], float]], replicas: int
) -> None:
    cluster = workshop(nodes=4)
    cluster.apply(deployment(replicas=3))
    for (what, value), pause in steps:
        edit(cluster, what, value)
        cluster.advance(pause)
    wanted = {"paused": False, "replicas": replicas, "strategy": rolling(1, 1)}
    cluster.patch("deployment", "web", {"spec": wanted})
    with_image(cluster, "nginx:9")
    assert cluster.run_until_quiet()
    alive = [pod for pod in clusters.pods(cluster) if is_active(pod)]
    assert [pod["spec"]["containers"][0]["image"] for pod in alive] == ["nginx:9"] * replicas
    assert all(map(is_ready, alive))
    assert {image: size for image, size in sets(cluster).items() if size} == ({"nginx:9": replicas} if replicas else {})
    status = cluster.get("deployment", "web")["status"]
    assert [status.get(field, 0) for field in ("replicas", "updatedReplicas", "availableReplicas")] == [replicas] * 3
    assert status["observedGeneration"] == cluster.get("deployment", "web")["metadata"]["generation"]
