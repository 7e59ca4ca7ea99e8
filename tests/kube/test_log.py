"""The log says what became of every object, in the same bytes each time."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playground.kube import log
from playground.kube.clock import Clock
from playground.kube.store import By, Store

LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | st.text('ab"é', max_size=2)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
)
SPECS = st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4)
WRITES = st.lists(st.tuples(st.sampled_from(["one", "two"]), st.none() | SPECS), max_size=12)


def written(writes: list[tuple[str, dict[str, Any] | None]]) -> Store:
    """A store in which these objects were created, replaced and (None) deleted."""
    clock = Clock()
    store = Store(clock)
    for count, (name, spec) in enumerate(writes):
        clock.advance_to(clock.now + 0.25)
        by, key = By("kubectl", command=count), ("default", name)
        stands = store.get("configmaps", key) is not None
        obj = {"kind": "ConfigMap", "metadata": {"namespace": "default", "name": name}, "spec": spec}
        if spec is not None and stands:
            store.update("configmaps", key, obj, by)
        elif spec is not None:
            store.create("configmaps", key, obj, by)
        elif stands:
            store.delete("configmaps", key, by)
    return store


def objects(store: Store) -> log.Folded:
    """All that the store holds, keyed as a fold is."""
    return {("configmaps", "default", obj["metadata"]["name"]): obj for obj in store.list("configmaps")}


@given(WRITES)
def test_folding_the_log_gives_the_objects(writes: list[tuple[str, dict[str, Any] | None]]) -> None:
    store = written(writes)
    assert log.fold(log.lines(store.changes(0))) == objects(store)


@given(WRITES, st.integers(0, 12))
def test_folding_goes_on_from_any_point(writes: list[tuple[str, dict[str, Any] | None]], cut: int) -> None:
    lines = list(log.lines(written(writes).changes(0)))
    assert log.fold(lines[cut:], log.fold(lines[:cut])) == log.fold(lines)


@given(WRITES)
def test_the_same_writes_give_the_same_bytes(writes: list[tuple[str, dict[str, Any] | None]]) -> None:
    assert list(log.lines(written(writes).changes(0))) == list(log.lines(written(writes).changes(0)))


def test_a_line_says_when_who_why_and_under_which_command() -> None:
    clock = Clock(100.5)
    store = Store(clock)
    store.create("pods", ("default", "web"), {"metadata": {"name": "web"}, "spec": {"a": 1}}, By("kubectl", None, 3))
    store.update("pods", ("default", "web"), {"metadata": {"name": "web"}, "spec": {"b": [2]}}, By("scheduler", 2, 3))
    first, second = (json.loads(line) for line in log.lines(store.changes(0)))
    assert (first["type"], first["actor"], first["cause"], first["command"]) == ("ADDED", "kubectl", None, 3)
    assert second == {
        "revision": 3, "time": 100.5, "actor": "scheduler", "cause": 2, "command": 3, "type": "MODIFIED",
        "resource": "pods", "namespace": "default", "name": "web",
        "set": [[["metadata", "resourceVersion"], "3"], [["spec", "b"], [2]]], "unset": [["spec", "a"]],
    }  # fmt: skip


def test_a_line_has_sorted_keys_and_no_spaces() -> None:
    assert log.canonical({"b": 1, "a": ["é", None]}) == '{"a":["é",null],"b":1}'
