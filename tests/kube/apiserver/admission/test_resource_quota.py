"""ResourceQuota. The messages were recorded from a real server."""

from typing import Any

import pytest

from playground.kube.apiserver import ApiServer, Options
from playground.kube.objects.frozen import put
from tests.kube.apiserver.manifests import BY, asking, config_map, created, deployment, pod, refusal, service


def quota(hard: dict[str, str], name: str = "rq", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": name},
        "spec": {"hard": hard, **spec},
    }


def kept(api: ApiServer, hard: dict[str, str], used: dict[str, str] | None = None) -> None:
    """Make a quota whose status a controller has written."""
    made = created(api, quota(hard))
    status = {"hard": hard, "used": dict.fromkeys(hard, "0") | (used or {})}
    api.update(put(made, ("status",), status), subresource="status", by=BY)


def used(api: ApiServer) -> Any:
    return api.get("resourcequotas", "rq", "shop").object["status"]["used"]


def test_a_quota_counts_what_no_controller_has_counted_yet(api: ApiServer) -> None:
    created(api, quota({"pods": "2"}))
    created(api, pod("a"))
    created(api, pod("b"))
    error = refusal(lambda: created(api, pod("c")))
    assert (error.code, error.message) == (
        403,
        'pods "c" is forbidden: exceeded quota: rq, requested: pods=1, used: pods=2, limited: pods=2',
    )


def test_what_is_admitted_is_added_to_the_status(api: ApiServer) -> None:
    kept(api, {"pods": "2", "requests.cpu": "1"})
    created(api, asking("a", requests={"cpu": "600m"}))
    assert used(api) == {"pods": "1", "requests.cpu": "600m"}
    error = refusal(lambda: created(api, asking("b", requests={"cpu": "600m"})))
    assert error.message.endswith(
        "exceeded quota: rq, requested: requests.cpu=600m, used: requests.cpu=600m, limited: requests.cpu=1"
    )
    assert used(api)["pods"] == "1"


def test_a_dry_run_is_charged_to_nobody(api: ApiServer) -> None:
    kept(api, {"pods": "2"})
    created(api, pod(), Options(dry_run=True))
    assert used(api) == {"pods": "0"}


def test_a_quota_on_cpu_makes_containers_say_what_they_want(api: ApiServer) -> None:
    kept(api, {"requests.cpu": "1", "limits.memory": "1Gi"})
    error = refusal(lambda: created(api, pod()))
    told = "failed quota: rq: must specify limits.memory for: c; requests.cpu for: c"
    assert error.message == f'pods "web" is forbidden: {told}'


def test_a_generated_name_is_told_whole(api: ApiServer) -> None:
    kept(api, {"pods": "0"})
    sent = pod()
    sent["metadata"] = {"generateName": "web-"}
    message = refusal(lambda: created(api, sent)).message
    assert len(message.partition('"')[2].partition('"')[0]) == len("web-") + 5


@pytest.mark.parametrize(
    ("hard", "sent", "told"),
    [
        ({"configmaps": "0"}, config_map(), "requested: configmaps=1, used: configmaps=0, limited: configmaps=0"),
        (
            {"count/deployments.apps": "0"},
            deployment(),
            "requested: count/deployments.apps=1, used: count/deployments.apps=0, limited: count/deployments.apps=0",
        ),
        (
            {"services.nodeports": "0", "services": "5"},
            service(type="NodePort"),
            "requested: services.nodeports=1, used: services.nodeports=0, limited: services.nodeports=0",
        ),
    ],
)
def test_objects_are_counted_by_kind(api: ApiServer, hard: dict[str, str], sent: Any, told: str) -> None:
    kept(api, hard)
    assert refusal(lambda: created(api, sent)).message.endswith(f"exceeded quota: rq, {told}")


def test_a_quota_with_a_scope_is_only_about_pods_in_it(api: ApiServer) -> None:
    created(api, quota({"pods": "0"}, "be", scopes=["BestEffort"]))
    created(api, quota({"pods": "0"}, "term", scopes=["Terminating"]))
    created(api, asking("a", requests={"cpu": "10m"}))
    assert "exceeded quota: be" in refusal(lambda: created(api, pod("b"))).message
    ending = asking("c", requests={"cpu": "10m"})
    ending["spec"]["activeDeadlineSeconds"] = 100
    assert "exceeded quota: term" in refusal(lambda: created(api, ending)).message


def test_a_pod_that_has_ended_no_longer_counts(api: ApiServer) -> None:
    created(api, quota({"pods": "1"}))
    made = created(api, pod("a"))
    api.update(put(made, ("status", "phase"), "Succeeded"), subresource="status", by=BY)
    assert created(api, pod("b"))["metadata"]["name"] == "b"
