"""Rules of requests and limits."""

from typing import Any

import pytest

from .support import pod, pod_of, refusals

R = "spec.containers[0].resources"


def ask(**resources: Any) -> list[str]:
    return refusals(pod_of(resources=resources))


@pytest.mark.parametrize(
    ("resources", "told"),
    [
        ({"requests": {"cpu": "1"}, "limits": {"cpu": "2", "memory": "1Gi"}}, []),
        (
            {"requests": {"cpu": "1500m"}, "limits": {"cpu": "1"}},
            [f'{R}.requests: Invalid value: "1500m": must be less than or equal to cpu limit of 1'],
        ),
        (
            {"requests": {"memory": "-1Mi"}},
            [f'{R}.requests[memory]: Invalid value: "-1Mi": must be greater than or equal to 0'],
        ),
        (
            {"requests": {"gpu": "1"}},
            [
                f'{R}.requests[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified',
                f'{R}.requests[gpu]: Invalid value: "gpu": must be a standard resource for containers',
            ],
        ),
        (
            {"requests": {"pods": "1"}},
            [f'{R}.requests[pods]: Invalid value: "pods": must be a standard resource for containers'],
        ),
        ({"limits": {"nvidia.com/gpu": "2"}}, []),
        (
            {"limits": {"nvidia.com/gpu": "1500m"}},
            [
                f'{R}.limits[nvidia.com/gpu]: Invalid value: "1500m": must be an integer',
                f'{R}.requests[nvidia.com/gpu]: Invalid value: "1500m": must be an integer',
            ],
        ),
        (
            {"limits": {"nvidia.com/gpu": "2"}, "requests": {"nvidia.com/gpu": "1"}},
            [f'{R}.requests: Invalid value: "1": must be equal to nvidia.com/gpu limit of 2'],
        ),
        (
            {"limits": {"requests.x.io/gpu": "1"}},
            [
                (
                    f"{R}.limits[requests.x.io/gpu]: Invalid value: "
                    '"requests.x.io/gpu": doesn\'t follow extended resource name standard'
                ),
                (
                    f"{R}.requests[requests.x.io/gpu]: Invalid value: "
                    '"requests.x.io/gpu": doesn\'t follow extended resource name standard'
                ),
            ],
        ),
        ({"limits": {"hugepages-2Mi": "4Mi", "memory": "1Gi"}}, []),
        (
            {"limits": {"hugepages-2Mi": "3Mi", "cpu": "1"}},
            [
                (
                    f'{R}.limits[hugepages-2Mi]: Invalid value: "3Mi": '
                    f"3Mi is not positive integer multiple of hugepages-2Mi"
                ),
                (
                    f'{R}.requests[hugepages-2Mi]: Invalid value: "3Mi": '
                    f"3Mi is not positive integer multiple of hugepages-2Mi"
                ),
            ],
        ),
        ({"limits": {"hugepages-2Mi": "4Mi"}}, [f"{R}: Forbidden: HugePages require cpu or memory"]),
    ],
)
def test_what_a_container_may_ask_for(resources: dict[str, Any], told: list[str]) -> None:
    assert ask(**resources) == told


def test_claims_are_those_of_the_pod() -> None:
    claims = {"claims": [{"name": "gpu"}, {"name": "gpu"}, {"name": "x"}, {}]}
    given = pod(
        containers=[{"name": "c", "image": "a", "resources": claims}],
        resourceClaims=[{"name": "gpu", "resourceClaimName": "g"}],
    )
    assert refusals(given) == [
        f'{R}.claims[1]: Duplicate value: "gpu"',
        f'{R}.claims[2]: Not found: "x": must be one of the names in pod.spec.resourceClaims: gpu',
        f"{R}.claims[3]: Required value",
    ]


def test_a_pod_as_a_whole_asks_for_at_least_what_its_containers_do() -> None:
    container = {"name": "c", "image": "a", "resources": {"requests": {"cpu": "2"}, "limits": {"memory": "2Gi"}}}
    asked = {"requests": {"cpu": "1"}, "limits": {"memory": "1Gi"}}
    assert refusals(pod(containers=[container], resources=asked)) == [
        'spec.resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi',
        (
            'spec.resources.requests[cpu]: Invalid value: "1": '
            "must be greater than or equal to aggregate container requests of 2"
        ),
        (
            "spec.resources.containers[0][memory].limits: Invalid value: "
            '"2Gi": must be less than or equal to pod limits of 1Gi'
        ),
    ]


def test_a_pod_as_a_whole_asks_only_for_compute() -> None:
    assert refusals(pod(resources={"limits": {"ephemeral-storage": "1Gi"}})) == [
        (
            'spec.resources.limits[ephemeral-storage]: Unsupported value: "ephemeral-storage": '
            'supported values: "cpu", "hugepages-", "memory"'
        )
    ]
    assert refusals(pod(os={"name": "windows"}, resources={"limits": {"cpu": "1"}})) == [
        "spec.resources: Forbidden: may not be set for a windows pod"
    ]
