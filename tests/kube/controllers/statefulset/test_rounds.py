"""Whatever people do to a StatefulSet: the order holds, and in the end all is as it is asked for."""

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.kube.client.pods import is_ready, phase
from playground.kube.cluster import Cluster
from playground.kube.controllers.history import POD_LABEL
from playground.kube.controllers.statefulset.controller import NAME, StatefulSetController
from playground.kube.controllers.statefulset.identity import ordinal_of
from playground.kube.errors import ApiError
from playground.kube.objects.frozen import Map
from playground.kube.store import By
from tests.kube.clusters import kubelet, pods, running
from tests.kube.controllers.sets import images, statefulset, status

MOST = 4
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("scale"), st.integers(0, MOST)),
        st.tuples(st.just("delete"), st.integers(0, MOST - 1)),
        st.tuples(st.just("unready"), st.integers(0, MOST - 1)),
        st.tuples(st.just("image"), st.integers(1, 3)),
        st.tuples(st.just("wait"), st.integers(1, 30)),
    ),
    max_size=8,
)


def do(cluster: Cluster, what: str, number: int) -> None:
    """One of the things that happen; those that are refused do not."""
    try:
        if what == "scale":
            cluster.patch("sts", "db", {"spec": {"replicas": number}})
        elif what == "delete":
            cluster.delete("pod", f"db-{number}")
        elif what == "unready":
            kubelet(cluster).set_ready("default", f"db-{number}", is_ready=False, by=By("kubelet"))
        elif what == "image":
            container = {"name": "c", "image": f"nginx:{number}"}
            cluster.patch("sts", "db", {"spec": {"template": {"spec": {"containers": [container]}}}})
        else:
            cluster.advance(number / 10)
    except ApiError:
        return


def mend(cluster: Cluster) -> None:
    """Make every pod ready until all is quiet."""
    for _ in range(3):
        for pod in pods(cluster):
            if phase(pod) == "Running" and not is_ready(pod):
                kubelet(cluster).set_ready("default", pod["metadata"]["name"], is_ready=True, by=By("kubelet"))
        cluster.run_until_quiet()


def settled(cluster: Cluster, wanted: Map) -> None:
    """The pods are those that are asked for, and the status says so."""
    replicas = wanted["spec"]["replicas"]
    image = wanted["spec"]["template"]["spec"]["containers"][0]["image"]
    assert images(cluster) == {f"db-{number}": image for number in range(replicas)}
    told = status(cluster, "sts", "db")
    assert told["replicas"] == told.get("readyReplicas", 0) == told.get("updatedReplicas", 0) == replicas


def check_order(cluster: Cluster) -> None:
    """No pod was made above one that was not ready, none removed below one that was there or not yet as it shall be."""
    known: dict[int, Map] = {}
    for change in cluster.changes_since(0):
        if change.resource != "pods":
            continue
        number = ordinal_of(change.object)
        lower = [pod for other, pod in known.items() if other < number]
        higher = [pod for other, pod in known.items() if other > number]
        if change.actor == NAME:
            begins = "deletionTimestamp" in change.object["metadata"]
            if change.type == "ADDED":
                assert len(lower) == number
                assert all(is_ready(pod) and "deletionTimestamp" not in pod["metadata"] for pod in lower)
            elif begins or change.type == "DELETED":
                newest = {pod["metadata"]["labels"][POD_LABEL] for pod in higher}
                assert len(newest) <= 1
                assert all(is_ready(pod) and "deletionTimestamp" not in pod["metadata"] for pod in higher)
        known[number] = change.object
        if change.type == "DELETED":
            del known[number]


@settings(max_examples=15)
@given(steps=STEPS)
def test_an_ordered_set_keeps_its_order_and_converges(steps: list[tuple[str, int]]) -> None:
    cluster = running(StatefulSetController, nodes=1)
    cluster.apply(statefulset(3))
    for what, number in steps:
        do(cluster, what, number)
    mend(cluster)
    # A broken pod of an old revision is not replaced by itself: it was mended, so nothing may be left over.
    settled(cluster, cluster.get("sts", "db"))
    check_order(cluster)


@settings(max_examples=15)
@given(steps=STEPS)
def test_a_parallel_set_converges(steps: list[tuple[str, int]]) -> None:
    cluster = running(StatefulSetController, nodes=1)
    cluster.apply(statefulset(3, podManagementPolicy="Parallel"))
    for what, number in steps:
        do(cluster, what, number)
    mend(cluster)
    settled(cluster, cluster.get("sts", "db"))
