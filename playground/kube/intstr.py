"""IntOrString: a number, or a percentage of a total (k8s.io/apimachinery/pkg/util/intstr/intstr.go)."""

from __future__ import annotations

import re

_WHOLE = re.compile(r"[+-]?[0-9]+")


def percent(value: int | str) -> int | None:
    """Return 30 for "30%", None for a number; raises ValueError for other text, in Kubernetes' words."""
    if not isinstance(value, str):
        return None
    if not value.endswith("%"):
        raise ValueError("invalid value for IntOrString: invalid type: string is not a percentage")
    if not _WHOLE.fullmatch(value[:-1]):
        problem = f'strconv.Atoi: parsing "{value[:-1]}": invalid syntax'
        raise ValueError(f'invalid value for IntOrString: invalid value "{value}": {problem}')
    return int(value[:-1])


def resolve(value: int | str, total: int, *, round_up: bool) -> int:
    """Return the number `value` stands for; a percentage of `total` is rounded up or down to a whole one.

    maxSurge and both limits of a PodDisruptionBudget round up, a Deployment's maxUnavailable rounds down.
    Raises ValueError for text that is no percentage.
    """
    share = percent(value)
    if share is None:
        return int(value)
    # Floats would do it as Go does, but whole numbers cannot differ from it for sizes below 2**46.
    return -(-share * total // 100) if round_up else share * total // 100
