"""Defaults of coordination.k8s.io/v1: Lease has none, but loses fields. Source: pkg/registry/coordination, v1.36."""

from playground.kube.apiserver.defaults.unset import Fields, child


def default_lease(obj: Fields) -> None:
    """The two fields of coordinated leader election are dropped: that gate is off by default."""
    spec = child(obj, "spec")
    spec.pop("strategy", None)
    spec.pop("preferredHolder", None)
