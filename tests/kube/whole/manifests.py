"""The objects of the stories: small workloads of each kind, as dicts."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

KINDS = {
    "deployments": ("apps/v1", "Deployment"),
    "statefulsets": ("apps/v1", "StatefulSet"),
    "daemonsets": ("apps/v1", "DaemonSet"),
    "jobs": ("batch/v1", "Job"),
    "cronjobs": ("batch/v1", "CronJob"),
}


def workload(kind: str, name: str, namespace: str, replicas: int, image: str, flavour: str) -> Json:
    """A Deployment, StatefulSet or DaemonSet with one container."""
    spec: Json = {"selector": {"matchLabels": {"app": name}}, "template": template(name, image, flavour)}
    if kind != "daemonsets":
        spec["replicas"] = replicas
    if kind == "deployments":
        spec["strategy"] = {"type": "Recreate" if flavour == "recreate" else "RollingUpdate"}
    elif flavour == "recreate":
        spec["updateStrategy"] = {"type": "OnDelete"}
    if kind == "statefulsets":
        spec["serviceName"] = name
        if flavour == "claims":
            spec["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": _claim()}]
        if flavour == "parallel":
            spec["podManagementPolicy"] = "Parallel"
    return _object(*KINDS[kind], name, namespace, spec)


def template(app: str, image: str, flavour: str) -> Json:
    """The pod template of an app; a *flavour* adds something."""
    container: Json = {"name": "c", "image": image, "resources": {"requests": {"cpu": "300m", "memory": "64Mi"}}}
    spec: Json = {"containers": [container]}
    if flavour == "probed":
        probe = {"httpGet": {"port": 80}, "periodSeconds": 5}
        container.update(readinessProbe=probe, livenessProbe=probe)
    elif flavour == "big":
        container["resources"] = {"requests": {"cpu": "1500m"}, "limits": {"memory": "512Mi"}}
    elif flavour == "init":
        spec["initContainers"] = [
            {"name": "first", "image": "busybox:1.36", "command": ["sleep", "2"]},
            {"name": "beside", "image": "busybox:1.36", "command": ["sleep", "infinity"], "restartPolicy": "Always"},
        ]
        spec["terminationGracePeriodSeconds"] = 3
    elif flavour == "crashes":
        container.update(image="busybox:1.36", command=["sh", "-c", "sleep 5; exit 1"])
    return {"metadata": {"labels": {"app": app}}, "spec": spec}


def job(name: str, namespace: str, completions: int, script: str, ttl: int | None) -> Json:
    """A Job of so many completions, two at once."""
    spec: Json = {"completions": completions, "parallelism": 2, "backoffLimit": 2, "template": _once(name, script)}
    if ttl is not None:
        spec["ttlSecondsAfterFinished"] = ttl
    return _object(*KINDS["jobs"], name, namespace, spec)


def cronjob(name: str, namespace: str, policy: str, script: str) -> Json:
    """A CronJob of every minute."""
    jobs = {"spec": {"backoffLimit": 1, "template": _once(name, script)}}
    spec = {"schedule": "* * * * *", "concurrencyPolicy": policy, "jobTemplate": jobs}
    return _object(*KINDS["cronjobs"], name, namespace, spec)


def service(app: str, namespace: str) -> Json:
    """A Service in front of an app."""
    return _object("v1", "Service", app, namespace, {"selector": {"app": app}, "ports": [{"port": 80}]})


def autoscaler(app: str, namespace: str) -> Json:
    """One to four replicas of a Deployment, by CPU."""
    wanted = {"type": "Utilization", "averageUtilization": 50}
    metric = {"type": "Resource", "resource": {"name": "cpu", "target": wanted}}
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": app}
    spec = {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 4, "metrics": [metric]}
    return _object("autoscaling/v2", "HorizontalPodAutoscaler", app, namespace, spec)


def budget(app: str, namespace: str) -> Json:
    """At most one pod of an app away."""
    spec = {"maxUnavailable": 1, "selector": {"matchLabels": {"app": app}}}
    return _object("policy/v1", "PodDisruptionBudget", app, namespace, spec)


def node(name: str, cpu: str = "4") -> Json:
    """A machine."""
    room = {"cpu": cpu, "memory": "4Gi", "pods": "20"}
    return {
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": name},
        "status": {"capacity": room, "allocatable": room},
    }  # fmt: skip


def _once(name: str, script: str) -> Json:
    container = {"name": "c", "image": "busybox:1.36", "command": ["sh", "-c", script]}
    return {
        "metadata": {"labels": {"app": name}},
        "spec": {"restartPolicy": "Never", "containers": [container]},
    }


def _claim() -> Json:
    return {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}


def _object(version: str, kind: str, name: str, namespace: str, spec: Json) -> Json:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": namespace}, "spec": spec}
