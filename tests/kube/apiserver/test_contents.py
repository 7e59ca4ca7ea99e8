"""The fast door for whole objects keeps metadata, counts generations and heeds versions."""

import pytest

from playground.kube import ApiError, Cluster
from playground.kube.programs import SCHEDULING
from playground.kube.store import By

BY = By("test")
SLICES = "endpointslices.discovery.k8s.io"
HEAD = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4"}
BEFORE = {**HEAD, "metadata": {"name": "s", "labels": {"a": "b"}, "annotations": {"x": "y"}}, "endpoints": []}


def with_slice() -> Cluster:
    """A cluster with a slice."""
    cluster = Cluster(profile=SCHEDULING)
    cluster.apply(BEFORE)
    return cluster


def test_the_content_is_replaced_and_the_generation_counts_it() -> None:
    cluster = with_slice()
    before = cluster.get("endpointslice", "s")["metadata"]
    after = {**HEAD, "metadata": {"labels": {"a": "c"}}, "endpoints": [{"addresses": ["10.0.0.1"]}]}
    found = cluster.api.set_content(SLICES, "default", "s", after, by=BY)
    assert found["endpoints"] == [{"addresses": ["10.0.0.1"]}]
    assert found["metadata"]["labels"] == {"a": "c"}
    assert "annotations" not in found["metadata"]
    assert (found["metadata"]["generation"], found["metadata"]["uid"]) == (2, before["uid"])


def test_labels_alone_are_no_new_generation_and_nothing_is_written_for_nothing() -> None:
    cluster = with_slice()
    found = cluster.get("endpointslice", "s")
    same = cluster.api.set_content(SLICES, "default", "s", found, by=BY)
    assert same is found
    changed = cluster.api.set_content(SLICES, "default", "s", {**found, "metadata": {"labels": {"a": "c"}}}, by=BY)
    assert changed["metadata"]["generation"] == 1


def test_an_old_version_and_a_missing_object_are_refused() -> None:
    cluster = with_slice()
    with pytest.raises(ApiError, match="has been modified"):
        cluster.api.set_content(SLICES, "default", "s", {**HEAD, "metadata": {}}, by=BY, version=1)
    with pytest.raises(ApiError, match="not found"):
        cluster.api.set_content(SLICES, "default", "t", {**HEAD, "metadata": {}}, by=BY)
