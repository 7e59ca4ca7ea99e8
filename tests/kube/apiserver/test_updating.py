"""The verb update: versions, generations, what may change and what stays."""

import pytest

from playground.kube.apiserver import ApiServer, Options, Target
from playground.kube.objects import kinds
from playground.kube.objects.frozen import Map, put, thaw
from tests.kube.apiserver.manifests import BY, budget, config_map, created, deployment, pod, refusal


def updated(api: ApiServer, obj: Map, subresource: str = "", options: Options | None = None) -> Map:
    return api.update(obj, by=BY, subresource=subresource, options=options or Options()).object


def test_a_change_of_the_spec_raises_version_and_generation(api: ApiServer) -> None:
    old = created(api, deployment())
    new = updated(api, put(old, ("spec", "replicas"), 5))
    assert int(new["metadata"]["resourceVersion"]) > int(old["metadata"]["resourceVersion"])
    assert (old["metadata"]["generation"], new["metadata"]["generation"]) == (1, 2)


def test_an_update_that_changes_nothing_writes_nothing(api: ApiServer) -> None:
    old = created(api, deployment())
    before = api.revision
    assert updated(api, old) == old
    assert api.revision == before


def test_a_label_raises_the_version_and_not_the_generation(api: ApiServer) -> None:
    old = created(api, deployment())
    new = updated(api, put(old, ("metadata", "labels"), {"a": "b"}))
    assert new["metadata"]["generation"] == 1


def test_an_annotation_of_a_deployment_counts_as_a_generation(api: ApiServer) -> None:
    new = updated(api, put(created(api, deployment()), ("metadata", "annotations"), {"a": "b"}))
    assert new["metadata"]["generation"] == 2


def test_an_annotation_that_comes_with_a_status_does_not_count(api: ApiServer) -> None:
    new = updated(api, put(created(api, deployment()), ("metadata", "annotations"), {"a": "b"}), "status")
    assert (new["metadata"]["annotations"], new["metadata"]["generation"]) == ({"a": "b"}, 1)


def test_an_old_version_is_a_conflict(api: ApiServer) -> None:
    old = created(api, config_map())
    updated(api, put(old, ("data", "a"), "c"))
    error = refusal(lambda: updated(api, put(old, ("data", "a"), "d")))
    assert (error.code, error.message) == (
        409,
        (
            'Operation cannot be fulfilled on configmaps "settings": the object has been modified; '
            "please apply your changes to the latest version and try again"
        ),
    )


def test_without_a_version_the_update_is_unconditional_where_the_kind_allows_it(api: ApiServer) -> None:
    created(api, config_map())
    assert api.update(config_map(a="z") | {"metadata": {"name": "settings", "namespace": "shop"}}, by=BY).object[
        "data"
    ] == {"a": "z"}
    created(api, budget())
    sent = budget()
    sent["metadata"]["namespace"] = "shop"
    assert "metadata.resourceVersion" in refusal(lambda: api.update(sent, by=BY)).message


def test_the_status_does_not_change_with_the_object_nor_the_object_with_the_status(api: ApiServer) -> None:
    old = created(api, deployment())
    both = put(put(old, ("spec", "replicas"), 7), ("status",), {"replicas": 3})
    status = updated(api, both, "status")
    assert (status["spec"]["replicas"], status["status"]["replicas"]) == (2, 3)
    assert status["metadata"]["generation"] == 1
    again = updated(api, put(put(status, ("spec", "replicas"), 7), ("status", "replicas"), 9))
    assert (again["spec"]["replicas"], again["status"]["replicas"]) == (7, 3)


def test_metadata_that_the_server_keeps_cannot_change(api: ApiServer) -> None:
    old = created(api, config_map())
    new = updated(
        api, put(put(old, ("metadata", "generation"), 9), ("metadata", "creationTimestamp"), "2020-01-01T00:00:00Z")
    )
    assert new == old


def test_a_uid_that_is_another_is_told_twice_as_the_real_server_does(api: ApiServer) -> None:
    old = created(api, deployment())
    other = "11111111-1111-1111-1111-111111111111"
    error = refusal(lambda: updated(api, put(old, ("metadata", "uid"), other)))
    assert [cause["field"] for cause in error.status["details"]["causes"]] == ["metadata.uid", "metadata.uid"]
    assert error.message.count("field is immutable") == 1


