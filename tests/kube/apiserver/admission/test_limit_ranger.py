"""LimitRanger: defaults and bounds. The messages were recorded from a real server."""

from typing import Any

import pytest

from playground.kube.apiserver import ApiServer
from tests.kube.apiserver.manifests import asking, created, pod, refusal


def limit_range(**limit: Any) -> dict[str, Any]:
    limits = [{"type": "Container", **limit}]
    return {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "lr"}, "spec": {"limits": limits}}


def quota(hard: dict[str, str], name: str = "rq", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": name},
        "spec": {"hard": hard, **spec},
    }


def used(api: ApiServer) -> Any:
    return api.get("resourcequotas", "rq", "shop").object["status"]["used"]


def test_a_container_that_says_nothing_gets_the_defaults(api: ApiServer) -> None:
    created(api, limit_range(default={"cpu": "500m", "memory": "256Mi"}, defaultRequest={"cpu": "100m"}))
    made = created(api, pod())
    assert made["spec"]["containers"][0]["resources"] == {
        "limits": {"cpu": "500m", "memory": "256Mi"},
        "requests": {"cpu": "100m", "memory": "256Mi"},
    }
    assert made["metadata"]["annotations"] == {
        "kubernetes.io/limit-ranger": "LimitRanger plugin set: cpu, memory request for container c; "
        "cpu, memory limit for container c"
    }


def test_a_default_can_make_a_pod_invalid(api: ApiServer) -> None:
    created(api, limit_range(default={"cpu": "500m"}))
    error = refusal(lambda: created(api, asking("p", requests={"cpu": "800m"})))
    assert (error.code, error.message) == (
        422,
        (
            'Pod "p" is invalid: spec.containers[0].resources.requests: Invalid value: "800m": '
            "must be less than or equal to cpu limit of 500m"
        ),
    )


@pytest.mark.parametrize(
    ("requests", "limits", "told"),
    [
        ("50m", "200m", "minimum cpu usage per Container is 100m, but request is 50m"),
        ("1", "2", "maximum cpu usage per Container is 1, but limit is 2"),
        (
            "50m",
            "2",
            (
                "[minimum cpu usage per Container is 100m, but request is 50m, "
                "maximum cpu usage per Container is 1, but limit is 2]"
            ),
        ),
    ],
)
def test_what_is_outside_the_bounds_is_refused(api: ApiServer, requests: str, limits: str, told: str) -> None:
    created(api, limit_range(min={"cpu": "100m"}, max={"cpu": "1"}))
    error = refusal(lambda: created(api, asking("p", requests={"cpu": requests}, limits={"cpu": limits})))
    assert (error.code, error.message) == (403, f'pods "p" is forbidden: {told}')


def test_a_limit_may_not_be_too_many_times_the_request(api: ApiServer) -> None:
    created(api, limit_range(maxLimitRequestRatio={"cpu": "2"}))
    error = refusal(lambda: created(api, asking("p", requests={"cpu": "100m"}, limits={"cpu": "300m"})))
    told = "cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000"
    assert error.message == f'pods "p" is forbidden: {told}'
    error = refusal(lambda: created(api, pod()))
    assert error.message.endswith("but no request is specified or request is 0")


def test_the_containers_of_a_pod_are_bounded_together(api: ApiServer) -> None:
    limits = [{"type": "Pod", "max": {"cpu": "1"}}]
    created(api, {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "lr"}, "spec": {"limits": limits}})
    containers = [{"name": name, "image": "x", "resources": {"limits": {"cpu": "600m"}}} for name in ("a", "b")]
    error = refusal(lambda: created(api, pod(containers=containers)))
    assert error.message.endswith("maximum cpu usage per Pod is 1, but limit is 1200m")
