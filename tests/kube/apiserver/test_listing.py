"""The verb list: order, selectors, pieces, the past."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.apiserver import ApiServer
from playground.kube.clock import Clock
from playground.kube.names import Names
from playground.kube.objects.frozen import Map, put
from playground.kube.store import Store
from tests.kube.apiserver.manifests import BY, config_map, created, namespace, pod, refusal


def names(listed: Map) -> list[str]:
    return [item["metadata"]["name"] for item in listed["items"]]


def test_a_list_has_its_kind_and_the_newest_version(api: ApiServer) -> None:
    created(api, config_map("b"))
    created(api, config_map("a"))
    listed = api.list("configmaps", "shop")
    assert (listed["kind"], listed["apiVersion"], names(listed)) == ("ConfigMapList", "v1", ["a", "b"])
    assert listed["metadata"] == {"resourceVersion": str(api.revision)}


def test_all_namespaces_are_listed_in_order(api: ApiServer) -> None:
    created(api, config_map("a"))
    api.create(config_map("z"), namespace="default", by=BY)
    assert names(api.list("configmaps")) == ["z", "a"]


def test_stored_objects_are_shared_and_not_copied(api: ApiServer) -> None:
    made = created(api, config_map())
    assert api.list("configmaps", "shop")["items"][0] is made
    assert api.get("configmaps", "settings", "shop").object is made


def test_labels_and_fields_select(api: ApiServer) -> None:
    for name in ("a", "b", "c"):
        created(api, pod(name, labels={"app": "x" if name != "b" else "y"}))
    api.bind("shop", "c", "n1", by=BY)
    assert names(api.list("pods", "shop", label_selector="app in (x)")) == ["a", "c"]
    assert names(api.list("pods", field_selector="spec.nodeName=n1")) == ["c"]
    assert names(api.list("pods", field_selector="spec.nodeName!=n1,status.phase=Pending")) == ["a", "b"]
    assert names(api.list("pods", label_selector="app=x", field_selector="metadata.name=a")) == ["a"]


@pytest.mark.parametrize(
    ("resource", "selectors", "told"),
    [
        ("pods", {"field_selector": "spec.foo=1"}, "field label not supported: spec.foo"),
        (
            "configmaps",
            {"field_selector": "data.x=1"},
            '"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
        ),
        ("pods", {"label_selector": "a in b"}, "unable to parse requirement: found 'b' expected: '('"),
    ],
)
def test_a_selector_that_makes_no_sense_is_refused(
    api: ApiServer, resource: str, selectors: dict[str, str], told: str
) -> None:
    error = refusal(lambda: api.list(resource, **selectors))  # type: ignore[arg-type]
    assert (error.code, error.message) == (400, told)


def test_a_list_comes_in_pieces_as_it_was_when_it_began(api: ApiServer) -> None:
    for name in "abcde":
        created(api, config_map(name))
    first = api.list("configmaps", "shop", limit=2)
    created(api, config_map("bb"))
    api.delete("configmaps", "d", "shop", by=BY)
    second = api.list("configmaps", "shop", limit=2, continue_=first["metadata"]["continue"])
    third = api.list("configmaps", "shop", limit=2, continue_=second["metadata"]["continue"])
    assert [names(part) for part in (first, second, third)] == [["a", "b"], ["c", "d"], ["e"]]
    assert [part["metadata"].get("remainingItemCount") for part in (first, second, third)] == [3, 1, None]
    assert {part["metadata"]["resourceVersion"] for part in (first, second, third)} == {
        first["metadata"]["resourceVersion"]
    }


def test_a_token_is_the_real_servers(api: ApiServer) -> None:
    created(api, config_map("a"))
    created(api, config_map("b"))
    token = api.list("configmaps", "shop", limit=1)["metadata"]["continue"]
    told = json.loads(base64.urlsafe_b64decode(token + "=="))
    assert told == {"v": "meta.k8s.io/v1", "rv": api.revision, "start": "/a\0"}


def test_what_remains_is_not_counted_under_a_selector(api: ApiServer) -> None:
    created(api, config_map("a"))
    created(api, config_map("b"))
    assert "remainingItemCount" not in api.list("configmaps", "shop", limit=1, label_selector="!x")["metadata"]


def test_any_version_is_answered_whole(api: ApiServer) -> None:
    created(api, config_map("a"))
    created(api, config_map("b"))
    assert names(api.list("configmaps", "shop", limit=1, resource_version="0")) == ["a", "b"]


def test_the_past_can_be_listed_exactly_until_it_is_forgotten(api: ApiServer) -> None:
    old = created(api, config_map("a"))
    then = str(api.revision)
    api.update(put(old, ("data", "a"), "new"), by=BY)
    created(api, config_map("b"))
    past = api.list("configmaps", "shop", resource_version=then, exact=True)
    assert (past["items"], past["metadata"]["resourceVersion"]) == ([old], then)
    api.core.store.compact(api.revision)
    error = refusal(lambda: api.list("configmaps", "shop", resource_version=then, exact=True))
    assert (error.code, error.reason) == (410, "Expired")


def test_a_token_of_a_forgotten_time_is_gone(api: ApiServer) -> None:
    created(api, config_map("a"))
    created(api, config_map("b"))
    token = api.list("configmaps", "shop", limit=1)["metadata"]["continue"]
    created(api, config_map("c"))
    api.core.store.compact(api.revision)
    error = refusal(lambda: api.list("configmaps", "shop", limit=1, continue_=token))
    assert error.message.startswith("The provided continue parameter is too old")


def test_a_version_to_come_times_out(api: ApiServer) -> None:
    error = refusal(lambda: api.list("pods", resource_version="99999"))
    assert (error.code, error.message) == (
        504,
        f"Timeout: Too large resource version: 99999, current: {api.revision}",
    )


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            {"resource_version": "abc"},
            (
                'invalid resource version: resourceVersion: Invalid value: "abc": '
                'strconv.ParseUint: parsing "abc": invalid syntax'
            ),
        ),
        (
            {"continue_": "zzz", "limit": 1},
            (
                "invalid continue token: continue key is not valid: "
                r"invalid character '\xcf' looking for beginning of value"
            ),
        ),
        (
            {"continue_": "bnVsbA", "resource_version": "1"},
            "specifying resource version is not allowed when using continue",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(api: ApiServer, asked: dict[str, str], told: str) -> None:
    error = refusal(lambda: api.list("pods", **asked))  # type: ignore[arg-type]
    assert (error.code, error.message) == (400, told)


@given(st.sets(st.text("abcde", min_size=1, max_size=3), max_size=12), st.integers(1, 5))
def test_pieces_put_together_are_the_whole(names_: set[str], limit: int) -> None:
    clock = Clock()
    api = ApiServer(Store(clock), clock, Names(0))
    for space in ("one", "two"):
        api.create(namespace(space), by=BY)
        for name in names_:
            api.create(config_map(name), namespace=space, by=BY)
    whole = api.list("configmaps")["items"]
    pieces, token = [], ""
    while True:
        part = api.list("configmaps", limit=limit, continue_=token)
        pieces += part["items"]
        token = part["metadata"].get("continue", "")
        if not token:
            break
    assert pieces == whole
