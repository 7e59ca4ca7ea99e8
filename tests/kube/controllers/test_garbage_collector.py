"""Nothing outlives its owners, unless it is let go; owners wait for those who block them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.kube.controllers.garbage_collector import GarbageCollector
from playground.kube.controllers.owner_graph import FOREGROUND
from tests.kube.clusters import again, events, running
from tests.kube.controllers.ownership import NOBODY, add, collecting, delete, names, owners, reference

Plan = list[tuple[int, str]]


def test_dependents_go_with_their_owner_and_theirs_with_them() -> None:
    cluster = collecting()
    add(cluster, "a")
    add(cluster, "b", "a")
    add(cluster, "c", "b")
    delete(cluster, "a")
    assert names(cluster) == []
    gone = [change for change in cluster.changes_since(0) if change.type == "DELETED"]
    assert [change.key[1] for change in gone] == ["a", "b", "c"]
    assert (gone[1].actor, gone[1].cause) == (GarbageCollector.name, gone[0].revision)


def test_a_dependent_of_two_stays_with_the_other_and_names_it_alone() -> None:
    cluster = collecting()
    add(cluster, "a")
    add(cluster, "b")
    add(cluster, "c", "a", "b")
    delete(cluster, "a")
    assert (names(cluster), owners(cluster, "c")) == (["b", "c"], ["b"])
    delete(cluster, "b")
    assert names(cluster) == []


def test_orphans_are_let_go() -> None:
    cluster = collecting()
    add(cluster, "a")
    add(cluster, "b", "a")
    delete(cluster, "a", "Orphan")
    assert (names(cluster), owners(cluster, "b")) == (["b"], [])


def test_an_owner_in_the_foreground_waits_for_those_who_block_it_and_for_no_others() -> None:
    cluster = collecting()
    add(cluster, "a")
    add(cluster, "blocking", "a", blocking=True, finalizers=["example.com/hold"])
    add(cluster, "other", "a", finalizers=["example.com/hold"])
    delete(cluster, "a", "Foreground")
    assert names(cluster) == ["a", "blocking", "other"]
    assert cluster.get("configmap", "a")["metadata"]["finalizers"] == [FOREGROUND]
    cluster = again(cluster)
    cluster.patch("configmap", "blocking", {"metadata": {"finalizers": None}}, how="merge")
    cluster.advance(0)
    assert names(cluster) == ["other"]


def test_an_owner_in_the_foreground_goes_when_nobody_blocks_it_any_more() -> None:
    cluster = collecting()
    add(cluster, "a")
    add(cluster, "b", "a", blocking=True, finalizers=["example.com/hold"])
    delete(cluster, "a", "Foreground")
    freed = {"metadata": {"ownerReferences": [reference(cluster, "a")]}}
    cluster.patch("configmap", "b", freed, how="merge")
    cluster.advance(0)
    assert names(cluster) == ["b"]


def test_dependents_in_the_foreground_end_before_their_owner() -> None:
    cluster = collecting()
    for name, owner in (("a", ()), ("b", ("a",)), ("c", ("b",))):
        add(cluster, name, *owner, blocking=True)
    delete(cluster, "a", "Foreground")
    gone = [change.key[1] for change in cluster.changes_since(0) if change.type == "DELETED"]
    assert gone == ["c", "b", "a"]


def test_who_names_an_owner_that_never_was_goes() -> None:
    cluster = collecting()
    add(cluster, "c", {"apiVersion": "v1", "kind": "ConfigMap", "name": "gone", "uid": NOBODY})
    cluster.advance(0)
    assert names(cluster) == []


def test_an_owner_made_anew_under_the_same_name_is_another() -> None:
    cluster = collecting()
    add(cluster, "a")
    old = reference(cluster, "a")
    delete(cluster, "a")
    add(cluster, "a")
    add(cluster, "b", old)
    cluster.advance(0)
    assert names(cluster) == ["a"]


def test_owners_of_kinds_that_are_not_served_are_not_taken_for_gone() -> None:
    cluster = collecting()
    add(cluster, "c", {"apiVersion": "example.com/v1", "kind": "Thing", "name": "x", "uid": NOBODY})
    assert cluster.run_until_quiet()
    assert names(cluster) == ["c"]


def test_an_owner_in_another_namespace_is_no_owner_and_that_is_told() -> None:
    cluster = collecting()
    cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: other}}")
    add(cluster, "a")
    uid = cluster.get("configmap", "a")["metadata"]["uid"]
    add(cluster, "b", reference(cluster, "a"), namespace="other")
    cluster.advance(0)
    assert names(cluster, "other") == []
    told = f'ownerRef [v1/ConfigMap, namespace: other, name: a, uid: {uid}] does not exist in namespace "other"'
    assert events(cluster, "b") == [f"OwnerRefInvalidNamespace: {told}"]


def test_what_happened_while_it_was_down_is_made_good() -> None:
    cluster = collecting()
    for name, owner in (("a", ()), ("b", ("a",)), ("o", ()), ("p", ("o",)), ("f", ()), ("g", ("f",))):
        add(cluster, name, *owner, blocking=True)
    cluster.advance(0)
    cluster._loop.stop(GarbageCollector.name)
    for name, propagation in (("a", "Background"), ("o", "Orphan"), ("f", "Foreground")):
        delete(cluster, name, propagation)
    assert names(cluster) == ["b", "f", "g", "o", "p"]
    cluster._loop.start(GarbageCollector.name)
    cluster.advance(0)
    assert names(cluster) == ["p"]
    assert owners(cluster, "p") == []


def test_a_dependent_that_comes_while_its_owner_waits_goes_too() -> None:
    cluster = collecting()
    add(cluster, "a")
    add(cluster, "b", "a", blocking=True, finalizers=["example.com/hold"])
    delete(cluster, "a", "Foreground")
    add(cluster, "c", "a", blocking=True)
    cluster.advance(0)
    assert names(cluster) == ["a", "b"]


def test_a_cluster_with_everything_owned_is_quiet() -> None:
    cluster = running(GarbageCollector)
    assert cluster.run_until_quiet()
    before = cluster.revision
    cluster.advance(3600)
    assert cluster.revision == before


@st.composite
def graphs(draw: st.DrawFn) -> list[list[int]]:
    """Owners of each object, all of them older."""
    size = draw(st.integers(1, 8))
    return [
        draw(st.lists(st.integers(0, index - 1), unique=True, max_size=3)) if index else [] for index in range(size)
    ]


@settings(max_examples=40)
@given(
    graphs(), st.lists(st.tuples(st.integers(0, 7), st.sampled_from(["Background", "Foreground", "Orphan"]))), st.data()
)
def test_what_is_left_is_what_can_be_reached(graph: list[list[int]], plan: Plan, data: st.DataObject) -> None:
    cluster = collecting()
    expected = {str(index): {str(owner) for owner in owned} for index, owned in enumerate(graph)}
    for name, owned in expected.items():
        add(cluster, name, *sorted(owned), blocking=data.draw(st.booleans()))
    for index, propagation in plan:
        if str(index) in expected:
            delete(cluster, str(index), propagation)
            _delete(expected, str(index), orphan=propagation == "Orphan")
    assert {name: set(owners(cluster, name)) for name in names(cluster)} == expected


def _delete(left: dict[str, set[str]], name: str, *, orphan: bool) -> None:
    """Take an object away, and after it all that have lost their last owner."""
    del left[name]
    for other in [each for each, owned in left.items() if name in owned]:
        left[other].remove(name)
        if not left[other] and not orphan:
            _delete(left, other, orphan=False)
