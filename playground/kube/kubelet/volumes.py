"""Volumes: what a pod waits for before anything of it starts, and the files that containers find in them.

After pkg/volume/{configmap,secret,projected,downwardapi} and pkg/kubelet/volumemanager (WaitForAttachAndMount,
desired_state_of_world_populator.go). Disks hold no files here; what counts of them is whether they are bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.kube.client.informers import Informers
from playground.kube.kubelet.sources import Lacking, Sources, own_field
from playground.kube.kubelet.worker import Worker
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Object

Files = dict[str, str]

_KEYED: Final = {"configMap": ("configmaps", "name"), "secret": ("secrets", "secretName")}


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a pod's volumes are not there: the event's message, what would end it, and whether mounting had begun."""

    message: str
    what: tuple[str, str, str] | None
    mounting: bool


class Volumes:
    """Looks after the volumes of pods."""

    def __init__(self, sources: Sources, informers: Informers) -> None:
        self._sources = sources
        self._claims = informers.cache("persistentvolumeclaims")

    def missing(self, worker: Worker) -> Missing | None:
        """Return what a pod's volumes lack, the first that does; None when all are there."""
        volumes = worker.spec.get("volumes")
        if not volumes:
            return None
        used = set(_mounted(worker.spec))
        for volume in volumes:
            if volume["name"] not in used:
                continue
            lack = self._claim(worker, volume)
            if lack is not None:
                return lack
        for volume in volumes:
            try:
                self._contents(worker, volume)
            except Lacking as lack:
                told = f'MountVolume.SetUp failed for volume "{volume["name"]}" : {lack.message}'
                return Missing(told, lack.what, mounting=True)
        return None

    def _claim(self, worker: Worker, volume: Object) -> Missing | None:
        name = (volume.get("persistentVolumeClaim") or EMPTY).get("claimName")
        if volume.get("ephemeral"):
            name = f"{worker.key[1]}-{volume['name']}"
        if not name:
            return None
        claim = self._claims.get(worker.key[0], name)
        why = ""
        if claim is None:
            why = f'failed to fetch PVC from API server: persistentvolumeclaims "{name}" not found'
        elif meta.deleting(claim) and "kubernetes.io/pvc-protection" not in (claim["metadata"].get("finalizers") or ()):
            why = "PVC is being deleted"
        elif (claim.get("status") or EMPTY).get("phase") != "Bound" or not claim["spec"].get("volumeName"):
            why = "PVC is not bound"
        if not why:
            return None
        listed = f"[{volume['name']}]"
        told = (
            f"Unable to attach or mount volumes: unmounted volumes={listed}, unattached volumes=[], "
            f"failed to process volumes={listed}: error processing PVC {worker.key[0]}/{name}: {why}"
        )
        return Missing(told, ("persistentvolumeclaims", worker.key[0], name), mounting=False)

    def files(self, worker: Worker, container: Object) -> Files:
        """Return the files that a container finds, by path; raises Lacking."""
        volumes = {volume["name"]: volume for volume in worker.spec.get("volumes") or ()}
        found: Files = {}
        for mount in container.get("volumeMounts") or ():
            volume = volumes.get(mount["name"])
            if volume is None:
                continue
            part = mount.get("subPath") or ""
            for path, text in self._contents(worker, volume).items():
                if not part:
                    found[f"{mount['mountPath'].rstrip('/')}/{path}"] = text
                elif path == part:
                    found[mount["mountPath"]] = text
                elif path.startswith(f"{part}/"):
                    found[f"{mount['mountPath'].rstrip('/')}{path[len(part) :]}"] = text
        return found

    def _contents(self, worker: Worker, volume: Object) -> Files:
        """Return a volume's files by their path in it; raises Lacking."""
        if volume.get("projected"):
            merged: Files = {}
            for source in volume["projected"].get("sources") or ():
                merged |= self._source(worker, source, "name")
            return merged
        return self._source(worker, volume, None)

    def _source(self, worker: Worker, source: Mapping[str, Any], name_field: str | None) -> Files:
        for kind, (resource, own_name) in _KEYED.items():
            if source.get(kind):
                return self._keyed(worker, resource, source[kind], name_field or own_name)
        if source.get("downwardAPI"):
            return {item["path"]: self._downward(worker, item) for item in source["downwardAPI"].get("items") or ()}
        if source.get("serviceAccountToken"):
            return {source["serviceAccountToken"]["path"]: f"token-of-{worker.uid}"}
        return {}

    def _keyed(self, worker: Worker, resource: str, source: Object, name_field: str) -> Files:
        optional = bool(source.get("optional"))
        name = source[name_field]
        try:
            data = self._sources.data(resource, worker.key[0], name)
        except Lacking:
            if optional:
                return {}
            raise
        if not source.get("items"):
            return dict(data)
        files: Files = {}
        for item in source["items"]:
            if item["key"] in data:
                files[item["path"]] = data[item["key"]]
            elif not optional:
                noun = (
                    "configmap references non-existent config"
                    if resource == "configmaps"
                    else ("references non-existent secret")
                )
                raise Lacking(f"{noun} key: {item['key']}", (resource, worker.key[0], name))
        return files

    def _downward(self, worker: Worker, item: Object) -> str:
        if item.get("fieldRef"):
            return own_field(worker, item["fieldRef"]["fieldPath"])
        reference = item["resourceFieldRef"]
        return self._sources.resource(worker, worker.spec["containers"][0], reference)


def _mounted(spec: Object) -> Iterator[str]:
    for container in (*(spec.get("initContainers") or ()), *spec["containers"]):
        for mount in (*(container.get("volumeMounts") or ()), *(container.get("volumeDevices") or ())):
            yield mount["name"]
