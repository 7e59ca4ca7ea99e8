"""Placeholders of recordings stand for our names, and ours for placeholders."""

from __future__ import annotations

from typing import Any

from playground.kube.commands.golden_controllers_names import Names
from playground.kube.objects.frozen import freeze
from playground.kube.store import Change


def added(resource: str, name: str, **fields: Any) -> Change:
    metadata = {"name": name, "namespace": "shop", **fields.pop("metadata", {})}
    obj = freeze({"kind": "Any", "metadata": metadata, **fields})
    return Change(1, "ADDED", resource, ("shop", name), obj, None, 0.0, "a", None, None)


def test_names_are_numbered_in_order_of_appearance_and_translated_both_ways() -> None:
    names = Names()
    labels = {"labels": {"pod-template-hash": "5d4f7"}}
    names.learn(
        [
            added("replicasets.apps", "web-5d4f7", metadata=labels),
            added("pods", "web-5d4f7-bcd24", metadata={"generateName": "web-5d4f7-", **labels}),
            added("pods", "web-5d4f7-xyz59", metadata={"generateName": "web-5d4f7-"}, status={"podIP": "10.1.0.1"}),
            added("endpointslices.discovery.k8s.io", "web-qqqqq", metadata={"generateName": "web-"}),
            added("jobs.batch", "cj-29453881"),
            added("services", "web", spec={"clusterIP": "10.96.0.7"}),
        ]
    )
    ours = {"a": "Created pod: web-5d4f7-xyz59", "b": ["5d4f7", "10.1.0.1", "web-qqqqq", "cj-29453881", "10.96.0.7"]}
    theirs = {
        "a": "Created pod: web-<hash1>-<p2>",
        "b": ["<hash1>", "<ip:web-<hash1>-<p2>>", "web-<es1>", "cj-<tick1>", "<clusterIP:web>"],
    }
    assert names.theirs(ours) == theirs
    assert names.ours({"pod": "web-<hash1>-<p1>", "left": "<p9>"}) == {"pod": "web-5d4f7-bcd24", "left": "<p9>"}


def test_names_that_are_not_drawn_by_lot_stay() -> None:
    names = Names()
    names.learn([added("pods", "db-0", metadata={"generateName": "db-"})])
    assert names.theirs({"name": "db-0", "count": 0}) == {"name": "db-0", "count": 0}


def test_times_uids_and_refused_names_are_placeholders() -> None:
    told = {
        "t": "2026-01-01T00:00:00Z",
        "uid": "11111111-2222-4333-8444-555555555555",
        "message": 'Error creating: pods "web-5d4f7-bcd24" is forbidden: exceeded quota',
        "words": "at 2026-01-01T00:00:00Z",
    }
    assert Names().theirs(told) == {
        "t": "<t>",
        "uid": "<uid>",
        "message": 'Error creating: pods "web-5d4f7-<new>" is forbidden: exceeded quota',
        "words": "at 2026-01-01T00:00:00Z",
    }
