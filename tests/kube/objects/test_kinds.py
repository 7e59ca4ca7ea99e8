"""The table of kinds."""

import pytest

from playground.kube.objects import kinds, schema
from playground.kube.objects.kinds import CARRIED, RESOURCES, Resource

NEEDED = [
    "Pod",
    "Node",
    "Namespace",
    "Deployment",
    "ReplicaSet",
    "ReplicationController",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "CronJob",
    "Service",
    "EndpointSlice",
    "Endpoints",
    "ConfigMap",
    "Secret",
    "ServiceAccount",
    "Event",
    "Lease",
    "PodDisruptionBudget",
    "PriorityClass",
    "HorizontalPodAutoscaler",
    "ResourceQuota",
    "LimitRange",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "StorageClass",
    "Ingress",
    "NetworkPolicy",
    "RuntimeClass",
    "ControllerRevision",
    "Role",
    "RoleBinding",
    "ClusterRole",
    "ClusterRoleBinding",
]


def test_every_kind_of_the_simulator_is_there_once() -> None:
    found = [item.kind for item in RESOURCES]
    assert set(NEEDED) <= set(found)
    assert len(found) == len(set(found))


def test_names_are_found_without_doubt() -> None:
    words = [word for item in RESOURCES for word in {item.plural, item.singular, *item.short_names}]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("item", RESOURCES, ids=lambda item: item.qualified)
def test_a_resource_is_found_by_each_of_its_names(item: Resource) -> None:
    assert kinds.by_kind(item.api_version, item.kind) is item
    assert kinds.by_plural(item.group, item.version, item.plural) is item
    assert kinds.by_qualified(item.qualified) is item
    for word in (item.plural, item.singular, *item.short_names, item.kind, item.qualified):
        assert kinds.find(word) is item
    assert kinds.find(f"{item.plural}.{item.version}.{item.group}") is item


@pytest.mark.parametrize(
    "item", [item for item in (*RESOURCES, *CARRIED) if item.kind != "List"], ids=lambda item: item.kind
)
def test_every_kind_has_a_schema_with_metadata(item: Resource) -> None:
    fields = schema.of(item.api_version, item.kind).fields
    assert {"apiVersion", "kind"} <= set(fields)


def test_messages_use_the_qualified_name() -> None:
    deployment = kinds.by_kind("apps/v1", "Deployment")
    assert deployment is not None
    assert deployment.qualified == "deployments.apps"
    assert deployment.list_kind == "DeploymentList"
    assert deployment.api_version == "apps/v1"


def test_scope_and_subresources_are_those_of_discovery() -> None:
    cluster_wide = {item.plural for item in RESOURCES if not item.namespaced}
    assert {
        "nodes",
        "namespaces",
        "persistentvolumes",
        "priorityclasses",
        "runtimeclasses",
        "clusterroles",
    } <= cluster_wide
    assert {item.plural for item in RESOURCES if "scale" in item.subresources} == {
        "deployments",
        "replicasets",
        "statefulsets",
        "replicationcontrollers",
    }


def test_what_is_unknown_is_none() -> None:
    assert kinds.by_kind("v1", "Pond") is None
    assert kinds.by_plural("", "v1", "ponds") is None
    assert kinds.find("ponds") is None
    with pytest.raises(KeyError):
        kinds.by_qualified("ponds")
