"""Which containers are started again."""

import pytest

from playground.kube.kubelet.restarts import should_restart
from playground.kube.kubelet.worker import Box
from playground.kube.objects.frozen import freeze


def ended(code: int, **spec: object) -> Box:
    box = Box(freeze({"name": "c", **spec}), "main")
    box.ended = {"exitCode": code}
    return box


@pytest.mark.parametrize(
    ("policy", "code", "again"),
    [
        ("Always", 0, True),
        ("Always", 1, True),
        ("OnFailure", 0, False),
        ("OnFailure", 1, True),
        ("Never", 0, False),
        ("Never", 1, False),
    ],
)
def test_the_pods_policy_counts_where_the_container_has_none(policy: str, code: int, *, again: bool) -> None:
    assert should_restart({"restartPolicy": policy}, ended(code)) is again
    assert should_restart({"restartPolicy": "Never"}, ended(code, restartPolicy=policy)) is again


@pytest.mark.parametrize(("operator", "code", "again"), [("In", 42, True), ("In", 1, False), ("NotIn", 1, True)])
def test_rules_go_before_the_policy(operator: str, code: int, *, again: bool) -> None:
    rules = [{"action": "Restart", "exitCodes": {"operator": operator, "values": [42]}}]
    box = ended(code, restartPolicy="Never", restartPolicyRules=rules)
    assert should_restart({"restartPolicy": "Always"}, box) is again


def test_what_never_ran_is_started() -> None:
    assert should_restart({"restartPolicy": "Never"}, Box(freeze({"name": "c"}), "main"))
