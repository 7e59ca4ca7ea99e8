"""The verb patch: what all four kinds have in common."""

import pytest

from playground.kube.apiserver import ApiServer, Options
from tests.kube.apiserver.manifests import BY, config_map, created, deployment, refusal


@pytest.mark.parametrize("kind", ["merge", "strategic", "json"])
def test_a_patch_that_is_no_patch_is_refused(api: ApiServer, kind: str) -> None:
    created(api, config_map())
    error = refusal(lambda: api.patch("configmaps", "settings", "shop", b"{", type=kind, by=BY))
    assert (error.code, error.message) == (400, "unexpected end of JSON input")


def test_unknown_fields_of_a_patch_are_refused_with_the_patch(api: ApiServer) -> None:
    created(api, deployment())
    patch = {"spec": {"replcas": 1}}
    error = refusal(lambda: api.patch("deployments.apps", "web", "shop", patch, type="strategic", by=BY))
    told = 'patch: Invalid value: "map[spec:map[replcas:1]]": strict decoding error: unknown field "spec.replcas"'
    assert (error.code, error.message) == (422, f' "" is invalid: {told}')
    answer = api.patch(
        "deployments.apps", "web", "shop", patch, type="strategic", by=BY, options=Options(field_validation="Warn")
    )
    assert answer.warnings == ('unknown field "spec.replcas"',)


def test_a_patch_cannot_rename(api: ApiServer) -> None:
    created(api, config_map())
    patch = {"metadata": {"name": "other"}}
    error = refusal(lambda: api.patch("configmaps", "settings", "shop", patch, type="merge", by=BY))
    assert error.message == "the name of the object (other) does not match the name on the URL (settings)"


def test_a_patch_with_an_old_version_is_a_conflict(api: ApiServer) -> None:
    created(api, config_map())
    patch = {"metadata": {"resourceVersion": "1"}, "data": {"z": "1"}}
    assert refusal(lambda: api.patch("configmaps", "settings", "shop", patch, type="merge", by=BY)).reason == "Conflict"


def test_a_patch_that_changes_nothing_writes_nothing(api: ApiServer) -> None:
    created(api, deployment())
    before = api.revision
    api.patch("deployments.apps", "web", "shop", {"spec": {"replicas": 2}}, type="strategic", by=BY)
    assert api.revision == before
