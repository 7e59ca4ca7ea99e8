"""The patch of `kubectl apply`: what the manifest says, and the removal of what it said last time."""

import json
from typing import Any

from playground.kube import threeway


def deployment(**template: Any) -> dict[str, Any]:
    """A Deployment with this pod spec."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"replicas": 2, "template": {"spec": template}},
    }


def pod_spec(old: dict[str, Any], new: dict[str, Any]) -> Any:
    """The pod spec's part of the patch from one manifest to the next."""
    return threeway.patch(new, threeway.annotated(old))["spec"]["template"]["spec"]


def test_the_manifest_is_kept_in_an_annotation() -> None:
    text = threeway.annotated(deployment())["metadata"]["annotations"][threeway.LAST_APPLIED]
    assert text.endswith("}\n")
    kept = json.loads(text)
    assert kept["spec"] == deployment()["spec"]
    assert kept["metadata"] == {"annotations": {}, "name": "web"}


def test_the_annotation_does_not_hold_itself() -> None:
    once = threeway.annotated(deployment())
    assert threeway.annotated(once) == once


def test_a_field_that_is_gone_is_removed() -> None:
    new = deployment()
    del new["spec"]["replicas"]
    assert threeway.patch(new, threeway.annotated(deployment()))["spec"]["replicas"] is None


def test_a_field_that_was_never_applied_is_left_alone() -> None:
    live = threeway.annotated(deployment())
    live["spec"]["paused"] = True
    assert "paused" not in threeway.patch(deployment(), live)["spec"]


def test_an_object_that_was_never_applied_loses_nothing() -> None:
    assert threeway.patch(deployment(), {"spec": {"replicas": 5, "paused": True}})["spec"]["replicas"] == 2


def test_items_that_are_gone_are_deleted_by_their_key_and_the_order_is_told() -> None:
    old = deployment(containers=[{"name": "a", "image": "x"}, {"name": "b", "image": "y"}])
    new = deployment(containers=[{"name": "a", "image": "z"}])
    assert pod_spec(old, new) == {
        "containers": [{"name": "a", "image": "z"}, {"$patch": "delete", "name": "b"}],
        "$setElementOrder/containers": [{"name": "a"}],
    }


def test_a_field_inside_an_item_is_removed_too() -> None:
    old = deployment(containers=[{"name": "a", "image": "x", "tty": True}])
    new = deployment(containers=[{"name": "a", "image": "x"}])
    assert pod_spec(old, new)["containers"] == [{"tty": None, "name": "a", "image": "x"}]


def test_a_union_keeps_only_the_fields_that_are_named() -> None:
    old = deployment(volumes=[{"name": "v", "emptyDir": {}}])
    new = deployment(volumes=[{"name": "v", "configMap": {"name": "c"}}])
    assert pod_spec(old, new)["volumes"] == [
        {"emptyDir": None, "name": "v", "configMap": {"name": "c"}, "$retainKeys": ["configMap", "name"]}
    ]


def test_a_list_without_a_key_is_replaced_whole() -> None:
    old, new = deployment(tolerations=[{"key": "a"}]), deployment(tolerations=[{"key": "b"}])
    assert pod_spec(old, new) == {"tolerations": [{"key": "b"}]}


def test_words_that_are_gone_from_a_merging_list_are_deleted() -> None:
    old, new = deployment(), deployment()
    old["metadata"]["finalizers"] = ["example.com/a", "example.com/b"]
    new["metadata"]["finalizers"] = ["example.com/b"]
    metadata = threeway.patch(new, threeway.annotated(old))["metadata"]
    assert metadata["finalizers"] == ["example.com/b"]
    assert metadata["$deleteFromPrimitiveList/finalizers"] == ["example.com/a"]
