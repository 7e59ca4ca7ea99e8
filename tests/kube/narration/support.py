"""A cluster without controllers, in which a test plays the part of each of them, and the last sentences about it."""

from __future__ import annotations

from typing import Any

from playground.kube import Cluster
from playground.kube.client.owners import controller_ref
from playground.kube.narration import Narrator
from playground.kube.programs import SCHEDULING
from playground.kube.store import By

Json = dict[str, Any]


class Stage:
    """A cluster and what is said of it."""

    def __init__(self) -> None:
        self.cluster = Cluster(profile=SCHEDULING)
        self.narrator = Narrator(self.cluster.api, self.cluster.revision)

    def said(self) -> list[str]:
        """What was said since the last time, without Events."""
        return [each.text for each in self.narrator.poll() if each.resource != "events"]

    def create(self, actor: str, obj: Json, owner: Json | None = None) -> Json:
        """Create an object in an actor's name."""
        metadata = {**obj["metadata"], **({"ownerReferences": [controller_ref(owner)]} if owner else {})}
        return self.cluster.api.create({**obj, "metadata": metadata}, namespace="default", by=By(actor)).object

    def patch(self, actor: str, kind: str, name: str, body: Json, subresource: str = "") -> None:
        """Send a strategic merge patch in an actor's name."""
        place = None if kind == "nodes" else "default"
        self.cluster.api.patch(kind, name, place, body, type="strategic", subresource=subresource, by=By(actor))

    def status(self, actor: str, kind: str, name: str, **fields: Any) -> None:
        """Change fields of a status in an actor's name."""
        place = "" if kind == "nodes" else "default"
        before = self.cluster.api.get(kind, name, place or None).object.get("status") or {}
        self.cluster.api.set_status(kind, place, name, {**before, **fields}, by=By(actor))


def template(image: str = "nginx:1.26") -> Json:
    """The template of all workloads here."""
    labels = {"app": "web"}
    return {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": image}]}}


def workload(kind: str, name: str = "web", **spec: Any) -> Json:
    """A workload of apps/v1."""
    whole = {"selector": {"matchLabels": {"app": "web"}}, "template": template(), **spec}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": whole}


def pod(name: str) -> Json:
    """A pod that matches them."""
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": "web"}},
            "spec": template()["spec"]}  # fmt: skip


def node(name: str) -> Json:
    """A node."""
    room = {"cpu": "4", "memory": "8Gi", "pods": "10"}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "status": {"allocatable": room}}
