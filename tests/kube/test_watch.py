"""Following the log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.clock import Clock
from playground.kube.store import By, Compacted, Store
from playground.kube.watch import Watch

BY = By("test")


def store_with(*resources: str) -> Store:
    """Return a store with one new object for each resource named, in order."""
    store = Store(Clock())
    for number, resource in enumerate(resources):
        store.create(resource, ("", f"o{number}"), {"kind": "Thing"}, BY)
    return store


def test_a_watch_tells_everything_once() -> None:
    store = store_with("pods", "nodes")
    watch = Watch(store)
    assert [change.resource for change in watch.poll()] == ["pods", "nodes"]
    assert watch.poll() == []
    store.delete("pods", ("", "o0"), BY)
    assert [change.type for change in watch.poll()] == ["DELETED"]


def test_a_watch_moves_past_what_it_was_not_asked_for() -> None:
    store = store_with("pods", "nodes", "nodes")
    watch = Watch(store, ["pods"])
    assert len(watch.poll()) == 1
    assert watch.after == store.revision


def test_a_watch_of_a_forgotten_past_says_so() -> None:
    store = store_with("pods", "pods", "pods")
    store.compact(3)
    with pytest.raises(Compacted) as gone:
        Watch(store, after=2).poll()
    assert gone.value.revision == 3
    assert [change.revision for change in Watch(store, after=3).poll()] == [4]


@given(
    st.lists(st.sampled_from(["pods", "nodes", "leases"]), max_size=80),
    st.sets(st.sampled_from(["pods", "nodes", "leases"])) | st.none(),
    st.integers(0, 90),
    st.integers(1, 7) | st.none(),
)
def test_any_start_and_any_limit_tell_the_same_changes(
    written: list[str], wanted: set[str] | None, after: int, limit: int | None
) -> None:
    store = store_with(*written)
    watch = Watch(store, wanted, after)
    found = []
    while len(batch := watch.poll(limit)) > 0:
        found += batch
    expected = [change for change in store.changes(0) if change.revision > after]
    assert found == [change for change in expected if wanted is None or change.resource in wanted]
