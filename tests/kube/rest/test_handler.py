"""Requests and answers, as a client of the wire would see them."""

import json
from typing import Any

import pytest

from playground.kube.apiserver import ApiServer, ObjectWatch
from playground.kube.clock import Clock
from playground.kube.names import Names
from playground.kube.rest import Call, Reply, handle
from playground.kube.store import Store
from tests.kube.apiserver.manifests import BY, budget, config_map, deployment, namespace, pod

PODS = "/api/v1/namespaces/shop/pods"
DEPLOYMENTS = "/apis/apps/v1/namespaces/shop/deployments"
MAPS = "/api/v1/namespaces/shop/configmaps"
STRATEGIC = "application/strategic-merge-patch+json"


@pytest.fixture
def api() -> ApiServer:
    clock = Clock()
    server = ApiServer(Store(clock), clock, Names(1))
    for name in ("default", "shop"):
        server.create(namespace(name), by=BY)
    return server


def send(
    api: ApiServer, method: str, path: str, body: Any = None, kind: str = "application/json", **query: str
) -> Reply:
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return handle(api, Call(method, path, query, data, kind), BY)


def test_an_object_is_created_read_changed_and_deleted(api: ApiServer) -> None:
    assert send(api, "POST", MAPS, config_map()).code == 201
    found = send(api, "GET", f"{MAPS}/settings")
    assert (found.code, found.body["data"]) == (200, {"a": "b"})
    changed = send(api, "PUT", f"{MAPS}/settings", {**found.body, "data": {"a": "c"}})
    assert changed.body["data"] == {"a": "c"}
    patched = send(api, "PATCH", f"{MAPS}/settings", {"data": {"x": "y"}}, "application/merge-patch+json")
    assert patched.body["data"] == {"a": "c", "x": "y"}
    assert send(api, "DELETE", f"{MAPS}/settings").body["status"] == "Success"
    assert send(api, "GET", f"{MAPS}/settings").code == 404


def test_a_body_needs_neither_kind_nor_content_type(api: ApiServer) -> None:
    reply = send(api, "POST", MAPS, {"metadata": {"name": "x"}}, "")
    assert (reply.code, reply.body["kind"], reply.body["apiVersion"]) == (201, "ConfigMap", "v1")


def test_yaml_is_read_too(api: ApiServer) -> None:
    reply = send(api, "POST", MAPS, b"metadata: {name: x}\ndata: {a: 'b'}\n", "application/yaml")
    assert (reply.code, reply.body["data"]) == (201, {"a": "b"})
    assert send(api, "POST", MAPS, b"a: [", "application/yaml").code == 400
    odd = b"metadata: {name: y, labels: {when: 2026-01-01, 1: one}}\n"
    labels = send(api, "POST", MAPS, odd, "application/yaml").body["metadata"]["labels"]
    assert labels == {"when": "2026-01-01", "1": "one"}


LAUGHS = "\n".join(["l0: &l0 [x]", *(f"l{n + 1}: &l{n + 1} [{','.join([f'*l{n}'] * 10)}]" for n in range(9))])


@pytest.mark.parametrize("bomb", ["a: &a [*a]", LAUGHS])
def test_yaml_that_grows_without_bounds_is_refused(api: ApiServer, bomb: str) -> None:
    reply = send(api, "POST", MAPS, f"metadata: {{name: x}}\n{bomb}\n".encode(), "application/yaml")
    assert (reply.code, "excessive aliasing" in reply.body["message"]) == (400, True)


def test_items_of_a_list_carry_no_kind(api: ApiServer) -> None:
    send(api, "POST", MAPS, config_map())
    reply = send(api, "GET", MAPS, limit="5")
    assert (reply.body["kind"], "kind" in reply.body["items"][0]) == ("ConfigMapList", False)


def test_warnings_come_beside_the_answer(api: ApiServer) -> None:
    reply = send(api, "POST", MAPS, config_map() | {"bogus": 1})
    assert (reply.code, reply.warnings) == (201, ('unknown field "bogus"',))
    assert send(api, "POST", MAPS, config_map("x") | {"bogus": 1}, fieldValidation="Ignore").warnings == ()


