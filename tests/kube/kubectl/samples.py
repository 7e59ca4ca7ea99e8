"""Manifests as people type them, and objects as controllers and kubelets leave them."""

from typing import Any

POD = """
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: c
    image: nginx:1
"""
UP = {"type": "Ready", "status": "True"}


def pod(name: str = "web", **metadata: Any) -> dict[str, Any]:
    containers = [{"name": "c", "image": "nginx:1"}]
    head = {"name": name, **metadata}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": head, "spec": {"containers": containers}}


def running(name: str, created: str = "2026-01-01T00:00:00Z") -> dict[str, Any]:
    """A pod whose container runs."""
    state = {"name": "c", "ready": True, "restartCount": 0, "state": {"running": {"startedAt": created}}}
    status = {"phase": "Running", "conditions": [UP], "containerStatuses": [state]}
    return {**pod(name, creationTimestamp=created), "status": status}


def deployment(name: str = "web", *, replicas: int = 2, image: str = "nginx:1") -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "c", "image": image}]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def node(name: str = "n1") -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}}
