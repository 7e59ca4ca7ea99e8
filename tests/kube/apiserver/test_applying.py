"""Server-side apply: ownership, conflicts, force, and fields that are no longer wanted."""

from typing import Any

import pytest

from playground.kube.apiserver import ApiServer, Options
from playground.kube.objects.frozen import Map
from tests.kube.apiserver.manifests import BY, created, deployment, refusal


def applied(api: ApiServer, config: dict[str, Any], manager: str = "kubectl", *, force: bool = False) -> Map:
    options = Options(field_manager=manager, force=force)
    return api.patch(
        "deployments.apps", config["metadata"]["name"], "shop", config, type="apply", by=BY, options=options
    ).object


def owned(obj: Map, manager: str, operation: str = "Apply") -> Any:
    """Return what a manager owns, None when nothing."""
    for entry in obj["metadata"].get("managedFields", ()):
        if (entry["manager"], entry["operation"]) == (manager, operation):
            return entry["fieldsV1"]
    return None


def labelled(**labels: str) -> dict[str, Any]:
    """Return a partial configuration with labels only."""
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "labels": labels}}


def test_what_is_not_there_is_created(api: ApiServer) -> None:
    answer = api.patch(
        "deployments.apps", "web", "shop", deployment(), type="apply", by=BY, options=Options(field_manager="kubectl")
    )
    assert (answer.code, answer.object["metadata"]["namespace"]) == (201, "shop")


def test_who_applies_owns_exactly_what_he_applied(api: ApiServer) -> None:
    config = deployment()
    config["metadata"]["labels"] = {"app": "web"}
    config["spec"]["template"]["spec"]["containers"][0]["ports"] = [{"containerPort": 80}]
    port: Any = {'k:{"containerPort":80,"protocol":"TCP"}': {".": {}, "f:containerPort": {}}}
    container = {".": {}, "f:image": {}, "f:name": {}, "f:ports": port}
    assert owned(applied(api, config), "kubectl") == {
        "f:metadata": {"f:labels": {"f:app": {}}},
        "f:spec": {
            "f:replicas": {},
            "f:selector": {},
            "f:template": {
                "f:metadata": {"f:labels": {"f:app": {}}},
                "f:spec": {"f:containers": {'k:{"name":"c"}': container}},
            },
        },
    }


def test_applying_the_same_again_writes_nothing(api: ApiServer) -> None:
    first = applied(api, deployment())
    before = api.revision
    assert (applied(api, deployment()), api.revision) == (first, before)


def test_two_may_apply_the_same_and_both_own_it(api: ApiServer) -> None:
    applied(api, deployment())
    both = applied(api, deployment(), "other")
    assert owned(both, "kubectl") == owned(both, "other")
    entries = {entry["manager"]: entry for entry in both["metadata"]["managedFields"]}
    assert [entry["manager"] for entry in both["metadata"]["managedFields"]] == ["other", "kubectl"]
    assert ("time" in entries["other"], "time" in entries["kubectl"]) == (False, True)


def test_changing_what_another_owns_is_a_conflict(api: ApiServer) -> None:
    created(api, deployment(replicas=3), Options(field_manager="kubectl-client-side-apply"))
    error = refusal(lambda: applied(api, deployment(replicas=2), "other"))
    assert (error.code, error.reason) == (409, "Conflict")
    assert error.message == (
        'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas'
    )
    assert error.status["details"] == {
        "causes": [
            {
                "reason": "FieldManagerConflict",
                "message": 'conflict with "kubectl-client-side-apply" using apps/v1',
                "field": ".spec.replicas",
            }
        ]
    }


def test_several_conflicts_are_listed_by_their_owner(api: ApiServer) -> None:
    applied(api, deployment())
    error = refusal(lambda: applied(api, deployment(replicas=9, image="x:9"), "other"))
    assert error.message == (
        'Apply failed with 2 conflicts: conflicts with "kubectl":\n'
        "- .spec.replicas\n"
        '- .spec.template.spec.containers[name="c"].image'
    )


def test_force_takes_the_fields_over(api: ApiServer) -> None:
    applied(api, deployment())
    forced = applied(api, deployment(replicas=9), "other", force=True)
    assert forced["spec"]["replicas"] == 9
    assert "f:replicas" not in owned(forced, "kubectl")["f:spec"]
    assert "f:replicas" in owned(forced, "other")["f:spec"]


def test_what_is_no_longer_applied_is_removed(api: ApiServer) -> None:
    applied(api, deployment())
    applied(api, labelled(a="1", b="2"), "labels")
    after = applied(api, labelled(a="1"), "labels")
    assert after["metadata"]["labels"] == {"a": "1"}


def test_what_another_owns_too_stays(api: ApiServer) -> None:
    applied(api, deployment())
    applied(api, labelled(a="1"), "first")
    applied(api, labelled(a="1"), "second")
    after = applied(api, labelled(), "second")
    assert after["metadata"]["labels"] == {"a": "1"}
    assert owned(after, "second") is None or "f:a" not in str(owned(after, "second"))


def test_a_container_that_is_no_longer_applied_goes_whole(api: ApiServer) -> None:
    two = deployment()
    two["spec"]["template"]["spec"]["containers"].append({"name": "side", "image": "side:1"})
    applied(api, two)
    after = applied(api, deployment())
    assert [item["name"] for item in after["spec"]["template"]["spec"]["containers"]] == ["c"]


def test_a_default_comes_back_when_a_value_is_no_longer_applied(api: ApiServer) -> None:
    applied(api, deployment(replicas=5))
    config = deployment()
    del config["spec"]["replicas"]
    assert applied(api, config)["spec"]["replicas"] == 1


def test_the_status_is_applied_apart(api: ApiServer) -> None:
    applied(api, deployment())
    config = labelled() | {"status": {"replicas": 4}}
    after = api.patch(
        "deployments.apps", "web", "shop", config,
        type="apply", subresource="status", by=BY, options=Options(field_manager="controller"),
    ).object  # fmt: skip
    entry = next(item for item in after["metadata"]["managedFields"] if item["manager"] == "controller")
    assert (after["status"]["replicas"], entry["subresource"]) == (4, "status")


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (
            {"apiVersion": "apps/v2"},
            400,
            "Incorrect version specified in apply patch. Specified patch version: apps/v2, expected: apps/v1",
        ),
        ({"metadata": {"name": "web", "managedFields": []}}, 400, "metadata.managedFields must be nil"),
        (
            {"spec": {"replica": 1}},
            500,
            (
                "failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): "
                ".spec.replica: field not declared in schema"
            ),
        ),
        (
            {"spec": {"replicas": "1"}},
            500,
            (
                "failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): "
                ".spec.replicas: expected numeric (int or float), got string"
            ),
        ),
    ],
)
def test_a_configuration_that_does_not_fit_is_refused(
    api: ApiServer, change: dict[str, Any], code: int, told: str
) -> None:
    error = refusal(lambda: applied(api, deployment() | change))
    assert (error.code, error.message) == (code, told)


def test_an_apply_needs_a_manager_and_only_it_may_be_forced(api: ApiServer) -> None:
    error = refusal(lambda: applied(api, deployment(), ""))
    told = "fieldManager: Required value: is required for apply patch"
    assert error.message == f'PatchOptions.meta.k8s.io "" is invalid: {told}'
    forced = Options(force=True)
    error = refusal(lambda: api.patch("pods", "p", "shop", {}, type="merge", by=BY, options=forced))
    assert error.message.endswith("force: Forbidden: may not be specified for non-apply patch")
