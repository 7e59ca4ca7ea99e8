"""Whatever a client sends, the answer is a reply: nothing it can write breaks the server."""

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playground.kube.apiserver import ApiServer
from playground.kube.clock import Clock
from playground.kube.names import Names
from playground.kube.objects import kinds
from playground.kube.rest import Call, Reply, handle
from playground.kube.store import Store
from tests.kube.apiserver.manifests import BY, budget, config_map, deployment, namespace, pod, service

KINDS = {
    "pods": pod(labels={"app": "web"}, tolerations=[{"key": "a"}], nodeSelector={"a": "b"}),
    "configmaps": config_map(),
    "services": service(type="NodePort"),
    "deployments.apps": deployment(),
    "poddisruptionbudgets.policy": budget(),
}
PATCHES = ("json-patch+json", "merge-patch+json", "strategic-merge-patch+json", "apply-patch+yaml")
LEAVES = st.none() | st.booleans() | st.integers(-(2**65), 2**65) | st.floats(allow_nan=False) | st.text(max_size=5)
WORDS = st.sampled_from(["10m", "1Gi", "50%", "None", "$patch", "replace", "metadata", "name", "Always", "TCP", "-1"])
JSON = st.recursive(
    LEAVES | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | WORDS, inner, max_size=3),
    max_leaves=8,
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the paths of everything inside a value."""
    found = [path]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += places(item, (*path, key))
    return found


@st.composite
def broken(draw: st.DrawFn, resource: str) -> Any:
    """A manifest of which some part has been replaced by something else."""
    manifest = copy.deepcopy(KINDS[resource])
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(manifest)))
        if not path:
            return draw(JSON)
        at: Any = manifest
        for step in path[:-1]:
            at = at[step]
        if isinstance(at, dict) and draw(st.booleans()):
            at[draw(WORDS)] = draw(JSON)
        else:
            at[path[-1]] = draw(JSON)
    return manifest


def server() -> ApiServer:
    clock = Clock()
    api = ApiServer(Store(clock), clock, Names(1))
    api.create(namespace("shop"), by=BY)
    for manifest in KINDS.values():
        api.create(manifest, namespace="shop", by=BY)
    return api


SERVER = server()


def send(method: str, path: str, body: Any, kind: str = "application/json", **query: str) -> Reply:
    """Send to a fresh fork of the same server."""
    api = ApiServer(SERVER.core.store.fork(), SERVER.core.clock, Names(2))
    return handle(api, Call(method, path, query, json.dumps(body).encode(), kind), BY)


def path_of(resource: str) -> str:
    found = kinds.by_qualified(resource)
    prefix = f"/apis/{found.group}/{found.version}" if found.group else f"/api/{found.version}"
    return f"{prefix}/namespaces/shop/{found.plural}"


@given(st.data(), st.sampled_from(sorted(KINDS)), st.sampled_from(["Strict", "Warn", "Ignore"]))
def test_a_broken_manifest_is_answered(data: st.DataObject, resource: str, validation: str) -> None:
    body = data.draw(broken(resource))
    name = KINDS[resource]["metadata"]["name"]
    created = send("POST", path_of(resource), body, fieldValidation=validation)
    updated = send("PUT", f"{path_of(resource)}/{name}", body, fieldValidation=validation)
    assert {created.code, updated.code} <= {200, 201, 400, 403, 404, 409, 422}


@given(st.data(), st.sampled_from(sorted(KINDS)), st.sampled_from(PATCHES))
def test_a_broken_patch_is_answered(data: st.DataObject, resource: str, kind: str) -> None:
    whole = data.draw(broken(resource))
    path = data.draw(st.sampled_from(["/spec", "/metadata/name", "/data", ""]))
    step = {"op": "replace", "path": path, "value": whole}
    body = [step] if kind.startswith("json") and data.draw(st.booleans()) else whole
    name = KINDS[resource]["metadata"]["name"]
    reply = send("PATCH", f"{path_of(resource)}/{name}", body, f"application/{kind}", fieldManager="me", force="true")
    assert reply.code in {200, 201, 400, 403, 404, 409, 422, 500}
    assert reply.code < 400 or reply.body["kind"] == "Status"


@given(JSON, st.sampled_from(["binding", "eviction", "status", "scale"]))
def test_a_broken_body_for_a_subresource_is_answered(body: Any, subresource: str) -> None:
    for resource in ("pods", "deployments.apps"):
        for method in ("POST", "PUT", "PATCH"):
            reply = send(method, f"{path_of(resource)}/web/{subresource}", body, "application/merge-patch+json")
            assert 200 <= reply.code <= 500
    assert 200 <= send("DELETE", f"{path_of('pods')}/web", body).code <= 500


QUERIES = st.sampled_from(["labelSelector", "fieldSelector", "limit", "continue", "resourceVersion"])


@given(st.dictionaries(QUERIES, st.text()))
def test_a_broken_query_is_answered(query: dict[str, str]) -> None:
    reply = handle(SERVER, Call("GET", path_of("pods"), query), BY)
    assert reply.code in {200, 400, 410, 504}
