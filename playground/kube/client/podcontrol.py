"""Making and deleting pods for an owner, each with its event. Source: RealPodControl, controller_utils.go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.kube.apiserver import ApiServer, DeleteOptions
from playground.kube.client.owners import controller_ref
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object
from playground.kube.store import By

Json = dict[str, Any]


def from_template(template: Object, owner: Object, **metadata: Any) -> Json:
    """Return a pod as a template wants it, owned by *owner* and named after it (GetPodFromTemplate).

    *metadata* replaces parts of the metadata, such as `name`, `labels`, `annotations`.
    """
    given = template.get("metadata") or {}
    made: Json = {
        "generateName": f"{meta.name(owner)}-",
        "namespace": meta.namespace(owner),
        "labels": dict(given.get("labels") or {}),
        "annotations": dict(given.get("annotations") or {}),
        "ownerReferences": [controller_ref(owner)],
        **({"finalizers": list(given["finalizers"])} if given.get("finalizers") else {}),
        **metadata,
    }
    if "name" in made:
        made.pop("generateName", None)
    filled = {key: value for key, value in made.items() if value}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": filled, "spec": template["spec"]}


@dataclass(frozen=True, slots=True)
class PodControl:
    """The pen of a controller that makes pods."""

    api: ApiServer

    def create(self, pod: Mapping[str, Any], owner: Object, by: By) -> Map:
        """Create a pod; tell it, and a refusal too, on the owner. Raises ApiError.

        A namespace that is going is not worth an event.
        """
        try:
            made = self.api.create(pod, namespace=meta.namespace(owner), by=by).object
        except ApiError as error:
            if not is_namespace_ending(error):
                self.api.record_event(owner, "FailedCreate", f"Error creating: {error.message}", by=by, warning=True)
            raise
        self.api.record_event(owner, "SuccessfulCreate", f"Created pod: {meta.name(made)}", by=by)
        return made

    def delete(self, pod: Object, owner: Object, by: By) -> None:
        """Delete a pod; tell it, and a refusal too, on the owner. One that is gone is fine. Raises ApiError."""
        name = meta.name(pod)
        try:
            self.api.delete("pods", name, meta.namespace(pod), by=by, options=DeleteOptions())
        except ApiError as error:
            if error.code == 404:
                return
            self.api.record_event(owner, "FailedDelete", f"Error deleting: {error.message}", by=by, warning=True)
            raise
        self.api.record_event(owner, "SuccessfulDelete", f"Deleted pod: {name}", by=by)


def is_namespace_ending(error: ApiError) -> bool:
    """Tell whether a creation was refused because its namespace is being deleted (HasStatusCause)."""
    causes = (error.status.get("details") or {}).get("causes") or ()
    return any(cause.get("reason") == "NamespaceTerminating" for cause in causes)
