"""Views of other objects: their newest state, and a version that grows when plugins have to look again."""

from __future__ import annotations

from typing import Any

from playground.kube.objects.frozen import freeze
from playground.kube.scheduler.views import Views
from playground.kube.store import Change

SERVICE = {"kind": "Service", "metadata": {"name": "web", "namespace": "default"}, "spec": {"selector": {"app": "a"}}}


def change(what: str, obj: Any, before: Any = None, resource: str = "services") -> Change:
    key = (obj["metadata"]["namespace"], obj["metadata"]["name"])
    return Change(1, what, resource, key, freeze(obj), before and freeze(before), 0.0, "t", None, None)  # type: ignore[arg-type]


def test_objects_come_by_namespace_and_name_and_go() -> None:
    views = Views()
    other = {**SERVICE, "metadata": {"name": "api", "namespace": "zoo"}}
    for obj in (other, SERVICE):
        views.take(change("ADDED", obj))
    assert [item["metadata"]["name"] for item in views.list("services")] == ["web", "api"]
    assert [item["metadata"]["name"] for item in views.list("services", "zoo")] == ["api"]
    views.take(change("DELETED", SERVICE, SERVICE))
    assert views.get("services", "default", "web") is None


def test_the_version_grows_with_a_new_selector_but_not_with_a_new_number() -> None:
    views = Views()
    views.take(change("ADDED", SERVICE))
    version = views.version
    renumbered = {**SERVICE, "metadata": {**SERVICE["metadata"], "resourceVersion": "7"}}  # type: ignore[dict-item]
    views.take(change("MODIFIED", renumbered, SERVICE))
    assert views.version == version
    views.take(change("MODIFIED", {**SERVICE, "spec": {"selector": {"app": "b"}}}, SERVICE))
    assert views.version == version + 1


def test_a_replica_sets_progress_is_no_reason_to_look_again() -> None:
    views = Views()
    before = {"kind": "ReplicaSet", "metadata": {"name": "web", "namespace": "default"}, "spec": {}, "status": {}}
    views.take(change("ADDED", before, resource="replicasets.apps"))
    version = views.version
    views.take(change("MODIFIED", {**before, "status": {"replicas": 3}}, before, "replicasets.apps"))
    assert views.version == version
