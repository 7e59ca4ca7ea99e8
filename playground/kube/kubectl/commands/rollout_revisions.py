"""The revisions of a workload and their templates. Source: k8s.io/kubectl/pkg/polymorphichelpers/{history,rollback}.go.

A Deployment's are ReplicaSets, numbered by an annotation; a StatefulSet's and a DaemonSet's are ControllerRevisions.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.kubectl.errors import CommandError
from playground.kube.kubectl.session import JSON_PATCH, STRATEGIC, Json, Session, write_query
from playground.kube.kubectl.targets import Target, resource_for
from playground.kube.selectors import Selector

REVISION: Final = "deployment.kubernetes.io/revision"
HASH: Final = "pod-template-hash"
# Annotations that belong to a Deployment as it is, and not to one of its revisions.
KEPT: Final = (
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
)
KEPT_AS_REVISIONS: Final = frozenset({"DaemonSet", "StatefulSet"})
PAUSED: Final = "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"


def revisions_of(session: Session, kind: str, obj: Json) -> dict[int, Json] | None:
    """Return what keeps each revision, by number; None for a kind that has no revisions."""
    if kind == "Deployment":
        return _replica_sets(session, obj)
    return _controller_revisions(session, obj) if kind in KEPT_AS_REVISIONS else None


def as_it_was(obj: Json, revision: Json) -> Json:
    """Return what a revision stands for: a ReplicaSet as it is, else the object with the template that was kept."""
    if "data" not in revision:
        return revision
    template = {key: value for key, value in revision["data"]["spec"]["template"].items() if key != "$patch"}
    return {**obj, "spec": {**obj["spec"], "template": template}}


def _replica_sets(session: Session, deployment: Json) -> dict[int, Json]:
    found = {}
    for item in session.list(resource_for("replicasets"), deployment["metadata"]["namespace"]):
        number = (item["metadata"].get("annotations") or {}).get(REVISION)
        if number and _is_controlled(item, deployment):
            found[int(number)] = item
    return found


def _controller_revisions(session: Session, obj: Json) -> dict[int, Json]:
    selector = str(Selector.of(obj["spec"]["selector"]))
    listed = session.list(resource_for("controllerrevisions"), obj["metadata"]["namespace"], labels=selector)
    return {item.get("revision") or 0: item for item in listed if _is_controlled(item, obj)}


def _is_controlled(item: Mapping[str, Any], owner: Json) -> bool:
    uid = owner["metadata"]["uid"]
    return any(
        each.get("uid") == uid and each.get("controller") for each in item["metadata"].get("ownerReferences") or []
    )


def roll_back(session: Session, target: Target, obj: Json, wanted: int, *, dry: bool) -> str:
    """Put a revision's template back, *wanted* 0: the last but one. Return what kubectl says. Raises CommandError."""
    found = revisions_of(session, target.resource.kind, obj)
    if found is None:
        raise CommandError(f'no rollbacker has been implemented for "{target.resource.kind}"')
    if target.resource.kind == "Deployment":
        return _roll_deployment_back(session, target, obj, wanted, dry=dry)
    if wanted == 0 and len(found) < 2:
        raise CommandError("no last revision to roll back to")
    chosen = _earlier(found, wanted, target.name)
    present = {"spec": {"template": {**obj["spec"]["template"], "$patch": "replace"}}}
    if chosen["data"] == present:
        return f"skipped rollback (current template already matches revision {wanted})"
    session.patch(target.resource, obj, chosen["data"], STRATEGIC, query=write_query(dry_run=dry))
    return "rolled back"


def _roll_deployment_back(session: Session, target: Target, obj: Json, wanted: int, *, dry: bool) -> str:
    chosen = _earlier(_replica_sets(session, obj), wanted, f'deployment "{target.name}"')
    if obj["spec"].get("paused"):
        raise CommandError(PAUSED)
    template = _without_hash(chosen["spec"]["template"])
    if template == _without_hash(obj["spec"]["template"]):
        return f"skipped rollback (current template already matches revision {wanted})"
    own, its = (each["metadata"].get("annotations") or {} for each in (obj, chosen))
    annotations = {key: own[key] for key in KEPT if key in own} | {key: its[key] for key in its if key not in KEPT}
    body = [
        {"op": "replace", "path": "/spec/template", "value": template},
        {"op": "replace", "path": "/metadata/annotations", "value": annotations},
    ]
    session.patch(target.resource, obj, body, JSON_PATCH, query=write_query(dry_run=dry))
    return "rolled back"


def _earlier(revisions: dict[int, Json], wanted: int, whose: str) -> Json:
    if wanted:
        if wanted not in revisions:
            raise CommandError(f"unable to find specified revision {wanted} in history")
        return revisions[wanted]
    if len(revisions) < 2:
        raise CommandError(f"no rollout history found for {whose}")
    return revisions[sorted(revisions)[-2]]


def _without_hash(template: Json) -> Json:
    metadata = template.get("metadata") or {}
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH}
    return {**template, "metadata": {**metadata, "labels": labels}}
