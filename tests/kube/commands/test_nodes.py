"""Nodes made for a script are ready and have what was asked for."""

from playground.kube.commands.nodes import fleet, node


def test_a_node_is_ready_and_carries_its_hostname() -> None:
    made = node("n1", {})
    assert made["metadata"]["labels"]["kubernetes.io/hostname"] == "n1"
    assert made["status"]["allocatable"] == {"cpu": "4", "memory": "8Gi", "ephemeral-storage": "100Gi", "pods": "110"}
    assert made["status"]["conditions"][0] == {"type": "Ready", "status": "True", "reason": "KubeletReady"}


def test_settings_are_amounts_or_labels() -> None:
    made = node("n1", {"cpu": "2", "example.com/gpu": "1", "zone": "a", "disk": "ssd", "node-role.kubernetes.io/x": ""})
    assert made["status"]["capacity"]["cpu"] == "2"
    assert made["status"]["capacity"]["example.com/gpu"] == "1"
    labels = made["metadata"]["labels"]
    assert labels["topology.kubernetes.io/zone"] == "a"
    assert labels["disk"] == "ssd"
    assert labels["node-role.kubernetes.io/x"] == ""
    assert "example.com/gpu" not in labels


def test_a_fleet_is_spread_over_three_zones() -> None:
    zones = [made["metadata"]["labels"]["topology.kubernetes.io/zone"] for made in fleet(4)]
    assert zones == ["zone-a", "zone-b", "zone-c", "zone-a"]
    assert [made["metadata"]["name"] for made in fleet(2)] == ["node-1", "node-2"]
