"""On which nodes pods belong."""

from typing import Any

import pytest

from playground.kube.controllers.daemonset.placement import (
    ALWAYS_ENDURED,
    OF_HOST_NETWORK,
    Verdicts,
    is_updated,
    pinned,
    should_run,
    target_of,
    template_for,
    tolerations_of,
)
from tests.kube.controllers.sets import daemonset


def node(name: str = "n1", taints: list[dict[str, str]] | None = None, **labels: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "labels": labels}, "spec": {"taints": taints or []}}


def required(**term: Any) -> dict[str, Any]:
    terms = {"nodeSelectorTerms": [term]}
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}}


@pytest.mark.parametrize(
    ("pod", "fits"),
    [
        ({}, True),
        ({"nodeName": "n1"}, True),
        ({"nodeName": "n2"}, False),
        ({"nodeSelector": {"disk": "ssd"}}, True),
        ({"nodeSelector": {"disk": "hdd"}}, False),
        (required(matchExpressions=[{"key": "disk", "operator": "Exists"}]), True),
        (required(matchFields=[{"key": "metadata.name", "operator": "In", "values": ["n2"]}]), False),
    ],
)
def test_what_a_template_asks_of_nodes(pod: dict[str, Any], fits: bool) -> None:
    assert should_run(daemonset(pod=pod), node(disk="ssd")) == (fits, fits)


@pytest.mark.parametrize(
    ("key", "effect", "verdict"),
    [
        ("dedicated", "NoSchedule", (False, True)),
        ("dedicated", "NoExecute", (False, False)),
        ("dedicated", "PreferNoSchedule", (True, True)),
        ("node.kubernetes.io/unschedulable", "NoSchedule", (True, True)),
        ("node.kubernetes.io/not-ready", "NoExecute", (True, True)),
        ("node.kubernetes.io/not-ready", "NoSchedule", (False, True)),
        ("node.kubernetes.io/network-unavailable", "NoSchedule", (False, True)),
    ],
)
def test_taints(key: str, effect: str, verdict: tuple[bool, bool]) -> None:
    assert should_run(daemonset(), node(taints=[{"key": key, "effect": effect}])) == verdict


def test_pods_on_the_hosts_network_need_no_other() -> None:
    assert tolerations_of({"hostNetwork": True})[-1] == OF_HOST_NETWORK
    assert OF_HOST_NETWORK not in tolerations_of({})


def test_own_tolerations_come_first_and_none_comes_twice() -> None:
    own = {"key": "dedicated", "operator": "Exists"}
    found = tolerations_of({"tolerations": [own, dict(ALWAYS_ENDURED[0])]})
    assert found == [own, ALWAYS_ENDURED[0], *ALWAYS_ENDURED[1:]]


def test_a_pinned_pod_says_where_it_goes() -> None:
    preferred: dict[str, Any] = {"preferredDuringSchedulingIgnoredDuringExecution": []}
    spec = {**required(matchExpressions=[{"key": "disk", "operator": "Exists"}]), "nodeName": ""}
    spec["affinity"]["nodeAffinity"] |= preferred
    made = pinned({"spec": spec}, "n7")
    assert target_of(made) == "n7"
    assert made["spec"]["affinity"]["nodeAffinity"].keys() > preferred.keys()
    assert target_of({"spec": {"nodeName": "n8"}}) == "n8"
    assert target_of({"spec": {}}) is None


def test_a_pod_is_new_by_its_revision_or_by_its_generation() -> None:
    owner = daemonset()
    owner["metadata"]["annotations"] = {"deprecated.daemonset.template.generation": "4"}
    labels = template_for(owner, "abc")["metadata"]["labels"]
    assert labels == {"app": "agent", "controller-revision-hash": "abc", "pod-template-generation": "4"}
    assert is_updated(owner, {"metadata": {"labels": {"controller-revision-hash": "abc"}}}, "abc")
    assert is_updated(owner, {"metadata": {"labels": {"pod-template-generation": "4"}}}, "abc")
    assert not is_updated(owner, {"metadata": {"labels": {"pod-template-generation": "3"}}}, "abc")


def test_verdicts_follow_the_template_and_the_nodes() -> None:
    verdicts, owner = Verdicts(), daemonset(pod={"nodeSelector": {"disk": "ssd"}})
    owner["metadata"]["uid"] = "u"
    assert verdicts.on(owner, [node(disk="ssd"), node("n2")]) == {"n1": (True, True), "n2": (False, False)}
    assert verdicts.on(owner, [node(disk="hdd")]) == {"n1": (False, False)}
    changed = daemonset()
    changed["metadata"]["uid"] = "u"
    assert verdicts.on(changed, [node(disk="hdd")]) == {"n1": (True, True)}
    verdicts.forget("u")
    assert verdicts.on(owner, [node("n2")]) == {"n2": (False, False)}
