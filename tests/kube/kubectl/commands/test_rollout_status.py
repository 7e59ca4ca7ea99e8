"""What a rollout says of itself."""

from typing import Any

import pytest

from playground.kube.kubectl.commands.rollout_status import status_of
from playground.kube.kubectl.errors import CommandError
from playground.kube.kubectl.targets import resource_for

ROLLING = {"type": "RollingUpdate"}


def workload(spec: dict[str, Any], status: dict[str, Any], generation: int = 1) -> dict[str, Any]:
    strategy = {"updateStrategy": ROLLING}
    seen = {"observedGeneration": 1}
    return {"metadata": {"name": "w", "generation": generation}, "spec": strategy | spec, "status": seen | status}


def told(kind: str, spec: dict[str, Any], status: dict[str, Any]) -> tuple[str, bool]:
    return status_of(resource_for(kind), workload(spec, status), 0)


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ({"updatedReplicas": 1}, "1 out of 3 new replicas have been updated...\n"),
        ({"updatedReplicas": 3, "replicas": 4}, "1 old replicas are pending termination...\n"),
        (
            {"updatedReplicas": 3, "replicas": 3, "availableReplicas": 2},
            "2 of 3 updated replicas are available...\n",
        ),
    ],
)
def test_a_deployment_on_its_way(status: dict[str, Any], says: str) -> None:
    waiting = 'Waiting for deployment "w" rollout to finish: '
    assert told("deploy", {"replicas": 3}, status) == (waiting + says, False)


def test_a_deployment_that_is_done_or_stuck() -> None:
    done = {"updatedReplicas": 1, "replicas": 1, "availableReplicas": 1}
    assert told("deploy", {"replicas": 1}, done) == ('deployment "w" successfully rolled out\n', True)
    late = {"type": "Progressing", "reason": "ProgressDeadlineExceeded"}
    with pytest.raises(CommandError, match='deployment "w" exceeded its progress deadline'):
        told("deploy", {"replicas": 1}, {"conditions": [late]})
    with pytest.raises(CommandError, match="is different from the running revision"):
        status_of(resource_for("deploy"), workload({"replicas": 1}, done), 7)


def test_what_is_not_observed_yet() -> None:
    for kind, name in (("deploy", "deployment"), ("ds", "daemon set"), ("sts", "statefulset")):
        obj = workload({"replicas": 1}, {}, generation=2)
        assert status_of(resource_for(kind), obj, 0) == (f"Waiting for {name} spec update to be observed...\n", False)


@pytest.mark.parametrize(
    ("updated", "available", "says"),
    [
        (1, 0, 'Waiting for daemon set "w" rollout to finish: 1 out of 2 new pods have been updated...\n'),
        (2, 1, 'Waiting for daemon set "w" rollout to finish: 1 of 2 updated pods are available...\n'),
        (2, 2, 'daemon set "w" successfully rolled out\n'),
    ],
)
def test_a_daemon_set(updated: int, available: int, says: str) -> None:
    status = {"desiredNumberScheduled": 2, "updatedNumberScheduled": updated, "numberAvailable": available}
    assert told("ds", {}, status) == (says, available == 2)


@pytest.mark.parametrize(
    ("rolling", "status", "says"),
    [
        (None, {"readyReplicas": 1}, "Waiting for 1 pods to be ready...\n"),
        (
            {"partition": 1},
            {"readyReplicas": 2},
            "Waiting for partitioned roll out to finish: 0 out of 1 new pods have been updated...\n",
        ),
        (
            {"partition": 1},
            {"readyReplicas": 2, "updatedReplicas": 1},
            "partitioned roll out complete: 1 new pods have been updated...\n",
        ),
        (
            None,
            {"readyReplicas": 2, "updatedReplicas": 1, "updateRevision": "w-2"},
            "waiting for statefulset rolling update to complete 1 pods at revision w-2...\n",
        ),
        (
            None,
            {"readyReplicas": 2, "currentReplicas": 2, "currentRevision": "w-2", "updateRevision": "w-2"},
            "statefulset rolling update complete 2 pods at revision w-2...\n",
        ),
    ],
)
def test_a_stateful_set(rolling: dict[str, Any] | None, status: dict[str, Any], says: str) -> None:
    spec = {"replicas": 2, "updateStrategy": ROLLING | ({"rollingUpdate": rolling} if rolling else {})}
    assert told("sts", spec, status)[0] == says


def test_what_is_replaced_by_hand_has_no_status() -> None:
    with pytest.raises(CommandError, match="only available for RollingUpdate strategy type"):
        told("ds", {"updateStrategy": {"type": "OnDelete"}}, {})
