"""What `kubectl get events` shows. Source: printEvent of pkg/printers/internalversion/printers.go, v1.36."""

from collections.abc import Mapping
from typing import Any

from playground.kube.kubectl.durations import ago

Fields = Mapping[str, Any]


def last_seen(event: Fields, now: float) -> str:
    """Show when an Event last happened."""
    series = (event.get("series") or {}).get("lastObservedTime")
    return ago(series or event.get("lastTimestamp") or event.get("eventTime") or event.get("firstTimestamp"), now)


def about(event: Fields, now: float) -> str:
    """Show `pod/web`."""
    del now
    about = event.get("involvedObject") or {}
    return f"{(about.get('kind') or '').lower()}/{about.get('name')}"


def first_seen(event: Fields, now: float) -> str:
    """Show when an Event first happened."""
    return ago(event.get("firstTimestamp") or event.get("eventTime"), now)


def source(event: Fields, now: float) -> str:
    """Show `kubelet, node-1`."""
    del now
    source = event.get("source") or {}
    parts = (
        source.get("component") or event.get("reportingComponent"),
        source.get("host") or event.get("reportingInstance"),
    )
    return ", ".join(filter(None, parts))


def count(event: Fields, now: float) -> str:
    """Show how often an Event happened."""
    del now
    return str((event.get("series") or {}).get("count") or event.get("count") or 1)


def message(event: Fields, now: float) -> str:
    """Show what an Event says."""
    del now
    return (event.get("message") or "").strip()
