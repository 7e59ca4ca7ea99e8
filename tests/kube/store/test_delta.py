"""Differences between objects."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playground.kube.objects.frozen import freeze, put
from playground.kube.store.delta import diff, patched

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from("ab"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from("xyz"), JSON, max_size=3)


@given(OBJECTS, OBJECTS)
def test_the_edits_lead_to_the_other_object_to_the_letter(old: dict[str, Any], new: dict[str, Any]) -> None:
    edits = json.loads(json.dumps(list(diff(freeze(old), freeze(new)))))
    assert json.dumps(patched(freeze(old), edits)) == json.dumps(new)


@given(OBJECTS)
def test_the_same_object_needs_no_edits(obj: dict[str, Any]) -> None:
    assert list(diff(obj, json.loads(json.dumps(obj)))) == []


def test_edits_are_as_small_as_the_change() -> None:
    pod = freeze({"metadata": {"name": "a", "labels": {"x": "1", "y": "2"}}, "spec": {"containers": [{"name": "c"}]}})
    moved = put(put(pod, ("spec", "nodeName"), "n1"), ("spec", "containers", 0, "image"), "i")
    assert list(diff(pod, moved)) == [
        [["spec", "containers", 0, "image"], "i"],
        [["spec", "nodeName"], "n1"],
    ]
    bare = put(pod, ("metadata", "labels"), {"y": "2"})
    assert list(diff(pod, bare)) == [[["metadata", "labels", "x"]]]
    assert patched(pod, diff(pod, bare))["spec"] is pod["spec"]


def test_numbers_and_truth_are_told_apart() -> None:
    assert list(diff({"a": 1}, {"a": True})) == [[["a"], True]]
    assert list(diff({"a": 1}, {"a": 1.0})) == [[["a"], 1.0]]
