"""The verb create."""

import pytest

from playground.kube.apiserver import ApiServer, Options
from playground.kube.clock import Clock
from tests.kube.apiserver.manifests import BY, asking, config_map, created, deployment, namespace, pod, refusal


def test_a_new_object_has_a_uid_a_time_a_version_and_its_namespace(api: ApiServer, clock: Clock) -> None:
    answer = api.create(config_map(), namespace="shop", by=BY)
    metadata = answer.object["metadata"]
    assert answer.code == 201
    assert (metadata["namespace"], metadata["creationTimestamp"]) == ("shop", clock.stamp())
    assert metadata["resourceVersion"] == str(api.revision)
    assert len(metadata["uid"]) == 36


def test_what_the_server_sets_cannot_be_sent(api: ApiServer) -> None:
    sent = config_map()
    sent["metadata"] |= {"uid": "mine", "resourceVersion": "7", "creationTimestamp": "2020-01-01T00:00:00Z"}
    sent["metadata"]["deletionTimestamp"] = "2020-01-01T00:00:00Z"
    metadata = created(api, sent)["metadata"]
    assert metadata["uid"] != "mine"
    assert (metadata["creationTimestamp"], "deletionTimestamp" in metadata) == ("2026-01-01T00:00:00Z", False)


def test_a_name_is_generated_from_its_beginning(api: ApiServer) -> None:
    sent = pod()
    sent["metadata"] = {"generateName": "x" * 70}
    name = created(api, sent)["metadata"]["name"]
    assert (len(name), name[:58]) == (63, "x" * 58)


def test_two_generated_names_differ(api: ApiServer) -> None:
    sent = config_map()
    sent["metadata"] = {"generateName": "c-"}
    assert created(api, sent)["metadata"]["name"] != created(api, sent)["metadata"]["name"]


def test_a_generated_name_that_is_taken_is_drawn_anew(api: ApiServer) -> None:
    state = api.core.names.state()
    sent = config_map()
    sent["metadata"] = {"generateName": "c-"}
    first = created(api, sent)["metadata"]["name"]
    api.core.names.restore(state)
    assert created(api, sent)["metadata"]["name"] != first


def test_a_name_that_is_taken_is_a_conflict(api: ApiServer) -> None:
    created(api, deployment())
    error = refusal(lambda: created(api, deployment()))
    assert (error.code, error.message) == (409, 'deployments.apps "web" already exists')


def test_a_name_is_required(api: ApiServer) -> None:
    sent = pod()
    del sent["metadata"]["name"]
    assert refusal(lambda: created(api, sent)).message == (
        'Pod "" is invalid: metadata.name: Required value: name or generateName is required'
    )


def test_the_namespace_of_object_and_request_must_agree(api: ApiServer) -> None:
    sent = config_map()
    sent["metadata"]["namespace"] = "default"
    told = "the namespace of the provided object does not match the namespace sent on the request"
    assert refusal(lambda: created(api, sent)).message == told


def test_what_belongs_to_the_cluster_loses_its_namespace(api: ApiServer) -> None:
    sent = namespace("other")
    sent["metadata"]["namespace"] = "shop"
    assert "namespace" not in api.create(sent, by=BY).object["metadata"]


def test_the_status_that_was_sent_is_dropped_but_for_nodes(api: ApiServer) -> None:
    assert created(api, deployment() | {"status": {"replicas": 9}})["status"] == {}
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}, "status": {"capacity": {"cpu": "4"}}}
    assert api.create(node, by=BY).object["status"]["capacity"] == {"cpu": "4"}


@pytest.mark.parametrize(
    ("requests", "limits", "quality"),
    [
        (None, None, "BestEffort"),
        ({"cpu": "1"}, None, "Burstable"),
        ({"cpu": "1", "memory": "1Gi"}, {"cpu": "1000m", "memory": "1Gi"}, "Guaranteed"),
        (None, {"cpu": "1", "memory": "1Gi"}, "Guaranteed"),
        (None, {"cpu": "1"}, "Burstable"),
        ({"cpu": "500m", "memory": "1Gi"}, {"cpu": "1", "memory": "1Gi"}, "Burstable"),
    ],
)
def test_a_pod_has_its_quality_of_service(
    api: ApiServer, requests: dict[str, str] | None, limits: dict[str, str] | None, quality: str
) -> None:
    status = created(api, asking("p", requests=requests, limits=limits))["status"]
    assert status == {"phase": "Pending", "qosClass": quality}


def test_a_gated_pod_says_so(api: ApiServer) -> None:
    conditions = created(api, pod(schedulingGates=[{"name": "a.b/c"}]))["status"]["conditions"]
    assert [(item["type"], item["status"], item["reason"]) for item in conditions] == [
        ("PodScheduled", "False", "SchedulingGated")
    ]


