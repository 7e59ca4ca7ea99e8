"""Changes as data: merge patches, API calls, and a pod's manifest as one would create it again."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playground.kube.explain import Kind
from playground.kube.explain.changes import manifest, may_patch, merge_patch
from playground.kube.objects.frozen import Map, freeze
from tests.kube.explain.support import GPU, cluster_of, explained, node, of_kind, pod

LEAVES = st.one_of(st.integers(), st.text(max_size=3), st.lists(st.integers(), max_size=2))
OBJECTS = st.recursive(
    st.dictionaries(st.sampled_from("abc"), LEAVES, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), LEAVES | inner, max_size=3),
)


def patched(old: Any, patch: Any) -> Any:
    """RFC 7386, as its pseudocode has it."""
    if not isinstance(patch, dict):
        return patch
    result = dict(old) if isinstance(old, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = patched(result.get(key), value)
    return result


@given(OBJECTS, OBJECTS)
def test_a_merge_patch_leads_from_the_old_to_the_new(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert patched(old, merge_patch(old, new)) == new


def frozen(what: dict[str, Any]) -> Map:
    result: Map = freeze(what)
    return result


def test_tolerations_and_gates_are_patched_and_all_else_made_anew() -> None:
    old = frozen({"spec": {"tolerations": [], "nodeSelector": {"a": "b"}}})

    assert may_patch(old, frozen({"spec": {"tolerations": [{"key": "x"}], "nodeSelector": {"a": "b"}}}))
    assert not may_patch(old, frozen({"spec": {"tolerations": []}}))


def test_a_manifest_has_nothing_that_the_server_filled_in() -> None:
    cluster = cluster_of(pod("web", labels={"app": "web"}))

    found = manifest(cluster.get("pod", "web"))

    assert sorted(found) == ["apiVersion", "kind", "metadata", "spec"]
    assert sorted(found["metadata"]) == ["annotations", "labels", "name", "namespace"]


def test_a_pod_is_deleted_and_created_in_this_order() -> None:
    cluster = cluster_of(node("node-1"), pod("web", nodeSelector={"disktype": "ssd"}))

    calls = of_kind(explained(cluster), Kind.NODE_SELECTOR).operations

    assert [(call.verb, call.resource, call.namespace, call.name) for call in calls] == [
        ("delete", "pods", "default", "web"),
        ("create", "pods", "default", "web"),
    ]


def test_a_node_is_changed_before_the_pod() -> None:
    cluster = cluster_of(node("node-1", taints=[GPU, {**GPU, "key": "b"}]), pod("web"))

    calls = of_kind(explained(cluster), Kind.TOLERATION, Kind.TAINT).operations

    assert [call.resource for call in calls] == ["nodes", "pods"]


def test_a_step_tells_the_place_and_both_values() -> None:
    cluster = cluster_of(node("node-1", taints=[GPU]), pod("web"))

    [step] = of_kind(explained(cluster), Kind.TAINT).steps

    assert (str(step.where), step.field, step.old, step.new) == ("node node-1", "spec.taints", [GPU], None)
