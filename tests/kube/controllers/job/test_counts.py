"""Whatever is done to a Job and its pods: each pod is counted once, each index succeeds once, the limits hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.kube.client.pods import is_active, phase
from playground.kube.cluster import Cluster
from playground.kube.controllers.job import JobController
from playground.kube.controllers.job.pods import index_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map
from tests.kube.clusters import pods, running
from tests.kube.controllers.job.jobs import conditions, job, status

DOINGS = st.sampled_from(["delete", "suspend", "resume", "narrow", "widen"])
STEPS = st.lists(st.tuples(st.floats(0.0, 4.0), DOINGS), max_size=6)
WIDE = 3


def do(cluster: Cluster, what: str) -> None:
    """What a person may do."""
    changes: dict[str, Any] = {"suspend": {"suspend": True}, "resume": {"suspend": False}}
    changes |= {"narrow": {"parallelism": 1}, "widen": {"parallelism": WIDE}}
    if what == "delete":
        alive = [pod for pod in pods(cluster) if is_active(pod)]
        if alive:
            cluster.delete("pod", meta.name(alive[0]))
    else:
        cluster.patch("job", "job", {"spec": changes[what]})


def states(cluster: Cluster) -> Iterator[dict[str, Map]]:
    """All pods after each change that was made, by uid."""
    found: dict[str, Map] = {}
    for change in cluster.changes_since(0):
        if change.resource == "pods":
            found = {**found, meta.uid(change.object): change.object}
            if change.type == "DELETED":
                found = {uid: pod for uid, pod in found.items() if uid != meta.uid(change.object)}
            yield found


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 5), st.integers(0, 2), st.booleans(), STEPS)
def test_a_job_is_done_exactly(
    completions: int, failing: int, is_indexed: bool, steps: list[tuple[float, str]]
) -> None:
    cluster = running(JobController, nodes=1)
    mode = "Indexed" if is_indexed else "NonIndexed"
    fake = {"finish": "succeed:1", "fail_first": str(failing)}
    shape: Any = {"completionMode": mode, "parallelism": 2, "backoffLimit": 99}
    cluster.apply(job(completions=completions, fake=fake, **shape))
    for seconds, what in steps:
        cluster.advance(seconds)
        if not conditions(cluster) or conditions(cluster)[-1][0] == "Suspended":
            do(cluster, what)
    if not conditions(cluster) or conditions(cluster)[-1][0] == "Suspended":
        do(cluster, "resume")
    cluster.advance(3600)

    assert conditions(cluster)[-1] == ("Complete", "CompletionsReached")
    found = status(cluster)
    assert found["succeeded"] == completions
    assert (found.get("active", 0), found["terminating"], found["uncountedTerminatedPods"]) == (0, 0, {})
    seen: dict[str, Map] = {}
    for there in states(cluster):
        seen |= there
        assert sum(map(is_active, there.values())) <= WIDE
    ended = Counter(phase(pod) for pod in seen.values())
    assert ended["Succeeded"] == completions
    assert found.get("failed", 0) <= len(seen) - completions
    if is_indexed:
        winners = Counter(index_of(pod) for pod in seen.values() if phase(pod) == "Succeeded")
        assert winners == Counter(range(completions))
        assert found["completedIndexes"]
