"""DynamicResources, for clusters without ResourceClaims: it scores nothing and has no claim to give back.

Pods with spec.resourceClaims are refused: claims are not simulated (plugins/dynamicresources/dynamicresources.go).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from playground.kube.scheduler.framework import (
    Code,
    CycleState,
    Handle,
    PostFilterResult,
    PreFilterResult,
    Reads,
    Status,
)
from playground.kube.scheduler.pods import Pod, Shape
from playground.kube.scheduler.table import IntArray, Rows

NAME: Final = "DynamicResources"


class DynamicResources:
    """What is left of the plugin where no pod has claims."""

    name = NAME
    reads = Reads.NODE

    def pre_filter(self, pod: Pod) -> PreFilterResult | None:
        """Refuse a pod whose claim does not exist: none does."""
        claims = pod.shape.spec.get("resourceClaims") or ()
        for claim in claims:
            missing = claim.get("resourceClaimName") or claim.get("resourceClaimTemplateName") or claim["name"]
            words = f'resourceclaim.resource.k8s.io "{missing}" not found'
            return PreFilterResult(Status(Code.UNRESOLVABLE, (words,), NAME))
        return None

    def post_filter(self, cycle: CycleState) -> PostFilterResult:
        """Say that giving back claims will not help.

        Where another plugin's PreFilter refused the pod, this plugin's own never ran: it then fails with the words that
        the real one says when it looks for its state, and no plugin after it is asked.
        """
        if not cycle.prefiltered:
            return PostFilterResult(Status(Code.ERROR, ("not found",), NAME))
        return PostFilterResult(Status(Code.UNSCHEDULABLE, ("no new claims to deallocate",), NAME))

    def score_want(self, _shape: Shape) -> bool:
        """Return the same want for every pod."""
        return True

    def score_rows(self, _want: bool, rows: Rows) -> IntArray:
        """Score 0 everywhere."""
        return np.zeros(len(rows), dtype=np.int64)


def new(_args: Mapping[str, Any], _handle: Handle) -> DynamicResources:
    """Make the plugin."""
    return DynamicResources()
