"""The fake kubelet with which the recordings of controllers were made, as an actor, and the profile to replay them in.

It follows tests/golden/README.md ("The fake kubelet") and belongs to the replay, not to the product. Annotations
fake/… on a pod tell what becomes of it. In each namespace starts are 0.15 s apart, and so are finishes and
terminations, so that controllers see pods become ready one at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from heapq import heapify, heappop, heappush
from typing import Any, Final

from playground.kube.apiserver import DeleteOptions
from playground.kube.client.controller import Context, Settings
from playground.kube.client.pods import is_over
from playground.kube.commands import recorder_status as shapes
from playground.kube.commands.recorder_ca import ServiceCertificates
from playground.kube.controllers.registry import CONTROLLERS
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map
from playground.kube.programs import Profile
from playground.kube.store import By, Change

Json = Mapping[str, Any]
Timer = tuple[float, int, str, str, str, str]  # due, number, what, namespace, name, uid

NAME: Final = "kubelet"
APART: Final = 0.15
START, TERM, SLOW = 1.0, 0.5, 30.0
LATENCY: Final = 0.015  # what a delay takes longer than it says: the write itself
LAST_WRITE: Final = 0.003  # from a pod's last status to its deletion
BACK: Final = 0.1  # after a node's return its pods are ready again
SPACED: Final = frozenset({"start", "finish", "term"})
INDEX: Final = "batch.kubernetes.io/job-completion-index"
BEAT: Final = 1.5
# Pods whose ReplicaSet is gone are deleted as soon as those of the next one are made: both come after one write.
EARLY: Final = ("deployment-controller", "garbage-collector-controller")


class Recorder:
    """One actor for all nodes. Whatever is due comes from one heap of timers."""

    name = NAME

    def __init__(self, context: Context) -> None:
        self._api, self._clock = context.api, context.clock
        self._pods = context.informers.cache("pods")
        self._timers: list[Timer] = []
        self._number = 0
        self._last: dict[str, float] = {}  # queue and namespace -> when it was last served
        self._seen: dict[str, str] = {}  # uid -> "start" or "term": what was planned for it last
        self._counts: dict[str, int] = {}  # for the first n pods of a namespace
        self._stopped: dict[str, None] = {}
        self._ips = 0
        self._causes: dict[str, tuple[int, int | None]] = {}
        self._doing: Mapping[str, Callable[[Map, By], None]] = {
            "start": self._start,
            "ready": self._ready,
            "finish": self._finish,
            "crash": self._crash,
            "restart": self._restart,
            "term": self._term,
            "remove": self._remove,
            "back": self._back,
        }
        context.informers.attach(self.name, {"pods": self._changed})

    # What happens to nodes and pods from outside

    def stop_node(self, node: str) -> None:
        """Let a node's kubelet die: nothing of its pods is written any more."""
        self._stopped[node] = None

    def start_node(self, node: str) -> None:
        """Let a node's kubelet come back and look at its pods."""
        self._stopped.pop(node, None)
        for pod in self._pods.by("node", node):
            self._seen.pop(meta.uid(pod), None)
            self._look_at(pod)
            if not meta.deleting(pod) and pod["status"].get("startTime"):
                self._plan("back", pod, BACK)

    def set_ready(self, namespace: str, name: str, *, is_ready: bool, by: By) -> None:
        """Make a running pod's containers ready or unready."""
        pod = self._pods.get(namespace, name)
        if pod is not None:
            self._write(pod, shapes.with_readiness(pod, self._clock.stamp(), is_ready=is_ready), by)

    # The actor

    def turn(self) -> bool:
        """Do the first thing that is due."""
        while self._timers and self._timers[0][0] <= self._clock.now:
            _, number, what, namespace, name, uid = heappop(self._timers)
            pod = self._pods.get(namespace, name)
            if pod is None or meta.uid(pod) != uid or pod["spec"].get("nodeName") in self._stopped:
                continue
            queue = f"{what}/{namespace}"
            free = self._last.get(queue, -APART) + APART
            if what in SPACED and free > self._clock.now:
                heappush(self._timers, (free, number, what, namespace, name, uid))
                continue
            self._last[queue] = self._clock.now
            before = self._api.revision
            cause, command = self._causes.get(uid, (None, None))
            self._doing[what](pod, By(self.name, cause, command))
            if self._api.revision != before:
                return True
        return False

    def next_at(self) -> float | None:
        """When the first timer is due."""
        return self._timers[0][0] if self._timers else None

    def state(self) -> dict[str, Any]:
        """All that is not in the store."""
        return {
            "timers": [list(timer) for timer in sorted(self._timers)],
            "number": self._number,
            "last": dict(self._last),
            "seen": dict(self._seen),
            "counts": dict(self._counts),
            "stopped": list(self._stopped),
            "ips": self._ips,
            "causes": {uid: list(cause) for uid, cause in self._causes.items()},
        }

    def restore(self, state: Json) -> None:
        """Take up what `state` gave."""
        self._timers = [tuple(timer) for timer in state["timers"]]
        heapify(self._timers)
        self._number, self._ips = state["number"], state["ips"]
        self._last, self._seen, self._counts = dict(state["last"]), dict(state["seen"]), dict(state["counts"])
        self._stopped = dict.fromkeys(state["stopped"])
        self._causes = {uid: (cause, command) for uid, (cause, command) in state["causes"].items()}

    # Planning

    def _changed(self, change: Change) -> None:
        pod, uid = change.object, meta.uid(change.object)
        if change.type == "DELETED":
            self._seen.pop(uid, None)
            self._causes.pop(uid, None)
        elif change.actor != self.name:
            self._causes[uid] = (change.revision, change.command)
            self._look_at(pod)

    def _look_at(self, pod: Map) -> None:
        """Plan a bound pod's start once, and its termination once."""
        node = pod["spec"].get("nodeName")
        if not node or node in self._stopped:
            return
        planned = self._seen.get(meta.uid(pod))
        if meta.deleting(pod):
            if planned != "term":
                self._seen[meta.uid(pod)] = "term"
                self._plan("term", pod, _seconds(pod, "term", TERM))
        elif planned is None:
            self._seen[meta.uid(pod)] = "start"
            if not pod["status"].get("startTime"):
                self._plan("start", pod, _seconds(pod, "start-after", START))

    def _plan(self, what: str, pod: Map, delay: float) -> None:
        self._number += 1
        due = self._clock.now + delay + (0.0 if what == "remove" else LATENCY)
        timer = (due, self._number, what, meta.namespace(pod), meta.name(pod), meta.uid(pod))
        heappush(self._timers, timer)

    def _is_among_first(self, pod: Map, word: str) -> bool:
        """Whether this is one of the first pods of its namespace for which an annotation gives a number."""
        most = _annotation(pod, word)
        if most is None:
            return False
        counted = f"{word}/{meta.namespace(pod)}"
        self._counts[counted] = self._counts.get(counted, 0) + 1
        return self._counts[counted] <= int(most)

    # What is due

    def _start(self, pod: Map, by: By) -> None:
        if meta.deleting(pod) or is_over(pod) or pod["status"].get("startTime"):
            return
        later = _annotation(pod, "ready-after")
        never = _annotation(pod, "never-ready") is not None or self._is_among_first(pod, "never-ready-first")
        self._ips += 1
        ip = f"10.1.{self._ips // 250}.{self._ips % 250 + 1}"
        addresses = (self._host(pod), ip)
        is_ready = not never and later is None
        self._write(pod, shapes.started(pod, self._clock.stamp(), addresses, is_ready=is_ready), by)
        if later is not None and not never:
            self._plan("ready", pod, float(later))
        self._plan_end(pod)

    def _plan_end(self, pod: Map) -> None:
        """Plan the exit or the crash of what just began to run."""
        finish, crash = _annotation(pod, "finish"), _annotation(pod, "crash")
        if finish is not None and not finish.startswith("never"):
            slow = _is_index_in(pod, "slow-indexes")
            self._plan("finish", pod, SLOW if slow else float(finish.split(":")[1]))
        if crash is not None and self._is_to_crash(pod):
            self._plan("crash", pod, float(crash))

    def _is_to_crash(self, pod: Map) -> bool:
        times = _annotation(pod, "crash-times")
        restarts = sum(each["restartCount"] for each in pod["status"].get("containerStatuses") or ())
        return times is None or restarts < int(times)

    def _ready(self, pod: Map, by: By) -> None:
        if not is_over(pod):
            self._write(pod, shapes.with_readiness(pod, self._clock.stamp(), is_ready=True), by)

    def _finish(self, pod: Map, by: By) -> None:
        if is_over(pod) or meta.deleting(pod):
            return
        verdict, _, rest = (_annotation(pod, "finish") or "").partition(":")
        code = int(rest.partition(":")[2] or 1)
        fails = verdict == "fail" or _is_index_in(pod, "fail-indexes") or self._is_among_first(pod, "fail-first")
        now = self._clock.stamp()
        if fails and pod["spec"].get("restartPolicy") == "OnFailure":
            self._write(pod, shapes.crashed(pod, now, waits=False), by)
            self._plan("finish", pod, float(rest.partition(":")[0]))
            return
        status = shapes.ended(pod, now, code if fails else 0, self._host(pod), is_success=not fails)
        self._write(pod, status, by)

    def _crash(self, pod: Map, by: By) -> None:
        if not is_over(pod) and not meta.deleting(pod):
            self._write(pod, shapes.crashed(pod, self._clock.stamp(), waits=True), by)
            self._plan("restart", pod, _seconds(pod, "crash-back", 10.0))

    def _restart(self, pod: Map, by: By) -> None:
        if is_over(pod):
            return
        self._write(pod, shapes.restarted(pod, self._clock.stamp()), by)
        if self._is_to_crash(pod):
            self._plan("crash", pod, _seconds(pod, "crash", 1.0))

    def _term(self, pod: Map, by: By) -> None:
        if not is_over(pod):
            always = pod["spec"].get("restartPolicy", "Always") == "Always"
            code = int(_annotation(pod, "term-exit") or (0 if always else shapes.KILLED))
            now = self._clock.stamp()
            self._write(pod, shapes.ended(pod, now, code, self._host(pod), is_success=code == 0), by)
        self._plan("remove", pod, LAST_WRITE)

    def _remove(self, pod: Map, by: By) -> None:
        try:
            options = DeleteOptions(grace=0)
            self._api.delete("pods", meta.name(pod), meta.namespace(pod), by=by, options=options)
        except ApiError:
            return  # it is gone already

    def _back(self, pod: Map, by: By) -> None:
        if shapes.marked_unready(pod) and not is_over(pod):
            self._write(pod, shapes.with_ready_condition(pod, self._clock.stamp()), by)

    def _write(self, pod: Map, status: Json, by: By) -> None:
        self._api.set_status("pods", meta.namespace(pod), meta.name(pod), status, by=by)

    def _host(self, pod: Map) -> str:
        number = "".join(letter for letter in pod["spec"]["nodeName"] if letter.isdigit())
        return f"10.0.0.{int(number or 0) % 250}"


def _annotation(pod: Json, word: str) -> str | None:
    value: str | None = (pod["metadata"].get("annotations") or {}).get(f"fake/{word}")
    return value


def _seconds(pod: Json, word: str, default: float) -> float:
    value = _annotation(pod, word)
    return default if value is None else float(value)


def _is_index_in(pod: Json, word: str) -> bool:
    """Whether the pod's index in its Job is one of those that an annotation lists."""
    listed = _annotation(pod, word)
    index = (pod["metadata"].get("annotations") or {}).get(INDEX)
    return listed is not None and index in listed.split(",")


def recorder(settings: Settings, controllers: Mapping[str, Any] | None = None) -> Profile:
    """A profile with the recorder's kubelet and these controllers (None: all there are)."""
    beside = {ServiceCertificates.name: ServiceCertificates}
    early = {name: CONTROLLERS[name] for name in EARLY}
    chosen = {**early, **CONTROLLERS, **beside} if controllers is None else controllers
    return Profile("recorder", chosen, {NAME: Recorder}, settings)


# As recorded: the node controller looks every second and waits six, and all run at the same time.
RECORDER: Final = recorder(Settings(node_monitor_period=1.0, node_monitor_grace_period=6.0, side_by_side=True))
