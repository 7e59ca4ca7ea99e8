"""Caches hold what the watch told, handlers hear everything once and in order, also after the log was cut short."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playground.kube import Cluster
from playground.kube.client.informers import Informers
from playground.kube.objects.frozen import freeze
from playground.kube.programs import SCHEDULING
from playground.kube.store import By, Change

ME = By("tester")


def config_map(name: str, owner: str = "", **data: str) -> dict[str, Any]:
    """A ConfigMap, controlled by a uid if one is given."""
    metadata: dict[str, Any] = {"name": name, "namespace": "default"}
    if owner:
        reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "o", "uid": owner, "controller": True}
        metadata["ownerReferences"] = [reference]
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def names(objects: list[Any]) -> list[str]:
    """The names of objects."""
    return [obj["metadata"]["name"] for obj in objects]


def test_a_cache_answers_by_name_namespace_and_controller() -> None:
    cluster = Cluster(profile=SCHEDULING)
    informers = Informers(cluster.api)
    cache = informers.cache("configmaps")
    for name, owner in (("b", "u1"), ("a", "u1"), ("c", "")):
        cluster.api.create(config_map(name, owner), by=ME)
    assert cache.get("default", "a") is None
    informers.turn()
    assert names(cache.list("default")) == ["a", "b", "c"]
    assert names(cache.by("controller", "u1")) == ["a", "b"]
    assert cache.list("elsewhere") == []
    cluster.api.update(config_map("b", "u2"), by=ME)
    cluster.api.delete("configmaps", "a", "default", by=ME)
    informers.turn()
    assert names(cache.by("controller", "u1")) == []
    assert names(cache.by("controller", "u2")) == ["b"]
    assert len(cache) == 2


def test_who_attaches_is_told_first_of_what_there_is() -> None:
    cluster = Cluster(profile=SCHEDULING)
    cluster.api.create(config_map("old"), by=ME)
    informers = Informers(cluster.api)
    told: list[Change] = []
    informers.attach("me", {"configmaps": told.append})
    cluster.api.create(config_map("new"), by=ME)
    informers.turn()
    assert [(change.type, change.key[1]) for change in told] == [("ADDED", "old"), ("ADDED", "new")]
    informers.detach("me")
    cluster.api.delete("configmaps", "old", "default", by=ME)
    informers.turn()
    assert len(told) == 2


def test_what_is_forgotten_by_the_log_is_found_by_listing() -> None:
    cluster = Cluster(profile=SCHEDULING)
    for name in ("kept", "changed", "gone", "made-anew"):
        cluster.api.create(config_map(name), by=ME)
    informers = Informers(cluster.api)
    told: list[Change] = []
    informers.attach("me", {"configmaps": told.append})
    told.clear()
    cluster.api.update(config_map("changed", x="1"), by=ME)
    cluster.api.delete("configmaps", "gone", "default", by=ME)
    cluster.api.delete("configmaps", "made-anew", "default", by=ME)
    cluster.api.create(config_map("made-anew"), by=ME)
    cluster.compact(cluster.revision)
    informers.turn()
    assert [(change.type, change.key[1]) for change in told] == [
        ("DELETED", "gone"),
        ("DELETED", "made-anew"),
        ("MODIFIED", "changed"),
        ("ADDED", "made-anew"),
    ]


def test_pods_are_found_by_hash_and_those_that_nobody_controls_by_namespace() -> None:
    cluster = Cluster(profile=SCHEDULING)
    cache = Informers(cluster.api).cache("pods")
    pod = {**config_map("a"), "kind": "Pod"}
    owned = {**config_map("b", "u1"), "kind": "Pod"}
    owned["metadata"]["labels"] = {"pod-template-hash": "7d9"}
    for each in (pod, owned):
        cache.put(("default", each["metadata"]["name"]), freeze(each))
    assert names(cache.by("orphans", "default")) == ["a"]
    assert names(cache.by("hash", "default/7d9")) == ["b"]
    cache.put(("default", "a"), freeze({**config_map("a", "u1"), "kind": "Pod"}))
    assert cache.by("orphans", "default") == []


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "u1", "u2"])), min_size=1, max_size=12))
def test_a_cache_made_for_an_earlier_revision_is_as_it_was_then(writes: list[tuple[str, str]]) -> None:
    cluster = Cluster(profile=SCHEDULING)
    informers = Informers(cluster.api)
    cache = informers.cache("configmaps")
    half = len(writes) // 2
    for number, (name, owner) in enumerate(writes):
        if name in names(cluster.api.objects("configmaps")):
            cluster.api.delete("configmaps", name, "default", by=ME)
        else:
            cluster.api.create(config_map(name, owner), by=ME)
        if number <= half:
            informers.turn()
    again = Informers(cluster.api)
    later = again.cache("configmaps")
    again.restore(informers.state())
    assert later.list() == cache.list()
    assert [later.by("controller", uid) for uid in ("u1", "u2")] == [
        cache.by("controller", uid) for uid in ("u1", "u2")
    ]
    informers.turn()
    again.turn()
    assert later.list() == cache.list() == cluster.api.objects("configmaps")
