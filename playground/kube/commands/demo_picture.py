"""The cluster as a few lines of text: a line for each node with its pods, and one for the pods that wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from playground.kube.client import pods
from playground.kube.cluster import Cluster
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map

LEGEND: Final = "● ready   ◐ running, not ready   ○ starting or waiting   ✕ crashing or failed   ✓ done   ‹ending›"
WIDTH: Final = 110  # characters of a line


def picture(cluster: Cluster) -> Iterator[str]:
    """Yield the lines."""
    everywhere = cluster.list("pods")
    for node in cluster.list("nodes"):
        here = [pod for pod in everywhere if pod["spec"].get("nodeName") == meta.name(node)]
        yield _line(f"{meta.name(node)}{_state(node)}", here)
    waiting = [pod for pod in everywhere if not pod["spec"].get("nodeName")]
    if waiting:
        yield _line("no node yet", waiting)


def symbol(pod: Map) -> str:
    """One character for a pod's state."""
    phase = pods.phase(pod)
    waiting = {
        ((item.get("state") or {}).get("waiting") or {}).get("reason")
        for item in (pod.get("status") or {}).get("containerStatuses") or ()
    }
    if phase == "Failed" or waiting & {"CrashLoopBackOff", "ErrImagePull", "ImagePullBackOff"}:
        return "✕"
    if phase == "Succeeded":
        return "✓"
    if phase == "Running":
        return "●" if pods.is_ready(pod) else "◐"
    return "○"


def _state(node: Map) -> str:
    ready = pods.condition(node, "Ready")
    if ready is not None and ready["status"] != "True":
        return " (not ready)"
    return " (cordoned)" if (node.get("spec") or {}).get("unschedulable") else ""


def _line(title: str, found: list[Map]) -> str:
    words = [_word(pod) for pod in found]
    line = f"{title:<20}" + "  ".join(words)
    if len(line) <= WIDTH:
        return line
    symbols = "".join(symbol(pod) for pod in found)
    return f"{title:<20}{symbols}  ({len(found)} pods)"


def _word(pod: Map) -> str:
    word = f"{symbol(pod)} {meta.name(pod)}"
    return f"‹{word}›" if meta.deleting(pod) else word
