"""What is said of Jobs and CronJobs."""

from __future__ import annotations

from typing import Final

from playground.kube.narration import plain
from playground.kube.narration.plain import called, capital, count, spec, status, turned, who
from playground.kube.narration.world import World
from playground.kube.objects.frozen import Map
from playground.kube.store import Change

_CONDITIONS: Final = {
    "Complete": " is complete",
    "Failed": " has failed",
    "SuccessCriteriaMet": " has done what it must; what still runs of it is ended",
    "FailureTarget": " is about to fail; what still runs of it is ended",
}


def tell_job(change: Change, world: World) -> str:
    """Say what a change of a Job was."""
    owner = world.controller(change.object)
    if change.type != "MODIFIED" or plain.started_deletion(change):
        return _of_cronjob(change, owner) if owner is not None else plain.tell(change)
    return _desired(change) or _turned(change) or _counted(change) or plain.tell(change)


def _of_cronjob(change: Change, owner: Map) -> str:
    """Why a Job of a CronJob comes or goes."""
    if change.type == "ADDED":
        if plain.is_person(change):
            return f"{who(change)} created {called(change.object)} from {called(owner)}."
        return f"{capital(called(owner))} created {called(change.object)}: its time has come."
    if change.actor == "cronjob-controller":
        return (
            f"{capital(called(owner))} removed {called(change.object)}: it keeps only the last of those that are over."
        )
    return plain.tell(change)


def _desired(change: Change) -> str:
    suspended = bool(spec(change.object).get("suspend"))
    if suspended == bool(spec(change.previous).get("suspend")):
        return ""
    return f"{who(change)} {'suspended' if suspended else 'resumed'} {called(change.object)}."


def _turned(change: Change) -> str:
    for condition in turned(change):
        if condition.get("status") == "True":
            word = _CONDITIONS.get(condition["type"], f": {condition['type']}")
            return f"{capital(called(change.object))}{word}{_because(condition.get('message', ''))}."
    return ""


def _counted(change: Change) -> str:
    """How many pods of a Job run, are ready, and how many have ended."""
    new, old, name = status(change.object), status(change.previous), capital(called(change.object))

    def differ(*fields: str) -> bool:
        return any(new.get(field, 0) != old.get(field, 0) for field in fields)

    if differ("active", "succeeded", "failed"):
        total = spec(change.object).get("completions")
        of = f" of {total}" if total is not None else ""
        active, failed = new.get("active", 0), new.get("failed", 0)
        return f"{name}: {new.get('succeeded', 0)}{of} succeeded, {active} active, {failed} failed."
    if differ("ready"):
        return f"{name}: {count(new.get('ready', 0), 'pod')} of it ready."
    if new.get("uncountedTerminatedPods") != old.get("uncountedTerminatedPods"):
        return f"{name} noted which of its ended pods it has yet to count."
    if differ("terminating"):
        ending = new.get("terminating", 0)
        return f"{name}: {count(ending, 'pod')} of it still ending." if ending else f"{name}: all its pods have ended."
    return ""


def tell_cronjob(change: Change, world: World) -> str:
    """Say what a change of a CronJob was."""
    del world
    new, old = status(change.object), status(change.previous)
    desired = _desired(change) if change.type == "MODIFIED" else ""
    if desired:
        return desired
    if change.type == "MODIFIED" and new != old:
        active = [item.get("name", "") for item in new.get("active") or ()]
        now = f"active now: {plain.listed(active)}" if active else "nothing of it is active"
        last = new.get("lastScheduleTime")
        return f"{capital(called(change.object))}: {now}{f'; last scheduled for {last}' if last else ''}."
    return plain.tell(change)


def _because(message: str) -> str:
    return f" ({message.rstrip(' .')})" if message else ""
