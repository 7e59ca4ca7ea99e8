"""Cluster events as the queue knows them, and the form of a queueing hint. Which plugin wants which is in plugins/."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Flag, auto
from typing import Any

from playground.kube.scheduler.pods import Pod


class Action(Flag):
    """What happened to an object, as fine as plugins ask for it (pkg/scheduler/framework/types.go, ActionType)."""

    ADD = auto()
    DELETE = auto()
    UPDATE_NODE_ALLOCATABLE = auto()
    UPDATE_NODE_LABEL = auto()
    UPDATE_NODE_TAINT = auto()
    UPDATE_NODE_CONDITION = auto()
    UPDATE_NODE_ANNOTATION = auto()
    UPDATE_POD_LABEL = auto()
    UPDATE_POD_SCALE_DOWN = auto()
    UPDATE_POD_TOLERATION = auto()
    UPDATE_POD_GATES = auto()
    UPDATE_OTHER = auto()
    UPDATE = (
        UPDATE_NODE_ALLOCATABLE
        | UPDATE_NODE_LABEL
        | UPDATE_NODE_TAINT
        | UPDATE_NODE_CONDITION
        | UPDATE_NODE_ANNOTATION
        | UPDATE_POD_LABEL
        | UPDATE_POD_SCALE_DOWN
        | UPDATE_POD_TOLERATION
        | UPDATE_POD_GATES
        | UPDATE_OTHER
    )
    ALL = ADD | DELETE | UPDATE


@dataclass(frozen=True, slots=True)
class Event:
    """A kind of thing and what may happen to it.

    `resource`: "nodes", "assigned" (a pod with a node), "unscheduled" (the waiting pod itself), or another resource's
    qualified plural such as "persistentvolumeclaims".
    """

    resource: str
    actions: Action


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. For "assigned" `old`/`new` are `Pod`, otherwise the objects themselves."""

    resource: str
    actions: Action
    old: Any = None
    new: Any = None


Hint = Callable[[Pod, Happening], bool]
"""Whether this happening may let this pod, refused before, be scheduled (Queue) or not (QueueSkip)."""


def always(_pod: Pod, _happening: Happening) -> bool:
    """The hint of a plugin that does not look closer."""
    return True


Object = Mapping[str, Any]
