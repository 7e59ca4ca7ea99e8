"""Amounts of resources as people say them, and rounded so that one likes to type them. Who counts them is elsewhere.

An amount is a whole number: CPU in millicores, memory and storage in bytes, everything else in pieces.
"""

from __future__ import annotations

from typing import Final

from playground.kube.quantity import Quantity

MI: Final = 1 << 20
NAMES: Final = {"cpu": "CPU", "pods": "pods"}
LONGEST: Final = 7  # characters; what is longer is told in Mi, rounded
LOSS: Final = 10  # rounding may change an amount by one part in ten

CPU_STEPS: Final = (1000, 500, 100, 50, 10, 5, 1)
BYTE_STEPS: Final = (*((1 << power) * MI for power in range(30, -1, -1)), 1 << 10, 1)


def is_bytes(resource: str) -> bool:
    """Tell whether a resource is measured in bytes."""
    return resource in {"memory", "ephemeral-storage"} or resource.startswith("hugepages-")


def exact(resource: str, amount: int) -> str:
    """Return the amount as a manifest states it: "300m", "2", "1536Mi"."""
    if resource == "cpu":
        return str(Quantity(amount, -3))
    if is_bytes(resource) and (amount % MI == 0 or amount % 1000):
        return str(Quantity(amount, 0, "BinarySI"))
    return str(Quantity(amount)) if is_bytes(resource) else str(amount)


def text(resource: str, amount: int) -> str:
    """Return the amount for a sentence: exact if that is short, else rounded: "about 7803Mi"."""
    plain = exact(resource, amount)
    return plain if len(plain) <= LONGEST or not is_bytes(resource) else f"about {round(amount / MI)}Mi"


def named(resource: str, amount: int) -> str:
    """Return the amount with its resource: "300m CPU", "1Gi memory", "2 nvidia.com/gpu"."""
    return f"{text(resource, amount)} {name(resource)}"


def name(resource: str) -> str:
    """Return what a resource is called in a sentence."""
    return NAMES.get(resource, resource)


def round_down(resource: str, amount: int) -> int:
    """Return a pleasant amount, at most this much, and at most a tenth less."""
    for step in _steps(resource):
        rounded = amount // step * step
        if rounded > 0 and (amount - rounded) * LOSS <= amount:
            return rounded
    return max(amount, 0)


def round_up(resource: str, amount: int) -> int:
    """Return a pleasant amount, at least this much, and at most a tenth more."""
    for step in _steps(resource):
        rounded = -(-amount // step) * step
        if (rounded - amount) * LOSS <= amount:
            return rounded
    return amount


def _steps(resource: str) -> tuple[int, ...]:
    if resource == "cpu":
        return CPU_STEPS
    return BYTE_STEPS if is_bytes(resource) else (1,)
