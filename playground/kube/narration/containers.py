"""What is said of the containers of a pod: what they wait for, that they run, how they ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from playground.kube.narration import plain
from playground.kube.narration.plain import count, spec, status
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Object

Json = Mapping[str, Any]

_OVER: Final = frozenset({"Succeeded", "Failed"})
_WAITING: Final[Mapping[str, str]] = {
    "ContainerCreating": "is being set up",
    "PodInitializing": "waits for the init containers",
    "CrashLoopBackOff": "ended too often and waits before it is started again",
    "ErrImagePull": "cannot start: its image could not be pulled",
    "ImagePullBackOff": "cannot start: its image could not be pulled, and the kubelet waits before it tries again",
    "CreateContainerConfigError": "cannot start: something it is configured with is missing",
    "InvalidImageName": "cannot start: the name of its image cannot be read",
    "ErrImageNeverPull": "cannot start: its image is not on the machine and may not be pulled",
    "CreateContainerError": "cannot start: it could not be made",
    "RunContainerError": "cannot start: its program could not be run",
    "PostStartHookError": "was killed: its postStart hook failed",
}


def steps(before: Object, pod: Object) -> Iterator[str]:
    """What happened inside a pod between two of its states, the most telling first."""
    old, new = status(before), status(pod)
    phase = new.get("phase")
    if phase != old.get("phase") and phase in _OVER:
        yield _over(pod, new)
        return
    if new.get("initContainerStatuses") and not old.get("initContainerStatuses"):
        names = [item["name"] for item in new["initContainerStatuses"]]
        several = f"come its init containers, one after the other: {plain.listed(names)}"
        yield f"first {several if len(names) > 1 else f'comes its init container {names[0]}'}"
        return
    for field in ("initContainerStatuses", "containerStatuses"):
        known = {item["name"]: item for item in old.get(field) or ()}
        for item in new.get(field) or ():
            yield from _container(known.get(item["name"], EMPTY), item, _word(pod, item["name"]))
    ready, was = plain.conditions(pod).get("Ready", EMPTY), plain.conditions(before).get("Ready", EMPTY)
    if ready.get("status") != was.get("status") and (was or ready.get("status") == "True"):
        yield "it is ready" if ready.get("status") == "True" else "it is no longer ready"


def _word(pod: Object, name: str) -> str:
    """What a container is called: container, init container, sidecar."""
    for item in spec(pod).get("initContainers") or ():
        if item["name"] == name:
            return f"sidecar {name}" if item.get("restartPolicy") == "Always" else f"init container {name}"
    return f"container {name}"


def _over(pod: Object, now: Json) -> str:
    """How a pod ended: by itself, or because it was told to."""
    why = now.get("message") or now.get("reason")
    codes = [
        _ended(_word(pod, item["name"]), item["state"]["terminated"])
        for field in ("initContainerStatuses", "containerStatuses")
        for item in now.get(field) or ()
        if (item.get("state") or EMPTY).get("terminated")
        and (field == "containerStatuses" or item["state"]["terminated"].get("exitCode"))
    ]
    because = (why or "").rstrip(" .") or plain.listed(codes, 2)
    if meta.deleting(pod):
        told = "it has stopped"
    else:
        told = "it has succeeded" if now["phase"] == "Succeeded" else "it has failed"
    return f"{told} ({because})" if because else told


def _ended(name: str, state: Json) -> str:
    if state.get("reason") == "ContainerStatusUnknown" and not state.get("startedAt"):
        return f"{name} never ran"
    return f"{name} ended with exit code {state.get('exitCode')}"


def _container(old: Json, new: Json, name: str) -> Iterator[str]:
    before, now = old.get("state") or EMPTY, new.get("state") or EMPTY
    if before == now:
        yield from _tried(old, new, name)
        return
    ended = now.get("terminated") or (new.get("lastState") or EMPTY).get("terminated")
    if ended and ended != ((old.get("state") or EMPTY).get("terminated")) and ended != _last(old):
        yield f"{_ended(name, ended)} ({ended.get('reason', 'Unknown')})"
    if now.get("running") and now["running"] != before.get("running"):
        times = new.get("restartCount", 0)
        yield f"{name} runs" + (f" again, started {count(times + 1, 'time')} in all" if times else "")
    waiting = (now.get("waiting") or EMPTY).get("reason")
    if waiting and waiting != (before.get("waiting") or EMPTY).get("reason"):
        yield f"{name} {_WAITING.get(waiting, f'waits ({waiting})')}"


def _tried(old: Json, new: Json, name: str) -> Iterator[str]:
    """A container that was started again and came no further than before."""
    tries, waiting = new.get("restartCount", 0), ((new.get("state") or EMPTY).get("waiting") or EMPTY).get("reason")
    if waiting and tries > old.get("restartCount", 0):
        why = _WAITING.get(waiting, f"waits ({waiting})")
        yield f"{name} was tried again, the {plain.th(tries + 1)} time: it {why}"


def _last(item: Json) -> Any:
    return (item.get("lastState") or EMPTY).get("terminated")
