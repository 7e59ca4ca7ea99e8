"""Rules of tolerations."""

from typing import Any

import pytest

from .support import LABEL_VALUE, NAME_PART, pod, refusals

T = "spec.tolerations[0]"


@pytest.mark.parametrize(
    ("toleration", "told"),
    [
        ({"operator": "Exists"}, []),
        ({"key": "a", "value": "b", "effect": "NoExecute", "tolerationSeconds": -1}, []),
        ({"key": "a b", "operator": "Exists"}, [f'{T}.key: Invalid value: "a b": {NAME_PART}']),
        (
            {},
            [
                (
                    f'{T}.operator: Invalid value: "": '
                    'operator must be Exists when `key` is empty, which means "match all values and all keys"'
                )
            ],
        ),
        ({"key": "a", "value": "b c"}, [f'{T}.operator: Invalid value: "b c": {LABEL_VALUE}']),
        (
            {"key": "a", "operator": "Gt", "value": "1"},
            [f'{T}.operator: Unsupported value: "Gt": supported values: "Equal", "Exists", "Lt", "Gt"'],
        ),
        (
            {"key": "a", "operator": "In"},
            [f'{T}.operator: Unsupported value: "In": supported values: "Equal", "Exists"'],
        ),
        (
            {"key": "a", "effect": "Never"},
            [
                (
                    f'{T}.effect: Unsupported value: "Never": '
                    'supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"'
                )
            ],
        ),
        (
            {"key": "a", "tolerationSeconds": 1},
            [f"{T}.effect: Invalid value: \"\": effect must be 'NoExecute' when `tolerationSeconds` is set"],
        ),
    ],
)
def test_what_is_wrong_with_a_toleration(toleration: dict[str, Any], told: list[str]) -> None:
    assert refusals(pod(tolerations=[toleration])) == told
