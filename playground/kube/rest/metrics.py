"""/apis/metrics.k8s.io/v1beta1: what metrics-server serves beside the API server. Read only, and not stored.

Without metrics-server these paths do not exist, as in a cluster where it is not installed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube import errors
from playground.kube.apiserver import ApiServer
from playground.kube.objects import meta
from playground.kube.rest.call import Call, Reply
from playground.kube.rest.paths import NoSuchPath, NoSuchResource

ROOT: Final = "/apis/metrics.k8s.io/v1beta1"


def is_about_metrics(api: ApiServer, path: str) -> bool:
    """Tell whether a path is metrics-server's, and it runs."""
    return api.core.streams.metrics is not None and (path == ROOT or path.startswith(f"{ROOT}/"))


def read_metrics(api: ApiServer, call: Call) -> Reply:
    """Answer a GET. Raises ApiError, NoSuchPath, NoSuchResource."""
    if call.method != "GET":
        raise errors.method_not_allowed()
    namespace, resource, name = _place(call.path)
    if name:
        found = _one(api, resource, namespace, name)
        if found is None:
            raise errors.not_found(f"{resource}.metrics.k8s.io", f"{namespace}/{name}" if namespace else name)
        return Reply(200, found)
    listed = api.list(
        resource,
        namespace or None,
        label_selector=call.query.get("labelSelector", ""),
        field_selector=call.query.get("fieldSelector", ""),
    )
    found_all = [_one(api, resource, meta.namespace(item), meta.name(item)) for item in listed["items"]]
    kind = "PodMetricsList" if resource == "pods" else "NodeMetricsList"
    items = [{key: each[key] for key in each if key not in {"kind", "apiVersion"}} for each in found_all if each]
    head = {"kind": kind, "apiVersion": "metrics.k8s.io/v1beta1", "metadata": {}}
    return Reply(200, {**head, "items": items})


def _place(path: str) -> tuple[str, str, str]:
    """Return namespace, resource and name of a path; raises NoSuchPath or NoSuchResource."""
    parts = [part for part in path.removeprefix(ROOT).split("/") if part]
    namespace = ""
    if parts[:1] == ["namespaces"] and len(parts) > 2:
        namespace, parts = parts[1], parts[2:]
    if not parts:
        raise NoSuchPath
    resource, name = parts[0], parts[1] if len(parts) > 1 else ""
    if resource not in {"pods", "nodes"} or len(parts) > 2 or (namespace and resource == "nodes"):
        raise NoSuchResource
    if resource == "pods" and name and not namespace:
        raise NoSuchResource
    return namespace, resource, name


def _one(api: ApiServer, resource: str, namespace: str, name: str) -> Mapping[str, Any] | None:
    source = api.core.streams.metrics
    if source is None:
        return None
    return source.pod(namespace, name) if resource == "pods" else source.node(name)
