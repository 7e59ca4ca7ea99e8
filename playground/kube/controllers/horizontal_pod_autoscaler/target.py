"""What an autoscaler scales, through the scale subresource. After horizontal.go (scaleForResourceMappings)."""

from __future__ import annotations

from dataclasses import dataclass

from playground.kube.apiserver import ApiServer
from playground.kube.errors import ApiError
from playground.kube.objects import kinds, meta
from playground.kube.objects.frozen import Map, Object
from playground.kube.objects.kinds import Resource


class Refused(Exception):
    """An evaluation ends here; the text says why."""


@dataclass(frozen=True, slots=True)
class Scaled:
    """What is scaled, and its scale as it is."""

    resource: Resource
    scale: Map

    @property
    def replicas(self) -> int:
        """The replicas that are wanted now."""
        return int((self.scale.get("spec") or {}).get("replicas", 0))


def scaled(api: ApiServer, autoscaler: Object) -> Scaled:
    """Return what an autoscaler scales. Raises Refused with the reason why it cannot be read."""
    reference = autoscaler["spec"]["scaleTargetRef"]
    group, _, _ = reference.get("apiVersion", "").rpartition("/")
    found = next((each for each in kinds.RESOURCES if (each.group, each.kind) == (group, reference["kind"])), None)
    if found is None or not found.plural:
        raise Refused(f'no matches for kind "{reference["kind"]}" in group "{group}"')
    if "scale" not in found.subresources:
        raise Refused("the server could not find the requested resource")
    try:
        scale = api.get(found, reference["name"], meta.namespace(autoscaler), subresource="scale").object
    except ApiError as error:
        raise Refused(error.message) from None
    return Scaled(found, scale)
