"""The subresource scale."""

import pytest

from playground.kube.apiserver import ApiServer, Options, Target
from playground.kube.objects import kinds
from playground.kube.objects.frozen import put
from tests.kube.apiserver.manifests import BY, created, deployment, refusal

TARGET = Target(kinds.by_qualified("deployments.apps"), "shop", "web", "scale")


def test_a_scale_shows_replicas_and_selector(api: ApiServer) -> None:
    made = created(api, deployment())
    scale = api.get("deployments.apps", "web", "shop", subresource="scale").object
    assert (scale["kind"], scale["apiVersion"]) == ("Scale", "autoscaling/v1")
    assert (scale["spec"], scale["status"]) == ({"replicas": 2}, {"replicas": 0, "selector": "app=web"})
    assert scale["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]


def test_putting_a_scale_changes_the_replicas_alone(api: ApiServer) -> None:
    created(api, deployment())
    scale = api.get("deployments.apps", "web", "shop", subresource="scale").object
    answer = api.update(put(scale, ("spec", "replicas"), 5), by=BY, target=TARGET).object
    assert (answer["kind"], answer["spec"]) == ("Scale", {"replicas": 5})
    found = api.get("deployments.apps", "web", "shop").object
    assert (found["spec"]["replicas"], found["metadata"]["generation"]) == (5, 2)


def test_an_old_scale_is_a_conflict(api: ApiServer) -> None:
    created(api, deployment())
    scale = api.get("deployments.apps", "web", "shop", subresource="scale").object
    api.update(put(scale, ("spec", "replicas"), 5), by=BY, target=TARGET)
    error = refusal(lambda: api.update(put(scale, ("spec", "replicas"), 6), by=BY, target=TARGET))
    assert error.message.startswith(
        'Operation cannot be fulfilled on deployments.apps "web": the object has been modified'
    )


@pytest.mark.parametrize("kind", ["merge", "strategic"])
def test_a_scale_can_be_patched(api: ApiServer, kind: str) -> None:
    created(api, deployment())
    api.patch("deployments.apps", "web", "shop", {"spec": {"replicas": 7}}, type=kind, subresource="scale", by=BY)
    assert api.get("deployments.apps", "web", "shop").object["spec"]["replicas"] == 7


def test_fewer_than_none_is_refused_as_a_scale(api: ApiServer) -> None:
    created(api, deployment())
    patch = {"spec": {"replicas": -1}}
    error = refusal(
        lambda: api.patch("deployments.apps", "web", "shop", patch, type="merge", subresource="scale", by=BY)
    )
    told = "spec.replicas: Invalid value: -1: must be greater than or equal to 0"
    assert error.message == f'Scale.autoscaling "web" is invalid: {told}'


def test_what_is_not_there_is_not_found_under_its_own_name(api: ApiServer) -> None:
    error = refusal(lambda: api.get("deployments.apps", "nope", "shop", subresource="scale"))
    assert error.message == 'deployments.apps "nope" not found'


def test_who_scales_owns_the_replicas_under_the_subresource(api: ApiServer) -> None:
    created(api, deployment())
    options = Options(field_manager="kubectl-scale")
    config = {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "web"}, "spec": {"replicas": 3}}
    api.patch("deployments.apps", "web", "shop", config, type="apply", subresource="scale", by=BY, options=options)
    entries = api.get("deployments.apps", "web", "shop").object["metadata"]["managedFields"]
    found = next(item for item in entries if item["manager"] == "kubectl-scale")
    assert (found["subresource"], found["fieldsV1"]) == ("scale", {"f:spec": {"f:replicas": {}}})
