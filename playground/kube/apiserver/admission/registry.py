"""The plugins that are on by default, in their real order (pkg/kubeapiserver/options/plugins.go).

Left out: plugins for what this server does not have (service accounts' tokens, webhooks, certificates, policies), and
PodSecurity, which lets everything pass unless a namespace is labelled.
"""

from __future__ import annotations

from playground.kube.apiserver.admission import (
    default_ingress_class,
    default_storage_class,
    default_toleration_seconds,
    limit_ranger,
    namespace_lifecycle,
    persistent_volume_claim_resize,
    priority,
    resource_quota,
    runtime_class,
    storage_object_in_use_protection,
    taint_nodes_by_condition,
)
from playground.kube.apiserver.admission.plugin import Request

PLUGINS = (
    namespace_lifecycle.PLUGIN,
    limit_ranger.PLUGIN,
    taint_nodes_by_condition.PLUGIN,
    priority.PLUGIN,
    default_toleration_seconds.PLUGIN,
    default_storage_class.PLUGIN,
    storage_object_in_use_protection.PLUGIN,
    persistent_volume_claim_resize.PLUGIN,
    runtime_class.PLUGIN,
    default_ingress_class.PLUGIN,
    resource_quota.PLUGIN,
)


def admit(request: Request) -> None:
    """Let every plugin change the draft; raises ApiError when one refuses."""
    for plugin in PLUGINS:
        if plugin.admit is not None and request.operation in plugin.operations:
            plugin.admit(request)


def validate(request: Request) -> None:
    """Ask every plugin about the finished draft; raises ApiError when one refuses."""
    for plugin in PLUGINS:
        if plugin.validate is not None and request.operation in plugin.operations:
            plugin.validate(request)
