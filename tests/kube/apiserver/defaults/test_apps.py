"""What the API server fills in in Deployments, ReplicaSets, StatefulSets and DaemonSets."""

from typing import Any

import pytest

from playground.kube.apiserver.defaults.apps import (
    default_daemon_set,
    default_deployment,
    default_replica_set,
    default_stateful_set,
)


def workload(**spec: Any) -> dict[str, Any]:
    pod = {"containers": [{"name": "c", "image": "nginx:1"}]}
    return {"metadata": {"name": "web"}, "spec": {**spec, "template": {"spec": pod}}}


def without_template(obj: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in obj["spec"].items() if key != "template"}


def test_a_deployment_rolls_by_quarters() -> None:
    obj = workload()
    default_deployment(obj)
    assert without_template(obj) == {
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": 600,
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}},
    }
    assert obj["spec"]["template"]["spec"]["restartPolicy"] == "Always"


def test_a_deployment_that_recreates_does_not_roll() -> None:
    obj = workload(strategy={"type": "Recreate"}, replicas=0)
    default_deployment(obj)
    assert (obj["spec"]["strategy"], obj["spec"]["replicas"]) == ({"type": "Recreate"}, 0)


def test_a_replica_set_has_one_replica() -> None:
    obj = workload()
    default_replica_set(obj)
    assert without_template(obj) == {"replicas": 1}


def test_a_daemon_set_takes_nodes_one_by_one() -> None:
    obj = workload()
    default_daemon_set(obj)
    rolling = {"maxUnavailable": 1, "maxSurge": 0}
    strategy = {"type": "RollingUpdate", "rollingUpdate": rolling}
    assert without_template(obj) == {"revisionHistoryLimit": 10, "updateStrategy": strategy}


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({}, {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}),
        ({"type": "RollingUpdate"}, {"type": "RollingUpdate"}),
        ({"type": "OnDelete"}, {"type": "OnDelete"}),
        (
            {"type": "RollingUpdate", "rollingUpdate": {"partition": 2, "maxUnavailable": 3}},
            {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}},
        ),
    ],
)
def test_a_stateful_set_updates_in_order(given: dict[str, Any], stored: dict[str, Any]) -> None:
    obj = workload(updateStrategy=given)
    default_stateful_set(obj)
    assert obj["spec"]["updateStrategy"] == stored


def test_a_stateful_set_keeps_its_claims() -> None:
    obj = workload(volumeClaimTemplates=[{"metadata": {"name": "data"}}])
    default_stateful_set(obj)
    assert obj["spec"]["podManagementPolicy"] == "OrderedReady"
    assert obj["spec"]["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}
    assert obj["spec"]["volumeClaimTemplates"] == [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": "data"},
            "spec": {"volumeMode": "Filesystem"},
            "status": {"phase": "Pending"},
        }
    ]
