"""Valid workloads to spoil: one of each kind that makes pods."""

from typing import Any

UID = "0f7c7a1e-0000-4000-8000-000000000001"
LABELS = {"app": "web"}
MISMATCH = "`selector` does not match template `labels`"
NEGATIVE = "must be greater than or equal to 0"
PERCENT = (
    "a valid percent string must be a numeric string followed by an ending '%' "
    "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
)


def _workload(api_version: str, kind: str, **spec: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": dict(LABELS)}, "spec": {"containers": [{"name": "c", "image": "nginx:1"}]}}
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"selector": {"matchLabels": dict(LABELS)}, "template": template, **spec},
    }


def deployment(**spec: Any) -> dict[str, Any]:
    return _workload("apps/v1", "Deployment", **spec)


def replica_set(**spec: Any) -> dict[str, Any]:
    return _workload("apps/v1", "ReplicaSet", **spec)


def daemon_set(**spec: Any) -> dict[str, Any]:
    return _workload("apps/v1", "DaemonSet", **spec)


def stateful_set(**spec: Any) -> dict[str, Any]:
    return _workload("apps/v1", "StatefulSet", serviceName="web", **spec)


def job(**spec: Any) -> dict[str, Any]:
    """A Job as it is once the server has given it its selector."""
    labels = {
        "controller-uid": UID,
        "job-name": "web",
        "batch.kubernetes.io/controller-uid": UID,
        "batch.kubernetes.io/job-name": "web",
    }
    made = _workload("batch/v1", "Job", **spec)
    made["metadata"]["uid"] = UID
    made["spec"]["selector"] = {"matchLabels": {"batch.kubernetes.io/controller-uid": UID}}
    made["spec"]["template"]["metadata"]["labels"] |= labels
    made["spec"]["template"]["spec"]["restartPolicy"] = "Never"
    return made


def cron_job(**spec: Any) -> dict[str, Any]:
    pod = {"containers": [{"name": "c", "image": "busybox:1"}], "restartPolicy": "OnFailure"}
    template = {"spec": {"template": {"spec": pod}}}
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "tick", "namespace": "shop"},
        "spec": {"schedule": "*/5 * * * *", "jobTemplate": template, **spec},
    }