def test_what_is_not_there_is_not_found_or_created_where_the_kind_allows_it(api: ApiServer) -> None:
    sent = config_map()
    sent["metadata"]["namespace"] = "shop"
    assert refusal(lambda: api.update(sent, by=BY)).message == 'configmaps "settings" not found'
    endpoints = {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "e", "namespace": "shop"}}
    assert api.update(endpoints, by=BY).code == 201


@pytest.mark.parametrize(
    ("name", "space", "told"),
    [
        ("other", "shop", "the name of the object (other) does not match the name on the URL (settings)"),
        ("", "shop", "the name of the object (settings based on URL) was undeterminable: name must be provided"),
        ("settings", "x", "the namespace of the object (x) does not match the namespace on the request (shop)"),
    ],
)
def test_object_and_request_must_be_about_the_same(api: ApiServer, name: str, space: str, told: str) -> None:
    sent = config_map()
    sent["metadata"] = {"name": name, "namespace": space}
    target = Target(kinds.by_qualified("configmaps"), "shop", "settings")
    assert refusal(lambda: api.update(sent, by=BY, target=target)).message == told


def test_only_finalize_changes_what_a_namespace_waits_for(api: ApiServer) -> None:
    space = api.get("namespaces", "shop").object
    without = put(space, ("spec",), {})
    assert updated(api, without)["spec"] == {"finalizers": ["kubernetes"]}
    assert updated(api, without, "finalize").get("spec", {}) == {}


def test_a_template_has_a_count_of_its_own_in_a_daemon_set(api: ApiServer) -> None:
    sent = deployment() | {"kind": "DaemonSet"}
    del sent["spec"]["replicas"]
    old = created(api, sent)
    new = updated(api, put(old, ("spec", "template", "spec", "containers", 0, "image"), "nginx:2"))
    key = "deprecated.daemonset.template.generation"
    assert (old["metadata"]["annotations"][key], new["metadata"]["annotations"][key]) == ("1", "2")


def test_a_dry_run_changes_nothing(api: ApiServer) -> None:
    old = created(api, config_map())
    answer = updated(api, put(old, ("data", "a"), "z"), options=Options(dry_run=True))
    assert (answer["data"]["a"], api.get("configmaps", "settings", "shop").object) == ("z", old)


def test_the_one_who_changes_a_field_takes_it_over(api: ApiServer) -> None:
    old = created(api, config_map(a="1", b="2"), Options(field_manager="first"))
    new = updated(api, put(old, ("data", "b"), "3"), options=Options(field_manager="second"))
    fields = {entry["manager"]: entry["fieldsV1"]["f:data"] for entry in new["metadata"]["managedFields"]}
    assert fields == {"first": {".": {}, "f:a": {}}, "second": {"f:b": {}}}


def test_a_field_that_goes_away_has_no_owner(api: ApiServer) -> None:
    old = created(api, config_map(a="1", b="2"))
    draft = thaw(old)
    del draft["data"]["b"]
    entry = updated(api, draft)["metadata"]["managedFields"][0]
    assert entry["fieldsV1"]["f:data"] == {".": {}, "f:a": {}}


def test_a_pods_priority_is_kept_when_an_update_leaves_it_out(api: ApiServer) -> None:
    draft = thaw(created(api, pod()))
    del draft["spec"]["priority"]
    assert updated(api, draft)["spec"]["priority"] == 0


def test_ephemeral_containers_are_all_that_their_subresource_changes(api: ApiServer) -> None:
    draft = thaw(created(api, pod()))
    draft["spec"]["ephemeralContainers"] = [{"name": "debug", "image": "busybox"}]
    draft["spec"]["nodeSelector"] = {"a": "b"}
    spec = updated(api, draft, "ephemeralcontainers")["spec"]
    assert (spec["ephemeralContainers"][0]["name"], "nodeSelector" in spec) == ("debug", False)


def test_a_resize_takes_resources_and_nothing_else(api: ApiServer) -> None:
    sent = pod(initContainers=[{"name": "i", "image": "busybox", "restartPolicy": "Always"}])
    sent["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "100m"}, "limits": {"cpu": "200m"}}
    old = created(api, sent)
    wish = thaw(old)
    wish["spec"]["containers"][0]["resources"]["requests"]["cpu"] = "150m"
    wish["spec"]["containers"][0]["image"] = "other"
    new = updated(api, wish, "resize")
    assert new["spec"]["containers"][0]["resources"]["requests"] == {"cpu": "150m"}
    assert new["spec"]["containers"][0]["image"] == old["spec"]["containers"][0]["image"]
    assert new["spec"]["initContainers"] == old["spec"]["initContainers"]
