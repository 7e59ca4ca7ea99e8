"""A machine that runs short of memory ends pods, the worst first."""

from typing import Any

from playground.kube import Cluster
from playground.kube.kubelet.eviction import message, ranked
from playground.kube.objects.frozen import Map, freeze
from playground.kube.programs import LEARNER

MIB = 1024**2


def pod(name: str, request: str = "", priority: int = 0) -> Map:
    resources = {"requests": {"memory": request}} if request else {}
    containers = [{"name": "c", "image": "nginx:1.27", "resources": resources}]
    metadata = {"name": name, "uid": name}
    made: Map = freeze({"metadata": metadata, "spec": {"containers": containers, "priority": priority}})
    return made


def order(*pods: tuple[Map, int]) -> list[str]:
    used = {each["metadata"]["name"]: {"c": size * MIB} for each, size in pods}
    return [each["metadata"]["name"] for each in ranked([each for each, _ in pods], used)]


def test_pods_above_their_request_go_first() -> None:
    assert order((pod("within", "200Mi"), 190), (pod("above", "10Mi"), 20)) == ["above", "within"]


def test_without_a_request_everything_is_above() -> None:
    assert order((pod("asks", "200Mi"), 150), (pod("best-effort"), 1)) == ["best-effort", "asks"]


def test_then_priority_counts_before_how_far_above() -> None:
    found = order((pod("big", priority=10), 900), (pod("small"), 5), (pod("middle"), 50))
    assert found == ["middle", "small", "big"]


def test_the_message_tells_threshold_and_use() -> None:
    assert message(pod("p", "64Mi"), {"c": 200 * MIB}, 50 * MIB) == (
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. "
        "Container c was using 200Mi, request is 64Mi, has larger consumption of memory. "
    )
    assert message(pod("p", "64Mi"), {"c": 60 * MIB}, 50 * MIB).endswith("available: 50Mi. ")


def cluster() -> Cluster:
    made = Cluster(profile=LEARNER)
    for name in ("n1", "n2"):
        made.apply({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "spec": {}})
    made.advance(1)
    spec = {"nodeName": "n1", "containers": [{"name": "c", "image": "nginx:1.27"}]}
    made.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec})
    made.advance(30)
    return made


def condition(made: Cluster) -> Any:
    found = made.get("node", "n1")["status"]["conditions"]
    return next(each["status"] for each in found if each["type"] == "MemoryPressure")


def test_a_full_machine_evicts_and_says_why() -> None:
    made = cluster()
    made.faults.fill_memory("n1", "99.5%")
    made.advance(30)
    status = made.get("pod", "web")["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "Evicted")
    assert status["message"].startswith("The node was low on resource: memory. Threshold quantity: 100Mi, available: ")
    target = next(each for each in status["conditions"] if each["type"] == "DisruptionTarget")
    assert (target["status"], target["reason"]) == ("True", "TerminationByKubelet")
    assert target["message"] == status["message"]
    told = {event["reason"] for event in made.list("events")}
    assert {"Evicted", "EvictionThresholdMet", "NodeHasInsufficientMemory"} <= told


def test_pressure_shows_as_condition_and_taint_and_stays_for_five_minutes() -> None:
    made = cluster()
    made.faults.fill_memory("n1", "99.5%")
    made.advance(20)
    assert condition(made) == "True"
    assert made.get("node", "n1")["spec"]["taints"][0]["key"] == "node.kubernetes.io/memory-pressure"
    made.faults.free_memory("n1")
    made.advance(290)
    assert condition(made) == "True"
    made.advance(30)
    assert condition(made) == "False"
    assert not made.get("node", "n1")["spec"].get("taints")


def test_a_machine_with_room_evicts_nothing() -> None:
    made = cluster()
    made.faults.fill_memory("n1", "50%")
    made.advance(60)
    assert made.get("pod", "web")["status"]["phase"] == "Running"
    assert condition(made) == "False"


def test_a_restored_cluster_goes_on_under_pressure() -> None:
    made = cluster()
    made.faults.fill_memory("n1", "99.5%")
    made.advance(12)
    again = Cluster.restore(made.snapshot())
    for each in (made, again):
        each.faults.free_memory("n1")
        each.advance(400)
    assert again.snapshot() == made.snapshot()


def test_a_leak_is_noticed_on_the_first_look_after_it_crosses_the_threshold() -> None:
    made = Cluster(profile=LEARNER)
    status = {"capacity": {"cpu": "4", "memory": "1Gi", "pods": "110"}}
    made.apply({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}, "spec": {}, "status": status})
    made.advance(1)
    leaky = {"name": "leaky", "annotations": {"drydock.dev/behaviour": "leak=1Mi"}}
    spec = {"nodeName": "n1", "containers": [{"name": "c", "image": "nginx:1.27"}]}
    made.apply({"apiVersion": "v1", "kind": "Pod", "metadata": leaky, "spec": spec})
    made.advance(60)
    before = made.revision
    made.advance(3000)
    told = [change for change in made.changes_since(before) if change.object.get("reason") == "Evicted"]
    assert (told[0].time - 1767225600.0) % 10 == 0
    assert 900 <= told[0].time - 1767225600.0 <= 940
    assert made.get("pod", "leaky")["status"]["reason"] == "Evicted"
