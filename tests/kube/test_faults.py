"""Breaking things and mending them: each is a command, says what it did, and is listed while it lasts."""

from functools import cache

import pytest

from playground.kube import Cluster
from playground.kube.errors import ApiError
from playground.kube.faults import BadFault
from playground.kube.programs import LEARNER

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: c, image: "nginx:1.27", readinessProbe: {httpGet: {port: 80}, periodSeconds: 5}}
"""


@cache
def base() -> Cluster:
    made = Cluster(profile=LEARNER)
    for name in ("n1", "n2"):
        made.apply({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "spec": {}})
    made.advance(1)
    made.apply(DEPLOYMENT)
    assert made.run_until_quiet()
    return made


@pytest.fixture
def cluster() -> Cluster:
    return base().fork()


def first(cluster: Cluster) -> str:
    return str(cluster.list("pods", labels="app=web")[0]["metadata"]["name"])


def is_ready(cluster: Cluster, pod: str) -> bool:
    conditions = cluster.get("pod", pod)["status"]["conditions"]
    return bool(next(each["status"] for each in conditions if each["type"] == "Ready") == "True")


@pytest.mark.parametrize(
    ("fault", "words", "sentence", "listed"),
    [
        ("stop_node", ("n1",), "Machine n1 was switched off.", "Machine n1 is switched off."),
        ("cut_network", ("n1",), "The network of machine n1 was cut.", "The network of machine n1 is cut."),
        (
            "fill_memory",
            ("n1", "4Gi"),
            "Something on machine n1 took 4Gi of its memory.",
            "Something on machine n1 takes 50% of its memory.",
        ),
        ("break_registry", (), "The image registry stopped answering.", "The image registry does not answer."),
        (
            "slow_registry",
            (5,),
            "The image registry became 5 times as slow.",
            "The image registry is 5 times as slow.",
        ),
        (
            "stop",
            ("scheduler",),
            "Program default-scheduler was stopped.",
            "Program default-scheduler is stopped.",
        ),
        ("stop", ("kubelet",), "The kubelets of all nodes were stopped.", "The kubelets of all nodes are stopped."),
        ("cut_watch", (), "The watches of all programs were cut.", "The watches of all programs are cut."),
    ],
)
def test_a_fault_says_what_it_did_is_listed_and_can_be_mended(
    cluster: Cluster, fault: str, words: tuple[object, ...], sentence: str, listed: str
) -> None:
    assert getattr(cluster.faults, fault)(*words) == sentence
    assert cluster.faults.done[-1].sentence == sentence
    (broken,) = cluster.faults.now()
    assert broken.sentence == listed
    getattr(cluster.faults, broken.mend)(*broken.subject)
    assert cluster.faults.now() == []
    with pytest.raises(BadFault):
        getattr(cluster.faults, broken.mend)(*broken.subject)


def test_each_fault_has_a_command_number_of_its_own(cluster: Cluster) -> None:
    cluster.faults.cut_watch()
    cluster.faults.mend_watch()
    node = cluster.patch("node", "n1", {"metadata": {"labels": {"a": "b"}}})
    change = next(each for each in cluster.changes_since(0) if each.object is node)
    numbers = [done.command for done in cluster.faults.done]
    assert change.command is not None
    assert numbers == [change.command - 2, change.command - 1]


def test_what_there_is_not_is_refused_with_what_there_is(cluster: Cluster) -> None:
    with pytest.raises(BadFault, match="there is no machine n9; there is n1, n2"):
        cluster.faults.stop_node("n9")
    with pytest.raises(BadFault, match="no program deployer runs here; there is kubelet, "):
        cluster.faults.stop("deployer")
    with pytest.raises(BadFault, match="has no container d; it has c"):
        cluster.faults.kill_container(first(cluster), "d")
    with pytest.raises(BadFault, match="write it as 6Gi or 90%"):
        cluster.faults.fill_memory("n1", "lots")
    with pytest.raises(BadFault, match="machine n1 has 8Gi of memory; 9Gi cannot be taken"):
        cluster.faults.fill_memory("n1", "9Gi")
    with pytest.raises(ApiError):
        cluster.faults.fail_probes("nobody")


def test_a_stopped_scheduler_leaves_pods_waiting_until_it_is_started(cluster: Cluster) -> None:
    cluster.faults.stop("scheduler")
    cluster.delete("pod", first(cluster))
    cluster.advance(60)
    waiting = [pod for pod in cluster.list("pods") if "nodeName" not in pod["spec"]]
    assert len(waiting) == 1
    cluster.faults.start("scheduler")
    cluster.advance(60)
    assert all(is_ready(cluster, pod["metadata"]["name"]) for pod in cluster.list("pods"))


def test_a_killed_container_is_started_again(cluster: Cluster) -> None:
    pod = first(cluster)
    cluster.faults.kill_container(pod, "c")
    cluster.advance(30)
    assert cluster.get("pod", pod)["status"]["containerStatuses"][0]["restartCount"] == 1


def test_failing_probes_make_a_pod_unready_until_they_are_healed(cluster: Cluster) -> None:
    pod = first(cluster)
    cluster.faults.fail_probes(pod)
    cluster.advance(30)
    assert not is_ready(cluster, pod)
    assert cluster.faults.now()[0].subject == (pod, "default")
    cluster.faults.heal_probes(pod)
    cluster.advance(30)
    assert is_ready(cluster, pod)


def test_a_broken_registry_lets_no_new_image_in(cluster: Cluster) -> None:
    cluster.faults.break_registry()
    spec = {"containers": [{"name": "c", "image": "redis:7"}]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "cache"}, "spec": spec})
    cluster.advance(60)
    assert cluster.get("pod", "cache")["status"]["phase"] == "Pending"
    cluster.faults.mend_registry()
    cluster.advance(400)
    assert cluster.get("pod", "cache")["status"]["phase"] == "Running"


def test_containers_live_on_while_the_kubelets_are_stopped(cluster: Cluster) -> None:
    cluster.faults.stop("kubelet")
    cluster.advance(200)
    assert not is_ready(cluster, first(cluster))  # the node controller says so
    cluster.faults.start("kubelet")
    cluster.advance(30)
    statuses = [pod["status"]["containerStatuses"][0] for pod in cluster.list("pods", labels="app=web")]
    assert [(each["restartCount"], each["ready"]) for each in statuses] == [(0, True), (0, True)]


def test_while_the_watch_is_cut_nobody_hears_what_is_written(cluster: Cluster) -> None:
    cluster.faults.cut_watch()
    cluster.patch("deployment", "web", {"spec": {"replicas": 4}})
    cluster.advance(120)
    assert len(cluster.list("pods")) == 2
    cluster.faults.mend_watch()
    cluster.advance(60)
    assert len(cluster.list("pods")) == 4


def test_forks_and_snapshots_keep_what_is_broken(cluster: Cluster) -> None:
    cluster.faults.stop_node("n1")
    cluster.faults.stop("deployment")
    cluster.faults.stop("kubelet")
    cluster.faults.fail_probes(first(cluster))
    cluster.faults.slow_registry(3)
    cluster.faults.cut_watch()
    fork, again = cluster.fork(), Cluster.restore(cluster.snapshot())
    assert fork.faults.now() == again.faults.now() == cluster.faults.now()
    assert len(again.faults.now()) == 6
    assert again.faults.done == cluster.faults.done
    for each in (cluster, fork, again):
        each.advance(100)
        while broken := each.faults.now():
            getattr(each.faults, broken[0].mend)(*broken[0].subject)
        each.advance(500)
    assert cluster.snapshot() == again.snapshot() == fork.snapshot()
