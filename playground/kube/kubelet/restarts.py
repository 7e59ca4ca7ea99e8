"""Whether a container that ended is started again: its own rules and policy first, then the pod's.

After ContainerShouldRestart in pkg/api/v1/pod/util.go. The action RestartAllContainers restarts the container alone
here.
"""

from __future__ import annotations

from playground.kube.kubelet.worker import Box
from playground.kube.objects.frozen import Object


def should_restart(spec: Object, box: Box) -> bool:
    """Tell whether a container is to be started (again)."""
    ended = box.ended or box.last
    if ended is None:
        return True
    code: int = ended["exitCode"]
    own = box.spec.get("restartPolicy")
    if own and _ruled(box.spec, code):
        return True
    policy = own or spec.get("restartPolicy") or "Always"
    return policy == "Always" or (policy == "OnFailure" and code != 0)


def _ruled(container: Object, code: int) -> bool:
    """Tell whether one of the container's rules matches an exit code."""
    for rule in container.get("restartPolicyRules") or ():
        exits = rule.get("exitCodes") or {}
        among = code in (exits.get("values") or ())
        if among == (exits.get("operator") == "In"):
            return True
    return False
