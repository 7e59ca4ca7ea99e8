"""Strategic merge patches, after the cases of k8s.io/apimachinery/pkg/util/strategicpatch/patch_test.go."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.apiserver.patch import strategic
from playground.kube.apiserver.patch.errors import BadPatch, Fault, Inapplicable
from playground.kube.objects import schema

POD = schema.of("v1", "Pod").fields
DEPLOYMENT = schema.of("apps/v1", "Deployment").fields


def containers(old: list[Any], patch: list[Any], **beside: Any) -> list[Any]:
    """Return the containers of a pod after a patch of them."""
    document = {"spec": {"containers": old}}
    found: list[Any] = strategic.apply(document, {"spec": {"containers": patch, **beside}}, POD)["spec"]["containers"]
    return found


A, B, C = ({"name": name, "image": f"{name}:1"} for name in "abc")


def test_a_list_merges_by_its_key() -> None:
    assert containers([A, B], [{"name": "b", "image": "b:2"}]) == [A, {"name": "b", "image": "b:2"}]


def test_a_new_item_goes_to_the_end() -> None:
    assert containers([A], [B]) == [A, B]


def test_an_item_can_be_deleted() -> None:
    assert containers([A, B], [{"name": "a", "$patch": "delete"}]) == [B]


def test_deleting_what_is_not_there_does_nothing() -> None:
    assert containers([A], [{"name": "z", "$patch": "delete"}]) == [A]


def test_a_list_can_be_replaced() -> None:
    assert containers([A, B], [C, {"$patch": "replace"}]) == [C]


def test_the_order_can_be_set_and_other_items_stay_before_what_they_stood_before() -> None:
    order = {"$setElementOrder/containers": [{"name": "c"}, {"name": "a"}]}
    assert containers([A, B, C], [{"name": "a", "image": "a:2"}], **order) == [B, C, {"name": "a", "image": "a:2"}]


def test_an_order_alone_is_enough() -> None:
    patch = {"spec": {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}}
    assert strategic.apply({"spec": {"containers": [A, B]}}, patch, POD)["spec"]["containers"] == [B, A]


def test_an_item_without_the_key_is_a_fault_of_the_server() -> None:
    with pytest.raises(Fault, match=r"^map: map\[image:x\] does not contain declared merge key: name$"):
        containers([A], [{"image": "x"}])


def test_a_list_without_a_strategy_is_replaced() -> None:
    document = {"spec": {"tolerations": [{"key": "a"}]}}
    patch = {"spec": {"tolerations": [{"key": "b"}]}}
    assert strategic.apply(document, patch, POD)["spec"]["tolerations"] == [{"key": "b"}]


def test_a_list_of_values_merges_into_a_set() -> None:
    document = {"metadata": {"finalizers": ["a/b", "c/d"]}}
    patch = {"metadata": {"finalizers": ["e/f", "a/b"], "$deleteFromPrimitiveList/finalizers": ["c/d"]}}
    assert strategic.apply(document, patch, POD)["metadata"]["finalizers"] == ["a/b", "e/f"]


def test_values_can_be_deleted_without_adding_any() -> None:
    document = {"metadata": {"finalizers": ["a/b", "c/d"]}}
    patch = {"metadata": {"$deleteFromPrimitiveList/finalizers": ["c/d"]}}
    assert strategic.apply(document, patch, POD)["metadata"]["finalizers"] == ["a/b"]


def test_a_null_takes_a_field_away_and_leaves_none_where_there_was_none() -> None:
    patch = {"metadata": {"labels": {"a": None, "b": "2"}, "annotations": {"x": None}}}
    found = strategic.apply({"metadata": {"labels": {"a": "1"}}}, patch, POD)
    assert found == {"metadata": {"labels": {"b": "2"}, "annotations": {}}}


def test_keys_that_are_not_retained_go() -> None:
    document = {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}}
    patch = {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}
    assert strategic.apply(document, patch, DEPLOYMENT)["spec"]["strategy"] == {"type": "Recreate"}


def test_a_key_that_is_set_must_be_retained() -> None:
    with pytest.raises(BadPatch):
        strategic.apply({}, {"spec": {"strategy": {"$retainKeys": ["type"], "rollingUpdate": {}}}}, DEPLOYMENT)


@pytest.mark.parametrize(
    ("directive", "labels"), [("replace", {"b": "2"}), ("merge", {"a": "1", "b": "2"}), ("delete", {})]
)
def test_a_map_can_be_replaced_merged_or_emptied(directive: str, labels: dict[str, str]) -> None:
    patch = {"metadata": {"labels": {"$patch": directive, "b": "2"}}}
    assert strategic.apply({"metadata": {"labels": {"a": "1"}}}, patch, POD)["metadata"]["labels"] == labels


def test_an_unknown_directive_does_not_fit() -> None:
    with pytest.raises(Inapplicable, match="unknown patch type 'merg' in map"):
        strategic.apply({}, {"metadata": {"$patch": "merg"}}, POD)


def test_items_of_items_merge_by_their_own_keys() -> None:
    port = {"containerPort": 80, "name": "http"}
    old = [{**A, "ports": [port], "env": [{"name": "X", "value": "1"}]}]
    patch = [{"name": "a", "ports": [{"containerPort": 80, "name": "web"}], "env": [{"name": "Y", "value": "2"}]}]
    found = containers(old, patch)[0]
    assert found["ports"] == [{"containerPort": 80, "name": "web"}]
    assert [item["name"] for item in found["env"]] == ["X", "Y"]


@pytest.mark.parametrize(
    ("value", "text"),
    [({"b": [1, True, None], "a": "x"}, "map[a:x b:[1 true <nil>]]"), (1.5, "1.5"), (1e21, "1e+21"), ([], "[]")],
)
def test_values_print_as_in_go(value: object, text: str) -> None:
    assert strategic.go_text(value) == text


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.lists(st.sampled_from("abcdef"), unique=True, min_size=1))
def test_the_patchs_order_holds_and_nothing_is_lost(have: list[str], order: list[str]) -> None:
    old = [{"name": name} for name in have]
    beside = {"$setElementOrder/containers": [{"name": name} for name in order]}
    names = [item["name"] for item in containers(old, [], **beside)]
    assert sorted(names) == sorted(have)
    assert [name for name in names if name in order] == [name for name in order if name in have]
    assert [name for name in names if name not in order] == [name for name in have if name not in order]
