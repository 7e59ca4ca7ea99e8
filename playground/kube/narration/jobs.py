"""What is said of Jobs and CronJobs."""

from __future__ import annotations

from playground.kube.narration import plain
from playground.kube.narration.plain import called, capital, count, spec, status, turned, who
from playground.kube.narration.world import World
from playground.kube.store import Change


def tell_job(change: Change, world: World) -> str:
    """Say what a change of a Job was."""
    job, name = change.object, capital(called(change.object))
    owner = world.controller(job)
    if change.type == "ADDED" and owner is not None:
        return f"{capital(called(owner))} created {called(job)}: its time has come."
    if change.type != "MODIFIED" or plain.started_deletion(change):
        return plain.tell(change)
    if spec(job).get("suspend") != spec(change.previous).get("suspend"):
        return f"{who(change)} {'suspended' if spec(job).get('suspend') else 'resumed'} {called(job)}."
    for condition in turned(change):
        if condition.get("status") == "True":
            return f"{name}: {condition['type']}{_because(condition.get('message', ''))}."
    new, old = status(job), status(change.previous)
    counts = ("active", "succeeded", "failed")
    if any(new.get(field, 0) != old.get(field, 0) for field in counts):
        total = spec(job).get("completions")
        of = f" of {total}" if total is not None else ""
        active, failed = new.get("active", 0), new.get("failed", 0)
        return f"{name}: {new.get('succeeded', 0)}{of} succeeded, {active} active, {failed} failed."
    if new.get("ready", 0) != old.get("ready", 0):
        return f"{name}: {count(new.get('ready', 0), 'pod')} of it ready."
    if new.get("uncountedTerminatedPods") != old.get("uncountedTerminatedPods"):
        return f"{name} noted which of its ended pods it has yet to count."
    return plain.tell(change)


def tell_cronjob(change: Change, world: World) -> str:
    """Say what a change of a CronJob was."""
    del world
    new, old = status(change.object), status(change.previous)
    if change.type == "MODIFIED" and new != old:
        active = [item.get("name", "") for item in new.get("active") or ()]
        now = f"active now: {plain.listed(active)}" if active else "nothing of it is active"
        last = new.get("lastScheduleTime")
        return f"{capital(called(change.object))}: {now}{f'; last scheduled for {last}' if last else ''}."
    return plain.tell(change)


def _because(message: str) -> str:
    return f" ({message.rstrip('.')})" if message else ""