def test_match_label_keys_are_merged_into_selectors(api: ApiServer) -> None:
    term = {
        "topologyKey": "zone",
        "labelSelector": {"matchLabels": {"app": "web"}},
        "matchLabelKeys": ["version", "absent"],
        "mismatchLabelKeys": ["tenant"],
    }
    spread = {
        "maxSkew": 1,
        "topologyKey": "zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "web"}},
        "matchLabelKeys": ["version"],
    }
    affinity = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    sent = pod(labels={"version": "1", "tenant": "a"}, affinity=affinity, topologySpreadConstraints=[spread])
    spec = created(api, sent)["spec"]
    merged = spec["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][0]
    assert merged["labelSelector"]["matchExpressions"] == [
        {"key": "version", "operator": "In", "values": ["1"]},
        {"key": "tenant", "operator": "NotIn", "values": ["a"]},
    ]
    assert spec["topologySpreadConstraints"][0]["labelSelector"]["matchExpressions"] == [
        {"key": "version", "operator": "In", "values": ["1"]}
    ]


def test_a_dry_run_answers_the_object_and_stores_nothing(api: ApiServer) -> None:
    before = api.revision
    answer = api.create(config_map(), namespace="shop", by=BY, options=Options(dry_run=True))
    assert (answer.code, answer.object["metadata"]["name"], api.revision) == (201, "settings", before)


def test_unknown_fields_are_warned_about_when_asked(api: ApiServer) -> None:
    answer = api.create(config_map() | {"x": 1}, namespace="shop", by=BY, options=Options(field_validation="Warn"))
    assert answer.warnings == ('unknown field "x"',)


def test_options_are_checked_first(api: ApiServer) -> None:
    error = refusal(lambda: created(api, config_map(), Options(field_validation="strict")))
    assert error.message.startswith(
        'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "strict"'
    )


def test_a_job_gets_a_selector_and_labels_of_its_own(api: ApiServer) -> None:
    template = {"metadata": {"labels": {"app": "j"}}, "spec": {**pod()["spec"], "restartPolicy": "Never"}}
    sent = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": {"template": template}}
    job = created(api, sent)
    uid = job["metadata"]["uid"]
    assert job["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    assert job["spec"]["template"]["metadata"]["labels"]["job-name"] == "j"
    assert job["metadata"]["labels"] == job["spec"]["template"]["metadata"]["labels"]


def test_a_job_with_labels_of_its_own_keeps_them_as_they_are(api: ApiServer) -> None:
    template = {"metadata": {"labels": {"app": "j"}}, "spec": {**pod()["spec"], "restartPolicy": "Never"}}
    metadata = {"name": "j", "labels": {"app": "j"}}
    job = created(api, {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": {"template": template}})
    assert job["metadata"]["labels"] == {"app": "j"}
    assert job["spec"]["template"]["metadata"]["labels"]["job-name"] == "j"


def test_a_namespace_is_active_and_has_its_name_as_a_label(api: ApiServer) -> None:
    found = api.get("namespaces", "shop").object
    assert (found["status"], found["spec"]) == ({"phase": "Active"}, {"finalizers": ["kubernetes"]})
    assert found["metadata"]["labels"] == {"kubernetes.io/metadata.name": "shop"}


def test_the_writer_owns_what_he_sent_and_the_defaults(api: ApiServer) -> None:
    entry = created(api, deployment(), Options(field_manager="kubectl-create"))["metadata"]["managedFields"][0]
    assert (entry["manager"], entry["operation"], entry["apiVersion"]) == ("kubectl-create", "Update", "apps/v1")
    assert entry["fieldsV1"]["f:spec"]["f:template"]["f:spec"]["f:containers"] == {
        'k:{"name":"c"}': {
            ".": {},
            "f:image": {},
            "f:imagePullPolicy": {},
            "f:name": {},
            "f:resources": {},
            "f:terminationMessagePath": {},
            "f:terminationMessagePolicy": {},
        }
    }
    assert sorted(entry["fieldsV1"]) == ["f:spec"]


def test_an_owner_that_is_named_twice_is_kept_once_and_warned_about(api: ApiServer) -> None:
    owner = {"apiVersion": "v1", "kind": "Pod", "name": "web", "uid": "1-2"}
    sent = config_map()
    sent["metadata"]["ownerReferences"] = [owner, owner]
    answer = api.create(sent, namespace="shop", by=BY)
    assert answer.object["metadata"]["ownerReferences"] == [owner]
    assert answer.warnings[0].endswith("duplicate UID(s) observed: 1-2")
