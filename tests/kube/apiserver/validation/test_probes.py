"""Rules of probes and hooks."""

from typing import Any

import pytest

from .support import pod_of, refusals

L = "spec.containers[0].livenessProbe"
GET = {"httpGet": {"port": 80}}


def live(**probe: Any) -> list[str]:
    return refusals(pod_of(livenessProbe=probe))


@pytest.mark.parametrize(
    "probe",
    [GET, {"exec": {"command": ["true"]}}, {"tcpSocket": {"port": "http"}}, {"grpc": {"port": 1}}],
)
def test_each_way_of_probing_is_fine(probe: dict[str, Any]) -> None:
    assert live(**probe) == []


@pytest.mark.parametrize(
    ("probe", "told"),
    [
        ({}, [f"{L}: Required value: must specify a handler type"]),
        (
            {**GET, "exec": {"command": ["a"]}, "grpc": {"port": 0}},
            [
                f"{L}.httpGet: Forbidden: may not specify more than 1 handler type",
                f"{L}.grpc: Forbidden: may not specify more than 1 handler type",
            ],
        ),
        ({"exec": {}}, [f"{L}.exec.command: Required value"]),
        ({"grpc": {"port": 0}}, [f"{L}.grpc.port: Invalid value: 0: must be between 1 and 65535, inclusive"]),
        (
            {"httpGet": {"port": 80, "scheme": "http"}},
            [f'{L}.httpGet.scheme: Unsupported value: "http": supported values: "HTTP", "HTTPS"'],
        ),
        (
            {"httpGet": {"port": 80, "httpHeaders": [{"name": "a b", "value": "c"}]}},
            [
                (
                    f'{L}.httpGet.httpHeaders: Invalid value: "a b": a valid HTTP header must consist of alphanumeric '
                    "characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"
                )
            ],
        ),
        ({**GET, "successThreshold": 2}, [f"{L}.successThreshold: Invalid value: 2: must be 1"]),
        (
            {**GET, "periodSeconds": -1, "failureThreshold": -2},
            [
                f"{L}.periodSeconds: Invalid value: -1: must be greater than or equal to 0",
                f"{L}.failureThreshold: Invalid value: -2: must be greater than or equal to 0",
            ],
        ),
        (
            {**GET, "terminationGracePeriodSeconds": 0},
            [f"{L}.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0"],
        ),
    ],
)
def test_what_is_wrong_with_a_probe(probe: dict[str, Any], told: list[str]) -> None:
    assert live(**probe) == told


def test_a_readiness_probe_may_ask_for_more_successes_but_never_kills() -> None:
    at = "spec.containers[0].readinessProbe.terminationGracePeriodSeconds"
    assert refusals(pod_of(readinessProbe={**GET, "successThreshold": 3})) == []
    assert refusals(pod_of(readinessProbe={**GET, "terminationGracePeriodSeconds": 5})) == [
        f"{at}: Invalid value: 5: must not be set for readinessProbes"
    ]


def test_a_hook_does_one_thing() -> None:
    hook = {"exec": {"command": ["a"]}, "sleep": {"seconds": 1}}
    assert refusals(pod_of(lifecycle={"postStart": hook})) == [
        "spec.containers[0].lifecycle.postStart.sleep: Forbidden: may not specify more than 1 handler type"
    ]
    assert refusals(pod_of(lifecycle={"preStop": {"sleep": {"seconds": 0}}})) == []
