"""Slices say where a Service's pods are, and which of them are ready, serving or on their way out."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.kube.cluster import Cluster
from playground.kube.controllers.endpoint_packing import MOST
from playground.kube.objects.frozen import put
from tests.kube.clusters import add_node, again, events
from tests.kube.controllers.serving import BY, add, endpoints, serving, set_ready, slices, subsets

TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time"


def test_a_service_without_pods_has_an_empty_slice() -> None:
    cluster = serving()
    [found] = slices(cluster)
    assert found["metadata"]["generateName"] == "web-"
    assert found["metadata"]["labels"] == {
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        "kubernetes.io/service-name": "web",
    }
    assert found["metadata"]["ownerReferences"][0]["controller"]
    assert "endpoints" not in found
    assert "ports" not in found


def test_a_ready_pod_is_an_endpoint_with_node_and_zone() -> None:
    cluster = serving()
    add(cluster, "p")
    set_ready(cluster, "p", "10.0.0.1")
    uid = cluster.get("pod", "p")["metadata"]["uid"]
    assert endpoints(cluster)["p"] == {
        "addresses": ["10.0.0.1"],
        "conditions": {"ready": True, "serving": True, "terminating": False},
        "targetRef": {"kind": "Pod", "namespace": "default", "name": "p", "uid": uid},
        "nodeName": "n1",
        "zone": "a",
    }
    [found] = slices(cluster)
    assert found["ports"] == [{"name": "", "protocol": "TCP", "port": 8080}]
    assert found["metadata"]["generation"] == 2


def test_a_terminating_pod_still_serves_and_is_not_ready() -> None:
    cluster = serving()
    add(cluster, "p")
    set_ready(cluster, "p", "10.0.0.1")
    cluster.delete("pod", "p")
    cluster.advance(0)
    assert endpoints(cluster)["p"]["conditions"] == {"ready": False, "serving": True, "terminating": True}
    cluster.delete("pod", "p", grace=0)
    cluster.advance(0)
    assert endpoints(cluster) == {}
    assert len(slices(cluster)) == 1


def test_unready_addresses_are_published_if_asked_for() -> None:
    cluster = serving(publishNotReadyAddresses=True)
    add(cluster, "p", node="nowhere")
    set_ready(cluster, "p", "10.0.0.1", is_ready=False)
    assert endpoints(cluster)["p"]["conditions"] == {"ready": True, "serving": False, "terminating": False}


def test_an_ended_pod_is_no_endpoint() -> None:
    cluster = serving()
    add(cluster, "p")
    set_ready(cluster, "p", "10.0.0.1")
    set_ready(cluster, "p", "10.0.0.1", is_ready=False, phase="Succeeded")
    assert endpoints(cluster) == {}


def test_a_headless_service_gives_its_pods_names() -> None:
    cluster = serving(clusterIP="None")
    add(cluster, "p", hostname="first", subdomain="web")
    set_ready(cluster, "p", "10.0.0.1")
    assert endpoints(cluster)["p"]["hostname"] == "first"
    assert slices(cluster)[0]["metadata"]["labels"]["service.kubernetes.io/headless"] == ""


def test_each_family_of_addresses_has_slices_of_its_own() -> None:
    cluster = serving()
    both = put(cluster.get("service", "web"), ("spec", "ipFamilies"), ["IPv4", "IPv6"])  # no cluster of ours allows it
    cluster.api.set_content("services", "default", "web", both, by=BY)
    add(cluster, "p")
    set_ready(cluster, "p", "10.0.0.1", "fd00::1")
    found = {each["addressType"]: each["endpoints"][0]["addresses"] for each in slices(cluster)}
    assert found == {"IPv4": ["10.0.0.1"], "IPv6": ["fd00::1"]}


def test_a_named_port_that_no_container_has_is_left_out() -> None:
    ports = [{"name": "a", "port": 80, "targetPort": "http"}, {"name": "b", "port": 81, "targetPort": "nope"}]
    cluster = serving(ports=ports)
    add(cluster, "p")
    set_ready(cluster, "p", "10.0.0.1")
    assert slices(cluster)[0]["ports"] == [{"name": "a", "protocol": "TCP", "port": 8000}]


def test_slices_hold_a_hundred() -> None:
    cluster = serving()
    for number in range(MOST + 1):
        add(cluster, f"p{number}")
        set_ready(cluster, f"p{number}", f"10.0.1.{number}")
    assert sorted(len(each["endpoints"]) for each in slices(cluster)) == [1, MOST]


def test_the_trigger_is_the_time_of_what_changed() -> None:
    cluster = serving()
    add(cluster, "p")
    cluster.advance(5)
    set_ready(cluster, "p", "10.0.0.1")
    at = cluster.clock.stamp()
    cluster = again(cluster)
    assert slices(cluster)[0]["metadata"]["annotations"][TRIGGER] == at
    cluster.advance(5)
    cluster.delete("pod", "p")
    cluster.advance(0)
    assert TRIGGER not in slices(cluster)[0]["metadata"].get("annotations", {})


def test_a_pod_on_a_missing_node_is_left_out_until_the_node_is_there() -> None:
    cluster = serving()
    add(cluster, "p", node="n9")
    set_ready(cluster, "p", "10.0.0.1")
    assert endpoints(cluster) == {}
    assert any("Node n9 Not Found" in told for told in events(cluster, "web"))
    add_node(cluster, "n9")
    cluster.advance(0)
    assert list(endpoints(cluster)) == ["p"]


def test_a_slice_that_somebody_spoils_is_put_right() -> None:
    cluster = serving()
    add(cluster, "p")
    set_ready(cluster, "p", "10.0.0.1")
    name = slices(cluster)[0]["metadata"]["name"]
    cluster.patch("endpointslice", name, {"endpoints": []}, how="merge")
    cluster.advance(0)
    assert list(endpoints(cluster)) == ["p"]
    cluster.delete("endpointslice", name)
    cluster.advance(0)
    assert list(endpoints(cluster)) == ["p"]


def test_a_change_that_nobody_sees_writes_nothing() -> None:
    cluster = serving()
    add(cluster, "p")
    set_ready(cluster, "p", "10.0.0.1")
    before = cluster.revision
    cluster.patch("pod", "p", {"metadata": {"annotations": {"a": "b"}}})
    cluster.advance(0)
    assert [change.actor for change in cluster.changes_since(before)] == ["kubectl"]
    assert cluster.run_until_quiet()


def test_a_service_that_prefers_near_endpoints_says_for_whom_they_are() -> None:
    cluster = serving(trafficDistribution="PreferSameNode")
    add(cluster, "p")
    set_ready(cluster, "p", "10.0.0.1")
    assert endpoints(cluster)["p"]["hints"] == {"forZones": [{"name": "a"}], "forNodes": [{"name": "n1"}]}
    cluster.patch("service", "web", {"spec": {"trafficDistribution": "PreferClose"}})
    cluster.advance(0)
    assert endpoints(cluster)["p"]["hints"] == {"forZones": [{"name": "a"}]}
    set_ready(cluster, "p", "10.0.0.1", is_ready=False)
    assert "hints" not in endpoints(cluster)["p"]


def _ready(cluster: Cluster, name: str, *, is_ready: bool) -> None:
    if _there(cluster, name):
        set_ready(cluster, name, f"10.0.0.{name[1:]}", is_ready=is_ready)


def _remove(cluster: Cluster, name: str, grace: int | None) -> None:
    if _there(cluster, name):
        cluster.delete("pod", name, grace=grace)


def _label(cluster: Cluster, name: str, app: str) -> None:
    if _there(cluster, name):
        cluster.patch("pod", name, {"metadata": {"labels": {"app": app}}})


def _there(cluster: Cluster, name: str) -> bool:
    return any(pod["metadata"]["name"] == name for pod in cluster.list("pods"))


ACTIONS: list[Callable[[Cluster, str], None]] = [
    lambda cluster, name: None if _there(cluster, name) else add(cluster, name),
    lambda cluster, name: _ready(cluster, name, is_ready=True),
    lambda cluster, name: _ready(cluster, name, is_ready=True),
    lambda cluster, name: _ready(cluster, name, is_ready=False),
    lambda cluster, name: _remove(cluster, name, None),
    lambda cluster, name: _remove(cluster, name, 0),
    lambda cluster, name: _label(cluster, name, "db"),
    lambda cluster, name: _label(cluster, name, "web"),
    lambda cluster, name: cluster.advance(1),
]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.sampled_from(["p1", "p2", "p3", "p4"])), max_size=25))
def test_ready_endpoints_are_the_ready_pods_that_are_selected(
    story: list[tuple[Callable[[Cluster, str], None], str]],
) -> None:
    cluster = serving()
    for act, name in story:
        act(cluster, name)
    cluster.advance(0)
    expected = {
        pod["metadata"]["name"]
        for pod in cluster.list("pods", labels="app=web")
        if "deletionTimestamp" not in pod["metadata"]
        and any(each["type"] == "Ready" and each["status"] == "True" for each in pod["status"].get("conditions", ()))
    }
    assert {name for name, found in endpoints(cluster).items() if found["conditions"]["ready"]} == expected
    listed = [each["targetRef"]["name"] for found in subsets(cluster) for each in found.get("addresses", ())]
    assert sorted(listed) == sorted(expected)
