"""The cell TARGETS of an autoscaler. Source: pkg/printers/internalversion/printers.go (formatHPAMetrics)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]

MOST = 2
UNKNOWN = "<unknown>"
_FIELDS = {"Resource": "resource", "ContainerResource": "containerResource"}


def targets(hpa: Json) -> str:
    """Return what is used over what is wanted, for the first two metrics."""
    metrics = hpa["spec"].get("metrics") or ()
    statuses = (hpa.get("status") or {}).get("currentMetrics") or ()
    if not metrics:
        return "<none>"
    shown = [_target(metric, statuses[place] if place < len(statuses) else {}) for place, metric in enumerate(metrics)]
    more = f" + {len(shown) - MOST} more..." if len(shown) > MOST else ""
    return ", ".join(shown[:MOST]) + more


def _target(metric: Json, status: Json) -> str:
    kind = metric["type"]
    field = _FIELDS.get(kind) or kind.lower()
    source = metric[field]
    current = (status.get(field) or {}).get("current") or {}
    target = source["target"]
    if kind in _FIELDS:
        return f"{source['name']}: {_resource(target, current)}"
    if kind == "Pods":
        return f"{current.get('averageValue', UNKNOWN)}/{target.get('averageValue')}"
    if target.get("averageValue") is not None:
        return f"{current.get('averageValue', UNKNOWN)}/{target['averageValue']} (avg)"
    return f"{current.get('value', UNKNOWN)}/{target.get('value')}"


def _resource(target: Json, current: Json) -> str:
    if target.get("averageValue") is not None:
        return f"{current.get('averageValue', UNKNOWN)}/{target['averageValue']}"
    used, wanted = (part.get("averageUtilization") for part in (current, target))
    return f"{UNKNOWN if used is None else f'{used}%'}/{'<auto>' if wanted is None else f'{wanted}%'}"
