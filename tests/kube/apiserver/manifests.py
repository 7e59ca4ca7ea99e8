"""Small manifests that the tests of the API server write, and short ways to send them."""

from collections.abc import Callable
from typing import Any

import pytest

from playground.kube.apiserver import ApiServer, Options
from playground.kube.errors import ApiError
from playground.kube.objects.frozen import Map
from playground.kube.store import By

BY = By("kubectl", command=1)
Manifest = dict[str, Any]


def namespace(name: str) -> Manifest:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def config_map(name: str = "settings", **data: str) -> Manifest:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data or {"a": "b"}}


def pod(name: str = "web", *, labels: dict[str, str] | None = None, **spec: Any) -> Manifest:
    containers = [{"name": "c", "image": "nginx:1.0"}]
    metadata: Manifest = {"name": name} | ({"labels": labels} if labels else {})
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers, **spec}}


def asking(name: str, *, requests: dict[str, str] | None = None, limits: dict[str, str] | None = None) -> Manifest:
    """A pod whose one container asks for resources."""
    resources = {key: value for key, value in (("requests", requests), ("limits", limits)) if value}
    return pod(name, containers=[{"name": "c", "image": "nginx:1.0", "resources": resources}])


def deployment(name: str = "web", *, replicas: int = 2, image: str = "nginx:1.0") -> Manifest:
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "c", "image": image}]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def service(name: str = "web", **spec: Any) -> Manifest:
    whole = {"selector": {"app": name}, "ports": [{"port": 80}], **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": whole}


def budget(name: str = "pdb", **status: Any) -> Manifest:
    spec = {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name},
        "spec": spec,
        "status": status,
    }


def created(api: ApiServer, obj: Manifest, options: Options | None = None) -> Map:
    """Create in the namespace shop and return what is stored."""
    return api.create(obj, namespace="shop", by=BY, options=options or Options()).object


def refusal(call: Callable[[], object]) -> ApiError:
    """Return the refusal a call ends with."""
    with pytest.raises(ApiError) as caught:
        call()
    return caught.value
