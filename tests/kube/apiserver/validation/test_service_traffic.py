"""Rules of where a Service's traffic may go."""

from typing import Any

import pytest

from playground.kube.apiserver.validation import service_traffic

from .support import told

LOCAL = {"type": "LoadBalancer", "externalTrafficPolicy": "Local", "internalTrafficPolicy": "Cluster"}


@pytest.mark.parametrize(
    ("spec", "lines"),
    [
        ({"type": "ClusterIP", "internalTrafficPolicy": "Local"}, []),
        ({**LOCAL, "healthCheckNodePort": 30000}, []),
        (LOCAL, ["spec.healthCheckNodePort: Required value"]),
        (
            {"type": "ClusterIP", "externalTrafficPolicy": "Local", "internalTrafficPolicy": "Cluster"},
            ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
        ),
        (
            {"type": "NodePort", "externalTrafficPolicy": "Near", "internalTrafficPolicy": "Near"},
            [
                'spec.externalTrafficPolicy: Unsupported value: "Near": supported values: "Cluster", "Local"',
                'spec.internalTrafficPolicy: Unsupported value: "Near": supported values: "Cluster", "Local"',
            ],
        ),
        (
            {"type": "NodePort", "externalTrafficPolicy": "Local", "healthCheckNodePort": 1},
            [
                (
                    "spec.healthCheckNodePort: Invalid value: 1: "
                    "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
                ),
                "spec.internalTrafficPolicy: Required value",
            ],
        ),
        (
            {"type": "ExternalName", "trafficDistribution": "Near"},
            [
                (
                    'spec.trafficDistribution: Unsupported value: "Near": '
                    'supported values: "PreferClose", "PreferSameZone", "PreferSameNode"'
                )
            ],
        ),
    ],
)
def test_policies(spec: dict[str, Any], lines: list[str]) -> None:
    assert told(service_traffic.validate_policies(spec)) == lines


def test_the_port_of_the_health_check_stays() -> None:
    assert told(
        service_traffic.validate_update({**LOCAL, "healthCheckNodePort": 2}, {**LOCAL, "healthCheckNodePort": 1})
    ) == ["spec.healthCheckNodePort: Forbidden: field is immutable"]
    assert service_traffic.validate_update({"type": "NodePort"}, {**LOCAL, "healthCheckNodePort": 1}) == []
