"""Relisting: what is gone, what came, what was made anew."""

from __future__ import annotations

from playground.kube.objects.frozen import Map, freeze
from playground.kube.scheduler.relisting import Moment, differences

AT = Moment(9, 100.0, "default-scheduler")


def thing(name: str, uid: str) -> Map:
    found: Map = freeze({"metadata": {"name": name, "uid": uid}})
    return found


def told(listed: list[Map], known: list[Map]) -> list[tuple[str, str, str]]:
    by_key = {("", item["metadata"]["name"]): item for item in known}
    changes = differences("nodes", listed, by_key, AT)
    return [(item.type, item.key[1], item.object["metadata"]["uid"]) for item in changes]


def test_what_is_there_is_told_again_and_what_is_gone_is_deleted() -> None:
    assert told([thing("a", "1")], [thing("a", "1"), thing("b", "2")]) == [("DELETED", "b", "2"), ("ADDED", "a", "1")]


def test_an_object_made_anew_under_its_old_name_was_deleted_first() -> None:
    assert told([thing("a", "2")], [thing("a", "1")]) == [("DELETED", "a", "1"), ("ADDED", "a", "2")]
