"""Rules of a ResourceQuota."""

from typing import Any

import pytest

from .support import changed, refusals, stored


def quota(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q", "namespace": "n"}, "spec": spec}


def select(scope: str, operator: str, *values: str) -> dict[str, Any]:
    requirement: dict[str, Any] = {"scopeName": scope, "operator": operator}
    if values:
        requirement["values"] = list(values)
    return {"matchExpressions": [requirement]}


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (
            {"hard": {"pods": "1", "requests.cpu": "1", "count/deployments.apps": "2", "requests.nvidia.com/gpu": "1"}},
            [],
        ),
        ({"hard": {"pods": "-1"}}, ['spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0']),
        ({"hard": {"pods": "500m"}}, ['spec.hard[pods]: Invalid value: "500m": must be an integer']),
        (
            {"hard": {"gpu": "1"}},
            [
                'spec.hard[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified',
                'spec.hard[gpu]: Invalid value: "gpu": must be a standard resource for quota',
            ],
        ),
        (
            {"hard": {"storage": "1"}},
            ['spec.hard[storage]: Invalid value: "storage": must be a standard resource for quota'],
        ),
        ({"hard": {"pods": "1"}, "scopes": ["BestEffort"]}, []),
        (
            {"hard": {"cpu": "1"}, "scopes": ["BestEffort"]},
            ['spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource'],
        ),
        ({"scopes": ["Mine"]}, ['spec.scopes: Invalid value: ["Mine"]: unsupported scope']),
        (
            {"scopes": ["Terminating", "NotTerminating"]},
            ['spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes'],
        ),
        ({"scopeSelector": select("PriorityClass", "In", "high")}, []),
        (
            {"scopeSelector": select("PriorityClass", "In")},
            [
                (
                    "spec.scopeSelector.matchExpressions.values: Required value: "
                    "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
                )
            ],
        ),
        (
            {"scopeSelector": select("PriorityClass", "Exists", "a")},
            [
                (
                    'spec.scopeSelector.matchExpressions.values: Invalid value: ["a"]: '
                    "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
                )
            ],
        ),
        (
            {"scopeSelector": select("PriorityClass", "Is")},
            ['spec.scopeSelector.matchExpressions.operator: Invalid value: "Is": not a valid selector operator'],
        ),
        (
            {"scopeSelector": select("BestEffort", "DoesNotExist"), "hard": {"cpu": "1"}},
            [
                (
                    "spec.scopeSelector.matchExpressions: Invalid value: "
                    '{"MatchExpressions":[{"ScopeName":"BestEffort",'
                    '"Operator":"DoesNotExist","Values":null}]}: unsupported scope applied to resource'
                ),
                (
                    'spec.scopeSelector.matchExpressions.operator: Invalid value: "DoesNotExist": '
                    "must be 'Exists' when scope is any of "
                    "ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
                    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or "
                    "ResourceQuotaScopeCrossNamespacePodAffinity"
                ),
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_quota(spec: dict[str, Any], told: list[str]) -> None:
    assert refusals(quota(**spec)) == told


def test_scopes_stay() -> None:
    old = stored(quota(scopes=["BestEffort"]))
    assert refusals(changed(old, "spec", "hard", to={"pods": "1"}), old) == []
    assert refusals(stored(quota()), old) == ["spec.scopes: Invalid value: null: field is immutable"]


def test_the_status_counts_what_a_quota_may() -> None:
    old = stored(quota())
    new = changed(old, "status", to={"hard": {"pods": "1"}, "used": {"pods": "-1"}})
    assert refusals(new, old, "status") == [
        'status.used[pods]: Invalid value: "-1": must be greater than or equal to 0'
    ]
