"""ControllerRevisions."""

import pytest

from playground.kube.controllers import history
from playground.kube.controllers.statefulset.controller import StatefulSetController
from playground.kube.errors import ApiError
from playground.kube.store import By
from tests.kube.clusters import running
from tests.kube.controllers.sets import statefulset

BY = By("test")


def test_a_taken_name_is_avoided_by_counting() -> None:
    cluster = running()
    archive = history.Archive(cluster.api)
    owner = cluster.api.create(statefulset(), by=BY).object
    first, collisions = archive.create(owner, 1, 0, BY)
    assert collisions == 0
    assert archive.create(owner, 2, 0, BY) == (first, 0)  # it remembers the same
    cluster.api.delete(history.RESOURCE, first["metadata"]["name"], "default", by=BY)
    cluster.api.create({**first, "data": {"other": True}, "metadata": {"name": first["metadata"]["name"]}}, by=BY)
    second, collisions = archive.create(owner, 1, 0, BY)
    assert collisions == 1
    assert second["metadata"]["name"] != first["metadata"]["name"]
    assert second["metadata"]["labels"] == first["metadata"]["labels"]


def test_a_collision_is_counted_in_the_status() -> None:
    cluster = running(StatefulSetController)
    cluster.apply(statefulset(1))
    cluster.run_until_quiet()
    taken = cluster.list("controllerrevisions")[0]["metadata"]["name"]
    cluster.delete("sts", "db")
    for name in ("db-0",):
        cluster.delete("pod", name)
    cluster.delete("controllerrevisions", taken)
    head = {"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": {"name": taken}}
    cluster.apply({**head, "data": {}, "revision": 7})
    cluster.run_until_quiet()
    cluster.apply(statefulset(1))
    cluster.run_until_quiet()
    told = cluster.get("sts", "db")["status"]
    assert told["collisionCount"] == 1
    assert told["readyReplicas"] == 1


def test_an_old_template_is_put_back_whole() -> None:
    owner = statefulset(image="nginx:2")
    revision = {"data": history.patch_of(statefulset(image="nginx:1"))}
    assert history.restored(owner, revision)["spec"]["template"] == statefulset(image="nginx:1")["spec"]["template"]


def test_a_long_name_is_cut() -> None:
    assert len(history.name_of({"metadata": {"name": "x" * 250}}, "0123456789")) == 234


def test_other_refusals_are_passed_on() -> None:
    cluster = running()
    owner = cluster.api.create(statefulset(), by=BY).object
    stray = {**owner, "metadata": {**owner["metadata"], "namespace": "nowhere"}}
    with pytest.raises(ApiError, match='namespaces "nowhere" not found'):
        history.Archive(cluster.api).create(stray, 1, 0, BY)
