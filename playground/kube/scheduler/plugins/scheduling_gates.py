"""SchedulingGates: a pod with scheduling gates stays out of the queue (plugins/schedulinggates/scheduling_gates.go)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.scheduler.events import Action, Event, Hint, always
from playground.kube.scheduler.framework import Code, Handle, Status
from playground.kube.scheduler.pods import Pod

NAME: Final = "SchedulingGates"


class SchedulingGates:
    """Holds back gated pods until the last gate is taken away."""

    name = NAME

    def pre_enqueue(self, pod: Pod) -> Status | None:
        """Refuse while there are gates, naming them as Go prints a list."""
        gates = [gate["name"] for gate in pod.shape.spec.get("schedulingGates") or ()]
        if not gates:
            return None
        return Status(Code.UNRESOLVABLE, (f"waiting for scheduling gates: [{' '.join(gates)}]",), NAME)

    def events(self) -> tuple[tuple[Event, Hint], ...]:
        """Only the end of the pod's own gates."""
        return ((Event("unscheduled", Action.UPDATE_POD_GATES), always),)


def new(_args: Mapping[str, Any], _handle: Handle) -> SchedulingGates:
    """Make the plugin."""
    return SchedulingGates()
