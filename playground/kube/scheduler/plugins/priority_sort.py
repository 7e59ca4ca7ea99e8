"""PrioritySort: pods of higher priority first, then those that waited longer (plugins/queuesort/priority_sort.go)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.scheduler.framework import Handle
from playground.kube.scheduler.pods import Pod

NAME: Final = "PrioritySort"


class PrioritySort:
    """Orders the active queue."""

    name = NAME

    def sort_key(self, pod: Pod) -> int:
        """Return a number that is smaller for pods that go first."""
        return -pod.priority


def new(_args: Mapping[str, Any], _handle: Handle) -> PrioritySort:
    """Make the plugin."""
    return PrioritySort()
