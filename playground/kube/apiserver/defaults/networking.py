"""Defaults of networking.k8s.io/v1: NetworkPolicy. Source: pkg/apis/networking/v1/defaults.go, v1.36."""

from playground.kube.apiserver.defaults.unset import Fields, child, fill, items


def default_network_policy(obj: Fields) -> None:
    """Ports are TCP; the policy is about ingress, and about egress too when it has such rules."""
    spec = child(obj, "spec")
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
    for rule in items(spec, "ingress") + items(spec, "egress"):
        for port in items(rule, "ports"):
            fill(port, protocol="TCP")
