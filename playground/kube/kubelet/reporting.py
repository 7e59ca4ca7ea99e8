"""What a kubelet writes: a pod's status when it has changed, the final one, and the pod's end.

After pkg/kubelet/status/status_manager.go (syncPod, mergePodStatus, TerminatePod). What a node that is cut off cannot
write is written when it is back.
"""

from __future__ import annotations

from typing import Final

from playground.kube.apiserver import DeleteOptions
from playground.kube.apiserver.options import Preconditions
from playground.kube.client.controller import Context
from playground.kube.errors import ApiError
from playground.kube.kubelet.container_status import lost
from playground.kube.kubelet.recorder import Recorder, by_of
from playground.kube.kubelet.status import rejected, status_of
from playground.kube.kubelet.worker import Worker
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map

_LOST: Final = "The container could not be located when the pod was terminated"


class Reporter:
    """Writes about pods."""

    def __init__(self, context: Context, recorder: Recorder) -> None:
        self._api, self._clock, self._recorder = context.api, context.clock, recorder
        self._machines, self._line = context.machines, context.line
        self._pods, self._nodes = context.informers.cache("pods"), context.informers.cache("nodes")

    def host_ip(self, node: str) -> str:
        """Return a node's InternalIP, or ""."""
        found = self._nodes.get("", node) or EMPTY
        for address in (found.get("status") or EMPTY).get("addresses") or ():
            if address["type"] == "InternalIP":
                ip: str = address["address"]
                return ip
        machine = self._machines.get(node)
        return machine.address if machine is not None else ""

    def newest(self, worker: Worker) -> Map | None:
        """Return the pod's object as it is now, or None when it is gone.

        The caches know it, but for while the line of the watchers is cut.
        """
        found = self._pods.get(*worker.key) if self._line.cut_at is None else self._asked(worker)
        return found if found is not None and meta.uid(found) == worker.uid else None

    def _asked(self, worker: Worker) -> Map | None:
        try:
            return self._api.get("pods", worker.key[1], worker.key[0]).object
        except ApiError:
            return None

    def report(self, worker: Worker) -> None:
        """Write a pod's status if it is another one than before."""
        if not self._recorder.reaches(worker.node):
            worker.dirty = True
            return
        pod = self.newest(worker)
        if pod is None:
            return
        if not worker.host_ip:
            worker.host_ip = self.host_ip(worker.node)
        status = status_of(worker, pod if _newer(pod, worker.pod) else worker.pod, self._clock.stamp())
        self._write(worker, status)
        worker.dirty = False
        if worker.stage == "stopped" and meta.deleting(worker.pod):
            self.remove(worker)

    def reject(self, worker: Worker, reason: str, message: str) -> None:
        """Write that the node does not take a pod."""
        worker.why = (reason, message)
        self._write(worker, rejected(worker, worker.pod, reason, message))
        self.remove(worker)

    @staticmethod
    def close(worker: Worker) -> None:
        """Nothing of the pod runs any more: containers that never ran are noted as lost."""
        begun = not worker.spec.get("initContainers") or any(box.run is not None for box in worker.mains())
        for box in worker.boxes:
            if box.ended is None and (begun if box.kind == "main" else box.run is not None):
                box.ended = lost(_LOST)
            if box.ended is not None:
                box.waiting = box.notice = None

    def remove(self, worker: Worker) -> None:
        """Take a pod that is over out of the API server, if somebody deletes it."""
        pod = self.newest(worker)
        if pod is None or not meta.deleting(pod) or not self._recorder.reaches(worker.node):
            return
        options = DeleteOptions(grace=0, preconditions=Preconditions(uid=worker.uid))
        try:
            self._api.delete("pods", worker.key[1], worker.key[0], by=by_of(worker), options=options)
        except ApiError as error:
            if error.code not in {404, 409}:
                raise

    def _write(self, worker: Worker, status: Map) -> None:
        namespace, name = worker.key
        try:
            worker.pod = self._api.set_status("pods", namespace, name, status, by=by_of(worker))
        except ApiError as error:
            if error.code not in {404, 409}:
                raise


def _newer(one: Map, other: Map) -> bool:
    return meta.resource_version(one) >= meta.resource_version(other)
