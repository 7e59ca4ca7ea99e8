"""What a kind's strategy makes of an object before it is validated: status, generation, fields only the server may set.

Source: PrepareForCreate and PrepareForUpdate in pkg/registry/<group>/<kind>/strategy.go. Drafts are edited in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from playground.kube.apiserver import pod_creation, services
from playground.kube.apiserver.core import Core
from playground.kube.apiserver.go_names import struct_name
from playground.kube.apiserver.go_zeros import zeros
from playground.kube.apiserver.strategies import STRATEGIES, Strategy
from playground.kube.objects import schema
from playground.kube.objects.frozen import Object, thaw
from playground.kube.objects.kinds import Resource

Draft = dict[str, Any]
TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
# Kinds whose status is accepted on creation, though it has a subresource.
_STATUS_ON_CREATE = frozenset({"nodes"})
_JOB_LABELS = ("batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "controller-uid", "job-name")


def for_create(core: Core, resource: Resource, obj: Draft) -> None:
    """Make a new object what its kind starts as, in place; raises ApiError when an address cannot be given."""
    strategy = STRATEGIES[resource.qualified]
    if strategy.counts:
        obj["metadata"]["generation"] = 1
    if strategy.status and resource.qualified not in _STATUS_ON_CREATE:
        obj["status"] = empty_status(resource)
    hook = _CREATE.get(resource.qualified)
    if hook is not None:
        hook(core, obj)


def for_update(core: Core, resource: Resource, new: Draft, old: Object, subresource: str = "") -> None:
    """Put back what this way of writing cannot change and count generations, in place."""
    strategy = STRATEGIES[resource.qualified]
    if subresource:
        _SUBRESOURCES[subresource](new, old, strategy)
    else:
        if strategy.status:
            _take(new, old, "status")
        hook = _UPDATE.get(resource.qualified)
        if hook is not None:
            hook(core, new, old)
    _count_generation(new, old, strategy, subresource)


def empty_status(resource: Resource) -> Draft:
    """Return the status as Go prints it when nothing was set."""
    declared = schema.of(resource.api_version, resource.kind).fields["status"]
    found: Draft = thaw(zeros(struct_name(declared.ref)))
    return found


def _take(new: Draft, old: Object, field: str) -> None:
    """Make a field what it was."""
    if field in old:
        new[field] = old[field]
    else:
        new.pop(field, None)


def _count_generation(new: Draft, old: Object, strategy: Strategy, subresource: str) -> None:
    """Raise the generation where the change counts; one of the status never does."""
    generation = old["metadata"].get("generation")
    if generation is None and not strategy.counts:
        new["metadata"].pop("generation", None)
        return
    generation = generation or 0
    counts = subresource != "status" and _counts(new, old, strategy)
    new["metadata"]["generation"] = generation + 1 if counts else generation


def _counts(new: Draft, old: Object, strategy: Strategy) -> bool:
    """Tell whether the change is one that the kind's controller has to observe."""
    if strategy.annotations_count and new["metadata"].get("annotations") != old["metadata"].get("annotations"):
        return True
    if strategy.counts == "spec":
        return bool(new.get("spec") != old.get("spec"))
    if strategy.counts == "all":
        return {**new, "metadata": None} != {**old, "metadata": None}
    return False


def _status(new: Draft, old: Object, strategy: Strategy) -> None:
    """An update of the status leaves all else as it was, but for metadata."""
    for field in {**old, **new}:
        if field not in {"status", "metadata"}:
            _take(new, old, field)
    for field in strategy.status_keeps:
        _take(new["metadata"], old["metadata"], field)
    for field in strategy.status_fills:
        kept = (old.get("status") or {}).get(field)
        if kept and not (new.get("status") or {}).get(field):
            new.setdefault("status", {})[field] = kept


def _finalize(new: Draft, old: Object, strategy: Strategy) -> None:
    """Only /finalize may change a namespace's spec.finalizers."""
    del strategy
    _take(new, old, "status")


def _ephemeral_containers(new: Draft, old: Object, strategy: Strategy) -> None:
    del strategy
    added = new["spec"].get("ephemeralContainers")
    new["spec"] = {**old["spec"]} | ({"ephemeralContainers": added} if added else {})
    _take(new, old, "status")


