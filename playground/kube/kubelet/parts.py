"""The parts a kubelet is put together from, and what several of them do together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.kube import errors
from playground.kube.client.controller import Context
from playground.kube.errors import ApiError
from playground.kube.kubelet.addresses import Addresses
from playground.kube.kubelet.admission import Admission
from playground.kube.kubelet.ending import Ender
from playground.kube.kubelet.environment import Environment
from playground.kube.kubelet.images import Images
from playground.kube.kubelet.recorder import Recorder
from playground.kube.kubelet.reporting import Reporter
from playground.kube.kubelet.service_links import ServiceLinks
from playground.kube.kubelet.sources import Sources
from playground.kube.kubelet.starting import Starter
from playground.kube.kubelet.syncing import Syncer
from playground.kube.kubelet.volumes import Volumes
from playground.kube.kubelet.worker import Worker
from playground.kube.objects.frozen import Map
from playground.kube.runtime.protocol import Runtime

PORT: Final = 10250  # of the kubelet's own server


@dataclass(frozen=True, slots=True)
class Parts:
    """What works on pods."""

    recorder: Recorder
    addresses: Addresses
    admission: Admission
    images: Images
    syncer: Syncer

    def evict(self, worker: Worker, message: str, stamp: str, now: float) -> None:
        """End a pod because its node is short of something (evictPod in eviction_manager.go)."""
        self.recorder.tell(worker, "Evicted", message, warning=True)
        condition = {"type": "DisruptionTarget", "status": "True", "lastProbeTime": None}
        generation = worker.pod["metadata"].get("generation")
        condition |= {"observedGeneration": generation} if generation else {}
        told = {"reason": "TerminationByKubelet", "message": message, "lastTransitionTime": stamp}
        worker.condition = Map({**condition, **told})
        self.syncer.stop(worker, now, 0.0, ("Evicted", message))

    def forget(self, node: str) -> None:
        """A node is gone, and everything on it."""
        self.addresses.forget(node)
        self.admission.forget(node)
        self.images.forget(node)

    def state(self) -> dict[str, Any]:
        """Return what they remember, as JSON."""
        return {"addresses": self.addresses.state(), "images": self.images.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave; what pods have booked is booked again by whoever restores them."""
        self.addresses.restore(state["addresses"])
        self.images.restore(state["images"])
        self.admission.clear()


def make(context: Context, runtime: Runtime) -> Parts:
    """Put the parts together."""
    recorder = Recorder(context)
    addresses, admission = Addresses(), Admission(context.informers)
    images = Images(runtime, context.machines.registry)
    sources = Sources(context.informers)
    volumes = Volumes(sources, context.informers)
    environment = Environment(sources, volumes, ServiceLinks(context.informers))
    ender = Ender(recorder)
    starter = Starter(context, runtime, images, environment, ender)
    reporter = Reporter(context, recorder)
    syncer = Syncer(context, reporter, starter, ender, volumes, addresses=addresses, admission=admission)
    return Parts(recorder, addresses, admission, images, syncer)


def unreachable(context: Context, node: str, namespace: str, pod: str, container: str) -> ApiError:
    """Return the refusal of the API server when it cannot reach a kubelet."""
    machine = context.machines.get(node)
    address = machine.address if machine is not None else node
    url = f"https://{address}:{PORT}/containerLogs/{namespace}/{pod}/{container}"
    if machine is None:
        return errors.not_found("nodes", node)
    why = "connect: no route to host" if machine.running else "connect: connection refused"
    return errors.internal_error(f'Get "{url}": dial tcp {address}:{PORT}: {why}')
