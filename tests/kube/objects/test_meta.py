"""Readers of metadata."""

from playground.kube.objects import meta
from playground.kube.objects.frozen import freeze

POD = freeze(
    {
        "metadata": {
            "name": "web-1",
            "namespace": "shop",
            "uid": "u1",
            "resourceVersion": "7",
            "labels": {"app": "web"},
            "annotations": {"note": "x"},
            "deletionTimestamp": "2026-01-01T00:00:00Z",
            "ownerReferences": [
                {"kind": "Node", "name": "n1"},
                {"kind": "ReplicaSet", "name": "web", "controller": True},
            ],
        }
    }
)


def test_what_is_there_is_read() -> None:
    assert (meta.name(POD), meta.namespace(POD), meta.uid(POD)) == ("web-1", "shop", "u1")
    assert meta.key(POD) == ("shop", "web-1")
    assert meta.resource_version(POD) == 7
    assert meta.labels(POD) == {"app": "web"}
    assert meta.annotations(POD) == {"note": "x"}
    assert meta.deleting(POD)


def test_the_owner_is_the_controller_among_the_references() -> None:
    owner = meta.owner(POD)
    assert owner is not None
    assert owner["name"] == "web"


def test_what_is_absent_reads_as_empty() -> None:
    for bare in ({}, {"metadata": None}, {"metadata": {"labels": None}}):
        assert meta.key(bare) == ("", "")
        assert meta.uid(bare) == ""
        assert meta.resource_version(bare) == 0
        assert meta.labels(bare) == {}
        assert meta.annotations(bare) == {}
        assert meta.owner(bare) is None
        assert not meta.deleting(bare)
