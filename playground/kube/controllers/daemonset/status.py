"""A DaemonSet's status, counted node by node.

After updateDaemonSetStatus and storeDaemonSetStatus of pkg/controller/daemon/daemon_controller.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.client.pods import is_available, is_ready
from playground.kube.controllers.daemonset.managing import min_ready_seconds
from playground.kube.controllers.daemonset.placement import Verdict, age_order, is_updated
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object

Json = dict[str, Any]

ALWAYS: Final = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")
SOMETIMES: Final = ("updatedNumberScheduled", "numberAvailable", "numberUnavailable")  # left out when 0


def counts_of(
    daemonset: Map, nodes: Mapping[str, Verdict], pods: Mapping[str, list[Object]], digest: str, now: float
) -> dict[str, int]:
    """Return the seven counts. A node counts by its oldest pod."""
    counts = dict.fromkeys((*ALWAYS, *SOMETIMES), 0)
    for name, (shall, _) in nodes.items():
        here = pods.get(name)
        if not shall:
            counts["numberMisscheduled"] += bool(here)
            continue
        counts["desiredNumberScheduled"] += 1
        if not here:
            continue
        oldest = here[0] if len(here) == 1 else min(here, key=age_order)
        counts["currentNumberScheduled"] += 1
        counts["numberReady"] += is_ready(oldest)
        counts["numberAvailable"] += is_available(oldest, min_ready_seconds(daemonset), now)
        counts["updatedNumberScheduled"] += is_updated(daemonset, oldest, digest)
    counts["numberUnavailable"] = counts["desiredNumberScheduled"] - counts["numberAvailable"]
    return counts


def status_of(daemonset: Map, counts: Mapping[str, int]) -> Json | None:
    """Return the status that says so, None when the set's own says it already."""
    known = daemonset.get("status") or EMPTY
    generation = meta.metadata(daemonset).get("generation") or 0
    seen = (known.get("observedGeneration") or 0) >= generation
    if seen and all((known.get(field) or 0) == value for field, value in counts.items()):
        return None
    rest = {field: value for field, value in known.items() if field not in SOMETIMES}
    told = {field: value for field, value in counts.items() if value or field in ALWAYS}
    return {**rest, **told, **({"observedGeneration": generation} if generation else {})}
