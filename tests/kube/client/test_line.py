"""While the line is cut, watchers stay with what they heard, and hear the rest in order when it is mended."""

import pytest

from playground.kube.apiserver import ApiServer
from playground.kube.client.line import Line, Watched
from playground.kube.clock import Clock
from playground.kube.names import Names
from playground.kube.objects.frozen import Map
from playground.kube.store import By, Store

BY = By("test")


@pytest.fixture
def api() -> ApiServer:
    clock = Clock()
    made = ApiServer(Store(clock), clock, Names(1))
    made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}, by=BY)
    return made


def config(api: ApiServer, name: str) -> Map:
    return api.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}, by=BY).object


def names(api: ApiServer) -> list[str]:
    return [item["metadata"]["name"] for item in api.objects("configmaps")]


def test_a_whole_line_shows_everything(api: ApiServer) -> None:
    watched = Watched(api, Line())
    config(api, "a")
    assert (watched.revision, names(watched)) == (api.revision, ["a"])


def test_a_cut_line_shows_the_past(api: ApiServer) -> None:
    line = Line()
    watched = Watched(api, line)
    config(api, "a")
    line.cut_at = api.revision
    config(api, "b")
    api.delete("configmaps", "a", "default", by=BY)
    assert (watched.revision, names(watched), names(api)) == (line.cut_at, ["a"], ["b"])
    assert watched.changes(line.cut_at - 1) == api.changes(line.cut_at - 1)[:1]


def test_what_is_written_through_a_cut_line_is_stored(api: ApiServer) -> None:
    line = Line()
    watched = Watched(api, line)
    line.cut_at = api.revision
    config(watched, "a")
    assert names(api) == ["a"]
    assert names(watched) == []


def test_a_mended_line_shows_what_was_missed(api: ApiServer) -> None:
    line = Line()
    watched = Watched(api, line)
    line.cut_at = before = api.revision
    config(api, "a")
    line.cut_at = None
    assert [change.type for change in watched.changes(before)] == ["ADDED"]
