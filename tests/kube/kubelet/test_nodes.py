"""What kubelets do for their nodes: they register, say how they are, and renew their Leases."""

import pytest

from playground.kube import Cluster
from playground.kube.programs import LEARNER


def cluster(*names: str) -> Cluster:
    made = Cluster(profile=LEARNER)
    for name in names or ("n1",):
        made.apply({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "spec": {}})
    made.advance(1)
    return made


def says(made: Cluster, name: str = "n1") -> dict[str, str]:
    return {each["type"]: each["reason"] for each in made.get("node", name)["status"]["conditions"]}


def reasons(made: Cluster, name: str = "n1") -> list[str]:
    told = [event for event in made.list("events") if event["involvedObject"]["name"] == name]
    told = [event for event in told if event["source"] == {"component": "kubelet", "host": name}]
    return [event["reason"] for event in sorted(told, key=lambda event: int(event["metadata"]["resourceVersion"]))]


def test_a_node_object_brings_a_machine_that_registers_itself() -> None:
    made = cluster()
    node = made.get("node", "n1")
    assert says(made) == {
        "MemoryPressure": "KubeletHasSufficientMemory",
        "DiskPressure": "KubeletHasNoDiskPressure",
        "PIDPressure": "KubeletHasSufficientPID",
        "Ready": "KubeletReady",
    }
    status = node["status"]
    assert status["capacity"] == {"cpu": "4", "memory": "8Gi", "ephemeral-storage": "100Gi", "pods": "110"}
    assert status["allocatable"] == status["capacity"]
    assert status["addresses"] == [
        {"type": "InternalIP", "address": "10.0.0.1"},
        {"type": "Hostname", "address": "n1"},
    ]
    assert (status["nodeInfo"]["kubeletVersion"], status["nodeInfo"]["operatingSystem"]) == ("v1.36.2", "linux")
    assert node["metadata"]["labels"]["kubernetes.io/hostname"] == "n1"
    assert not node["spec"].get("taints")


def test_it_tells_so_in_events() -> None:
    assert reasons(cluster()) == [
        "Starting",
        "NodeHasSufficientMemory",
        "NodeHasNoDiskPressure",
        "NodeHasSufficientPID",
        "NodeAllocatableEnforced",
    ]


def test_what_a_node_object_gives_is_kept() -> None:
    made = Cluster(profile=LEARNER)
    status = {"capacity": {"cpu": "2", "memory": "1Gi"}, "allocatable": {"cpu": "1500m"}}
    labels = {"kubernetes.io/hostname": "other"}
    made.apply(
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1", "labels": labels}, "spec": {}, "status": status}
    )
    made.advance(1)
    node = made.get("node", "n1")
    assert (node["status"]["capacity"]["cpu"], node["status"]["allocatable"]["cpu"]) == ("2", "1500m")
    assert node["metadata"]["labels"]["kubernetes.io/hostname"] == "other"
    assert made.surroundings.machines.by_name["n1"].memory == 1024**3


def test_the_lease_is_read_as_renewed_and_never_written_again() -> None:
    made = cluster()
    before = made.revision
    made.advance(600)
    lease = made.get("leases", "n1", namespace="kube-node-lease")
    assert lease["spec"]["renewTime"] == "2026-01-01T00:10:00.000000Z"
    assert made.list("leases", namespace="kube-node-lease")[0]["spec"] == lease["spec"]
    assert [change for change in made.changes_since(before) if change.resource.startswith("leases")] == []


def test_a_machine_that_is_switched_on_again_says_that_it_was_rebooted() -> None:
    made = cluster("n1", "n2")
    boot = made.get("node", "n1")["status"]["nodeInfo"]["bootID"]
    made.faults.stop_node("n1")
    made.advance(100)
    assert says(made)["Ready"] == "NodeStatusUnknown"
    made.faults.start_node("n1")
    made.advance(1)
    assert says(made)["Ready"] == "KubeletReady"
    assert made.get("node", "n1")["status"]["nodeInfo"]["bootID"] != boot
    assert "Rebooted" in reasons(made)
    assert reasons(made)[-1] == "NodeReady"
    made.advance(5)  # the node controller looks every five seconds
    assert not made.get("node", "n1")["spec"].get("taints")


def test_a_machine_whose_network_is_back_is_ready_without_a_reboot() -> None:
    made = cluster("n1", "n2")
    made.faults.cut_network("n1")
    made.advance(100)
    made.faults.mend_network("n1")
    made.advance(1)
    assert says(made)["Ready"] == "KubeletReady"
    assert "Rebooted" not in reasons(made)


def test_a_short_cut_is_not_noticed() -> None:
    made = cluster("n1", "n2")
    before = made.get("node", "n1")
    made.faults.cut_network("n1")
    made.advance(20)
    made.faults.mend_network("n1")
    made.advance(100)
    kept = made.get("node", "n1")["status"]["conditions"]
    assert [each["lastTransitionTime"] for each in kept] == [
        each["lastTransitionTime"] for each in before["status"]["conditions"]
    ]


def test_a_status_that_somebody_else_wrote_is_set_right_within_ten_seconds() -> None:
    made = cluster()
    wrong = {"status": {"conditions": [{"type": "MemoryPressure", "status": "True", "reason": "Joke"}]}}
    made.patch("node", "n1", wrong, subresource="status")
    made.advance(9)
    assert says(made)["MemoryPressure"] == "Joke"
    made.advance(1)
    assert says(made)["MemoryPressure"] == "KubeletHasSufficientMemory"


def test_a_node_object_that_goes_takes_its_machine_along() -> None:
    made = cluster()
    made.delete("node", "n1")
    made.advance(1)
    assert made.surroundings.machines.get("n1") is None
    assert made.surroundings.heartbeats.last("n1", made.clock.now) is None


@pytest.mark.parametrize("fault", ["stop_node", "cut_network"])
def test_a_restored_cluster_goes_on_as_the_saved_one(fault: str) -> None:
    made = cluster("n1", "n2")
    getattr(made.faults, fault)("n1")
    again = Cluster.restore(made.snapshot())
    for each in (made, again):
        each.advance(200)
        getattr(each.faults, {"stop_node": "start_node", "cut_network": "mend_network"}[fault])("n1")
        each.advance(200)
    assert again.snapshot() == made.snapshot()


def test_a_node_that_is_made_anew_has_a_lease_of_its_own() -> None:
    made = cluster()
    made.delete("node", "n1")
    made.apply({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}, "spec": {}})
    made.advance(60)
    owners = made.get("leases", "n1", namespace="kube-node-lease")["metadata"]["ownerReferences"]
    assert [owner["uid"] for owner in owners] == [made.get("node", "n1")["metadata"]["uid"]]
    assert says(made)["Ready"] == "KubeletReady"
