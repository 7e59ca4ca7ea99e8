"""DefaultTolerationSeconds: pods stay five minutes on a lost node."""

from typing import Any

import pytest

from playground.kube.apiserver import ApiServer
from playground.kube.objects.frozen import thaw
from tests.kube.apiserver.manifests import BY, created, pod

TOLERATIONS = [
    {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
    for key in ("not-ready", "unreachable")
]


def test_every_pod_stays_five_minutes_on_a_lost_node(api: ApiServer) -> None:
    assert created(api, pod())["spec"]["tolerations"] == TOLERATIONS


@pytest.mark.parametrize(
    ("given", "added"),
    [
        ({"operator": "Exists"}, []),
        ({"key": "node.kubernetes.io/not-ready", "operator": "Exists"}, TOLERATIONS[1:]),
        ({"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoSchedule"}, TOLERATIONS),
    ],
)
def test_a_pod_that_says_so_itself_is_left_alone(api: ApiServer, given: dict[str, Any], added: list[Any]) -> None:
    assert created(api, pod(tolerations=[given]))["spec"]["tolerations"] == [given, *added]


def test_nothing_is_admitted_on_the_way_to_a_subresource(api: ApiServer) -> None:
    made = thaw(created(api, pod()))
    made["status"]["phase"] = "Running"
    made["spec"]["tolerations"] = []
    assert api.update(made, subresource="status", by=BY).object["spec"]["tolerations"] == TOLERATIONS
