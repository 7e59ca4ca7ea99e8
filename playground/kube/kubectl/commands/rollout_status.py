"""What `kubectl rollout status` says. Source: k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go."""

from collections.abc import Callable, Mapping
from typing import Any

from playground.kube.kubectl.errors import CommandError
from playground.kube.objects.kinds import Resource

Fields = Mapping[str, Any]
Told = tuple[str, bool]
REVISION = "deployment.kubernetes.io/revision"
ROLLING_ONLY = "rollout status is only available for RollingUpdate strategy type"


def status_of(resource: Resource, obj: Fields, revision: int) -> Told:
    """Return the sentence, and whether the rollout is done. Raises CommandError."""
    viewer = VIEWERS.get(resource.kind)
    if viewer is None:
        group = f".{resource.group}" if resource.group else ""
        raise CommandError(f"no status viewer has been implemented for {resource.kind}{group}")
    return viewer(obj, revision)


def _observed(obj: Fields) -> bool:
    observed = (obj.get("status") or {}).get("observedGeneration") or 0
    return bool(obj["metadata"].get("generation", 0) <= observed)


def _deployment(obj: Fields, revision: int) -> Told:
    name, state = obj["metadata"]["name"], obj.get("status") or {}
    running = int((obj["metadata"].get("annotations") or {}).get(REVISION) or 0)
    if revision and revision != running:
        raise CommandError(f"desired revision ({revision}) is different from the running revision ({running})")
    if not _observed(obj):
        return "Waiting for deployment spec update to be observed...\n", False
    for condition in state.get("conditions") or []:
        if condition.get("type") == "Progressing" and condition.get("reason") == "ProgressDeadlineExceeded":
            raise CommandError(f'deployment "{name}" exceeded its progress deadline')
    wanted = obj["spec"].get("replicas", 1)
    total, updated, up = (state.get(key) or 0 for key in ("replicas", "updatedReplicas", "availableReplicas"))
    waiting = f'Waiting for deployment "{name}" rollout to finish: '
    if updated < wanted:
        return f"{waiting}{updated} out of {wanted} new replicas have been updated...\n", False
    if total > updated:
        return f"{waiting}{total - updated} old replicas are pending termination...\n", False
    if up < updated:
        return f"{waiting}{up} of {updated} updated replicas are available...\n", False
    return f'deployment "{name}" successfully rolled out\n', True


def _daemon_set(obj: Fields, revision: int) -> Told:
    del revision
    name, state = obj["metadata"]["name"], obj.get("status") or {}
    if obj["spec"]["updateStrategy"]["type"] != "RollingUpdate":
        raise CommandError(ROLLING_ONLY)
    if not _observed(obj):
        return "Waiting for daemon set spec update to be observed...\n", False
    counts = ("desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable")
    wanted, updated, up = (state.get(key) or 0 for key in counts)
    waiting = f'Waiting for daemon set "{name}" rollout to finish: '
    if updated < wanted:
        return f"{waiting}{updated} out of {wanted} new pods have been updated...\n", False
    if up < wanted:
        return f"{waiting}{up} of {wanted} updated pods are available...\n", False
    return f'daemon set "{name}" successfully rolled out\n', True


def _stateful_set(obj: Fields, revision: int) -> Told:
    del revision
    spec, state = obj["spec"], obj.get("status") or {}
    if spec["updateStrategy"]["type"] != "RollingUpdate":
        raise CommandError(ROLLING_ONLY)
    if not state.get("observedGeneration") or not _observed(obj):
        return "Waiting for statefulset spec update to be observed...\n", False
    wanted, ready, updated = spec.get("replicas", 1), state.get("readyReplicas") or 0, state.get("updatedReplicas") or 0
    if ready < wanted:
        return f"Waiting for {wanted - ready} pods to be ready...\n", False
    rolling = spec["updateStrategy"].get("rollingUpdate")
    if rolling is not None:
        new = wanted - (rolling.get("partition") or 0)
        if updated < new:
            waiting = "Waiting for partitioned roll out to finish: "
            return f"{waiting}{updated} out of {new} new pods have been updated...\n", False
        return f"partitioned roll out complete: {updated} new pods have been updated...\n", True
    current, update = state.get("currentRevision"), state.get("updateRevision")
    if current != update:
        return f"waiting for statefulset rolling update to complete {updated} pods at revision {update}...\n", False
    done = state.get("currentReplicas") or 0
    return f"statefulset rolling update complete {done} pods at revision {current}...\n", True


VIEWERS: Mapping[str, Callable[[Fields, int], Told]] = {
    "Deployment": _deployment,
    "DaemonSet": _daemon_set,
    "StatefulSet": _stateful_set,
}
