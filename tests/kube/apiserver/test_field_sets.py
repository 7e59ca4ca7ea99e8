"""Sets of fields: the algebra, and what FieldsV1 looks like."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playground.kube.apiserver import field_sets
from playground.kube.apiserver.field_sets import MISSING, Set
from playground.kube.apiserver.managed_fields import root_type
from playground.kube.objects import kinds

POD = root_type(kinds.by_qualified("pods"))
NAMES = st.sampled_from(["f:a", "f:b", "f:c"])


def members(found: Set, prefix: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Return the paths of all members."""
    listed: set[tuple[str, ...]] = set()
    for element, below in found.items():
        listed |= {prefix} if element == field_sets.HERE else members(below, (*prefix, element))
    return listed


def of(paths: set[tuple[str, ...]]) -> Set:
    """Return the set with these members."""
    found: Set = {}
    for path in paths:
        at = found
        for element in path:
            at = at.setdefault(element, {})
        at[field_sets.HERE] = {}
    return found


PATHS = st.sets(st.lists(NAMES, min_size=1, max_size=3).map(tuple), max_size=6)


@given(PATHS, PATHS)
def test_union_difference_and_intersection_are_those_of_the_members(left: Any, right: Any) -> None:
    assert members(field_sets.union(of(left), of(right))) == left | right
    assert members(field_sets.difference(of(left), of(right))) == left - right
    assert members(field_sets.intersection(of(left), of(right))) == left & right


@given(PATHS)
def test_what_is_encoded_can_be_decoded(paths: Any) -> None:
    assert members(field_sets.decode(field_sets.encode(of(paths)))) == paths


def test_a_member_without_members_below_is_written_empty() -> None:
    assert field_sets.encode(of({("f:a",), ("f:a", "f:b"), ("f:c",)})) == {"f:a": {".": {}, "f:b": {}}, "f:c": {}}


def test_paths_are_printed_as_in_conflicts() -> None:
    container = 'k:{"name":"c"}'
    listed = {("f:spec", "f:containers", container, "f:image"), ("f:metadata", "f:finalizers", 'v:"a/b"')}
    assert list(field_sets.paths(of(listed))) == [
        '.metadata.finalizers[="a/b"]',
        '.spec.containers[name="c"].image',
    ]


def test_a_key_that_is_left_out_has_its_default() -> None:
    ports = [{"containerPort": 80}, {"containerPort": 53, "protocol": "UDP"}]
    found = field_sets.set_of({"spec": {"containers": [{"name": "c", "ports": ports}]}}, POD)
    elements = found["f:spec"]["f:containers"]['k:{"name":"c"}']["f:ports"]
    assert list(elements) == ['k:{"containerPort":80,"protocol":"TCP"}', 'k:{"containerPort":53,"protocol":"UDP"}']


def test_what_is_atomic_is_owned_whole() -> None:
    found = field_sets.set_of({"spec": {"nodeSelector": {"a": "b"}, "tolerations": [{"key": "a"}]}}, POD)
    assert members(found) == {("f:spec", "f:nodeSelector"), ("f:spec", "f:tolerations")}


def test_a_change_is_told_apart_into_added_modified_and_removed() -> None:
    old = {"metadata": {"labels": {"a": "1", "b": "1"}}}
    new = {"metadata": {"labels": {"a": "2", "c": "1"}}}
    found = field_sets.compare(old, new, POD)
    labels = ("f:metadata", "f:labels")
    assert members(found.added) == {(*labels, "f:c")}
    assert members(found.modified) == {(*labels, "f:a")}
    assert members(found.removed) == {(*labels, "f:b")}


def test_what_is_new_is_added_with_all_that_is_in_it() -> None:
    found = field_sets.compare(MISSING, {"metadata": {"labels": {"a": "1"}}}, POD)
    assert members(found.added) == {(), ("f:metadata",), ("f:metadata", "f:labels"), ("f:metadata", "f:labels", "f:a")}


def test_a_struct_that_go_always_prints_is_never_new() -> None:
    found = field_sets.compare({}, {"spec": {"nodeName": "n"}, "metadata": {"labels": {"a": "1"}}}, POD)
    assert members(found.added) >= {("f:spec", "f:nodeName")}
    assert ("f:spec",) not in members(found.added)
