"""DefaultBinder: the pod is bound by the API server's binding subresource (plugins/defaultbinder/default_binder.go).

The scheduler's actor does the call, since only it writes; this entry lets a KubeSchedulerConfiguration name the plugin.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.scheduler.framework import Handle

NAME: Final = "DefaultBinder"


class DefaultBinder:
    """Stands for the Bind extension point."""

    name = NAME


def new(_args: Mapping[str, Any], _handle: Handle) -> DefaultBinder:
    """Make the plugin."""
    return DefaultBinder()
