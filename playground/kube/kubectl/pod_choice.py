"""Which pod of a workload a command means: `logs deployment/web` reads the best one's.

Source: k8s.io/kubectl/pkg/polymorphichelpers/helpers.go, pkg/util/podutils/podutils.go (ByLogging).
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.kubectl.errors import CommandError
from playground.kube.kubectl.session import Json, Session
from playground.kube.kubectl.targets import Choice, Target, resource_for, select
from playground.kube.kubectl.waiting import until

RUNNING_TIMEOUT: Final = 20.0  # --pod-running-timeout
_PHASES: Final[Mapping[str, int]] = {"Running": 0, "Unknown": 1, "Pending": 2}
_NEVER: Final = "9999"


def pods_of(session: Session, obj: Json) -> list[Target]:
    """Return the pods of a workload or Service, those with the most telling logs first; waits until there is one."""
    selector = _selector(obj)
    found: list[Target] = []

    def is_there() -> bool:
        found[:] = select(session, [resource_for("pods").plural], Choice(selector=selector))
        return bool(found)

    if until(session, RUNNING_TIMEOUT, is_there) < 0:
        raise CommandError("timed out waiting for the condition")
    return sorted(found, key=lambda target: _rank(target.given or {}))


def _selector(obj: Json) -> str:
    kind, spec = obj["kind"], obj.get("spec") or {}
    chosen = spec.get("selector") or {}
    if kind in {"Service", "ReplicationController"}:
        if kind == "Service" and not chosen:
            raise CommandError(
                f"cannot get the logs from *v1.Service: invalid service '{obj['metadata']['name']}': "
                "Service is defined without a selector"
            )
        return ",".join(f"{key}={value}" for key, value in sorted(chosen.items()))
    if kind not in {"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job"}:
        raise CommandError(f"cannot get the logs from *v1.{kind}: selector for *v1.{kind} not implemented")
    pairs = [f"{key}={value}" for key, value in sorted((chosen.get("matchLabels") or {}).items())]
    return ",".join([*pairs, *(_expression(each) for each in chosen.get("matchExpressions") or ())])


def _expression(rule: Mapping[str, Any]) -> str:
    key, values = rule["key"], ",".join(rule.get("values") or ())
    words = {"Exists": key, "DoesNotExist": f"!{key}", "In": f"{key} in ({values})", "NotIn": f"{key} notin ({values})"}
    return str(words[rule["operator"]])


def _rank(pod: Json) -> tuple[object, ...]:
    """Order pods: on a node, running, ready, ready for longest, with most restarts, oldest."""
    status = pod.get("status") or {}
    conditions: dict[str, Json] = {item["type"]: item for item in status.get("conditions") or ()}
    ready = conditions.get("Ready", {})
    is_ready = ready.get("status") == "True"
    restarts = max((item.get("restartCount") or 0 for item in status.get("containerStatuses") or ()), default=0)
    return (
        not pod["spec"].get("nodeName"),
        _PHASES.get(status.get("phase") or "", 0),
        not is_ready,
        (ready.get("lastTransitionTime") or _NEVER) if is_ready else _NEVER,
        -restarts,
        pod["metadata"].get("creationTimestamp") or _NEVER,
    )