def _resize(new: Draft, old: Object, strategy: Strategy) -> None:
    """Only resources can be changed by /resize: of containers, of init containers and of the pod as a whole."""
    del strategy
    asked, spec = new["spec"], dict(old["spec"])
    for group in ("containers", "initContainers"):
        if spec.get(group):
            wishes = {item["name"]: item for item in asked.get(group) or ()}
            spec[group] = [_resized(item, wishes.get(item["name"])) for item in spec[group]]
    new["spec"] = _resized(spec, asked)
    _take(new, old, "status")


def _resized(item: Object, wish: Object | None) -> Draft:
    """What stands there, with the resources and the resize policy that are wished for."""
    return {**item, **{field: wish[field] for field in ("resources", "resizePolicy") if wish and field in wish}}


_SUBRESOURCES: Mapping[str, Callable[[Draft, Object, Strategy], None]] = {
    "status": _status,
    "finalize": _finalize,
    "ephemeralcontainers": _ephemeral_containers,
    "resize": _resize,
}


def _create_pod(core: Core, pod: Draft) -> None:
    del core
    pod_creation.prepare(pod)


def _create_namespace(core: Core, namespace: Draft) -> None:
    """A namespace is Active, and the namespace controller has to empty it before it can go."""
    del core
    namespace["status"] = {"phase": "Active"}
    finalizers = namespace.setdefault("spec", {}).setdefault("finalizers", [])
    if "kubernetes" not in finalizers:
        finalizers.append("kubernetes")


def _create_pending(core: Core, volume: Draft) -> None:
    del core
    volume["status"] = {"phase": "Pending"}


def _create_volume(core: Core, volume: Draft) -> None:
    volume["status"] = {"phase": "Pending", "lastPhaseTransitionTime": core.clock.stamp()}


def _create_daemon_set(core: Core, daemon_set: Draft) -> None:
    del core
    daemon_set["metadata"].setdefault("annotations", {})[TEMPLATE_GENERATION] = "1"


def _update_daemon_set(core: Core, new: Draft, old: Object) -> None:
    """The template's own count goes up with the template and cannot be set."""
    del core
    count = int((old["metadata"].get("annotations") or {}).get(TEMPLATE_GENERATION, "1"))
    if new["spec"].get("template") != old["spec"].get("template"):
        count += 1
    new["metadata"].setdefault("annotations", {})[TEMPLATE_GENERATION] = str(count)


def _create_job(core: Core, job: Draft) -> None:
    """Give a job a selector of its own, and its pods the labels that match it (generateSelector in job/strategy.go)."""
    del core
    spec, metadata = job["spec"], job["metadata"]
    if spec.get("manualSelector"):
        return
    template = spec.setdefault("template", {}).setdefault("metadata", {})
    labels = template.setdefault("labels", {})
    values = (metadata["uid"], metadata.get("name", ""), metadata["uid"], metadata.get("name", ""))
    shared = metadata.get("labels") is labels
    for label, value in zip(_JOB_LABELS, values, strict=True):
        labels.setdefault(label, value)
    if shared:
        # Defaulting made the labels of the job the very map of its template, so Kubernetes changes both.
        metadata["labels"] = dict(labels)
    chosen = spec.setdefault("selector", {}).setdefault("matchLabels", {})
    chosen.setdefault(_JOB_LABELS[0], metadata["uid"])


def _update_namespace(core: Core, new: Draft, old: Object) -> None:
    del core
    new["spec"] = old.get("spec") or {}


_CREATE: Mapping[str, Callable[[Core, Draft], None]] = {
    "daemonsets.apps": _create_daemon_set,
    "jobs.batch": _create_job,
    "namespaces": _create_namespace,
    "persistentvolumeclaims": _create_pending,
    "persistentvolumes": _create_volume,
    "pods": _create_pod,
    "services": services.begin_create,
}
_UPDATE: Mapping[str, Callable[[Core, Draft, Object], None]] = {
    "daemonsets.apps": _update_daemon_set,
    "namespaces": _update_namespace,
    "services": services.begin_update,
}
