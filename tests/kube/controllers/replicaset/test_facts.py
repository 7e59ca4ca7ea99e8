"""What is known of a ReplicaSet's pods follows from their changes."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

from playground.kube.controllers.replicaset.facts import Counts, Families, Family, count, next_available
from playground.kube.objects.frozen import Map, freeze
from playground.kube.selectors import Selector
from playground.kube.store import Change

READY = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:10Z"}
AT_TEN = 1767225610.0


WEB = Selector.of_set({"app": "web"})
FRONT = Selector.of_set({"app": "web", "tier": "front"})


@dataclass(frozen=True)
class Rules:
    selector: Selector = WEB
    labels: Selector = FRONT


def pod(name: str, labels: dict[str, str] | None = None, owner: str = "u1", **parts: Any) -> Map:
    metadata: dict[str, Any] = {"name": name, "namespace": "default", "labels": labels or {"app": "web"}}
    if owner:
        metadata["ownerReferences"] = [{"kind": "ReplicaSet", "name": "rs", "uid": owner, "controller": True}]
    metadata.update(parts.pop("metadata", {}))
    made: Map = freeze({"kind": "Pod", "metadata": metadata, "status": {"phase": "Running", **parts}})
    return made


def change(now: Map | None, before: Map | None = None) -> Change:
    obj = now or before
    assert obj is not None
    kind: Any = "DELETED" if now is None else "ADDED" if before is None else "MODIFIED"
    key = ("default", obj["metadata"]["name"])
    return Change(1, kind, "pods", key, obj, before, 0.0, "test", None, None)


def test_pods_are_counted_by_what_they_are() -> None:
    family = Family(Rules())
    family.put(("default", "a"), pod("a", {"app": "web", "tier": "front"}, conditions=[READY]))
    family.put(("default", "b"), pod("b"))
    family.put(("default", "c"), pod("c", metadata={"deletionTimestamp": "2026-01-01T00:00:00Z"}))
    family.put(("default", "d"), pod("d", phase="Failed"))
    family.put(("default", "e"), pod("e", phase="Failed", metadata={"deletionTimestamp": "2026-01-01T00:00:00Z"}))
    assert count(family, 0, AT_TEN) == Counts(replicas=2, labelled=1, ready=1, available=1, terminating=1)


def test_a_pod_that_changes_or_goes_is_counted_once() -> None:
    family = Family(Rules())
    key = ("default", "a")
    for state in (pod("a"), pod("a", conditions=[READY]), pod("a", conditions=[READY])):
        family.put(key, state)
    assert (family.active, family.ready) == (1, 1)
    family.drop(key)
    assert (family.active, family.ready, family.facts, family.pods) == (0, 0, {}, {})


def test_only_active_pods_with_other_labels_are_misfits() -> None:
    family = Family(Rules())
    family.put(("default", "a"), pod("a", {"app": "api"}))
    family.put(("default", "b"), pod("b", {"app": "api"}, phase="Succeeded"))
    assert list(family.misfits) == [("default", "a")]
    family.put(("default", "a"), pod("a"))
    assert (list(family.misfits), family.active) == ([], 1)


def test_another_rule_is_applied_to_all_pods() -> None:
    family = Family(Rules())
    family.put(("default", "a"), pod("a", {"app": "api"}))
    family.judge(Rules(selector=Selector.of_set({"app": "api"})))
    assert (family.active, family.misfits) == (1, {})


def test_a_ready_pod_is_available_after_its_time() -> None:
    family = Family(Rules())
    family.put(("default", "a"), pod("a", conditions=[READY]))
    family.put(("default", "b"), pod("b"))
    assert count(family, 5, AT_TEN + 4.9).available == 0
    assert count(family, 5, AT_TEN + 5).available == 1
    assert next_available(family, 5, AT_TEN + 1) == AT_TEN + 5
    assert next_available(family, 5, AT_TEN + 5) is None


def test_a_ready_pod_without_a_time_is_ready() -> None:
    family = Family(Rules())
    family.put(("default", "a"), pod("a", conditions=[{"type": "Ready", "status": "True"}]))
    assert [fact.since for fact in family.members()] == [-inf]
    assert family.ready == 1


def test_pods_move_between_families_with_their_owner() -> None:
    families = Families("ReplicaSet")
    rules = Rules()
    before, after = pod("a", owner="u1"), pod("a", owner="u2")
    families.take(change(before))
    assert families.of("u1", rules).active == 1
    families.take(change(after, before))
    assert (families.of("u1", rules).active, families.of("u2", rules).active) == (0, 1)
    families.take(change(None, after))
    assert families.of("u2", rules).active == 0


def test_pods_of_other_kinds_of_owner_are_not_kept() -> None:
    families = Families("ReplicationController")
    families.take(change(pod("a")))
    assert families.of("u1", Rules()).pods == {}


def test_pods_stay_in_the_order_in_which_they_came() -> None:
    families = Families("ReplicaSet")
    for name in ("b", "c", "a"):
        families.take(change(pod(name)))
    families.take(change(pod("b", conditions=[READY]), pod("b")))
    assert families.order() == {"u1": ["b", "c", "a"]}
    others = Families("ReplicaSet")
    for name in ("a", "b", "c"):
        others.take(change(pod(name)))
    others.arrange({"u1": ["b", "gone", "c"], "u2": ["x"]})
    assert [fact.pod["metadata"]["name"] for fact in others.of("u1", Rules()).members()] == ["b", "c", "a"]
