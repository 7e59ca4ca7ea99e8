"""Defaults of autoscaling/v2: HorizontalPodAutoscaler. Source: pkg/apis/autoscaling/v2/defaults.go, v1.36."""

from playground.kube.apiserver.defaults.unset import Fields, child, fill

CPU_UTILIZATION = 80  # percent
PERIOD = 15  # seconds


def default_horizontal_pod_autoscaler(obj: Fields) -> None:
    """At least one pod, at 80 % of the CPU it asked for; both directions' rules once any behaviour is given."""
    spec = child(obj, "spec")
    fill(spec, minReplicas=1)
    if not spec.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": CPU_UTILIZATION}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    behavior = spec.get("behavior")
    if behavior is not None:
        percent = {"type": "Percent", "value": 100, "periodSeconds": PERIOD}
        pods = {"type": "Pods", "value": 4, "periodSeconds": PERIOD}
        fill(child(behavior, "scaleUp"), stabilizationWindowSeconds=0, selectPolicy="Max", policies=[pods, percent])
        # No window here: scaling down waits as long as the controller was told to.
        fill(child(behavior, "scaleDown"), selectPolicy="Max", policies=[dict(percent)])
