"""The store: revisions, compare-and-swap, the log, compaction, forks and snapshots."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from playground.kube.clock import START, Clock
from playground.kube.objects.frozen import Map, freeze, put
from playground.kube.objects.meta import Key
from playground.kube.store import By, Change, Compacted, Conflict, Exists, Missing, Store

BY = By("tester", cause=3, command=7)
WEB: Key = ("shop", "web")


def pod(key: Key, **fields: Any) -> dict[str, Any]:
    """Return a small object."""
    return {"kind": "Pod", "metadata": {"namespace": key[0], "name": key[1]}, **fields}


def fold(changes: list[Change]) -> dict[str, dict[Key, Map]]:
    """Return the objects that the changes lead to."""
    found: dict[str, dict[Key, Map]] = {}
    for change in changes:
        table = found.setdefault(change.resource, {})
        assert table.get(change.key) is change.previous
        if change.type == "DELETED":
            del table[change.key]
        else:
            table[change.key] = change.object
    return found


def objects(store: Store) -> dict[str, dict[Key, Map]]:
    """Return what the store lists, by resource and key."""
    listed = {resource: store.list(resource) for resource in ("pods", "nodes")}
    return {
        resource: {(obj["metadata"]["namespace"], obj["metadata"]["name"]): obj for obj in found}
        for resource, found in listed.items()
        if found
    }


class Machine(RuleBasedStateMachine):
    """Writes at random; the log must tell the same story as the objects, whole and from any revision."""

    keys = Bundle("keys")

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.store = Store(self.clock)
        self.log: list[Change] = []  # all that ever happened
        self.cursor = 0

    @initialize(target=keys)
    def first_key(self) -> tuple[str, Key]:
        return "pods", WEB

    @rule(
        target=keys,
        resource=st.sampled_from(["pods", "nodes"]),
        namespace=st.sampled_from(["", "a", "b"]),
        name=st.sampled_from("xyz"),
    )
    def another_key(self, resource: str, namespace: str, name: str) -> tuple[str, Key]:
        return resource, (namespace, name)

    @rule(place=keys, value=st.integers(0, 3))
    def write(self, place: tuple[str, Key], value: int) -> None:
        resource, key = place
        self.clock.advance_to(self.clock.now + 0.5)
        before = self.store.revision
        old = self.store.get(resource, key)
        if old is None:
            stored = self.store.create(resource, key, pod(key, spec={"value": value}), BY)
        else:
            changed = put(old, ("spec", "value"), value)
            stored = self.store.update(resource, key, changed, BY, int(old["metadata"]["resourceVersion"]))
            if changed == old:
                assert stored is old
                assert self.store.revision == before
                return
        assert self.store.revision == before + 1
        assert stored["metadata"]["resourceVersion"] == str(before + 1)
        assert self.store.get(resource, key) is stored

    @rule(place=keys)
    def delete(self, place: tuple[str, Key]) -> None:
        resource, key = place
        if self.store.get(resource, key) is None:
            with pytest.raises(Missing):
                self.store.delete(resource, key, BY)
            return
        gone = self.store.delete(resource, key, BY)
        assert gone["metadata"]["resourceVersion"] == str(self.store.revision)
        assert self.store.get(resource, key) is None

    @rule(back=st.integers(0, 5))
    def compact(self, back: int) -> None:
        self.follow()
        self.store.compact(max(self.store.compacted, self.store.revision - back))

    @rule()
    def restore(self) -> None:
        state = json.loads(json.dumps(self.store.state()))
        self.follow()
        twin = Store(self.clock)
        twin.restore(state)
        assert twin.state() == self.store.state()
        assert twin.changes(twin.compacted) == self.store.changes(self.store.compacted)
        assert json.dumps(twin.state()) == json.dumps(self.store.state())
        assert objects(twin) == objects(self.store)

    @rule()
    def follow(self) -> None:
        self.log += self.store.changes(self.cursor)
        self.cursor = self.store.revision

    @rule(after=st.integers(0, 60), wanted=st.sets(st.sampled_from(["pods", "nodes"])))
    def read_from_any_revision(self, after: int, wanted: set[str]) -> None:
        self.follow()
        if after < self.store.compacted:
            with pytest.raises(Compacted):
                self.store.changes(after)
            return
        expected = [change for change in self.log if change.revision > after]
        assert self.store.changes(after) == expected
        assert self.store.changes(after, wanted) == [change for change in expected if change.resource in wanted]
        assert self.store.changes(after, None, 2) == expected[:2]

    @invariant()
    def the_log_folds_to_the_objects(self) -> None:
        self.follow()
        assert {resource: table for resource, table in fold(self.log).items() if table} == objects(self.store)
        assert [change.revision for change in self.log] == list(range(2, self.store.revision + 1))
        for resource, table in objects(self.store).items():
            assert list(table) == sorted(table)
            assert self.store.count(resource) == len(table)


TestMachine = Machine.TestCase
TestMachine.settings = hypothesis_settings(max_examples=40, stateful_step_count=30, deadline=None)


def filled() -> Store:
    """Return a store with three pods in two namespaces."""
    store = Store(Clock())
    for key in (("b", "y"), ("a", "z"), ("a", "b")):
        store.create("pods", key, pod(key), BY)
    return store


def test_lists_are_ordered_by_namespace_and_name() -> None:
    store = filled()
    assert [obj["metadata"]["name"] for obj in store.list("pods")] == ["b", "z", "y"]
    assert [obj["metadata"]["name"] for obj in store.list("pods", "a")] == ["b", "z"]
    assert store.list("pods", "c") == []
    assert store.list("ponds") == []


def test_a_change_tells_who_when_and_why() -> None:
    clock = Clock()
    store = Store(clock)
    clock.advance_to(START + 9)
    stored = store.create("pods", WEB, pod(WEB), BY)
    assert store.changes(0) == [Change(2, "ADDED", "pods", WEB, stored, None, START + 9, "tester", 3, 7)]


def test_an_update_at_another_revision_is_a_conflict() -> None:
    store = filled()
    with pytest.raises(Conflict) as lost:
        store.update("pods", ("b", "y"), pod(("b", "y"), x=1), BY, expected=1)
    assert (lost.value.expected, lost.value.actual) == (1, 2)
    with pytest.raises(Conflict):
        store.delete("pods", ("b", "y"), BY, expected=1)
    assert store.revision == 4


def test_creating_twice_and_changing_nothing_there_are_refused() -> None:
    store = filled()
    with pytest.raises(Exists):
        store.create("pods", ("b", "y"), pod(WEB), BY)
    with pytest.raises(Missing):
        store.update("pods", WEB, pod(WEB), BY)
    assert store.revision == 4


def test_what_is_stored_cannot_be_changed_and_shares_with_what_was_given() -> None:
    store = Store(Clock())
    given_pod = freeze(pod(WEB, spec={"deep": {"er": 1}}))
    stored = store.create("pods", WEB, given_pod, BY)
    assert stored["spec"] is given_pod["spec"]
    with pytest.raises(TypeError):
        stored["spec"]["deep"]["er"] = 2


def test_a_plain_object_is_frozen_on_the_way_in() -> None:
    plain = pod(WEB, spec={"x": []})
    stored = Store(Clock()).create("pods", WEB, plain, BY)
    plain["spec"]["x"].append(1)
    assert stored["spec"] == {"x": []}


def test_a_deletion_keeps_the_last_state_it_is_given() -> None:
    store = filled()
    gone = store.delete("pods", ("b", "y"), BY, final=pod(("b", "y"), status={"phase": "Failed"}))
    assert gone["status"] == {"phase": "Failed"}
    change = store.changes(store.revision - 1)[0]
    assert (change.type, change.object) == ("DELETED", gone)
    assert change.previous is not None
    assert "status" not in change.previous


def test_compaction_forgets_the_past_and_keeps_the_objects() -> None:
    store = filled()
    store.compact(3)
    assert store.compacted == 3
    assert len(store.list("pods")) == 3
    assert [change.revision for change in store.changes(3)] == [4]
    with pytest.raises(Compacted) as gone:
        store.changes(2)
    assert (gone.value.asked, gone.value.revision) == (2, 3)
    store.compact(2)
    assert store.compacted == 3
    store.compact(99)
    assert store.compacted == store.revision


def test_a_fork_goes_its_own_way_and_shares_the_objects() -> None:
    store = filled()
    twin = store.fork()
    assert twin.get("pods", ("b", "y")) is store.get("pods", ("b", "y"))
    twin.delete("pods", ("b", "y"), BY)
    store.create("pods", WEB, pod(WEB), BY)
    assert (twin.count("pods"), store.count("pods")) == (2, 4)
    assert [change.type for change in twin.changes(4)] == ["DELETED"]
    assert [change.type for change in store.changes(4)] == ["ADDED"]


@given(st.integers(1, 200), st.integers(0, 210))
def test_reading_one_resource_among_many_changes_answers_the_same(count: int, after: int) -> None:
    store = Store(Clock())
    for number in range(count):
        store.create("pods" if number % 3 else "nodes", ("", f"o{number}"), {"kind": "Thing"}, BY)
    expected = [change for change in store.changes(0) if change.revision > after]
    assert store.changes(after, ["nodes"]) == [change for change in expected if change.resource == "nodes"]
    assert store.changes(after, ["nodes", "pods"]) == expected
    assert store.changes(after, ["pods"], 3) == [change for change in expected if change.resource == "pods"][:3]
