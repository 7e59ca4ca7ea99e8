"""The verb watch."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playground.kube.apiserver import ApiServer, ObjectWatch, WatchOptions
from playground.kube.clock import Clock
from playground.kube.names import Names
from playground.kube.objects.frozen import put
from playground.kube.store import Store
from tests.kube.apiserver.manifests import BY, config_map, created, namespace, pod


def watched(api: ApiServer, labels: str = "", **options: Any) -> ObjectWatch:
    return api.watch("configmaps", "shop", label_selector=labels, options=WatchOptions(**options))


def seen(watch: ObjectWatch) -> list[tuple[str, str]]:
    return [(event.type, event.object["metadata"].get("name", "")) for event in watch.poll()]


def test_without_a_version_everything_comes_first(api: ApiServer) -> None:
    created(api, config_map("b"))
    created(api, config_map("a"))
    watch = watched(api)
    assert seen(watch) == [("ADDED", "a"), ("ADDED", "b")]
    assert seen(watch) == []


def test_from_a_version_on_only_changes_come(api: ApiServer) -> None:
    old = created(api, config_map("a"))
    watch = watched(api, resource_version=str(api.revision))
    api.update(put(old, ("data", "a"), "z"), by=BY)
    created(api, config_map("b"))
    api.delete("configmaps", "a", "shop", by=BY)
    assert seen(watch) == [("MODIFIED", "a"), ("ADDED", "b"), ("DELETED", "a")]


def test_a_deleted_object_has_a_newer_version(api: ApiServer) -> None:
    old = created(api, config_map())
    watch = watched(api, resource_version=str(api.revision))
    api.delete("configmaps", "settings", "shop", by=BY)
    gone = watch.poll()[0].object
    assert int(gone["metadata"]["resourceVersion"]) > int(old["metadata"]["resourceVersion"])


def test_other_namespaces_and_kinds_are_not_seen(api: ApiServer) -> None:
    watch = watched(api, resource_version=str(api.revision))
    api.create(config_map(), namespace="default", by=BY)
    created(api, pod())
    assert seen(watch) == []


def test_what_enters_a_selection_is_added_and_what_leaves_is_deleted(api: ApiServer) -> None:
    watch = watched(api, "l=1", resource_version=str(api.revision))
    first = created(api, config_map())
    inside = api.update(put(first, ("metadata", "labels"), {"l": "1"}), by=BY).object
    outside = api.update(put(inside, ("metadata", "labels"), {"l": "2"}), by=BY).object
    events = watch.poll()
    assert [event.type for event in events] == ["ADDED", "DELETED"]
    # What left is shown as it was inside, under the version of the change that took it out.
    assert events[1].object["metadata"]["labels"] == {"l": "1"}
    assert events[1].object["metadata"]["resourceVersion"] == outside["metadata"]["resourceVersion"]


def test_initial_events_end_with_a_marked_bookmark(api: ApiServer) -> None:
    created(api, config_map("a"))
    events = watched(api, initial_events=True, bookmarks=True).poll()
    assert [event.type for event in events] == ["ADDED", "BOOKMARK"]
    assert events[1].object == {
        "kind": "ConfigMap",
        "apiVersion": "v1",
        "metadata": {
            "resourceVersion": str(api.revision),
            "annotations": {"k8s.io/initial-events-end": "true"},
        },
    }


def test_a_bookmark_comes_every_minute_when_asked_for(api: ApiServer, clock: Clock) -> None:
    watch = watched(api, resource_version=str(api.revision), bookmarks=True)
    plain = watched(api, resource_version=str(api.revision))
    assert seen(watch) == []
    clock.advance_to(clock.now + 61)
    created(api, config_map())
    assert [kind for kind, _ in seen(watch)] == ["ADDED", "BOOKMARK"]
    assert [kind for kind, _ in seen(plain)] == ["ADDED"]
    assert seen(watch) == []


def test_a_version_that_is_forgotten_is_an_error_and_the_end(api: ApiServer) -> None:
    watch = watched(api, resource_version="2")
    created(api, config_map())
    api.core.store.compact(api.revision)
    events = watch.poll()
    status = events[0].object
    assert (events[0].type, status["code"], status["reason"]) == ("ERROR", 410, "Expired")
    assert status["message"] == f"too old resource version: 2 ({api.revision})"
    assert (watch.done, watch.poll()) == (True, [])


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["0", "1", "gone"])), max_size=12), st.integers(0, 11))
def test_what_a_watch_tells_adds_up_to_what_a_list_shows(steps: list[tuple[str, str]], begin: int) -> None:
    clock = Clock()
    api = ApiServer(Store(clock), clock, Names(0))
    api.create(namespace("shop"), by=BY)
    watch: ObjectWatch | None = None
    for index, (name, label) in enumerate(steps):
        if index == begin:
            watch = watched(api, "l=1")
        sent = config_map(name)
        sent["metadata"] |= {"labels": {"l": label}, "namespace": "shop"}
        there = api.core.store.get("configmaps", ("shop", name)) is not None
        if label == "gone":
            if there:
                api.delete("configmaps", name, "shop", by=BY)
        elif there:
            api.update(sent, by=BY)
        else:
            created(api, sent)
    watch = watch or watched(api, "l=1")
    objects: dict[str, object] = {}
    for event in watch.poll():
        name = event.object["metadata"]["name"]
        if event.type == "DELETED":
            del objects[name]
        else:
            objects[name] = event.object
    assert list(objects.values()) == sorted(
        api.list("configmaps", "shop", label_selector="l=1")["items"],
        key=lambda item: list(objects).index(item["metadata"]["name"]),
    )
