"""The ReplicaSet that the Deployment's template asks for: found and brought up to date, or made.

After getNewReplicaSet in pkg/controller/deployment/sync.go.
"""

from __future__ import annotations

from playground.kube.client.hashes import hash_of
from playground.kube.client.informers import HASH
from playground.kube.client.owners import controller_ref, is_controlled_by
from playground.kube.client.podcontrol import is_namespace_ending
from playground.kube.controllers.deployment import conditions, revisions, sizes
from playground.kube.controllers.deployment.revisions import REVISION
from playground.kube.controllers.deployment.work import Json, Work
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map

_NAME_LENGTH = 253


def split(work: Work) -> tuple[Map | None, list[Map]]:
    """Return the new ReplicaSet, if there is one, and the old ones from old to new. Raises ApiError.

    Revisions are brought up to date on the way.
    """
    found, old = _sorted_out(work)
    return (None if found is None else _updated(work, found, old)), old


def ensured(work: Work) -> tuple[Map, list[Map]]:
    """Return the new ReplicaSet, made where there was none, and the old ones. Raises ApiError."""
    found, old = _sorted_out(work)
    return (_made(work, old) if found is None else _updated(work, found, old)), old


def _sorted_out(work: Work) -> tuple[Map | None, list[Map]]:
    found = next((each for each in work.sets if work.templates.same(work.deployment, each)), None)
    return found, [each for each in work.sets if each is not found]


def _updated(work: Work, found: Map, old: list[Map]) -> Map:
    """Bring annotations and minReadySeconds of the new ReplicaSet up to date, else the Deployment's revision."""
    annotations = revisions.annotated(work.deployment, found, revisions.highest(old) + 1, exists=True)
    min_ready = work.deployment["spec"].get("minReadySeconds") or 0
    if annotations is not None or min_ready != (found["spec"].get("minReadySeconds") or 0):
        return work.update(found, annotations or meta.annotations(found), minReadySeconds=min_ready)
    changed = _note_revision(work, meta.annotations(found).get(REVISION, ""))
    if conditions.has_deadline(work.deployment) and conditions.find(work.status, conditions.PROGRESSING) is None:
        _progress(work, "True", conditions.FOUND, f'Found new replica set "{meta.name(found)}"')
        changed = True
    if changed:
        work.write_status()
    return found


def _made(work: Work, old: list[Map]) -> Map:
    """Create the new ReplicaSet, as large as the old ones leave room for. Raises ApiError."""
    number = revisions.highest(old) + 1
    draft = _draft(work, old, number)
    size, deadline = draft["spec"]["replicas"], conditions.has_deadline(work.deployment)
    try:
        made = work.api.create(draft, namespace=work.namespace, by=work.by).object
    except ApiError as error:
        if error.reason != "AlreadyExists":
            _refused(work, draft["metadata"]["name"], error)
            raise
        made = _collided(work, draft["metadata"]["name"], error)
        fresh = False
    else:
        fresh = True
        if size > 0:
            work.tell("ScalingReplicaSet", f"Scaled up replica set {meta.name(made)} from 0 to {size}")
    changed = _note_revision(work, str(number))
    if fresh and deadline:
        _progress(work, "True", conditions.CREATED, f'Created new replica set "{meta.name(made)}"')
        changed = True
    if changed:
        work.write_status()
    return made


def _draft(work: Work, old: list[Map], number: int) -> Json:
    deployment = work.deployment
    spec, template = deployment["spec"], deployment["spec"]["template"]
    digest = hash_of(template, work.status.get("collisionCount"))
    labels = {**((template.get("metadata") or EMPTY).get("labels") or EMPTY), HASH: digest}
    selector = spec["selector"]
    metadata = {
        "name": f"{work.name[: _NAME_LENGTH - 1 - len(digest)]}-{digest}",
        "namespace": work.namespace,
        "labels": labels,
        "annotations": revisions.annotated(deployment, EMPTY, number, exists=False),
        "ownerReferences": [controller_ref(deployment)],
    }
    wanted: Json = {
        "replicas": sizes.size_of_new(deployment, old, 0),
        "selector": {**selector, "matchLabels": {**(selector.get("matchLabels") or EMPTY), HASH: digest}},
        "template": {**template, "metadata": {**(template.get("metadata") or EMPTY), "labels": labels}},
    }
    if spec.get("minReadySeconds"):
        wanted["minReadySeconds"] = spec["minReadySeconds"]
    return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": wanted}


def _collided(work: Work, name: str, error: ApiError) -> Map:
    """Return the ReplicaSet that has the name already if it is the right one; else count a collision and raise."""
    found = work.listed(work.namespace, name)
    if found is None:
        raise error
    if is_controlled_by(found, work.deployment) and work.templates.same(work.deployment, found):
        return found
    work.status["collisionCount"] = (work.status.get("collisionCount") or 0) + 1
    try:
        work.write_status()
    except ApiError as refusal:
        raise error from refusal
    raise error


def _refused(work: Work, name: str, error: ApiError) -> None:
    """Tell that the ReplicaSet could not be made; a namespace that is going is not worth it."""
    if is_namespace_ending(error):
        return
    told = f'Failed to create new replica set "{name}": {error.message}'
    if conditions.has_deadline(work.deployment):
        _progress(work, "False", conditions.CREATE_ERROR, told)
        work.write_status()
    work.tell(conditions.CREATE_ERROR, told, warning=True)


def _note_revision(work: Work, number: str) -> bool:
    """Note the new ReplicaSet's revision on the Deployment; tell whether that is news."""
    if work.annotations.get(REVISION, "") == number:
        return False
    work.annotations[REVISION] = number
    return True


def _progress(work: Work, status: str, reason: str, message: str) -> None:
    stamp = work.clock.stamp()
    conditions.put(work.status, conditions.condition(conditions.PROGRESSING, status, reason, message, stamp))
