"""kubectl cordon, uncordon, drain and taint."""

from typing import Any

import pytest

from tests.kube.kubectl.console import Console
from tests.kube.kubectl.samples import node, pod


@pytest.fixture
def hall(kubectl: Console) -> Console:
    kubectl.make(node())
    return kubectl


def bound(name: str, owner: str = "", **spec: Any) -> dict[str, Any]:
    made = pod(name)
    made["spec"] |= {"nodeName": "n1", **spec}
    if owner:
        head = {"apiVersion": "apps/v1", "kind": owner, "name": "o", "uid": "u"}
        made["metadata"]["ownerReferences"] = [{**head, "controller": True}]
    return made


def test_a_node_is_closed_and_opened(hall: Console) -> None:
    assert hall.says("cordon n1") == "node/n1 cordoned\n"
    assert hall.says("cordon n1") == "node/n1 already cordoned\n"
    assert hall.stored("nodes", "n1")["spec"]["unschedulable"] is True
    assert hall.says("uncordon node/n1") == "node/n1 uncordoned\n"
    assert hall.says("uncordon n1") == "node/n1 already uncordoned\n"
    assert hall.refuses("cordon") == (
        "error: USAGE: cordon NODE [flags]\nSee 'kubectl cordon -h' for help and examples\n"
    )


def test_a_drained_node_has_no_pods(hall: Console) -> None:
    hall.make(bound("web", "ReplicaSet"))
    lines = hall.says("drain n1 --grace-period=0").splitlines()
    assert lines[:2] == ["node/n1 cordoned", "evicting pod shop/web"]
    assert lines[-1] == "node/n1 drained"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (bound("web"), "Pods that declare no controller (use --force to override)"),
        (
            bound("web", "ReplicaSet", volumes=[{"name": "tmp", "emptyDir": {}}]),
            "Pods with local storage (use --delete-emptydir-data to override)",
        ),
    ],
)
def test_some_pods_are_not_evicted(hall: Console, given: dict[str, Any], why: str) -> None:
    hall.make(given)
    result = hall("drain n1")
    assert (result.rc, result.stdout) == (1, "node/n1 cordoned\n")
    assert result.stderr == (
        f'error: unable to drain node "n1" due to error: cannot delete {why}: shop/web, continuing command...\n'
        f"There are pending nodes to be drained:\n n1\ncannot delete {why}: shop/web\n"
    )


def test_force_is_warned_of(hall: Console) -> None:
    hall.make(bound("web"))
    result = hall("drain n1 --force")
    assert (result.rc, result.stderr) == (0, "Warning: deleting Pods that declare no controller: shop/web\n")


def test_taints_come_and_go(hall: Console) -> None:
    assert hall.says("taint node n1 a=b:NoSchedule c:NoExecute") == "node/n1 tainted\n"
    assert hall.says("taint node n1 a=z:NoSchedule --overwrite") == "node/n1 tainted\n"
    taints = hall.stored("nodes", "n1")["spec"]["taints"]
    assert {"key": "a", "value": "z", "effect": "NoSchedule"} in taints
    assert hall.says("taint node n1 c:NoExecute-") == "node/n1 untainted\n"
    assert hall.says("taint node n1 a- d:NoSchedule") == "node/n1 modified\n"


@pytest.mark.parametrize(
    ("taint", "says"),
    [
        ("a=b:NoSchedule", "node n1 already has [a:NoSchedule] taint(s) with same effect(s) and --overwrite is false"),
        ("c-", 'taint "c" not found'),
        ("x=y:Now", "invalid taint effect: Now, unsupported taint effect"),
        ("x:NoSchedule x:NoSchedule", "duplicated taints with the same key and effect: {x  NoSchedule <nil>}"),
    ],
)
def test_taints_that_do_not_fit_are_told(hall: Console, taint: str, says: str) -> None:
    hall.says("taint node n1 a=b:NoSchedule")
    assert hall.refuses(f"taint node n1 {taint}").startswith(f"error: {says}\n")