def test_a_patch_of_a_patch_type_unknown_is_refused_before_anything_else(api: ApiServer) -> None:
    reply = send(api, "PATCH", f"{PODS}/nope", {})
    assert (reply.code, reply.body["message"]) == (415, "415: Unsupported Media Type")


def test_server_side_apply_takes_yaml(api: ApiServer) -> None:
    body = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: 'b'}\n"
    reply = send(api, "PATCH", f"{MAPS}/x", body, "application/apply-patch+yaml", fieldManager="me")
    assert (reply.code, reply.body["metadata"]["managedFields"][0]["operation"]) == (201, "Apply")


def test_a_path_that_is_nowhere_is_answered_in_text(api: ApiServer) -> None:
    assert send(api, "GET", "/apis/foo/v1/bars") == Reply(404, "404 page not found\n")
    assert send(api, "GET", "/api/v1/foos").body["message"] == "the server could not find the requested resource"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", PODS),
        ("PATCH", PODS),
        ("POST", f"{PODS}/web"),
        ("POST", "/api/v1/pods"),
        ("DELETE", f"{PODS}/web/status"),
        ("GET", f"{PODS}/web/binding"),
        ("GET", "/api/v1/namespaces/shop/bindings"),
        ("BREW", PODS),
        ("DELETE", "/api/v1/namespaces"),
    ],
)
def test_a_method_that_makes_no_sense_is_not_allowed(api: ApiServer, method: str, path: str) -> None:
    reply = send(api, method, path, {})
    told = "the server does not allow this method on the requested resource"
    assert (reply.code, reply.body["message"]) == (405, told)


def test_scale_is_read_put_and_patched(api: ApiServer) -> None:
    send(api, "POST", DEPLOYMENTS, deployment())
    scale = send(api, "GET", f"{DEPLOYMENTS}/web/scale").body
    put = send(api, "PUT", f"{DEPLOYMENTS}/web/scale", {**scale, "spec": {"replicas": 4}}, "")
    assert put.body["spec"] == {"replicas": 4}
    patch = send(api, "PATCH", f"{DEPLOYMENTS}/web/scale", {"spec": {"replicas": 5}}, STRATEGIC)
    assert patch.body["spec"] == {"replicas": 5}


def test_a_pod_is_bound_and_evicted(api: ApiServer) -> None:
    send(api, "POST", PODS, pod())
    binding = {"metadata": {"name": "web"}, "target": {"kind": "Node", "name": "n1"}}
    assert send(api, "POST", f"{PODS}/web/binding", binding).code == 201
    again = send(api, "POST", f"{PODS}/web/binding", binding)
    assert again.body["details"] == {"name": "web", "kind": "pods/binding"}
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "web"}}
    reply = send(api, "POST", f"{PODS}/web/eviction", eviction, dryRun="All")
    assert (reply.code, reply.body["status"]) == (201, "Success")
    assert "deletionTimestamp" not in api.get("pods", "web", "shop").object["metadata"]


def test_a_pod_can_be_bound_from_beside(api: ApiServer) -> None:
    send(api, "POST", PODS, pod())
    binding = {"metadata": {"name": "web"}, "target": {"kind": "Node", "name": "n1"}}
    assert send(api, "POST", "/api/v1/namespaces/shop/bindings", binding).code == 201


@pytest.mark.parametrize("sub", ["binding", "eviction"])
def test_what_is_sent_to_a_pod_must_be_about_it(api: ApiServer, sub: str) -> None:
    send(api, "POST", PODS, pod())
    reply = send(api, "POST", f"{PODS}/web/{sub}", {"metadata": {"name": "other"}, "target": {"name": "n"}})
    assert (reply.code, "does not match name in" in reply.body["message"]) == (400, True)


def test_delete_options_come_as_body_or_query(api: ApiServer) -> None:
    for name in ("a", "b", "c"):
        send(api, "POST", PODS, pod(name))
        api.bind("shop", name, "n1", by=BY)
    grace = [
        send(api, "DELETE", f"{PODS}/a", {"gracePeriodSeconds": 7}).body,
        send(api, "DELETE", f"{PODS}/b", gracePeriodSeconds="8").body,
    ]
    assert [item["metadata"]["deletionGracePeriodSeconds"] for item in grace] == [7, 8]
    assert send(api, "DELETE", f"{PODS}/c", dryRun="foo").code == 422
    told = "json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64"
    assert send(api, "DELETE", f"{PODS}/c", {"gracePeriodSeconds": "x"}).body["message"] == told
    assert send(api, "DELETE", f"{PODS}/c", b"{").code == 500
    preconditions = {"preconditions": {"uid": "00000000-0000-0000-0000-000000000000"}}
    assert send(api, "DELETE", f"{PODS}/c", preconditions).code == 409
    assert send(api, "DELETE", f"{DEPLOYMENTS}/x", {"propagationPolicy": "Foreground"}).code == 404


