"""What makes a pod the one of its ordinal: name, labels, hostname, volumes; and which template it is made of.

After pkg/controller/statefulset/stateful_set_utils.go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from playground.kube.client.podcontrol import from_template
from playground.kube.client.pods import is_available, is_ready, phase
from playground.kube.controllers.history import POD_LABEL
from playground.kube.objects import meta
from playground.kube.objects.frozen import Object

Json = dict[str, Any]

NAME_LABEL: Final = "statefulset.kubernetes.io/pod-name"
INDEX_LABEL: Final = "apps.kubernetes.io/pod-index"
_NUMBERED: Final = re.compile(r"(.*)-([0-9]+)", re.DOTALL)
_HIGHEST: Final = (1 << 31) - 1


def parent_and_ordinal(pod: Object) -> tuple[str, int]:
    """Return the name of the set that a pod's name belongs to, and its number; ("", -1) for other names."""
    found = _NUMBERED.fullmatch(meta.name(pod))
    if found is None:
        return "", -1
    ordinal = int(found[2])
    return found[1], ordinal if ordinal <= _HIGHEST else -1


def ordinal_of(pod: Object) -> int:
    """Return a pod's number, -1 without one."""
    return parent_and_ordinal(pod)[1]


def is_member(statefulset: Object, pod: Object) -> bool:
    """Tell whether a pod's name says that it belongs to the set."""
    return parent_and_ordinal(pod)[0] == meta.name(statefulset)


def first_ordinal(statefulset: Object) -> int:
    """Return the lowest number of the set's pods: spec.ordinals.start."""
    return (statefulset["spec"].get("ordinals") or {}).get("start") or 0


def ordinals(statefulset: Object) -> range:
    """Return the numbers of the pods that are wanted."""
    first = first_ordinal(statefulset)
    return range(first, first + replicas_of(statefulset))


def replicas_of(statefulset: Object) -> int:
    """Return spec.replicas."""
    replicas: int = statefulset["spec"].get("replicas", 1)
    return replicas


def min_ready_seconds(statefulset: Object) -> int:
    """Return spec.minReadySeconds."""
    return statefulset["spec"].get("minReadySeconds") or 0


def partition_of(statefulset: Object) -> int | None:
    """Return the partition of a rolling update; None where there is no rollingUpdate at all."""
    rolling = (statefulset["spec"].get("updateStrategy") or {}).get("rollingUpdate")
    return None if rolling is None else rolling.get("partition") or 0


def revision_of(pod: Object) -> str:
    """Return the name of the revision that a pod is of."""
    return meta.labels(pod).get(POD_LABEL, "")


def is_created(pod: Object) -> bool:
    """Tell whether a pod is there; one that is only wanted has no phase."""
    return phase(pod) != ""


def is_running_and_ready(pod: Object) -> bool:
    """Tell whether a pod runs and is ready."""
    return phase(pod) == "Running" and is_ready(pod)


def is_unavailable(pod: Object, min_ready: int, now: float) -> bool:
    """Tell whether a pod is not available, or on its way out."""
    return meta.deleting(pod) or not is_available(pod, min_ready, now)


def claim_name(statefulset: Object, template: Object, ordinal: int) -> str:
    """Return the name of the claim that a pod has by a claim template."""
    return f"{meta.name(template)}-{meta.name(statefulset)}-{ordinal}"


def identity_labels(name: str, ordinal: int) -> Json:
    """Return the labels that say which pod of its set a pod is."""
    return {NAME_LABEL: name, INDEX_LABEL: str(ordinal)}


def identity_matches(statefulset: Object, pod: Object) -> bool:
    """Tell whether a pod bears the label of its own name."""
    parent, ordinal = parent_and_ordinal(pod)
    name = f"{meta.name(statefulset)}-{ordinal}"
    return ordinal >= 0 and parent == meta.name(statefulset) and meta.labels(pod).get(NAME_LABEL) == name


def storage_matches(statefulset: Object, pod: Object) -> bool:
    """Tell whether a pod's volumes are the claims of its number."""
    ordinal = ordinal_of(pod)
    volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}
    for template in statefulset["spec"].get("volumeClaimTemplates") or ():
        claim = (volumes.get(meta.name(template)) or {}).get("persistentVolumeClaim") or {}
        if claim.get("claimName") != claim_name(statefulset, template, ordinal):
            return False
    return True


def with_storage(statefulset: Object, spec: Mapping[str, Any], ordinal: int) -> Json:
    """Return a pod's spec with the claims of its number as volumes; they take the place of volumes so named."""
    templates = statefulset["spec"].get("volumeClaimTemplates") or ()
    if not templates:
        return dict(spec)
    names = {meta.name(template): claim_name(statefulset, template, ordinal) for template in templates}
    volumes = [{"name": name, "persistentVolumeClaim": {"claimName": claim}} for name, claim in names.items()]
    return {**spec, "volumes": [*volumes, *(item for item in spec.get("volumes") or () if item["name"] not in names)]}


def new_pod(statefulset: Object, ordinal: int, revision: str) -> Json:
    """Return the pod of a number as the set's template wants it, not yet created."""
    name = f"{meta.name(statefulset)}-{ordinal}"
    pod = from_template(statefulset["spec"]["template"], statefulset)
    metadata = pod["metadata"]
    labels = {**(metadata.get("labels") or {}), **identity_labels(name, ordinal), POD_LABEL: revision}
    spec = {**with_storage(statefulset, pod["spec"], ordinal), "hostname": name}
    service = statefulset["spec"].get("serviceName")
    if service:
        spec["subdomain"] = service
    else:
        spec.pop("subdomain", None)
    return {**pod, "metadata": {**metadata, "name": name, "labels": labels}, "spec": spec}


def wants_current(statefulset: Object, ordinal: int) -> bool:
    """Tell whether a new pod of this number is still of the current revision, not of the updated one."""
    partition, first = partition_of(statefulset), first_ordinal(statefulset)
    if partition is not None:
        return ordinal < first + partition
    if (statefulset["spec"].get("updateStrategy") or {}).get("type") != "RollingUpdate":
        return False
    return ordinal < first + ((statefulset.get("status") or {}).get("currentReplicas") or 0)
