"""Pods and shapes: pods that are alike share one shape, and keep it while nothing in it changes."""

from __future__ import annotations

from playground.kube.objects.frozen import freeze, put
from playground.kube.scheduler.pods import PodReader
from tests.kube.scheduler.support import pod


def test_pods_that_are_alike_share_a_shape_wherever_they_are() -> None:
    reader = PodReader()
    first, second = reader.read(freeze(pod("a", cpu="1"))), reader.read(freeze(pod("b", cpu="1", nodeName="n1")))
    other = reader.read(freeze(pod("c", cpu="2")))
    assert first.shape is second.shape
    assert other.shape is not first.shape


def test_a_newer_state_keeps_the_shape_and_the_order_unless_its_parts_change() -> None:
    reader = PodReader()
    before = reader.read(freeze(pod("a", cpu="1", labels={"app": "a"})))
    bound = reader.again(before, put(before.object, ("spec", "nodeName"), "n1"))
    assert (bound.shape is before.shape, bound.order, bound.node) == (True, before.order, "n1")
    relabelled = reader.again(before, put(before.object, ("metadata", "labels", "app"), "b"))
    assert relabelled.shape is not before.shape
    assert relabelled.labels == {"app": "b"}


def test_only_pods_with_ephemeral_volumes_differ_by_their_names() -> None:
    reader = PodReader()
    volume = [{"name": "scratch", "ephemeral": {"volumeClaimTemplate": {}}}]
    first, second = (reader.read(freeze(pod(name, volumes=volume))) for name in ("a", "b"))
    assert (first.shape.name, second.shape.name) == ("a", "b")
    assert reader.read(freeze(pod("c"))).shape.name == ""


def test_a_start_time_is_read_in_seconds_and_a_deletion_is_seen() -> None:
    obj = pod("a")
    obj["status"] = {"startTime": "2026-01-01T00:00:10Z", "nominatedNodeName": "n2"}
    obj["metadata"]["deletionTimestamp"] = "2026-01-01T00:01:00Z"
    found = PodReader().read(freeze(obj))
    assert (found.start, found.terminating, found.nominated) == (1767225610.0, True, "n2")
