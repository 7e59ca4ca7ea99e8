"""Rules of a Binding."""

from typing import Any

import pytest

from playground.kube.apiserver.validation.binding import validate_binding

from .support import told


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ({"name": "n1"}, []),
        ({"kind": "Node", "name": "n1"}, []),
        ({"kind": "Node"}, ["target.name: Required value"]),
        (
            {"kind": "Pod", "name": "n1"},
            ['target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>"'],
        ),
    ],
)
def test_a_pod_is_bound_to_a_node_with_a_name(target: dict[str, Any], says: list[str]) -> None:
    assert told(validate_binding({"metadata": {"name": "p"}, "target": target}, None, "")) == says
