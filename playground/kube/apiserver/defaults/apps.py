"""Defaults of apps/v1: Deployment, ReplicaSet, StatefulSet, DaemonSet.

Source: pkg/apis/apps/v1/defaults.go and conversion.go, v1.36. Pod templates are filled in by defaults.pod.
"""

from playground.kube.apiserver.defaults.claim import default_claim_spec
from playground.kube.apiserver.defaults.pod_template import default_pod_template
from playground.kube.apiserver.defaults.unset import Fields, child, fill, fill_empty, items

ROLLING_UPDATE = "RollingUpdate"
HISTORY = 10
PROGRESS_DEADLINE = 600  # seconds


def default_deployment(obj: Fields) -> None:
    """One replica, replaced a quarter at a time."""
    spec = child(obj, "spec")
    fill(spec, replicas=1, revisionHistoryLimit=HISTORY, progressDeadlineSeconds=PROGRESS_DEADLINE)
    strategy = child(spec, "strategy")
    fill_empty(strategy, type=ROLLING_UPDATE)
    if strategy["type"] == ROLLING_UPDATE:
        fill(child(strategy, "rollingUpdate"), maxUnavailable="25%", maxSurge="25%")
    default_pod_template(spec)


def default_replica_set(obj: Fields) -> None:
    """One replica."""
    spec = child(obj, "spec")
    fill(spec, replicas=1)
    default_pod_template(spec)


def default_daemon_set(obj: Fields) -> None:
    """One node at a time, the old pod leaving first."""
    spec = child(obj, "spec")
    fill(spec, revisionHistoryLimit=HISTORY)
    strategy = child(spec, "updateStrategy")
    fill_empty(strategy, type=ROLLING_UPDATE)
    if strategy["type"] == ROLLING_UPDATE:
        fill(child(strategy, "rollingUpdate"), maxUnavailable=1, maxSurge=0)
    default_pod_template(spec)


def default_stateful_set(obj: Fields) -> None:
    """Pods in order, claims kept."""
    spec = child(obj, "spec")
    fill(spec, replicas=1, revisionHistoryLimit=HISTORY)
    fill_empty(spec, podManagementPolicy="OrderedReady")
    strategy = child(spec, "updateStrategy")
    if not strategy.get("type"):
        strategy["type"] = ROLLING_UPDATE
        child(strategy, "rollingUpdate")
    if strategy["type"] == ROLLING_UPDATE and strategy.get("rollingUpdate") is not None:
        fill(strategy["rollingUpdate"], partition=0)
        # MaxUnavailableStatefulSet is off by default: the field is silently dropped.
        strategy["rollingUpdate"].pop("maxUnavailable", None)
    fill_empty(child(spec, "persistentVolumeClaimRetentionPolicy"), whenDeleted="Retain", whenScaled="Retain")
    default_pod_template(spec)
    for claim in items(spec, "volumeClaimTemplates"):
        # The claim is stored as a whole object (conversion.go keeps apiVersion and kind for old readers).
        claim |= {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
        default_claim_spec(child(claim, "spec"))
        fill_empty(child(claim, "status"), phase="Pending")
