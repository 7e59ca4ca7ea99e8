"""What tables show of each kind."""

from typing import Any

import pytest

from playground.kube.kubectl.columns import COLUMNS, columns_of
from playground.kube.objects.kinds import RESOURCES

from .samples import deployment, node


def cells(qualified: str, obj: dict[str, Any], *, wide: bool = False) -> dict[str, str]:
    return {column.heading: column.cell(obj, 0) for column in columns_of(qualified, wide=wide)}


def test_every_entry_is_of_a_kind_there_is() -> None:
    assert set(COLUMNS) <= {resource.qualified for resource in RESOURCES}


def test_a_kind_with_nothing_of_its_own_has_a_name_and_an_age() -> None:
    assert [column.heading for column in columns_of("serviceaccounts", wide=True)] == ["NAME", "AGE"]


def test_a_deployment_shows_how_far_it_is() -> None:
    web = {**deployment(replicas=3), "status": {"readyReplicas": 1, "updatedReplicas": 2}}
    shown = cells("deployments.apps", web, wide=True)
    assert (shown["READY"], shown["UP-TO-DATE"], shown["AVAILABLE"]) == ("1/3", "2", "0")
    assert (shown["CONTAINERS"], shown["IMAGES"], shown["SELECTOR"]) == ("c", "nginx:1", "app=web")


@pytest.mark.parametrize(
    ("spec", "conditions", "word"),
    [
        ({}, [], "Unknown"),
        ({}, [{"type": "Ready", "status": "True"}], "Ready"),
        ({"unschedulable": True}, [{"type": "Ready", "status": "Unknown"}], "NotReady,SchedulingDisabled"),
    ],
)
def test_a_node_is_ready_or_not(spec: dict[str, Any], conditions: list[dict[str, Any]], word: str) -> None:
    shown = cells("nodes", {**node(), "spec": spec, "status": {"conditions": conditions}})
    assert shown["STATUS"] == word


def test_a_service_shows_its_ports() -> None:
    ports = [{"port": 80, "protocol": "TCP", "nodePort": 30080}, {"port": 53, "protocol": "UDP"}]
    obj = {"metadata": {"name": "web"}, "spec": {"type": "NodePort", "clusterIP": "10.0.0.7", "ports": ports}}
    shown = cells("services", obj)
    assert (shown["CLUSTER-IP"], shown["EXTERNAL-IP"], shown["PORT(S)"]) == (
        "10.0.0.7",
        "<none>",
        "80:30080/TCP,53/UDP",
    )


def test_a_claim_shows_its_modes_in_short() -> None:
    obj = {"metadata": {"name": "data"}, "spec": {}, "status": {"phase": "Bound", "accessModes": ["ReadWriteOnce"]}}
    shown = cells("persistentvolumeclaims", obj)
    assert (shown["STATUS"], shown["ACCESS MODES"], shown["VOLUMEATTRIBUTESCLASS"]) == ("Bound", "RWO", "<unset>")


def test_who_a_service_sends_to_is_shown_as_three_addresses_and_a_count() -> None:
    addresses = [{"ip": f"10.0.0.{number}"} for number in range(2, 6)]
    obj = {"metadata": {"name": "web"}, "subsets": [{"addresses": addresses, "ports": [{"port": 80}]}]}
    assert cells("endpoints", obj)["ENDPOINTS"] == "10.0.0.2:80,10.0.0.3:80,10.0.0.4:80 + 1 more..."
    assert cells("endpoints", {"metadata": {"name": "web"}})["ENDPOINTS"] == "<none>"


def test_a_slice_shows_its_ports_and_addresses() -> None:
    obj = {"addressType": "IPv4", "ports": [{"port": 80}], "endpoints": [{"addresses": ["10.0.0.2"]}]}
    shown = cells("endpointslices.discovery.k8s.io", {"metadata": {"name": "web-x"}, **obj})
    assert (shown["ADDRESSTYPE"], shown["PORTS"], shown["ENDPOINTS"]) == ("IPv4", "80", "10.0.0.2")
    empty = cells("endpointslices.discovery.k8s.io", {"metadata": {"name": "web-x"}})
    assert (empty["PORTS"], empty["ENDPOINTS"]) == ("<unset>", "<unset>")


def test_a_quota_shows_what_is_used_and_its_limits_apart() -> None:
    status = {"hard": {"pods": "2", "limits.cpu": "1"}, "used": {"pods": "1", "limits.cpu": "0"}}
    shown = cells("resourcequotas", {"metadata": {"name": "q"}, "status": status})
    assert (shown["REQUEST"], shown["LIMIT"]) == ("pods: 1/2", "limits.cpu: 0/1")


def test_a_wide_node_shows_its_address_and_what_it_runs() -> None:
    info = {"osImage": "Debian", "kernelVersion": "6.12", "architecture": "amd64"}
    status = {"addresses": [{"type": "InternalIP", "address": "10.0.0.1"}], "nodeInfo": info}
    shown = cells("nodes", {**node(), "spec": {}, "status": status}, wide=True)
    assert [shown[name] for name in ("INTERNAL-IP", "EXTERNAL-IP", "OS-IMAGE", "KERNEL-VERSION")] == [
        "10.0.0.1", "<none>", "Debian", "6.12 (amd64)",
    ]  # fmt: skip
    assert shown["CONTAINER-RUNTIME"] == "<unknown>"


def test_an_event_shows_its_message_without_the_end_of_its_line() -> None:
    event = {"metadata": {"name": "web.1"}, "message": "probe failed: no\n",
             "source": {"component": "kubelet", "host": "n"},
             "involvedObject": {"kind": "Pod", "name": "web"}, "count": 3}  # fmt: skip
    shown = cells("events", event, wide=True)
    assert (shown["OBJECT"], shown["MESSAGE"]) == ("pod/web", "probe failed: no")
    assert (shown["SOURCE"], shown["COUNT"], shown["NAME"]) == ("kubelet, n", "3", "web.1")


def test_a_claim_or_a_job_that_is_being_deleted_says_so_unless_it_is_done() -> None:
    leaving = {"metadata": {"name": "x", "deletionTimestamp": "2026-01-01T00:00:00Z"}, "spec": {}}
    assert cells("persistentvolumeclaims", {**leaving, "status": {"phase": "Bound"}})["STATUS"] == "Terminating"
    assert cells("jobs.batch", leaving)["STATUS"] == "Terminating"
    done = {"conditions": [{"type": "Complete", "status": "True"}]}
    assert cells("jobs.batch", {**leaving, "status": done})["STATUS"] == "Complete"
