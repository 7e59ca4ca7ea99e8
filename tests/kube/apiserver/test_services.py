"""Addresses and ports of Services."""

import ipaddress

import pytest

from playground.kube.apiserver import ApiServer
from playground.kube.objects.frozen import put, thaw
from tests.kube.apiserver.manifests import BY, created, refusal, service


def test_a_service_gets_an_address_of_its_own(api: ApiServer) -> None:
    specs = [created(api, service(f"s{index}"))["spec"] for index in range(20)]
    assert len({spec["clusterIP"] for spec in specs}) == 20
    assert all(ipaddress.ip_address(spec["clusterIP"]) in ipaddress.ip_network("10.96.0.0/16") for spec in specs)
    assert all(spec["clusterIPs"] == [spec["clusterIP"]] for spec in specs)
    assert (specs[0]["ipFamilies"], specs[0]["ipFamilyPolicy"]) == (["IPv4"], "SingleStack")


def test_an_address_can_be_chosen_once(api: ApiServer) -> None:
    assert created(api, service(clusterIP="10.96.0.10"))["spec"]["clusterIPs"] == ["10.96.0.10"]
    error = refusal(lambda: created(api, service("b", clusterIP="10.96.0.10")))
    told = 'Invalid value: ["10.96.0.10"]: failed to allocate IP 10.96.0.10: provided IP is already allocated'
    assert error.message == f'Service "b" is invalid: spec.clusterIPs: {told}'


def test_a_service_without_a_head_has_no_address(api: ApiServer) -> None:
    spec = created(api, service(clusterIP="None"))["spec"]
    assert (spec["clusterIP"], spec["clusterIPs"]) == ("None", ["None"])


def test_an_external_name_has_neither_address_nor_family(api: ApiServer) -> None:
    spec = created(api, service(type="ExternalName", externalName="example.com", ports=[]))["spec"]
    assert "clusterIP" not in spec
    assert "ipFamilies" not in spec


def test_node_ports_are_given_and_kept(api: ApiServer) -> None:
    made = created(api, service(type="NodePort"))
    port = made["spec"]["ports"][0]["nodePort"]
    assert 30000 <= port <= 32767
    draft = thaw(made)
    del draft["spec"]["ports"][0]["nodePort"], draft["spec"]["clusterIP"], draft["spec"]["clusterIPs"]
    draft["spec"]["sessionAffinity"] = "ClientIP"
    after = api.update(draft, by=BY).object["spec"]
    assert (after["ports"][0]["nodePort"], after["clusterIP"]) == (port, made["spec"]["clusterIP"])


@pytest.mark.parametrize(
    ("port", "told"),
    [
        (80, "provided port is not in the valid range. The range of valid ports is 30000-32767"),
        (30080, "provided port is already allocated"),
    ],
)
def test_a_node_port_must_be_free_and_in_range(api: ApiServer, port: int, told: str) -> None:
    created(api, service("a", type="NodePort", ports=[{"port": 80, "nodePort": 30080}]))
    error = refusal(lambda: created(api, service("b", type="NodePort", ports=[{"port": 80, "nodePort": port}])))
    assert error.message == f'Service "b" is invalid: spec.ports[0].nodePort: Invalid value: {port}: {told}'


def test_a_service_that_turns_into_a_node_port_gets_one(api: ApiServer) -> None:
    after = api.update(put(created(api, service()), ("spec", "type"), "NodePort"), by=BY).object
    assert after["spec"]["ports"][0]["nodePort"] >= 30000


def test_an_address_cannot_be_changed(api: ApiServer) -> None:
    patch = {"spec": {"clusterIP": "10.96.77.77"}}
    created(api, service())
    error = refusal(lambda: api.patch("services", "web", "shop", patch, type="strategic", by=BY))
    assert error.message.endswith('spec.clusterIPs[0]: Invalid value: ["10.96.77.77"]: may not change once set')


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (
            {"ipFamilyPolicy": "RequireDualStack"},
            (
                'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": '
                "this cluster is not configured for dual-stack services"
            ),
        ),
        ({"ipFamilies": ["IPv6"]}, 'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'),
        (
            {"clusterIP": "fd00::1"},
            'spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster',
        ),
    ],
)
def test_a_cluster_with_one_family_refuses_the_other_before_all_else(
    api: ApiServer, spec: dict[str, object], told: str
) -> None:
    assert refusal(lambda: created(api, service("b", **spec))).message == f'Service "b" is invalid: {told}'


def test_who_prefers_two_families_gets_the_one_there_is(api: ApiServer) -> None:
    spec = created(api, service(ipFamilyPolicy="PreferDualStack"))["spec"]
    assert (spec["ipFamilies"], len(spec["clusterIPs"])) == (["IPv4"], 1)


def test_a_headless_service_without_selector_is_for_both_families(api: ApiServer) -> None:
    made = thaw(service(clusterIP="None"))
    made["spec"].pop("selector", None)
    spec = created(api, made)["spec"]
    assert (spec["ipFamilies"], spec["ipFamilyPolicy"]) == (["IPv4", "IPv6"], "RequireDualStack")


def test_a_local_load_balancer_gets_a_port_for_health_checks_and_gives_it_back(api: ApiServer) -> None:
    made = created(api, service(type="LoadBalancer", externalTrafficPolicy="Local"))
    port = made["spec"]["healthCheckNodePort"]
    assert 30000 <= port <= 32767
    assert port != made["spec"]["ports"][0]["nodePort"]
    again = api.update(put(made, ["spec", "externalTrafficPolicy"], "Cluster"), by=BY).object
    assert "healthCheckNodePort" not in again["spec"]
    taken = again["spec"]["ports"][0]["nodePort"]
    wish = service("b", type="LoadBalancer", externalTrafficPolicy="Local", healthCheckNodePort=taken)
    error = refusal(lambda: created(api, wish))
    assert (error.code, error.reason) == (500, "")
    assert (
        error.message
        == f"failed to allocate requested HealthCheck NodePort {taken}: provided port is already allocated"
    )


def test_what_a_type_brought_goes_with_it_where_nobody_changed_it(api: ApiServer) -> None:
    made = created(api, service(type="NodePort"))
    assert made["spec"]["ports"][0]["nodePort"]
    plain = api.update(put(made, ["spec", "type"], "ClusterIP"), by=BY).object["spec"]
    assert (plain["type"], plain["clusterIP"]) == ("ClusterIP", made["spec"]["clusterIP"])
    assert "nodePort" not in plain["ports"][0]
    assert "externalTrafficPolicy" not in plain


def test_a_service_that_becomes_a_name_gives_back_its_address(api: ApiServer) -> None:
    made = created(api, service(type="LoadBalancer"))
    body = {"spec": {"type": "ExternalName", "externalName": "example.com"}}
    name, place = made["metadata"]["name"], made["metadata"]["namespace"]
    named = api.patch("services", name, place, body, type="merge", by=BY).object["spec"]
    assert not {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "allocateLoadBalancerNodePorts"} & set(named)
    assert "nodePort" not in named["ports"][0]


def test_a_node_port_that_was_changed_with_the_type_is_refused(api: ApiServer) -> None:
    made = created(api, service(type="NodePort"))
    other = 30000 if made["spec"]["ports"][0]["nodePort"] != 30000 else 30001
    wish = put(made, ["spec", "type"], "ClusterIP")
    wish = put(wish, ["spec", "ports"], [{**made["spec"]["ports"][0], "nodePort": other}])
    error = refusal(lambda: api.update(wish, by=BY))
    assert error.code == 422
    assert "may not be used when `type` is 'ClusterIP'" in error.message
