"""The kubelets of all nodes as one actor: pods come in by watch, and each is looked at when something about it is due.

After pkg/kubelet/kubelet.go (syncLoopIteration) and pod_workers.go. A pod that runs well is never due. What is known of
a pod stands in worker.py, what is done about it in syncing.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.core import LogOptions
from playground.kube.client.controller import Context
from playground.kube.client.informers import NAME as INFORMERS
from playground.kube.client.pods import is_over
from playground.kube.client.workqueue import NO_CAUSE, Cause
from playground.kube.kubelet import logs, parts, prober
from playground.kube.kubelet.adopting import adopt
from playground.kube.kubelet.hosting import Hosting, Usage
from playground.kube.kubelet.nodes import NodeAgent
from playground.kube.kubelet.recorder import NAME
from playground.kube.kubelet.table import Table
from playground.kube.kubelet.timing import RETRY
from playground.kube.kubelet.worker import Box, Worker
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, freeze
from playground.kube.runtime.machines import Happening
from playground.kube.runtime.protocol import Request, Response, Runtime
from playground.kube.store import Change

_REFERRED: Final = ("configmaps", "secrets", "persistentvolumeclaims")


class Kubelets:
    """The actor. Its name is also the component that its events name."""

    name = NAME

    def __init__(self, context: Context, runtime: Runtime) -> None:
        self._context, self._clock, self._runtime = context, context.clock, runtime
        self._table = Table()
        self._line: dict[str, None] = {}  # pods to look at now, in order
        self._relist: dict[str, None] = {}  # nodes whose pods are to be listed anew
        self._parts = parts.make(context, runtime)
        self.pods = Hosting(self._table.workers, self._table.by_node, self._evict, self._loaded)
        self._agent = NodeAgent(context, self.pods)
        context.api.core.streams.logs, context.api.core.streams.pods = self._logs, self.pods
        referred = dict.fromkeys(_REFERRED, self._referred)
        context.informers.attach(NAME, {"nodes": self._node, "pods": self._pod, **referred})

    # What is heard

    def _node(self, change: Change) -> None:
        self._agent.node_changed(change)
        if change.type == "ADDED":
            self._relist[change.key[1]] = None
            self._parts.addresses.give(change.key[1], (change.object.get("spec") or EMPTY).get("podCIDR") or "")

    def _pod(self, change: Change) -> None:
        pod = change.object
        node = pod["spec"].get("nodeName")
        if not node or not self._is_there(node):
            return
        uid = meta.uid(pod)
        worker = self._table.workers.get(uid)
        if change.type == "DELETED":
            self._drop(uid)
        elif change.actor == NAME and worker is not None:
            worker.pod = pod
        else:
            self._heard(pod, Cause.of(change) if change.actor != INFORMERS else NO_CAUSE)

    def _heard(self, pod: Map, cause: Cause) -> None:
        """Take in a pod that is new here or that somebody changed."""
        uid = meta.uid(pod)
        worker = self._table.workers.get(uid)
        if worker is None:
            self._join(pod, cause)
        else:
            worker.cause = cause if cause is not NO_CAUSE else worker.cause
            other = worker.pod["spec"] is not pod["spec"]
            worker.pod = pod
            if other:
                worker.take_spec()
                worker.changed = True
        self._line[uid] = None

    def _join(self, pod: Map, cause: Cause) -> None:
        worker = Worker(meta.uid(pod), meta.key(pod), pod["spec"]["nodeName"], pod, cause)
        status = pod.get("status") or EMPTY
        if is_over(pod):
            worker.stage = "stopped"
        if status.get("containerStatuses"):
            adopt(worker, status, self._clock.now)
        self._table.add(worker)

    def _drop(self, uid: str) -> None:
        """A pod is gone from the API server: whatever of it still runs is ended without more ado."""
        worker = self._table.remove(uid)
        if worker is None or worker.stage == "stopped":
            return
        for box in worker.boxes:
            if box.alive and box.killing is None:
                self._parts.recorder.tell(worker, "Killing", f"Stopping container {box.name}", box=box)
        self._parts.syncer.release(worker)
        self._agent.touched(worker.node)

    def _referred(self, change: Change) -> None:
        """A ConfigMap, Secret or claim came or changed: who waits for it looks again with its next try."""
        now = self._clock.now
        for worker in self._table.waiting_for((change.resource, *change.key)):
            if worker.retry_at is not None:
                worker.retry_at = _sooner(worker.retry_at, now)
            for box in worker.boxes:
                if box.not_before > now and box.waiting is not None:
                    box.not_before = _sooner(box.not_before, now)
            self._plan(worker)

    # The turn

    def turn(self) -> bool:
        """Work off what is due on any node at this time."""
        now = self._clock.now
        worked = False
        while self._take_happenings() or self._agent.turn(now):
            worked = True
        for node in [node for node in self._relist if self._is_there(node)]:
            del self._relist[node]
            self._list(node)
        self._line.update(dict.fromkeys(self._table.due(now)))
        line, self._line = self._line, {}
        for uid in line:
            if uid in self._table.workers:
                self._sync(self._table.workers[uid], now)
        return worked or bool(line)

    def _sync(self, worker: Worker, now: float) -> None:
        before = [box.run for box in worker.boxes if box.ended is None]
        wanted, worker.due = worker.wants, None
        self._parts.syncer.sync(worker, now)
        if worker.wants != wanted:
            self._table.wants(worker, wanted)
        self._table.push(worker)
        if [box.run for box in worker.boxes if box.ended is None] != before:
            self._agent.touched(worker.node)

    def _plan(self, worker: Worker) -> None:
        worker.due = self._parts.syncer.next_at(worker, self._clock.now)
        self._table.push(worker)

    # Machines

    def _is_there(self, node: str) -> bool:
        machine = self._context.machines.get(node)
        return machine is not None and machine.reachable

    def _take_happenings(self) -> bool:
        taken = self._context.machines.take()
        for happening in taken:
            self._happened(happening)
            self._agent.take(happening)
        return bool(taken)

    def _happened(self, happening: Happening) -> None:
        node = happening.node
        if happening.what in {"stopped", "gone"}:
            for worker in self._table.on(node):  # nobody is left to say that its containers are gone
                self._table.remove(worker.uid)
                self._parts.syncer.release(worker)
        if happening.what == "gone":
            self._parts.forget(node)
        elif happening.what == "started":
            self._relist[node] = None
        elif happening.what == "mended" and self._is_there(node):
            self._mended(node)
        elif happening.uid in self._table.workers:
            worker = self._table.workers[happening.uid]
            worker.cause = Cause(None, happening.command)
            self._disturb(worker, happening, self._clock.now)
            self._line[worker.uid] = None

    @staticmethod
    def _disturb(worker: Worker, happening: Happening, now: float) -> None:
        for box in worker.boxes:
            if not box.alive or box.run is None or happening.container not in {"", box.name}:
                continue
            if happening.what == "kill-container":
                box.run.signal("SIGKILL", now)
            elif happening.what in {"fail-probes", "heal-probes"}:
                box.run.disturb(happening.what, now)
                prober.disturbed(box, now)

    def _mended(self, node: str) -> None:
        """The node hears again: what went meanwhile is ended, what came or changed is taken in, the rest is written."""
        there = {meta.uid(pod) for pod in self._context.informers.cache("pods").by("node", node)}
        for worker in self._table.on(node):
            if worker.uid not in there:
                self._drop(worker.uid)
        self._list(node)

    def _list(self, node: str) -> None:
        for pod in self._context.informers.cache("pods").by("node", node):
            self._heard(pod, NO_CAUSE)

    def _evict(self, uid: str, message: str, cause: Cause) -> None:
        worker = self._table.workers[uid]
        worker.cause = cause
        self._parts.evict(worker, message, self._clock.stamp(), self._clock.now)
        self._line[uid] = None

    def _loaded(self, worker: Worker, box: Box, now: float) -> None:
        """A container's load is another one: its probes, its end and its memory may be, too."""
        prober.disturbed(box, now)
        self._plan(worker)
        self._agent.touched(worker.node)

    # What others ask

    def load(self, uid: str, requests: float, now: float) -> None:
        """So many requests a second reach a pod from now on. What else is asked of pods: see `pods`."""
        self.pods.load(uid, requests, now)

    def usage(self, uid: str, now: float) -> Usage | None:
        """Return what a pod uses; None when nothing of it runs."""
        return self.pods.usage(uid, now)

    def answer(self, uid: str, request: Request, now: float) -> Response:
        """Answer one request to a pod; status 0 when nobody listens there."""
        return self.pods.answer(uid, request, now)

    def worker(self, uid: str) -> Worker | None:
        """Return what is known of a pod, to look at."""
        return self._table.workers.get(uid)

    def logs(self, namespace: str, pod: str, container: str, options: LogOptions, now: float) -> str:
        """Return what a container has written. Raises ApiError where there is nothing to show."""
        found = self._context.informers.cache("pods").get(namespace, pod)
        worker = self._table.workers.get(meta.uid(found)) if found is not None else None
        if worker is None or not self._is_there(worker.node):
            node = found["spec"].get("nodeName", "") if found is not None else ""
            raise parts.unreachable(self._context, node, namespace, pod, container)
        return logs.text(worker, container, options, now)

    def _logs(self, namespace: str, pod: str, container: str, options: LogOptions) -> str:
        return self.logs(namespace, pod, container, options, self._clock.now)

    # Time, and going on elsewhere

    def next_at(self) -> float | None:
        """Return when something is due next on any node."""
        times = (self._table.next_at(), self._agent.next_at())
        return min((time for time in times if time is not None), default=None)

    def state(self) -> dict[str, Any]:
        """Return all of it as JSON."""
        pods, workers = self._context.informers.cache("pods"), self._table.workers
        return {
            "workers": [worker.state() for worker in workers.values()],
            # Pods whose object is another one than the watch has: their node is cut off.
            "pods": {uid: each.pod for uid, each in workers.items() if pods.get(*each.key) is not each.pod},
            "line": list(self._line),
            "heap": self._table.heap(),
            "relist": list(self._relist),
            **self._parts.state(),
            "agent": self._agent.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave."""
        pods = self._context.informers.cache("pods")
        self._parts.restore(state)
        workers: dict[str, Worker] = {}
        for each in state["workers"]:
            pod = freeze(state["pods"][each["uid"]]) if each["uid"] in state["pods"] else pods.get(*each["key"])
            if pod is None:
                raise KeyError(each["uid"])
            workers[each["uid"]] = Worker.restored(each, pod, self._runtime)
        self._table.fill(state["heap"], workers)
        for worker in workers.values():
            if worker.stage not in {"new", "stopped"}:
                self._parts.admission.book(worker)
        self._line, self._relist = dict.fromkeys(state["line"]), dict.fromkeys(state["relist"])
        self._agent.restore(state["agent"])


def _sooner(at: float, now: float) -> float:
    """Return the first try that is not before now, of tries every RETRY seconds that end with this one."""
    return at - int((at - now) / RETRY) * RETRY
