"""Rules of a Scale."""

from playground.kube.apiserver.validation.scale import validate_scale

from .support import told


def test_replicas_are_not_negative() -> None:
    meta = {"name": "web", "namespace": "shop"}
    assert validate_scale({"metadata": meta}, None, "") == []
    assert told(validate_scale({"metadata": meta, "spec": {"replicas": -1}}, None, "")) == [
        "spec.replicas: Invalid value: -1: must be greater than or equal to 0"
    ]
