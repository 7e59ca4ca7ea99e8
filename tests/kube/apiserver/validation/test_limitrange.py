"""Rules of a LimitRange."""

from typing import Any

import pytest

from .support import refusals

L = "spec.limits[0]"


def limits(*given: dict[str, Any]) -> list[str]:
    meta = {"name": "l", "namespace": "n"}
    return refusals({"apiVersion": "v1", "kind": "LimitRange", "metadata": meta, "spec": {"limits": list(given)}})


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        ({"type": "Container", "max": {"cpu": "2"}, "default": {"cpu": "1"}}, []),
        ({"type": "Box"}, [f'{L}.type: Invalid value: "Box": must be a standard limit type or fully qualified']),
        (
            {"type": "Container", "max": {"pods": "1"}, "default": {"pods": "1"}},
            [
                f'{L}.{kind}[pods]: Invalid value: "pods": must be a standard resource for containers'
                for kind in ("max", "default", "defaultRequest")
            ],
        ),
        (
            {"type": "Pod", "default": {"cpu": "1"}, "defaultRequest": {"cpu": "1"}},
            [
                f"{L}.default: Forbidden: may not be specified when `type` is 'Pod'",
                f"{L}.defaultRequest: Forbidden: may not be specified when `type` is 'Pod'",
            ],
        ),
        (
            {"type": "PersistentVolumeClaim", "max": {"requests.storage": "1Gi"}},
            [
                (
                    f"{L}.limits: Required value: "
                    "either minimum or maximum storage value is required, but neither was provided"
                )
            ],
        ),
        (
            {"type": "Pod", "min": {"cpu": "2"}, "max": {"cpu": "1"}},
            [f'{L}.min[cpu]: Invalid value: "2": min value 2 is greater than max value 1'],
        ),
        (
            {"type": "Container", "default": {"cpu": "1"}, "defaultRequest": {"cpu": "2"}},
            [
                (
                    f'{L}.defaultRequest[cpu]: Invalid value: "2": '
                    "default request value 2 is greater than default limit value 1"
                )
            ],
        ),
        (
            {"type": "Container", "max": {"cpu": "1"}, "default": {"cpu": "2"}},
            [
                f'{L}.defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than max value 1',
                f'{L}.default[cpu]: Invalid value: "1": default value 2 is greater than max value 1',
            ],
        ),
        (
            {"type": "Container", "min": {"cpu": "2"}, "default": {"cpu": "1"}},
            [
                f'{L}.defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1',
                f'{L}.default[cpu]: Invalid value: "2": min value 2 is greater than default value 1',
            ],
        ),
        (
            {"type": "Pod", "maxLimitRequestRatio": {"cpu": "500m"}},
            [f'{L}.maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1'],
        ),
        (
            {"type": "Pod", "min": {"cpu": "1"}, "max": {"cpu": "3"}, "maxLimitRequestRatio": {"cpu": "4"}},
            [f'{L}.maxLimitRequestRatio[cpu]: Invalid value: "4": ratio 4 is greater than max/min = 3.000000'],
        ),
        ({"type": "Pod", "min": {"cpu": "0"}, "max": {"cpu": "3"}, "maxLimitRequestRatio": {"cpu": "4"}}, []),
        (
            {"type": "Container", "default": {"a.com/b": "2"}, "defaultRequest": {"a.com/b": "1"}},
            [
                (
                    f'{L}.defaultRequest[a.com/b]: Invalid value: "1": '
                    "default value 2 must equal to defaultRequest value 1 in a.com/b"
                )
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_limit(limit: dict[str, Any], told: list[str]) -> None:
    assert limits(limit) == told


def test_each_type_is_limited_once() -> None:
    assert limits({"type": "Pod"}, {"type": "Pod"}) == ['spec.limits[1].type: Duplicate value: "Pod"']
