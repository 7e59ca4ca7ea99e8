"""`kubectl apply` of one object: create it, or patch what stands there to what the manifest says.

It acts from outside, by the API server's verbs; the patch itself is made in threeway.py.
"""

from dataclasses import dataclass
from typing import Literal

from playground.kube import threeway
from playground.kube.apiserver import ApiServer, Options
from playground.kube.errors import ApiError
from playground.kube.objects import kinds, meta
from playground.kube.objects.frozen import Map, Object
from playground.kube.objects.kinds import Resource
from playground.kube.store import By

OPTIONS = Options(field_validation="Strict", field_manager="kubectl-client-side-apply")


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one applied object."""

    object: Map
    action: Literal["created", "configured", "unchanged"]
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As kubectl says it: "deployment.apps/web created"."""
        resource = kinds.by_kind(self.object["apiVersion"], self.object["kind"])
        kind = f"{resource.singular}.{resource.group}".rstrip(".") if resource else self.object["kind"].lower()
        return f"{kind}/{meta.name(self.object)} {self.action}"


def apply(api: ApiServer, obj: Object, namespace: str, by: By) -> Applied:
    """Create the object, or change it to what its manifest says; *namespace* is for one that names none.

    Raises ApiError where the API server refuses.
    """
    resource = kinds.by_kind(obj.get("apiVersion") or "", obj.get("kind") or "")
    place = meta.namespace(obj) or namespace if resource is None or resource.namespaced else None
    live = _live(api, resource, meta.name(obj), place)
    if resource is None or live is None:
        answer = api.create(threeway.annotated(obj), namespace=place, by=by, options=OPTIONS)
        return Applied(answer.object, "created", answer.warnings)
    body = threeway.patch(obj, live)
    answer = api.patch(resource.qualified, meta.name(obj), place, body, type="strategic", by=by, options=OPTIONS)
    same = meta.resource_version(answer.object) == meta.resource_version(live)
    return Applied(answer.object, "unchanged" if same else "configured", answer.warnings)


def _live(api: ApiServer, resource: Resource | None, name: str, place: str | None) -> Map | None:
    """The object that stands there, or None."""
    if resource is None or not name:
        return None
    try:
        return api.get(resource.qualified, name, place).object
    except ApiError as error:
        if error.reason != "NotFound":
            raise
        return None