def test_a_collection_is_deleted(api: ApiServer) -> None:
    send(api, "POST", MAPS, config_map("a"))
    reply = send(api, "DELETE", MAPS, labelSelector="nope=x")
    assert (reply.body["kind"], reply.body["items"]) == ("ConfigMapList", [])
    assert len(send(api, "DELETE", MAPS).body["items"]) == 1
    assert send(api, "GET", MAPS).body["items"] == []


def test_a_watch_is_handed_on(api: ApiServer) -> None:
    send(api, "POST", MAPS, config_map())
    plain = send(api, "GET", MAPS, watch="true").body
    assert isinstance(plain, ObjectWatch)
    assert [event.type for event in plain.poll()] == ["ADDED"]
    query = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "allowWatchBookmarks": "true"}
    full = send(api, "GET", MAPS, watch="1", **query).body
    assert [event.type for event in full.poll()] == ["ADDED", "BOOKMARK"]
    assert send(api, "GET", MAPS, watch="true", sendInitialEvents="true").code == 422
    assert isinstance(send(api, "GET", "/api/v1/watch/namespaces/shop/configmaps").body, ObjectWatch)
    assert send(api, "GET", f"{MAPS}/settings", watch="true").body["kind"] == "ConfigMap"


@pytest.mark.parametrize(
    ("query", "code", "told"),
    [
        ({"limit": "abc"}, 400, 'strconv.ParseInt: parsing "abc": invalid syntax'),
        ({"resourceVersion": "99999"}, 504, "Timeout: Too large resource version: 99999, current: 3"),
        ({"resourceVersion": "1", "resourceVersionMatch": "x"}, 400, "unknown resourceVersionMatch value: x"),
        (
            {"resourceVersionMatch": "Exact"},
            422,
            (
                'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: '
                "resourceVersionMatch is forbidden unless resourceVersion is provided"
            ),
        ),
    ],
)
def test_a_list_that_cannot_be_is_refused(api: ApiServer, query: dict[str, str], code: int, told: str) -> None:
    reply = send(api, "GET", PODS, **query)
    assert (reply.code, reply.body["message"]) == (code, told)


def test_a_status_is_put_at_its_subresource(api: ApiServer) -> None:
    made = send(api, "POST", "/apis/policy/v1/namespaces/shop/poddisruptionbudgets", budget()).body
    path = "/apis/policy/v1/namespaces/shop/poddisruptionbudgets/pdb/status"
    reply = send(api, "PUT", path, {**made, "status": {**made["status"], "disruptionsAllowed": 1}})
    assert reply.body["status"]["disruptionsAllowed"] == 1
    assert send(api, "GET", path).body["kind"] == "PodDisruptionBudget"


def test_every_refusal_is_a_status_with_its_code(api: ApiServer) -> None:
    for reply in (send(api, "GET", f"{PODS}/x"), send(api, "POST", PODS, b"{"), send(api, "POST", PODS, {"kind": "X"})):
        assert (reply.body["kind"], reply.body["code"]) == ("Status", reply.code)


@pytest.mark.parametrize("accept", ["text/html", "image/png, text/plain"])
def test_what_nobody_can_take_is_not_acceptable(api: ApiServer, accept: str) -> None:
    reply = handle(api, Call("GET", PODS, accept=accept), BY)
    assert (reply.code, reply.body["message"].partition("\n")[0]) == (406, "406: Not Acceptable")


@pytest.mark.parametrize(
    "accept",
    ["", "*/*", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "text/html, application/*;q=0.1"],
)
def test_json_is_what_most_can_take(api: ApiServer, accept: str) -> None:
    assert handle(api, Call("GET", PODS, accept=accept), BY).code == 200
